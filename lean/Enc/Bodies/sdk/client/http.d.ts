import type { Val } from './types.js'

/** A refusal: any answer that is not 2xx, or that is not JSON of the protocol (`code` is `bad_answer`, `status` that of the answer). */
export declare class ApiError extends Error {
  constructor(status: number, payload: Val)
  override readonly name: 'ApiError'
  /** The status of HTTP. */
  readonly status: number
  /** What programs look at; `no_answer` where the answer has none. */
  readonly code: string
  /** The whole answer: besides `error` and `message` perhaps `receipt`, `retry_after` (seconds) or `at`. */
  readonly payload: Val
}

/** As much of `fetch` as is needed, whichever library names it. */
export type Fetch = (
  url: string,
  init: {
    method: string
    headers: Record<string, string>
    body?: string
    // An AbortSignal, which not every library names.
    signal: any
    redirect: 'error'
  },
) => Promise<{ readonly ok: boolean; readonly status: number; arrayBuffer(): Promise<ArrayBuffer> }>

export interface HttpOptions {
  /** `globalThis.fetch` if absent. */
  readonly fetch?: Fetch
  /** Milliseconds for one request; 30,000 if absent. */
  readonly timeout?: number
  /** Sent with every request, for a proxy in front of the node. */
  readonly headers?: Record<string, string>
}

/** A node at a base URL. Redirects are not followed. */
export declare class HttpClient {
  /** @param baseUrl `https://node.example/`, with or without the last slash */
  constructor(baseUrl: string, options?: HttpOptions)
  readonly baseUrl: string
  readonly timeout: number
  readonly headers: Record<string, string>

  /**
   * @param path after the base URL
   * @param body sent as JSON
   * @returns the answer, null for an empty one. Nothing of it is verified, and its shape is not looked at: `T` is what the caller expects
   * @throws {ApiError} for a refusal
   * @throws {TypeError} for a body that JSON of the protocol cannot say, and what `fetch` throws where there is no answer
   * @throws {DOMException} `TimeoutError`
   */
  request<T = Val>(method: string, path: string, body?: Val): Promise<T>

  /** {@link request} with `GET`. */
  get<T = Val>(path: string): Promise<T>

  /** {@link request} with `POST`. */
  post<T = Val>(path: string, body: Val): Promise<T>
}
