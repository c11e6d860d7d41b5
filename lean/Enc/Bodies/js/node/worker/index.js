/** The entry of the Worker: finds the enclave of a request and hands it to that enclave's object. */

import { jsonStringify } from '../../../sdk/core/rt/index.js'
import { frame, request as decode } from '../../../sdk/core/rt/wire.js'
import { Host } from '../host.js'
import { route } from '../node.js'
import { EnclaveDO, internal, report, responseOf } from './enclave.js'

export { EnclaveDO }

/** As many octets of a body as decide that it is too large. */
const MAX_BODY = 1_048_576 + 1

/** Messages of a connection that wait for those before them, and their octets: reading cannot be put off here. */
const MAX_WAITING = 1_024
const MAX_WAITING_SIZE = 8 * MAX_BODY

/** Enclaves that a connection is about. */
const MAX_ENCLAVES = 32

/** Names of subscriptions of a connection. */
const MAX_NAMES = 1_024

/** The published test key. */
const TEST_KEY = '0000000000000000000000000000000000000000000000000000000000000003'

/** What `x-enc-test-now` said last, in a test. */
let testNow = null

/** The time: the system's, or what `x-enc-test-now` says where TEST is set and the key is the published one. */
export function clockOf(env) {
  const test = env.TEST === '1' && env.NODE_PRIVATE_KEY === TEST_KEY
  return {
    now: () => (test ? testNow : null) ?? BigInt(Date.now()),
    stands: () => test && testNow !== null,
    look(request) {
      const now = test ? request.headers.get('x-enc-test-now') : null
      if (now !== null && /^[0-9]{1,16}$/.test(now)) testNow = BigInt(now)
    },
  }
}

/** The target as it came, one character an octet. `URL` would take `..` away and escape. */
function targetOf(request) {
  const rest = request.url.slice(request.url.indexOf('://') + 3)
  const host = request.headers.get('host') ?? ''
  const target = host !== '' && rest.startsWith(host) ? rest.slice(host.length) : rest.slice(rest.search(/[/?]|$/))
  return [...new TextEncoder().encode(target)].map((octet) => String.fromCharCode(octet)).join('')
}

/** The body of a request, at most as much as decides that it is too large; fails where the transfer breaks off. */
export async function body(request) {
  if (request.body === null) return new Uint8Array(0)
  const parts = []
  let size = 0
  const reader = request.body.getReader()
  while (size < MAX_BODY) {
    const { done, value } = await reader.read()
    if (done) break
    parts.push(value.subarray(0, MAX_BODY - size))
    size += parts.at(-1).length
  }
  reader.cancel().catch(() => {})
  const whole = new Uint8Array(size)
  let at = 0
  for (const part of parts) {
    whole.set(part, at)
    at += part.length
  }
  return whole
}

/** Milliseconds that a push may take. */
const PUSH_TIME = 10_000

