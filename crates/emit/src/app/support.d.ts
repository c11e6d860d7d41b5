import type { Enclave, Event, Hex64, Val } from '@enc-protocol/client'
import type { DataView, Snapshot } from '@enc-protocol/dataview'

/** An event as views have it. */
export interface Entry<C> {
  /** The id of the event, by which it is updated and deleted. */
  readonly id: Hex64
  /** The author. */
  readonly from: Hex64
  /** Its number in the enclave. */
  readonly seq: bigint
  /** When the sequencer took it, in milliseconds since 1970. */
  readonly timestamp: bigint
  /** Its content, that of its last update where there was one. */
  readonly content: C
}

export interface ViewOptions<C> {
  /** Called after events were applied; the next ones wait for it. */
  readonly save?: (snapshot: Snapshot<readonly Entry<C>[]>) => void | Promise<void>
  /** What `save` was given last. */
  readonly snapshot?: Snapshot<readonly Entry<C>[]>
  /** Whether the identity may read the events: true if absent. A view without is made of what is pushed to it. */
  readonly readable?: boolean
}

/**
 * A read model of the events of one type, verified. Updates and deletions are applied; events whose content is not of the declared shape are left out,
 * because a node does not look at fields. Every event copies the list of entries, so that a view is for thousands of them, not for millions.
 */
export declare class View<C, T> {
  constructor(options: never)
  /** What it is a projection of. */
  readonly data: DataView<readonly Entry<C>[]>
  readonly project: (entries: readonly Entry<C>[]) => T
  /** Catches up with the enclave, and answers what the view shows then. */
  sync(): Promise<T>
  /** What the view shows. */
  query(): Promise<T>
  /** Follows the enclave. @returns what ends it */
  follow(options?: { readonly ended?: (reason: string | null) => void }): Promise<() => Promise<void>>
  /** Takes a delivery of push or notify. @returns whether it was one for this enclave */
  deliver(payload: Val): Promise<boolean>
}

/** What a value must look like. */
export declare class Shape<C> {
  constructor(fields: { readonly [name: string]: readonly [type: string, optional: boolean] })
  readonly fields: ReadonlyMap<string, readonly [type: string, optional: boolean]>
  /** The first thing that is wrong with a value, in words; null if nothing is. */
  fault(value: unknown): string | null
  /** The value, its absent fields left out. @throws {TypeError} */
  checked(what: string, value: C): Val
}

export type { Enclave, Event }
