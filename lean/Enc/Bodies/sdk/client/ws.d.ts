import type { Commit, Event, Filter, Hex64, Receipt, Val } from './types.js'

/** A refusal on a connection (`code` is the node's), or one that broke: `no_connection`, `no_answer`, `bad_answer`, `closed`, `duplicate`. */
export declare class SocketError extends Error {
  constructor(code: string, message: string, payload?: Val)
  override readonly name: 'SocketError'
  readonly code: string
  /** The message that it came with, null without one. */
  readonly payload: Val
}

/** As much of a WebSocket as is needed: that of a browser, of Node 22, or of npm `ws`. */
export interface SocketLike {
  binaryType: string
  onopen: ((event: any) => void) | null
  onmessage: ((event: any) => void) | null
  onerror: ((event: any) => void) | null
  onclose: ((event: any) => void) | null
  send(data: string): void
  close(): void
}

export type SocketClass = new (url: string) => SocketLike

export interface SocketOptions {
  /** `globalThis.WebSocket` if absent. Node before 22 has none. */
  readonly WebSocket?: SocketClass
  /** What goes wrong where nobody waits for an answer. */
  readonly onError?: (error: Error) => void
  /** Milliseconds that a commit waits for its receipt; 30,000 if absent. */
  readonly timeout?: number
}

/** What a subscription is asked with and tells. */
export interface Subscription {
  /** The signed `Query` of these names. Asked again when the connection was broken, a page was full or the session ran out. */
  readonly request: (subId: string, filter: Filter) => Promise<Val>
  readonly filter?: Filter
  /** Verifies an event: one that it rejects ends the subscription, with the error to `onError`. */
  readonly check?: (event: Event) => Promise<unknown>
  /** Each event once, in order. */
  readonly event: (event: Event) => void
  /** The session ran out and is to be opened anew. */
  readonly expired?: () => void
  /** The past is over; again after every interruption. */
  readonly caughtUp?: () => void
  /** The end that was not asked for: the node's code, `bad_proof`, or null. */
  readonly ended?: (reason: string | null) => void
}

/** The WebSocket address of a node. */
export declare function socketUrl(baseUrl: string): string

/** One connection to a node, opened when it is needed and again when it breaks, after 250 ms to 30 s. It verifies nothing by itself. */
export declare class WsClient {
  /** @throws {TypeError} where there is no WebSocket */
  constructor(baseUrl: string, options?: SocketOptions)
  readonly url: string

  /**
   * Subscribes to what a filter lets through, from what there is on.
   * @returns what ends it
   * @throws {SocketError} where the first connection does not open
   */
  subscribe(subscription: Subscription): Promise<() => Promise<void>>

  /**
   * Sends a signed commit.
   * @returns its receipt, as it came
   * @throws {SocketError} the node's refusal; `no_answer` where the connection broke or the time is over: the commit may have been taken
   */
  commit(commit: Commit): Promise<Receipt>

  /** Ends everything. */
  close(): Promise<void>
}
