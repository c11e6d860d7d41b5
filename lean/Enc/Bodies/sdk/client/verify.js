/** What can be checked of what a node says, without asking it again. */

import { bytesToHex, computeEventsRoot, ctLeafHash, hexToBytes } from '@enc-protocol/core/rt'
import { letters, octets } from '@enc-protocol/core/rt/wire'
import { verifyEvent } from '@enc-protocol/core/event'
import { emptyLog, logAppend, logRoot, verifyInclusionProof } from '@enc-protocol/core/log'
import { verifyBundle } from '@enc-protocol/core/proofs'
import { keyOf, keyReads, proofReads, verifyStateProof } from '@enc-protocol/core/state-tree'

/** Something that a node said and that is not so. Keep it: a signed one is evidence. */
export class ProofError extends Error {
  constructor(message, evidence) {
    super(message)
    this.name = 'ProofError'
    this.evidence = evidence
  }
}

/** What an event may have. Nothing else is signed. */
const EVENT = new Set(['hash', 'enclave', 'from', 'type', 'content', 'exp', 'tags', 'alg', 'sig', 'seq', 'timestamp', 'sequencer', 'id', 'seq_sig'])

/** Whether an event of an enclave is signed by its author and by a sequencer, and says nothing besides. */
export function isSigned(enclave, event, sequencer) {
  return event?.enclave === enclave && verifyEvent(event, sequencer) === true && Object.keys(event).every((field) => EVENT.has(field))
}

function look(read) {
  return read.octets === undefined ? letters(read.letters) : octets(read.octets)
}

/** What the pure functions want taken apart. */
function gather(wanted) {
  const found = []
  for (let reads = wanted(found); reads.length > 0; reads = wanted(found)) {
    for (const read of reads) found.push({ read, items: look(read) })
  }
  return found
}

function stateKey(namespace, raw) {
  const key = keyOf(namespace, raw, gather((found) => keyReads(namespace, raw, found)))
  if (key === null) throw new TypeError('a raw key is 64 lower-case hexadecimal digits')
  return key
}

/** Whether a state proof shows what is under a raw key (hex) below a state root (hex): octets, null for nothing. */
export function provesState(stateRoot, namespace, raw, value, proof) {
  const found = gather((found) => proofReads(proof, found))
  return verifyStateProof(hexToBytes(stateRoot), stateKey(namespace, raw), value, proof, found) === true
}

/** Whether a leaf is in the log of a tree head, and which one it is. */
export function provesLeaf(sth, leaf) {
  return leaf?.tree_size === sth.n && verifyInclusionProof(hexToBytes(sth.root), leaf.leaf_index, sth.n, leaf) === true
}

/** Whether a bundle holds an event, and is the one of a leaf. */
export function provesBundled(event, bundle, leaf) {
  return (
    bundle?.event_id === event.id &&
    bundle.leaf_index === leaf.leaf_index &&
    bundle.events_root === leaf.events_root &&
    Array.isArray(bundle.siblings) &&
    verifyBundle(hexToBytes(event.id), bundle.bundle_index, bundle.bundle_size, bundle.siblings.map((each) => hexToBytes(each)), hexToBytes(leaf.events_root)) === true
  )
}

/**
 * The log of an enclave as it is read page by page, from its first event on: signatures, numbers, sequencers, bundles. What a tree head says of it is for
 * the reader to compare with `n` and `root`. `by` is who sequenced the last event, `sequencer` who sequences the next one.
 */
export class LogAudit {
  /** @param {object | null} checkpoint what `checkpoint` was after an earlier page */
  constructor(enclave, checkpoint = null) {
    this.enclave = enclave
    const { next = 0n, by = null, sequencer = null, log = emptyLog(), first = 0n, ids = [], bundles = [] } = checkpoint ?? {}
    Object.assign(this, { next, by, sequencer, log, first, ids: [...ids], bundles: [...bundles] })
  }

  /** Number of leaves of the bundles that were seen whole. */
  get n() {
    return this.log.n
  }

  /** The root over them, hex64. */
  get root() {
    return bytesToHex(logRoot(this.log))
  }

  get checkpoint() {
    const { next, by, sequencer, log, first, ids, bundles } = this
    return { next, by, sequencer, log, first, ids: [...ids], bundles: [...bundles] }
  }

  /** Takes a page; throws for what is not so. */
  take({ events, bundles, next }) {
    for (const event of events) this.event(event)
    this.bundles.push(...bundles)
    while (this.bundles.length > 0 && BigInt(this.ids.length) >= this.bundles[0].size) this.bundle(this.bundles.shift())
    if (next !== null && (next !== this.next || events.length === 0)) throw new ProofError('the page does not lead to the next one', { next })
  }

  event(event) {
    this.by = this.sequencer ?? event.sequencer
    if (event.seq !== this.next || !isSigned(this.enclave, event, this.by)) {
      throw new ProofError('an event is not the next one of its sequencer', event)
    }
    // A manifest that verifies makes the id that it stands under.
    if (event.seq === 0n && event.type !== 'Manifest') throw new ProofError('the log does not begin with a manifest', event)
    this.sequencer = event.type === 'Migrate' ? event.content.new_sequencer : this.by
    this.ids.push(event.id)
    this.next += 1n
  }

  bundle(bundle) {
    const { index, first, size, events_root, state_hash } = bundle
    const ids = this.ids.splice(0, Number(size))
    const grown = logAppend(this.log, ctLeafHash(hexToBytes(events_root), hexToBytes(state_hash)))
    if (index !== this.log.n || first !== this.first || size === 0n || grown === null || bytesToHex(computeEventsRoot(ids)) !== events_root) {
      throw new ProofError('a bundle is not what its events make', bundle)
    }
    this.first += size
    this.log = grown.log
  }
}
