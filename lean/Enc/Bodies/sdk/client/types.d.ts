/**
 * Values of the wire. Naturals are `bigint`, from 0 to 2^53 - 1; absence is `null`; keys, hashes and signatures are lower-case hex. Whatever comes from a
 * node has this shape only after it was verified.
 */

import type { Val } from '@enc-protocol/core/rt'

export type { Val }

/** 64 lower-case hexadecimal digits: 32 octets. */
export type Hex64 = string

/** 128 lower-case hexadecimal digits: a BIP-340 signature. */
export type Hex128 = string

/** A tag: a name and a value. */
export type Tag = readonly [string, string]

/** What an author signs. */
export type Commit = {
  /** The commit hash, which `sig` is over. */
  readonly hash: Hex64
  readonly enclave: Hex64
  /** The author's public key. */
  readonly from: Hex64
  readonly type: string
  readonly content: Val
  /** The time until which a node takes it, in milliseconds since 1970. */
  readonly exp: bigint
  readonly tags: readonly Tag[]
  readonly alg: 'schnorr'
  readonly sig: Hex128
}

/** A commit with its place in the log, signed by a sequencer. */
export type Event = Commit & {
  /** Its number in the enclave, from 0 on. */
  readonly seq: bigint
  /** When the sequencer took it, in milliseconds since 1970. */
  readonly timestamp: bigint
  /** The sequencer's public key. */
  readonly sequencer: Hex64
  readonly id: Hex64
  readonly seq_sig: Hex128
}

/** A sequencer's word for a commit. */
export type Receipt = {
  readonly enclave: Hex64
  /** The id of the event. */
  readonly id: Hex64
  /** The hash of the commit. */
  readonly hash: Hex64
  readonly seq: bigint
  /** Milliseconds since 1970. */
  readonly timestamp: bigint
  readonly sequencer: Hex64
  readonly sig: Hex128
  readonly seq_sig: Hex128
  /** The node's key, in the receipt of a manifest. */
  readonly seq_pub?: Hex64
}

/** A signed tree head. It does not name its enclave. */
export type TreeHead = {
  /** When it was signed, in milliseconds since 1970. */
  readonly t: bigint
  /** Number of leaves of the log: closed bundles. */
  readonly n: bigint
  readonly root: Hex64
  readonly seq_pub: Hex64
  readonly sig: Hex128
}

/** A bundle of consecutive events: one leaf of the log. */
export type Bundle = {
  /** Its leaf, from 0 on. */
  readonly index: bigint
  /** Number of its first event. */
  readonly first: bigint
  /** Number of its events. */
  readonly size: bigint
  readonly events_root: Hex64
  /** The root of the state tree after its last event. */
  readonly state_hash: Hex64
}

/** That a bundle holds an event. */
export type BundleProof = {
  readonly event_id: Hex64
  /** The place in the bundle, from 0 on. */
  readonly bundle_index: bigint
  readonly bundle_size: bigint
  /** From the event to `events_root`. */
  readonly siblings: readonly Hex64[]
  readonly events_root: Hex64
  readonly leaf_index: bigint
}

/** That the log of a size has a leaf. */
export type LeafProof = {
  readonly tree_size: bigint
  readonly leaf_index: bigint
  readonly events_root: Hex64
  readonly state_hash: Hex64
  /** From the leaf to the root. */
  readonly path: readonly Hex64[]
}

/** Which events are asked for; conditions hold together, several texts of one condition are alternatives. */
export type Filter = {
  readonly id?: string | readonly string[]
  /** From `start` on, before `end`. */
  readonly seq?: { readonly start?: bigint; readonly end?: bigint }
  readonly type?: string | readonly string[]
  readonly from?: string | readonly string[]
  /** Every one of these must be among the event's tags. */
  readonly tags?: readonly Tag[]
  /** Events of one answer, from 1 to 1000; 100 if absent. */
  readonly limit?: bigint
  /** The newest first. */
  readonly reverse?: boolean
}

/** An access control event of an `AC_Bundle`. */
export type AccessEvent = { readonly type: 'Move' | 'Grant' | 'Revoke' | 'Transfer' | 'Gate'; readonly content: Val }

/** What is delivered to the endpoint of a grant that lets its holder `P`. */
export type Push = { readonly type: 'Push'; readonly enclave: Hex64; readonly event: Event }

/** What is delivered where the grant lets its holder `N` only. */
export type Notice = { readonly type: 'Notify'; readonly enclave: Hex64; readonly id: Hex64; readonly seq: bigint; readonly event_type: string }

/** Codes of refusals, as a node gives them (docs/protocol.md), and of this package's own. */
export type Code = string
