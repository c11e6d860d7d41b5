import type { Bundle, BundleProof, Event, Hex64, LeafProof, TreeHead, Val } from './types.js'

/** Something that a node said and that is not so. Keep it: a signed one is evidence. */
export declare class ProofError extends Error {
  constructor(message: string, evidence: unknown)
  override readonly name: 'ProofError'
  /** What was said. */
  readonly evidence: unknown
}

/** Whether an event of an enclave is signed by its author and by this sequencer, and has no field that nobody signed. */
export declare function isSigned(enclave: Hex64, event: Event, sequencer: Hex64): boolean

/** Whether a leaf is in the log of a tree head. The head is to be verified before. */
export declare function provesLeaf(sth: TreeHead, leaf: LeafProof): boolean

/** Whether a bundle holds an event and is the one of a leaf. The leaf is to be verified before, or after. */
export declare function provesBundled(event: Event, bundle: BundleProof, leaf: LeafProof): boolean

/**
 * Whether a state proof shows what is under a raw key below a state root.
 * @param raw the raw key: an identity for example
 * @param value octets, null for nothing
 * @param proof as the node answered it
 * @throws {TypeError} where the raw key is none
 */
export declare function provesState(stateRoot: Hex64, namespace: bigint, raw: Hex64, value: Uint8Array | null, proof: Val): boolean

/** Where an audit stands; to be kept as it is. Structured cloning keeps it whole, JSON does not. */
export type Checkpoint = { readonly [field: string]: Val }

/**
 * The log of an enclave as it is read page by page, from its first event on: signatures, numbers, sequencers, bundles. What a tree head says of it is for
 * the reader to compare with `n` and `root`.
 */
export declare class LogAudit {
  constructor(enclave: Hex64, checkpoint?: Checkpoint | null)
  /** Number of the next event. */
  readonly next: bigint
  /** Who sequenced the last event, null before the first. */
  readonly by: Hex64 | null
  /** Who sequences the next one, null before the first. */
  readonly sequencer: Hex64 | null
  /** Leaves of the log so far. */
  readonly n: bigint
  /** The root over them. */
  readonly root: Hex64
  readonly checkpoint: Checkpoint
  /** Takes a page. @throws {ProofError} for what is not so */
  take(page: { readonly events: readonly Event[]; readonly bundles: readonly Bundle[]; readonly next: bigint | null }): void
}
