/** JSON texts of values, without recursion: any depth prints. Record keys come in UTF-16 code-unit order (RFC 8785, section 3.2.3). */

import { hex } from './value.js'

/** Largest natural that JSON text may carry: 2^53 - 1. */
export const MAX_JSON_NAT = 9007199254740991n

/** How RFC 8785 shows values; bytes are lower-case hex strings. */
export const plain = {
  list: ['[', ']'],
  record: ['{', '}'],
  field: ['', ':', ''],
  leaf(value) {
    if (typeof value === 'bigint') return value <= MAX_JSON_NAT ? value.toString() : null
    if (value instanceof Uint8Array) return `"${hex(value)}"`
    return JSON.stringify(value)
  },
}

/** How images and conformance answers show values: every value an object whose one key is its type. */
export const tagged = {
  list: ['{"list":[', ']}'],
  record: ['{"record":[', ']}'],
  field: ['[', ',', ']'],
  leaf(value) {
    if (value === null) return '{"none":null}'
    if (typeof value === 'bigint') return `{"nat":"${value}"}`
    if (typeof value === 'boolean') return `{"bool":${value}}`
    if (typeof value === 'string') return `{"str":${JSON.stringify(value)}}`
    return `{"bytes":"${hex(value)}"}`
  },
}

/** The text of a value, or null where the style has none for something in it. */
export function print(value, style) {
  const open = []
  let text = ''
  let next = value
  for (;;) {
    if (typeof next !== 'object' || next === null || next instanceof Uint8Array) {
      const leaf = style.leaf(next)
      if (leaf === null) return null
      text += leaf
    } else if (Array.isArray(next)) {
      text += style.list[0]
      open.push({ items: next, keys: null, at: 0 })
    } else {
      text += style.record[0]
      open.push({ items: next, keys: Object.keys(next).sort(), at: 0 })
    }
    for (;;) {
      if (open.length === 0) return text
      const top = open[open.length - 1]
      const { items, keys, at } = top
      if (keys !== null && at > 0) text += style.field[2]
      if (at < (keys ?? items).length) {
        if (at > 0) text += ','
        if (keys !== null) text += style.field[0] + JSON.stringify(keys[at]) + style.field[1]
        next = keys === null ? items[at] : items[keys[at]]
        top.at++
        break
      }
      text += (keys === null ? style.list : style.record)[1]
      open.pop()
    }
  }
}
