/** Values from JSON: the tagged form of images and conformance, and the plain form of requests. Tagged texts of values. */

import { JsonNumber, Refused, read } from './json.js'
import { MAX_JSON_NAT, print, tagged } from './print.js'

export { Refused }

/** Deepest nesting a request may have. */
export const MAX_REQUEST_DEPTH = 64

const LEAVES = {
  nat: (content) => (matches(content, /^(?:0|[1-9][0-9]*)$/) ? BigInt(content) : undefined),
  bool: (content) => (typeof content === 'boolean' ? content : undefined),
  str: (content) => (typeof content === 'string' ? content : undefined),
  bytes: (content) => (matches(content, /^(?:[0-9a-f]{2})*$/) ? bytes(content) : undefined),
  none: (content) => (content === null ? null : undefined),
}

function matches(content, pattern) {
  return typeof content === 'string' && pattern.test(content)
}

function bytes(hex) {
  return Uint8Array.from({ length: hex.length / 2 }, (_, at) => parseInt(hex.slice(2 * at, 2 * at + 2), 16))
}

function put(record, key, value) {
  // An assignment would call the setter of `__proto__`.
  Object.defineProperty(record, key, { value, writable: true, enumerable: true, configurable: true })
}

/**
 * Builds a value; `enter` gives a finished one, or `{ into, parts }` with the nodes of its parts, as pairs of key and node for a record.
 */
function build(root, enter) {
  const open = []
  let entered = enter(root)
  for (;;) {
    let value = entered
    if (entered instanceof Parts) {
      open.push(entered)
      value = undefined
    }
    for (;;) {
      const top = open[open.length - 1]
      if (top === undefined) return value
      if (value !== undefined) top.add(value)
      if (top.at < top.parts.length) {
        entered = enter(top.next())
        break
      }
      value = top.into
      open.pop()
    }
  }
}

/** A list or record being filled. */
class Parts {
  constructor(into, parts) {
    this.into = into
    this.parts = parts
    this.at = 0
  }

  next() {
    const part = this.parts[this.at++]
    return Array.isArray(this.into) ? part : part[1]
  }

  add(value) {
    if (Array.isArray(this.into)) this.into.push(value)
    else put(this.into, this.parts[this.at - 1][0], value)
  }
}

/**
 * Reads the tagged form.
 * @throws {Refused}
 */
export function decode(node) {
  return build(node, (node) => {
    if (!(node instanceof Map) || node.size !== 1) throw new Refused('expected an object with exactly one key')
    const [[tag, content]] = node
    if (tag === 'list' && Array.isArray(content)) return new Parts([], content)
    if (tag === 'record' && Array.isArray(content) && content.every(isPair)) return new Parts({}, content)
    const value = Object.hasOwn(LEAVES, tag) ? LEAVES[tag](content) : undefined
    if (value === undefined) throw new Refused('expected a tagged value')
    return value
  })
}

function isPair(node) {
  return Array.isArray(node) && node.length === 2 && typeof node[0] === 'string'
}

/**
 * Reads raw request bytes in the plain form: numbers are integers from 0 to 2^53 - 1, null is none.
 * @throws {Refused}
 */
export function request(raw) {
  return build(read(raw, MAX_REQUEST_DEPTH), (node) => {
    if (node instanceof JsonNumber) return integer(node)
    if (Array.isArray(node)) return new Parts([], node)
    if (node instanceof Map) return new Parts({}, [...node])
    return node
  })
}

function integer(node) {
  if (!/^(?:0|[1-9][0-9]*)$/.test(node.text) || node.text.length > 16 || BigInt(node.text) > MAX_JSON_NAT) {
    throw new Refused('expected an integer from 0 to 2^53 - 1')
  }
  return BigInt(node.text)
}

/** Canonical tagged text of a value. */
export function encode(value) {
  return print(value, tagged)
}
