import type { HttpClient } from './http.js'
import type { Session } from './session.js'
import type { AccessEvent, Bundle, BundleProof, Commit, Event, Filter, Hex64, LeafProof, Receipt, Tag, TreeHead, Val } from './types.js'
import type { Checkpoint } from './verify.js'
import type { Wallet } from './wallet.js'
import type { SocketClass } from './ws.js'

export { ProofError } from './verify.js'

/** The namespaces of the state tree: bitmasks and gates, deleted and updated events, slots. */
export declare const Namespace: { readonly Rbac: 0n; readonly EventStatus: 1n; readonly Slots: 2n }

/** What every way to an enclave takes. */
export interface Common {
  /** The node: a URL, or a client for it. */
  readonly node: string | HttpClient
  /** The newest tree head that was seen in an earlier run: the log must have grown from it. */
  readonly head?: TreeHead | null
  /** For live events; `globalThis.WebSocket` if absent. */
  readonly WebSocket?: SocketClass
  /** What goes wrong on the connection for live events, where nobody waits for an answer. */
  readonly onError?: (error: Error) => void
}

export interface EnclaveOptions extends Common {
  readonly enclave: Hex64
  /** The key that its tree heads must be signed by. */
  readonly sequencer: Hex64
  /** The identity; null to read what is public. */
  readonly wallet?: Wallet | null
}

export interface OpenOptions extends Common {
  readonly enclave: Hex64
  /** Where it is known. Without it the one that the node names is trusted: do that once, and keep `sequencer`. */
  readonly sequencer?: Hex64
  readonly wallet?: Wallet | null
}

export interface CreateOptions extends Common {
  /** The content of the first event (docs/protocol.md, Manifests). */
  readonly manifest: Val
  readonly wallet: Wallet
  readonly tags?: readonly Tag[]
  /** Milliseconds that the commit is valid for; five minutes if absent. */
  readonly lifetime?: number | bigint
}

export interface CommitOptions {
  readonly tags?: readonly Tag[]
  /** Milliseconds that the commit is valid for; five minutes if absent. */
  readonly lifetime?: number | bigint
  /** Milliseconds since 1970; the clock's if absent. */
  readonly now?: number | bigint
}

/** Events of a query. `next` is the number to go on from (in reverse: to end before), null at the end. That nothing was left out is not proven. */
export interface Answer {
  readonly events: readonly Event[]
  readonly next: bigint | null
}

/** A page of the log. */
export interface Page {
  readonly events: readonly Event[]
  /** The bundles that begin among the events. */
  readonly bundles: readonly Bundle[]
  readonly next: bigint | null
  readonly sth: TreeHead
  /** To go on from after this page, also in another run. */
  readonly checkpoint: Checkpoint
}

/** What proves that an event is in the log. */
export interface Included {
  readonly sth: TreeHead
  readonly bundle: BundleProof
  readonly leaf: LeafProof
}

/** A place in the state tree. */
export interface Place {
  readonly namespace: bigint
  /** The raw key. */
  readonly key: Hex64
}

export interface SubscribeOptions {
  /** Forward only. */
  readonly filter?: Filter
  /** Each event once, verified, in order. */
  readonly event: (event: Event) => void
  /** The past is over; again after every interruption. */
  readonly caughtUp?: () => void
  /** The end that was not asked for: the node's code, or `bad_proof`, whose error went to `onError`. */
  readonly ended?: (reason: string | null) => void
}

/**
 * One enclave at one node, for one identity. What a node answers is verified, and a {@link ProofError} is thrown where it is not so; its refusals are an
 * `ApiError`. Questions about the tree head go one after the other.
 */
export declare class Enclave {
  #private
  /** @throws {TypeError} where an id or a key is none */
  constructor(options: EnclaveOptions)
  readonly http: HttpClient
  readonly id: Hex64
  readonly sequencer: Hex64
  readonly wallet: Wallet | null
  /** The newest tree head that was seen. Keep it across runs: it is what catches a node that shows an older or another log. */
  readonly head: TreeHead | null
  readonly session: Session | null
  readonly onError: (error: Error) => void

  /** Makes an enclave. Its sequencer is the key that the node's receipt is signed with. */
  static create(options: CreateOptions): Promise<{ enclave: Enclave; receipt: Receipt }>

  /** Finds an enclave by its id at a node. */
  static open(options: OpenOptions): Promise<Enclave>

