import type { Enclave, Event, Filter, Val } from '@enc-protocol/client'

/** What is kept of a view. */
export interface Snapshot<S> {
  /** Number of the next event that is looked at. */
  readonly next: bigint
  readonly state: S
}

export interface DataViewOptions<S> {
  readonly enclave: Enclave
  /** The state after an event; not to change the one that it is given. */
  readonly apply: (state: S, event: Event) => S
  readonly initial: S
  /** Which events are looked at. */
  readonly filter?: Omit<Filter, 'seq' | 'limit' | 'reverse'>
  /** Called after events were applied; the next ones wait for it. */
  readonly save?: (snapshot: Snapshot<S>) => void | Promise<void>
  /** What `save` was given last. */
  readonly snapshot?: Snapshot<S>
  /** Whether the identity may read the events (`R`): true if absent. A view without is made of what is pushed alone, as far as it was delivered. */
  readonly readable?: boolean
}

/**
 * A view: a fold over the verified events of an enclave, in their order, each once. What an update or a deletion does to earlier ones is for `apply` to
 * say; a query leaves deleted events out, so that a view that began later may not have seen them.
 */
export declare class DataView<S> {
  constructor(options: DataViewOptions<S>)
  /** Number of the next event that is looked at. */
  readonly next: bigint
  readonly state: S

  /** Catches up with the enclave. @returns the state @throws what `Enclave.events` throws; the events before were applied */
  sync(): Promise<S>

  /**
   * Follows the enclave. What goes wrong goes to its `onError`.
   * @returns what ends it
   */
  follow(options?: { readonly ended?: (reason: string | null) => void }): Promise<() => Promise<void>>

  /**
   * Takes a delivery of push or notify, as its endpoint received it: the JSON of the protocol, `parseJson` of `@enc-protocol/core/rt/wire`.
   * @returns whether it was one for this view; a delivery that comes twice is taken once
   * @throws {ProofError} for an event that its sequencer did not sign
   */
  deliver(payload: Val): Promise<boolean>

  /** What `project` makes of the state, when all that was asked before is done. */
  query(): Promise<S>
  query<T>(project: (state: S) => T): Promise<T>
}
