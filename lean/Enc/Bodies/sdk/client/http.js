/** Requests to a node over HTTP. Values are those of the protocol: numbers are bigints, absence is null. */

import { jsonStringify } from '@enc-protocol/core/rt'
import { parseJson } from '@enc-protocol/core/rt/wire'

/** A refusal: `code` is what programs look at, `payload` the whole answer. */
export class ApiError extends Error {
  constructor(status, payload) {
    super(`${payload?.error ?? 'no_answer'}: ${payload?.message ?? `the node answered ${status}`}`)
    this.name = 'ApiError'
    this.status = status
    this.code = payload?.error ?? 'no_answer'
    this.payload = payload
  }
}

/** A node at a base URL. */
export class HttpClient {
  /**
   * @param {string} baseUrl `https://node.example/`
   * @param {{ fetch?: typeof fetch, timeout?: number, headers?: Record<string, string> }} [options] `timeout` in milliseconds
   */
  constructor(baseUrl, { fetch = globalThis.fetch, timeout = 30_000, headers = {} } = {}) {
    this.baseUrl = baseUrl.endsWith('/') ? baseUrl : `${baseUrl}/`
    this.fetch = (...request) => fetch(...request)
    this.timeout = timeout
    this.headers = headers
  }

  /**
   * @returns the answer's JSON as a value, null for an empty one
   * @throws {ApiError} for any answer that is not 2xx
   */
  async request(method, path, body) {
    const sent = body === undefined ? {} : { body: jsonStringify(body) }
    if (sent.body === null) throw new TypeError('the request cannot be said in JSON of the protocol')
    const response = await this.fetch(this.baseUrl + path.replace(/^\//, ''), {
      method,
      headers: body === undefined ? this.headers : { 'content-type': 'application/json', ...this.headers },
      ...sent,
      signal: AbortSignal.timeout(this.timeout),
      redirect: 'error',
    })
    const bytes = new Uint8Array(await response.arrayBuffer())
    let payload
    try {
      payload = bytes.length === 0 ? null : parseJson(bytes)
    } catch {
      throw new ApiError(response.status, { error: 'bad_answer', message: 'the answer is not JSON of the protocol' })
    }
    if (!response.ok) throw new ApiError(response.status, payload)
    return payload
  }

  get(path) {
    return this.request('GET', path)
  }

  post(path, body) {
    return this.request('POST', path, body)
  }
}
