/**
 * The host of the kernel: looks up what it asks for, and does what it is told, in order. docs/hosts.md is the contract; no rule of the protocol is here.
 *
 * A *store* has `map(enclave)`, and a map has `get(key)`, `getMany(keys)`, `scan({ from, to, limit, reverse })` and
 * `write(rows, reset)`, which is one durable transaction and begins by removing everything if `reset` is true. A *marks* has `read(enclave)` and `write(enclave, mark)` for the high-water mark, outside of the store. A *kernel* has `call(name, ...args)`:
 * emitted JavaScript, or anything else that answers alike.
 */

import { jsonStringify } from '../../sdk/core/rt/index.js'
import { decodeText, encode } from '../../sdk/core/rt/wire.js'
import { kernel as own } from './kernel.js'

/** Rounds of looking things up before a request is given up. */
const MAX_ROUNDS = 64

/** Subscriptions of one connection, the length of what is kept of them, and of those of all connections. */
const MAX_SUBSCRIPTIONS = 256
const MAX_KEPT = 4_194_304
const MAX_KEPT_OF_ALL = 268_435_456

/** What an audit finds wrong with a store. */
class Unsound extends Error {}

/** The value of a row. */
export function rowOf(text) {
  try {
    return decodeText(text)
  } catch {
    throw new Unsound('a row is none that a node wrote')
  }
}

/** A store that is not what its node signed, or is an older copy of it. */
export class Refused extends Error {
  constructor(enclave, reason) {
    super(`enclave ${enclave}: ${reason}`)
    this.enclave = enclave
    this.reason = reason
  }
}

/** The map of a request that is about no enclave: nothing is found. */
const NOWHERE = { get: () => null, getMany: (keys) => keys.map(() => null), scan: () => [] }

async function lookUp(kernel, map, read) {
  if (read.get !== undefined) {
    const value = await map.get(read.get)
    return value === null ? [] : [value]
  }
  if (read.gets !== undefined) return map.getMany(read.gets)
  if (read.scan !== undefined) {
    const { from, to, limit, reverse } = read.scan
    return map.scan({ from, to, limit: Number(limit), reverse })
  }
  const items = await (read.octets !== undefined ? kernel.call('rt.octets', read.octets) : kernel.call('rt.letters', read.letters))
  return items ?? []
}

/** Everything that `wanted(found)` asks for, until it asks for nothing more. */
async function gather(kernel, map, wanted) {
  const found = []
  const seen = new Set()
  for (let round = 0; round < MAX_ROUNDS; round++) {
    const missing = (await wanted(found)).filter((read) => {
      const name = encode(read)
      return !seen.has(name) && seen.add(name)
    })
    if (missing.length === 0) return found
    const items = await Promise.all(missing.map((read) => lookUp(kernel, map, read)))
    missing.forEach((read, at) => found.push({ read, items: items[at] }))
  }
  throw new Error('the kernel asks without end')
}

/** Checks a map before it is used, and answers its head, null where there is none. */
export async function audit(kernel, map, key) {
  let progress = null
  for (;;) {
    const found = await gather(kernel, map, (found) => kernel.call('node/Audit.auditReads', progress, found))
    progress = await kernel.call('node/Audit.auditStep', progress, { found, key })
    if (typeof progress?.problem === 'string') throw new Unsound(progress.problem)
    if (progress?.done === true) return progress.head ?? null
  }
}

/** How far a head has come: its events, and the size of the log and its root. A bundle that is closed by time adds no event. */
function markOf({ seq, sth }) {
  return { seq, size: sth.n, root: sth.root }
}

/** Whether `own` is older than a mark, or another history. */
function fallsBehind(own, mark) {
  if (own.seq !== mark.seq) return own.seq < mark.seq
  return own.size < mark.size || (own.size === mark.size && own.root !== mark.root)
}

/** One enclave: its map, its head, and the requests to it, one after the other. */
class Enclave {
  constructor(host, id) {
    this.host = host
    this.id = id
    this.map = host.store.map(id)
    this.head = null
    this.isOpen = false
    this.waiting = 0
    this.tail = Promise.resolve()
  }

  async open() {
    try {
      this.head = await audit(this.host.kernel, this.map, this.host.key)
    } catch (error) {
      // What could not be read today may be read the next time.
      throw error instanceof Unsound ? new Refused(this.id, error.message) : error
    }
    const mark = await this.host.marks?.read(this.id)
    if (mark && (this.head === null || fallsBehind(markOf(this.head), mark))) {
      throw new Refused(this.id, 'the store is an older copy, or another history')
    }
    this.isOpen = true
  }

  /** Runs `task` when everything before it is done and the store is sound. A store that was refused stays refused. */
  after(task) {
    const result = this.tail.then(() => this.isOpen || this.open()).then(task)
    this.tail = result.catch((error) => {
      if (error instanceof Refused) throw error
    })
    this.tail.catch(() => {})
    return result
  }
}

/** A node: any number of enclaves in a store, under one key. */
export class Host {
  /**
   * @param {object} options `store`; `key`, the private key as hex64; `marks`, `kernel`, `registry`, `clock` (milliseconds as a natural), `push(delivery)`,
   * `schedule(enclave, kind, at)` where there are such things
   */
  constructor({ store, key, kernel = own, marks = null, registry = null, clock = () => BigInt(Date.now()), push = () => {}, schedule = () => {} }) {
    Object.assign(this, { store, key, kernel, marks, registry, clock, push, schedule })
    this.enclaves = new Map()
    this.subscriptions = new Map()
    this.kept = 0
  }

  enclave(id) {
    let own = this.enclaves.get(id)
    if (own === undefined) {
      own = new Enclave(this, id)
      this.enclaves.set(id, own)
    }
    return own
  }