/** Delivers one push. The platform reaches public addresses only; names are not enough where PRIVATE_PUSH is not set. */
export async function pushOf(env, { endpoint, payload }) {
  const url = URL.canParse(endpoint) ? new URL(endpoint) : null
  const open = env.PRIVATE_PUSH === '1'
  if (url === null || !(url.protocol === 'https:' || (open && url.protocol === 'http:'))) return
  if (!open && /^(\[|[0-9.]+$|localhost$|.*\.(local|internal|localhost)$)/.test(url.hostname)) return
  try {
    await fetch(url, { method: 'POST', headers: { 'content-type': 'application/json' }, body: jsonStringify(payload), redirect: 'manual', signal: AbortSignal.timeout(PUSH_TIME) })
  } catch (error) {
    console.error(`push: not delivered: ${error.name}`)
  }
}

/**
 * Accepts the server's end of a pair: one message after the other goes to `message`, as octets, so that the answers come in the order of the questions.
 * Answers what a host takes for a connection.
 */
export function peerOf(socket, message, gone) {
  let waiting = 0
  let size = 0
  let tail = Promise.resolve()
  const peer = {
    send: (text) => socket.send(text),
    close(code) {
      try {
        socket.close(code)
      } catch {
        // It is closed.
      }
    },
  }
  const ended = () => {
    gone()
    peer.close(1000)
  }
  socket.accept()
  socket.addEventListener('message', ({ data }) => {
    const bytes = typeof data === 'string' ? new TextEncoder().encode(data) : new Uint8Array(data)
    if (bytes.length > MAX_BODY) return peer.close(1009)
    waiting++
    size += bytes.length
    if (waiting > MAX_WAITING || size > MAX_WAITING_SIZE) return peer.close(1008)
    tail = tail
      .then(() => message(bytes))
      .catch((error) => {
        report(error)
        peer.close(1011)
      })
      .finally(() => {
        waiting--
        size -= bytes.length
      })
  })
  socket.addEventListener('close', ended)
  socket.addEventListener('error', ended)
  return peer
}

/** A map that is empty and stays so: for what concerns no enclave. */
const NOWHERE = { get: () => null, getMany: (keys) => keys.map(() => null), scan: () => [], write: () => Promise.reject(new Error('no enclave')) }

/** Relays one connection to the objects of the enclaves that it asks about. */
class Relay {
  constructor(env, socket, host) {
    Object.assign(this, { env, host })
    this.upstream = new Map()
    /** Names of subscriptions whose ends are not told again, by the object that will tell them. */
    this.muted = new Map()
    this.enclaves = new Map()
    this.peer = peerOf(socket, (bytes) => this.pass(bytes), () => this.close())
  }

  async pass(bytes) {
    const asked = frame(bytes)
    const named = typeof asked.body?.sub_id === 'string' ? asked.body.sub_id : null
    const id = route(asked, { registry: null })
    const known = this.enclaves.get(named)
    if (id === null) return asked.body?.type === 'Close' && known !== undefined ? this.end(named, known, bytes) : this.host.message(this.peer, bytes)
    if (named !== null) this.enclaves.set(named, (known ?? new Set()).add(id))
    const object = await this.connect(id)
    if (object === null || this.enclaves.size > MAX_NAMES) return this.peer.close(1008)
    object.send(bytes)
  }

  /** Ends the subscriptions of one name, which may be at several enclaves: one of them answers. */
  end(named, enclaves, bytes) {
    this.enclaves.delete(named)
    const [first, ...others] = [...enclaves].map((id) => this.upstream.get(id)).filter((object) => object !== undefined)
    first?.send(bytes)
    for (const object of others) {
      this.muted.get(object).push(named)
      object.send(bytes)
    }
  }

  /** Whether a frame is the answer of another enclave to what one has answered. */
  isEcho(object, text) {
    const muted = this.muted.get(object)
    if (muted.length === 0) return false
    const { type, sub_id: named } = JSON.parse(text)
    if (type !== 'Closed' || named !== muted[0]) return false
    muted.shift()
    return true
  }

  async connect(id) {
    let object = this.upstream.get(id)
    if (object === undefined) {
      if (this.upstream.size >= MAX_ENCLAVES) return null
      const response = await this.env.ENCLAVE.get(this.env.ENCLAVE.idFromName(id)).fetch('https://enclave/', { headers: { upgrade: 'websocket' } })
      object = response.webSocket
      object.accept()
      object.addEventListener('message', ({ data }) => {
        if (!this.isEcho(object, data)) this.peer.send(data)
      })
      object.addEventListener('close', ({ code }) => this.peer.close(code === 1008 ? 1008 : 1011))
      this.upstream.set(id, object)
      this.muted.set(object, [])
    }
    return object
  }

  close() {
    for (const object of this.upstream.values()) object.close(1000)
  }
}

export default {
  async fetch(request, env) {
    const target = targetOf(request)
    const clock = clockOf(env)
    clock.look(request)
    const host = new Host({ store: { map: () => NOWHERE }, key: env.NODE_PRIVATE_KEY, clock: () => clock.now(), registry: env.REGISTRY ?? null })
    if (request.headers.get('upgrade')?.toLowerCase() === 'websocket') {
      if (target !== '/') return new Response(null, { status: 404 })
      const [client, server] = Object.values(new WebSocketPair())
      new Relay(env, server, host)
      return new Response(null, { status: 101, webSocket: client })
    }
    try {
      const bytes = await body(request).catch(() => null)
      if (bytes === null) return new Response(null, { status: 400 })
      const id = route(decode(request.method, target, bytes), { registry: env.REGISTRY ?? null })
      if (id === null) return responseOf(await host.handle(request.method, target, bytes))
      const headers = { 'x-enc-method': request.method, 'x-enc-target': target }
      return await env.ENCLAVE.get(env.ENCLAVE.idFromName(id)).fetch('https://enclave/', { method: 'POST', headers, body: bytes })
    } catch (error) {
      report(error)
      return internal()
    }
  },
}