  /**
   * A commit, signed, to be sent by other means.
   * @throws {TypeError} for content that cannot be hashed
   */
  sign(type: string, content: Val, options?: CommitOptions): Promise<Commit>

  /** Commits, and answers the receipt, verified. A commit that was taken before gives its first receipt. */
  commit(type: string, content: Val, options?: CommitOptions): Promise<Receipt>

  /** Verifies a receipt. One of an earlier sequencer counts if its event is in the log. */
  checkReceipt(commit: Commit, receipt: Receipt): Promise<Receipt>

  /** Moves an identity from a State to another one. */
  move(target: Hex64, from: string, to: string): Promise<Receipt>
  /** Grants a trait. @param endpoint where the identity is pushed to or notified: `https`, at a public address */
  grant(target: Hex64, trait: string, endpoint?: string): Promise<Receipt>
  revoke(target: Hex64, trait: string): Promise<Receipt>
  /** Gives a trait away. */
  transfer(target: Hex64, trait: string): Promise<Receipt>
  /** Opens or closes a gate. */
  gate(alias: string, open: boolean): Promise<Receipt>
  /** Several access control events, all or none. */
  together(events: readonly AccessEvent[]): Promise<Receipt>
  /** @param target the id of an event */
  update(target: Hex64, content: Val): Promise<Receipt>
  /** @param target the id of an event */
  delete(target: Hex64): Promise<Receipt>
  pause(): Promise<Receipt>
  resume(): Promise<Receipt>
  terminate(): Promise<Receipt>

  /** A request body with the session of the wallet's identity; as it is where there is no wallet. */
  signed<T extends { readonly [field: string]: Val }>(body: T): Promise<T>

  /** Verifies an event: signed by the sequencer, or by an earlier one and in the log, which takes two requests. */
  checkEvent(event: Event): Promise<Event>

  /** Events that a filter lets through, in order: one page. @throws {TypeError} for what is no filter */
  query(filter?: Filter): Promise<Answer>

  /** All events that a filter lets through. */
  events(filter?: Filter): AsyncGenerator<Event, void, undefined>

  /**
   * The whole log, in pages of at most 256 events, every signature and bundle checked and the log's root made again. Whoever may read everything may pull.
   * @param checkpoint that of the last page of an earlier pull
   */
  pull(checkpoint?: Checkpoint | null): AsyncGenerator<Page, void, undefined>

  /** The newest tree head, proven to have grown from the last one that was seen. */
  treeHead(): Promise<TreeHead>

  /** Proof that the log holds an event. @throws {ApiError} `open_bundle` where its bundle is not closed yet */
  verifyIncluded(event: Event): Promise<Included>

  /** What the state tree has under a raw key; null for nothing. */
  state(namespace: bigint, raw: Hex64): Promise<Uint8Array | null>

  /** {@link state} of many places, 16 in a request. */
  states(places: readonly Place[]): Promise<(Uint8Array | null)[]>

  /** The bitmask of an identity: its State in bits 0 to 7, traits from bit 8 on; 0 for strangers. */
  mask(identity: Hex64): Promise<bigint>

  /** Whether a gate is open. */
  isOpen(alias: string): Promise<boolean>

  /**
   * Whether a slot holds this value; for null, whether it is empty.
   * @param kind `Own` with the identity that owns it, `Shared` without
   */
  slotHolds(kind: 'Shared' | 'Own', key: string, value: Val, owner?: Hex64 | null): Promise<boolean>

  /**
   * Events as they come, after those there are.
   * @returns what ends it
   */
  subscribe(options: SubscribeOptions): Promise<() => Promise<void>>

  /** {@link commit} over the connection for live events. @throws {SocketError} instead of an `ApiError` */
  commitLive(type: string, content: Val, options?: CommitOptions): Promise<Receipt>

  /**
   * Hands the enclave over to another node: the migration, which is the last word here, then {@link moveTo}.
   * @param options the key of the new node. Without it the one that it names is believed, and an enclave that was handed to a wrong key is lost
   */
  migrate(node: string | HttpClient, options?: { readonly sequencer?: Hex64 }): Promise<Enclave>

  /**
   * Replays the whole log at the node that the migration names; again after an interruption.
   * @returns the same enclave there, its log proven to be this one
   */
  moveTo(node: string | HttpClient, options: { readonly sequencer: Hex64 }): Promise<Enclave>

  /** Ends the connection for live events, if there is one. */
  close(): Promise<void>
}
