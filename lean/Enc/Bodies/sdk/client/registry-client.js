/** What a registry says of nodes, enclaves and identities. It is a read model: it proves nothing. */

import { ApiError, HttpClient } from './http.js'

async function orNull(answer) {
  try {
    return await answer
  } catch (error) {
    if (error instanceof ApiError && error.code === 'not_found') return null
    throw error
  }
}

/** The registry behind a node; every method answers null for what is not registered. */
export class RegistryClient {
  /** @param {string | HttpClient} node */
  constructor(node) {
    this.http = typeof node === 'string' ? new HttpClient(node) : node
  }

  node(seqPub) {
    return orNull(this.http.get(`nodes/${seqPub}`))
  }

  enclave(id) {
    return orNull(this.http.get(`enclaves/${id}`))
  }

  identity(idPub) {
    return orNull(this.http.get(`identity/${idPub}`))
  }

  /** `{ enclave, node }` of an enclave. */
  resolve(id) {
    return orNull(this.http.get(`resolve/${id}`))
  }
}
