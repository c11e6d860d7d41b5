/** What the files of an application have in common: checks of fields, and views as projections. */

import { DataView } from '@enc-protocol/dataview'

const HEX64 = /^[0-9a-f]{64}$/
const GREATEST = 9007199254740991n
/** How often a slot is read again that others write meanwhile. */
const TRIES = 4

const isHex64 = (value) => typeof value === 'string' && HEX64.test(value)
const checks = {
  string: (value) => typeof value === 'string',
  natural: (value) => typeof value === 'bigint' && value >= 0n && value <= GREATEST,
  boolean: (value) => typeof value === 'boolean',
  identity: isHex64,
  event: isHex64,
  any: () => true,
}
const isRecord = (value) => typeof value === 'object' && value !== null && !Array.isArray(value) && !ArrayBuffer.isView(value)

/** Fields by name, `[type, optional]` each. */
export class Shape {
  constructor(fields) {
    this.fields = new Map(Object.entries(fields))
  }

  fault(value) {
    if (!isRecord(value)) return 'it is no object'
    for (const name of Object.keys(value)) {
      if (!this.fields.has(name)) return `there is no field \`${name}\``
    }
    for (const [name, [type, optional]] of this.fields) {
      const own = (Object.hasOwn(value, name) ? value[name] : null) ?? null
      if (own === null) {
        if (!optional) return `\`${name}\` is missing`
      } else if (!checks[type](own)) {
        return `\`${name}\` is no ${type}`
      }
    }
    return null
  }

  /** The value without the fields that it leaves out, such as can be hashed. */
  checked(what, value) {
    const fault = this.fault(value)
    if (fault !== null) throw new TypeError(`${what}: ${fault}`)
    return Object.fromEntries(Object.entries(value).filter(([, own]) => own !== undefined && own !== null))
  }
}

const targetOf = (target) => {
  if (!isHex64(target)) throw new TypeError('the target is no id of an event')
  return target
}

export async function createEvent(enclave, type, shape, content, options) {
  return enclave.commit(type, shape.checked(type, content), options)
}

export async function updateEvent(enclave, type, shape, target, content) {
  return enclave.update(targetOf(target), shape.checked(type, content))
}

export async function deleteEvent(enclave, target) {
  return enclave.delete(targetOf(target))
}

export async function setSlot(enclave, key, shape, value) {
  return enclave.commit('Shared', { key, value: shape.checked(key, value) })
}

export async function clearSlot(enclave, key) {
  return enclave.commit('Shared', { key, value: null })
}

/** The log says what was written last, the state tree proves that it is still so. */
export async function getSlot(enclave, key, shape) {
  for (let left = TRIES; left > 0; left--) {
    let value = null
    for await (const { content } of enclave.events({ type: 'Shared', reverse: true })) {
      if (content.key !== key) continue
      value = content.value ?? null
      break
    }
    if (!(await enclave.slotHolds('Shared', key, value))) continue
    const fault = value === null ? null : shape.fault(value)
    if (fault !== null) throw new TypeError(`${key}: ${fault}`)
    return value
  }
  throw new Error(`${key}: what the state tree holds is not what was written last`)
}

/** The entries after an event. What does not fit its shape is left out: a node does not look at the fields. */
function applied(type, shape, entries, event) {
  const { id, from, seq, timestamp, content } = event
  if (event.type === type) {
    return shape.fault(content) === null ? [...entries, { id, from, seq, timestamp, content }] : entries
  }
  const at = entries.findIndex((entry) => entry.id === content?.target)
  if (at < 0) return entries
  if (event.type === 'Delete') return entries.toSpliced(at, 1)
  return shape.fault(content.content) === null ? entries.with(at, { ...entries[at], content: content.content }) : entries
}

function grouped(entries, by) {
  const groups = new Map()
  for (const entry of entries) {
    const key = by === 'from' ? entry.from : entry.content[by]
    groups.set(key, [...(groups.get(key) ?? []), entry])
  }
  return groups
}

const kinds = { list: (entries) => entries, count: (entries) => entries.length, latest: (entries) => entries.at(-1) ?? null }

/** A view of the events of one type: what `kind` makes of them, of each group of them where `by` says what to group by. */
export class View {
  constructor({ enclave, type, shape, kind, by = null, save, snapshot, readable }) {
    const given = Object.entries({ save, snapshot, readable }).filter(([, own]) => own !== undefined)
    this.data = new DataView({
      ...Object.fromEntries(given),
      enclave,
      filter: { type: [type, 'Update', 'Delete'] },
      initial: [],
      apply: (entries, event) => applied(type, shape, entries, event),
    })
    const one = kinds[kind]
    this.project = by === null ? one : (entries) => new Map([...grouped(entries, by)].map(([key, own]) => [key, one(own)]))
  }

  async sync() {
    await this.data.sync()
    return this.query()
  }

  query() {
    return this.data.query(this.project)
  }

  follow(options) {
    return this.data.follow(options)
  }

  deliver(payload) {
    return this.data.deliver(payload)
  }
}