  /** Audits an enclave and sets its timers again. */
  async open(id) {
    await this.timer(id, 'bundle')
  }

  /** Answers a request: `{ status, headers, body }`. */
  async handle(method, target, body) {
    const asked = await this.kernel.call('rt.request', method, target, body)
    const { status, payload } = await this.answer(asked)
    const headers = await this.kernel.call('node/Api.headers', asked, status, payload)
    return {
      status: Number(status),
      headers: headers.map(({ name, value }) => [name, value]),
      body: payload === null ? '' : jsonStringify(payload),
    }
  }

  /** Answers a message on a connection, an object with `send(text)` and `close(code)`. */
  async message(connection, body) {
    const asked = await this.kernel.call('rt.frame', body)
    // Sent and kept in one turn, so that no event is between what there was and what comes.
    await this.answer(asked, (payload) => {
      for (const each of payload.frames) connection.send(jsonStringify(each))
      this.subscribe(connection, payload)
    })
  }

  /** Forgets a connection. */
  close(connection) {
    for (const [enclave, watchers] of [...this.subscriptions]) {
      for (const id of [...(watchers.get(connection)?.keys() ?? [])]) this.drop(enclave, connection, id)
    }
  }

  /** What is due at an enclave. */
  async timer(enclave, kind) {
    await this.answer({ kind: 'timer', timer: kind, enclave })
  }

  async answer(asked, kept = () => {}) {
    const context = { registry: this.registry }
    const id = await this.kernel.call('node/Node.route', asked, context)
    if (id === null) return this.run(null, asked, kept)
    const enclave = this.enclave(id)
    enclave.waiting++
    try {
      return await enclave.after(() => this.run(enclave, asked, kept))
    } finally {
      // Names of enclaves that do not exist cost nothing; what was refused is not audited again.
      if (--enclave.waiting === 0 && enclave.head === null && enclave.isOpen) this.enclaves.delete(id)
    }
  }

  async run(enclave, asked, kept) {
    const head = enclave?.head ?? null
    const context = { now: this.clock(), registry: this.registry }
    const found = await gather(this.kernel, enclave?.map ?? NOWHERE, (found) => this.kernel.call('node/Node.reads', head, asked, { ...context, found }))
    const { effects } = await this.kernel.call('node/Node.step', head, asked, { ...context, key: this.key, found })
    return this.interpret(enclave, effects, kept)
  }

  async interpret(enclave, effects, kept) {
    const rows = []
    let state
    let reply
    for (const effect of effects) {
      switch (effect.type) {
        case 'storage.writeState':
          state = effect.state
          rows.push(...(await this.kernel.call('node/Persistence.writes', effect)))
          break
        case 'storage.appendEvent':
        case 'storage.persistBundle':
          rows.push(...(await this.kernel.call('node/Persistence.writes', effect)))
          break
        case 'transport.respond':
          if (rows.length > 0) await this.persist(enclave, rows, state)
          kept(effect.payload)
          reply = { status: effect.status, payload: effect.payload }
          break
        case 'transport.broadcast':
          await this.broadcast(enclave.id, effect)
          break
        case 'notification.push':
          this.push(effect)
          break
        case 'timer.schedule':
          this.schedule(enclave.id, effect.kind, effect.at)
      }
    }
    return reply
  }

  async persist(enclave, rows, { head, reset }) {
    // Whether a write that failed was one is for the store to say: it is audited before it is used again.
    enclave.isOpen = false
    await enclave.map.write(rows, reset === true)
    enclave.head = head
    enclave.isOpen = true
    // A replay that goes on was shown to nobody yet, and may be begun again.
    if ((head.from ?? null) === null) await this.marks?.write(enclave.id, markOf(head))
  }

  subscribe(connection, payload) {
    if (payload.close !== null) for (const enclave of [...this.subscriptions.keys()]) this.drop(enclave, connection, payload.close)
    const subscription = payload.subscription
    if (subscription === null) return
    const { enclave, sub_id: id } = subscription
    this.drop(enclave, connection, id)
    const others = [...this.subscriptions.values()].flatMap((watchers) => [...(watchers.get(connection)?.values() ?? [])])
    const size = encode(subscription).length
    const kept = others.reduce((sum, other) => sum + other.size, size)
    if (others.length >= MAX_SUBSCRIPTIONS || kept > MAX_KEPT || this.kept + size > MAX_KEPT_OF_ALL) return connection.close(1008)
    const watchers = this.subscriptions.get(enclave) ?? new Map()
    this.subscriptions.set(enclave, watchers)
    const own = watchers.get(connection) ?? new Map()
    watchers.set(connection, own)
    own.set(id, { subscription, size })
    this.kept += size
  }

  /** Forgets a subscription, if there is one. */
  drop(enclave, connection, id) {
    const watchers = this.subscriptions.get(enclave)
    const own = watchers?.get(connection)
    const kept = own?.get(id)
    if (kept === undefined) return
    this.kept -= kept.size
    own.delete(id)
    if (own.size === 0) watchers.delete(connection)
    if (watchers.size === 0) this.subscriptions.delete(enclave)
  }

  async broadcast(enclave, effect) {
    const now = this.clock()
    for (const [connection, own] of [...(this.subscriptions.get(enclave) ?? [])]) {
      for (const [id, kept] of [...own]) {
        const { subscription: next, frames } = await this.kernel.call('node/WsHandlers.deliver', kept.subscription, effect, now)
        // Ended or replaced while the kernel was asked.
        if (own.get(id) !== kept) continue
        if (next === null) this.drop(enclave, connection, id)
        else kept.subscription = next
        for (const each of frames) connection.send(jsonStringify(each))
      }
    }
  }
}
