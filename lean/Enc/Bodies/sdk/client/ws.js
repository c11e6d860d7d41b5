/** Subscriptions and commits over one WebSocket, which is opened again when it breaks. */

import { jsonStringify } from '@enc-protocol/core/rt'
import { parseJson } from '@enc-protocol/core/rt/wire'

/** Waits between tries to connect, and how long a commit waits for its receipt: milliseconds. */
const FIRST_WAIT = 250
const LONGEST_WAIT = 30_000
const TIMEOUT = 30_000

/** A refusal on a connection, or a connection that broke. */
export class SocketError extends Error {
  constructor(code, message, payload = null) {
    super(`${code}: ${message}`)
    this.name = 'SocketError'
    this.code = code
    this.payload = payload
  }
}

/** The WebSocket address of a node. */
export function socketUrl(baseUrl) {
  const url = new URL(baseUrl)
  url.protocol = url.protocol === 'https:' ? 'wss:' : 'ws:'
  return url.href
}

/** One connection to a node. */
export class WsClient {
  constructor(baseUrl, { WebSocket = globalThis.WebSocket, onError = () => {}, timeout = TIMEOUT } = {}) {
    if (typeof WebSocket !== 'function') throw new TypeError('this runtime has no WebSocket: give one as an option')
    Object.assign(this, { url: socketUrl(baseUrl), WebSocket, onError, timeout })
    this.subscriptions = new Map()
    this.commits = new Map()
    this.names = new Set()
    this.wait = FIRST_WAIT
    this.closed = false
  }

  /** The open socket. */
  async open() {
    if (this.closed) throw new SocketError('closed', 'the connection was closed')
    this.opening ??= new Promise((resolve, reject) => {
      const socket = new this.WebSocket(this.url)
      socket.binaryType = 'arraybuffer'
      socket.onopen = () => {
        this.wait = FIRST_WAIT
        resolve(socket)
      }
      socket.onmessage = ({ data }) => this.take(socket, data)
      socket.onerror = () => {}
      socket.onclose = () => {
        reject(new SocketError('no_connection', 'the connection did not open'))
        this.broken()
      }
    })
    return this.opening
  }

  /** Whatever was asked and not answered is lost; subscriptions are asked for again. */
  broken() {
    this.opening = undefined
    for (const { reject } of [...this.commits.values()]) reject(new SocketError('no_answer', 'the connection broke before the answer'))
    if (this.closed || this.subscriptions.size === 0) return
    const wait = this.wait
    this.wait = Math.min(2 * wait, LONGEST_WAIT)
    this.timer = setTimeout(() => {
      for (const subscription of this.subscriptions.values()) this.ask(subscription).catch(this.onError)
    }, wait)
  }

  /** A message that answers nothing that was asked ends the connection: what it stands for would never be answered. */
  take(socket, data) {
    try {
      const frame = parseJson(typeof data === 'string' ? new TextEncoder().encode(data) : new Uint8Array(data))
      if (!this.understood(frame)) throw new SocketError('bad_answer', 'the node sent a message that nothing was asked for', frame)
    } catch (error) {
      socket.onmessage = null
      this.onError(error instanceof SocketError ? error : new SocketError('bad_answer', 'the node sent a message that is not JSON of the protocol'))
      socket.close()
    }
  }

  understood(frame) {
    const subscription = this.subscriptions.get(frame?.sub_id)
    // What ended a moment ago may still be answered; what never was cannot.
    if (frame?.sub_id !== undefined && !this.names.has(frame.sub_id)) return false
    switch (frame?.type) {
      case 'Event':
        subscription?.event(frame.event)
        return true
      case 'EOSE':
        subscription?.caughtUp(frame.next)
        return true
      case 'Closed':
        if (subscription !== undefined) this.ended(subscription, frame.reason ?? null)
        return true
      case 'Receipt': {
        const commit = this.commits.get(frame.receipt?.hash)
        commit?.resolve(frame.receipt)
        return commit !== undefined
      }
      case 'Error':
        return this.refused(frame, subscription)
      default:
        return false
    }
  }

  /** A session that ran out is opened anew; any other end is one. */
  ended(subscription, reason) {
    if (reason === 'session_expired') {
      subscription.expired()
      this.ask(subscription).catch(this.onError)
      return
    }
    this.subscriptions.delete(subscription.id)
    subscription.ended(reason)
  }

  refused(frame, subscription) {
    const error = new SocketError(frame.error, frame.message, frame)
    if (frame.hash !== undefined) {
      const commit = this.commits.get(frame.hash)
      commit?.reject(error)
      return commit !== undefined
    }
    if (subscription !== undefined) {
      this.subscriptions.delete(frame.sub_id)
      subscription.ended(frame.error)
    } else {
      this.onError(error)
    }
    return true
  }

  async send(frame) {
    const socket = await this.open()
    socket.send(jsonStringify(frame))
  }

  async subscribe({ request, filter = {}, check = async () => {}, event, expired = () => {}, caughtUp = () => {}, ended = () => {} }) {
    const id = `s${this.names.size + 1}`
    this.names.add(id)
    let from = filter.seq?.start ?? 0n
    let tail = Promise.resolve()
    let over = false
    const fail = (error) => {
      over = true
      this.onError(error)
      if (this.subscriptions.delete(id)) this.send({ type: 'Close', sub_id: id }).catch(() => {})
      ended('bad_proof')
    }
    const inTurn = (task) => {
      tail = tail.then(() => (over ? undefined : task())).catch(fail)
    }
    const subscription = {
      id,
      request: () => request(id, { ...filter, seq: { ...filter.seq, start: from } }),
      event: (each) =>
        inTurn(async () => {
          await check(each)
          // Twice is possible where a page and the live events meet.
          if (over || each.seq < from) return
          from = each.seq + 1n
          event(each)
        }),
      caughtUp: (next) =>
        inTurn(async () => {
          if (next === null || next === undefined) return caughtUp()
          // A page was full: go on from there, under the same name.
          from = next > from ? next : from
          await this.ask(subscription)
        }),
      expired,
      ended: (reason) => inTurn(async () => {
        over = true
        ended(reason)
      }),
    }
    this.subscriptions.set(id, subscription)
    try {
      await this.ask(subscription)
    } catch (error) {
      this.subscriptions.delete(id)
      throw error
    }
    return async () => {
      over = true
      if (this.subscriptions.delete(id)) await this.send({ type: 'Close', sub_id: id })
    }
  }

  async ask(subscription) {
    await this.send(await subscription.request())
  }

  async commit(commit) {
    const { hash } = commit
    if (this.commits.has(hash)) throw new SocketError('duplicate', 'this commit is being sent')
    let timer
    const answer = new Promise((resolve, reject) => {
      this.commits.set(hash, { resolve, reject })
      timer = setTimeout(() => reject(new SocketError('no_answer', 'no answer in time')), this.timeout)
    })
    answer.catch(() => {})
    try {
      await this.send({ type: 'Commit', commit })
      return await answer
    } finally {
      clearTimeout(timer)
      this.commits.delete(hash)
    }
  }

  async close() {
    this.closed = true
    clearTimeout(this.timer)
    this.subscriptions.clear()
    const socket = await this.opening?.catch(() => undefined)
    socket?.close()
  }
}
