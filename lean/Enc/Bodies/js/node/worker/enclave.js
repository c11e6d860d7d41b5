/** One enclave as a Durable Object: its map in SQLite, its timers as alarms, its sockets. */

import { encode } from '../../../sdk/core/rt/wire.js'
import { Host, Refused, rowOf } from '../host.js'
import { body, clockOf, peerOf, pushOf } from './index.js'

/** UTF-16 units of a value in one row: a row of the platform has at most 2 MB, and a unit at most 3 octets. */
const PART = 500_000

/** Octets of values after which a scan ends (docs/hosts.md). */
const SCAN = 1_048_576

/** The only enclave of this object, whatever it is called. Its table is made by the first write: an object that wrote nothing takes no room. */
class SqlMap {
  constructor(storage) {
    this.storage = storage
    this.made = [...storage.sql.exec("SELECT 1 FROM sqlite_master WHERE type = 'table' AND name = 'rows'")].length > 0
  }

  ask(query, ...values) {
    return this.made ? this.storage.sql.exec(query, ...values) : []
  }

  text(key) {
    const parts = [...this.ask('SELECT value FROM rows WHERE key = ? ORDER BY part', key)]
    return parts.length === 0 ? null : parts.map(({ value }) => value).join('')
  }

  get(key) {
    const text = this.text(key)
    return text === null ? null : rowOf(text)
  }

  getMany(keys) {
    return keys.map((key) => this.get(key))
  }

  scan({ from, to, limit, reverse }) {
    const order = reverse ? 'DESC' : 'ASC'
    const keys = [...this.ask(`SELECT key FROM rows WHERE key >= ? AND key < ? AND part = 0 ORDER BY key ${order} LIMIT ?`, from, to, limit)]
    const rows = []
    let size = 0
    for (const { key } of keys) {
      const text = this.text(key)
      rows.push({ key, value: rowOf(text) })
      size += new TextEncoder().encode(text).length
      if (size >= SCAN) break
    }
    return rows
  }

  async write(rows, reset) {
    this.storage.transactionSync(() => {
      const sql = this.storage.sql
      sql.exec('CREATE TABLE IF NOT EXISTS rows (key TEXT, part INTEGER, value TEXT NOT NULL, PRIMARY KEY (key, part)) WITHOUT ROWID')
      if (reset) sql.exec('DELETE FROM rows')
      for (const { key, value } of rows) {
        sql.exec('DELETE FROM rows WHERE key = ?', key)
        const text = value === null ? '' : encode(value)
        for (let part = 0; part * PART < text.length; part++) {
          sql.exec('INSERT INTO rows VALUES (?, ?, ?)', key, part, text.slice(part * PART, (part + 1) * PART))
        }
      }
    })
    this.made = true
    await this.storage.sync()
  }
}

export class EnclaveDO {
  constructor(state, env) {
    this.state = state
    const map = new SqlMap(state.storage)
    this.clock = clockOf(env)
    /** The last delivery to each endpoint that is under way. */
    this.lines = new Map()
    this.host = new Host({
      store: { map: () => map },
      key: env.NODE_PRIVATE_KEY,
      clock: () => this.clock.now(),
      registry: env.REGISTRY ?? null,
      push: (delivery) => this.push(delivery, env),
      schedule: (enclave, kind, at) => this.schedule(enclave, kind, at),
    })
    // What was scheduled may have been lost between the write and the alarm.
    const head = map.get('h')
    if (head !== null) state.blockConcurrencyWhile(() => this.host.open(head.enclave).catch(report))
  }

  /** Delivers after what goes to the same endpoint, so that it arrives in the order of the log. */
  push(delivery, env) {
    const { endpoint } = delivery
    const line = (this.lines.get(endpoint) ?? Promise.resolve())
      .then(() => pushOf(env, delivery))
      .finally(() => this.lines.get(endpoint) === line && this.lines.delete(endpoint))
    this.lines.set(endpoint, line)
    this.state.waitUntil(line)
  }

  schedule(enclave, kind, at) {
    this.state.storage.put('timer', { enclave, kind })
    // By the platform's clock, which is not the node's in a test.
    this.state.storage.setAlarm(Date.now() + Math.max(Number(at - this.clock.now()), 0))
  }

  async alarm() {
    // A clock that was set stands still, and nothing becomes due.
    if (this.clock.stands()) return
    const timer = await this.state.storage.get('timer')
    if (timer !== undefined) await this.host.timer(timer.enclave, timer.kind).catch(report)
  }

  /** What the entry hands on: a connection, or a request in the header fields `x-enc-method` and `x-enc-target`, as a GET may have a body. */
  async fetch(request) {
    if (request.headers.get('upgrade') === 'websocket') return this.connect()
    try {
      const answer = await this.host.handle(request.headers.get('x-enc-method'), request.headers.get('x-enc-target'), await body(request))
      return responseOf(answer)
    } catch (error) {
      report(error)
      return internal()
    }
  }

  connect() {
    const [client, server] = Object.values(new WebSocketPair())
    const peer = peerOf(server, (bytes) => this.host.message(peer, bytes), () => this.host.close(peer))
    return new Response(null, { status: 101, webSocket: client })
  }
}

/** An answer of the host as the platform's. */
export function responseOf({ status, headers, body }) {
  return new Response(status === 204 ? null : body, { status, headers })
}

/** Says what went wrong. Other messages and stacks may quote arguments, and those may hold anything. */
export function report(error) {
  console.error(`error: ${error instanceof Refused ? error.message : error?.name}`)
}

/** What is answered when the node itself is at fault. */
export function internal() {
  return new Response('{"error":"internal","message":"the node cannot answer"}', {
    status: 500,
    headers: { 'content-type': 'application/json', 'cache-control': 'no-store', 'access-control-allow-origin': '*' },
  })
}
