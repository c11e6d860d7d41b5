import type { HttpClient } from './http.js'
import type { Hex64, Val } from './types.js'

/** What a registry says of an enclave and of its node. */
export interface Resolved {
  readonly enclave: Val
  readonly node: Val
}

/**
 * The registry behind a node. It is a read model and proves nothing: what it says is where to look, and who answers there has to prove itself.
 * Every method answers null for what is not registered, and throws an `ApiError` for any other refusal.
 */
export declare class RegistryClient {
  constructor(node: string | HttpClient)
  readonly http: HttpClient
  /** The entry of a node, by its key. */
  node(seqPub: Hex64): Promise<Val>
  /** The entry of an enclave. */
  enclave(id: Hex64): Promise<Val>
  /** The entry of an identity, by its key. */
  identity(idPub: Hex64): Promise<Val>
  /** An enclave's entry with that of its node. */
  resolve(id: Hex64): Promise<Resolved | null>
}
