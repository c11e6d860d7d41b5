/** An enclave, used and verified: nothing that a node says is believed that can be checked. */

import { bytesToHex, computeContentHash, hexToBytes, jsonStringify } from '@enc-protocol/core/rt'
import { eventOf, mkCommit, mkManifest, verifyReceipt } from '@enc-protocol/core/event'
import { isHex, verifyTreeHead } from '@enc-protocol/core/crypto'
import { isFilter, matchesFilter } from '@enc-protocol/core/filter'
import { gateRaw, slotRaw } from '@enc-protocol/core/ledger'
import { verifyConsistencyProof } from '@enc-protocol/core/log'
import { HttpClient } from './http.js'
import { signRequest } from './session.js'
import { LogAudit, ProofError, isSigned, provesBundled, provesLeaf, provesState } from './verify.js'
import { WsClient } from './ws.js'

export { ProofError } from './verify.js'

/** Sessions are opened anew this long before they expire, in milliseconds. */
const SESSION_MARGIN = 30_000n
const COMMIT_LIFETIME = 300_000n
/** What a node takes and gives at most: events of a page of a pull, of a chunk of a replay, octets of a body; keys of one question. */
const PAGE = 256n
const CHUNK = 64
const CHUNK_OCTETS = 1_000_000
const PLACES = 16
/** How often a migration is tried that another commit came before, or a replay that another one is in the way of. */
const TRIES = 5

/** Seconds that a node may ask to wait, at most. */
const MAX_WAIT = 60

const NOT_HASHED = 'cannot be hashed: text, truth values, integers from 0 to 2^53 - 1, lists, objects and null only'

/** The namespaces of the state tree. */
export const Namespace = Object.freeze({ Rbac: 0n, EventStatus: 1n, Slots: 2n })

function nodeOf(node) {
  return typeof node === 'string' ? new HttpClient(node) : node
}

function checkAsked(filter, event) {
  if (matchesFilter(filter, event) !== true) throw new ProofError('an event is not one that was asked for', { filter, event })
}

/** One enclave at one node, for one identity. */
export class Enclave {
  #known = null
  #tied = false
  #turns = Promise.resolve()

  constructor({ node, enclave, sequencer, wallet = null, head = null, WebSocket = globalThis.WebSocket, onError = () => {} }) {
    for (const [name, value] of Object.entries({ enclave, sequencer })) {
      if (isHex(value, 32n) !== true) throw new TypeError(`\`${name}\` is not 64 lower-case hexadecimal digits`)
    }
    this.http = nodeOf(node)
    Object.assign(this, { id: enclave, sequencer, wallet, head, WebSocket, onError })
    this.session = null
  }

  static async create({ node, manifest, wallet, tags = [], lifetime = COMMIT_LIFETIME, ...rest }) {
    const http = nodeOf(node)
    const unsigned = mkManifest(await wallet.getPublicKey(), manifest, BigInt(Date.now()) + BigInt(lifetime), tags)
    if (unsigned === null) throw new TypeError(`the manifest ${NOT_HASHED}`)
    const commit = { ...unsigned, sig: await wallet.signSchnorr(unsigned.hash) }
    const receipt = await http.post('/', commit)
    // Whoever sequences the first event is the sequencer, and no other key is trusted from here on.
    if (verifyReceipt(commit, receipt, receipt?.sequencer) !== true || receipt.seq_pub !== receipt.sequencer) {
      throw new ProofError('the receipt is not one of this manifest', receipt)
    }
    return { enclave: new Enclave({ node: http, enclave: commit.enclave, sequencer: receipt.sequencer, wallet, ...rest }), receipt }
  }

  static async open({ node, enclave, sequencer, ...rest }) {
    const http = nodeOf(node)
    const said = await http.get(`enclave/${enclave}`)
    if (said.enclave !== enclave || (sequencer !== undefined && said.sequencer !== sequencer)) {
      throw new ProofError('the node names another enclave or another sequencer', said)
    }
    const own = new Enclave({ node: http, enclave, sequencer: said.sequencer, ...rest })
    await own.#turn(() => own.#trust(said.sth))
    return own
  }

  async sign(type, content, { tags = [], lifetime = COMMIT_LIFETIME, now = Date.now() } = {}) {
    const unsigned = mkCommit(this.id, await this.wallet.getPublicKey(), type, content, BigInt(now) + BigInt(lifetime), tags)
    if (unsigned === null) throw new TypeError(`the content ${NOT_HASHED}`)
    return { ...unsigned, sig: await this.wallet.signSchnorr(unsigned.hash) }
  }

  async commit(type, content, options) {
    return this.#commit(await this.sign(type, content, options), (commit) => this.http.post('/', commit))
  }

  /** A commit that was taken before gives its first receipt. */
  async #commit(commit, send) {
    let receipt
    try {
      receipt = await send(commit)
    } catch (error) {
      if (error.code !== 'duplicate' || error.payload.receipt === undefined) throw error
      receipt = error.payload.receipt
    }
    return this.checkReceipt(commit, receipt)
  }

  async checkReceipt(commit, receipt) {
    if (verifyReceipt(commit, receipt, receipt?.sequencer) !== true) throw new ProofError('the receipt is not one of this commit', receipt)
    const event = eventOf(commit, receipt)
    if (receipt.sequencer === this.sequencer) this.#known = event
    else await this.verifyIncluded(event)
    return receipt
  }

  move(target, from, to) {
    return this.commit('Move', { target, from, to })
  }

  grant(target, trait, endpoint) {
    return this.commit('Grant', endpoint === undefined ? { target, trait } : { target, trait, endpoint })
  }

  revoke(target, trait) {
    return this.commit('Revoke', { target, trait })
  }

  transfer(target, trait) {
    return this.commit('Transfer', { target, trait })
  }

  gate(alias, open) {
    return this.commit('Gate', { alias, open })
  }

  together(events) {
    return this.commit('AC_Bundle', { events })
  }

  update(target, content) {
    return this.commit('Update', { target, content })
  }

  delete(target) {
    return this.commit('Delete', { target })
  }

  pause() {
    return this.commit('Pause', null)
  }

  resume() {
    return this.commit('Resume', null)
  }

  terminate() {
    return this.commit('Terminate', null)
  }

  async signed(body) {
    if (this.wallet === null) return body
    if (this.session === null || this.session.expires < BigInt(Date.now()) + SESSION_MARGIN) {
      this.session = await this.wallet.createSession(this.sequencer)
    }
    return signRequest(body, this.session)
  }

  async #ask(path, body) {
    return this.http.post(path, await this.signed({ ...body, enclave: this.id }))
  }

  /** What depends on the tree head goes one after the other: an answer that was overtaken would look like a log that shrank. */
  #turn(task) {
    const result = this.#turns.then(task)
    this.#turns = result.catch(() => {})
    return result
  }

  checkEvent(event) {
    return this.#check(event, (each) => this.verifyIncluded(each))
  }

  async #check(event, included) {
    if (event?.sequencer !== this.sequencer) await included(event)
    else this.#checkSigned(event)
    return event
  }

  /** Of earlier sequencers the signatures alone say nothing: their keys have no say any more. */
  #checkSigned(event) {
    if (!isSigned(this.id, event, event?.sequencer)) throw new ProofError('an event is not what its sequencer signed', event)
    this.#known = event
  }

  async query(filter = {}) {
    return this.#query(filter, (event) => this.verifyIncluded(event))
  }

  async #query(filter, included) {
    if (isFilter(filter) !== true) throw new TypeError('not a filter')
    const answer = await this.#ask('/', { type: 'Query', filter })
    let last = null
    for (const event of answer.events) {
      checkAsked(filter, event)
      await this.#check(event, included)
      const inOrder = last === null || (filter.reverse === true ? event.seq < last : event.seq > last)
      if (!inOrder) throw new ProofError('the events are not in order', answer)
      last = event.seq
    }
    if (answer.next !== null && typeof answer.next !== 'bigint') throw new ProofError('the answer does not say where to go on', answer)
    return { events: answer.events, next: answer.next }
  }

  async *events(filter = {}) {
    let seq = filter.seq
    for (;;) {
      const { events, next } = await this.query(seq === undefined ? filter : { ...filter, seq })
      yield* events
      if (next === null) return
      const reverse = filter.reverse === true
      const before = reverse ? seq?.end : (seq?.start ?? 0n)
      if (before !== undefined && (reverse ? next >= before : next <= before)) throw new ProofError('the page does not lead to the next one', { next })
      seq = reverse ? { ...seq, end: next } : { ...seq, start: next }
    }
  }

  async *pull(checkpoint = null) {
    const log = new LogAudit(this.id, checkpoint)
    for (let next = log.next; next !== null; ) {
      const page = await this.#turn(() => this.#page(log))
      yield page
      next = page.next
    }
  }

  async #page(log) {
    const page = await this.#ask('/', { type: 'Pull', from: log.next, limit: PAGE })
    log.take(page)
    const sth = await this.#trust(page.sth)
    const whole = page.next === null
    const growing = log.n > 0n && log.n < sth.n && !whole
    const held = growing ? await this.#grew({ n: log.n, root: log.root }, sth) : (log.n === 0n && !whole) || (log.n === sth.n && log.root === sth.root)
    // A migration is the last word of the sequencer that was.
    const own = !whole || log.sequencer === this.sequencer || log.by === this.sequencer
    if (!held || !own) throw new ProofError('the log is not what the tree head says', { sth, n: log.n, root: log.root })
    if (whole) this.#tied = true
    const bundles = page.bundles.map(({ index, first, size, events_root, state_hash }) => ({ index, first, size, events_root, state_hash }))
    return { events: page.events, bundles, next: page.next, sth, checkpoint: log.checkpoint }
  }

  treeHead() {
    return this.#turn(() => this.#treeHead())
  }

  async #treeHead() {
    return this.#trust(await this.http.get(`${this.id}/sth`))
  }

  async #grew(first, second) {
    const proof = await this.http.get(`${this.id}/consistency?first=${first.n}&second=${second.n}`)
    return verifyConsistencyProof(first.n, second.n, hexToBytes(first.root), hexToBytes(second.root), proof) === true
  }

  async #trust(sth) {
    const last = this.head
    if (verifyTreeHead(sth, this.sequencer) !== true) throw new ProofError('the tree head is not signed by the sequencer', sth)
    if (last !== null) {
      if (sth.n < last.n) throw new ProofError('the log is shorter than it was', { last, sth })
      if (sth.n === last.n && sth.root !== last.root) throw new ProofError('there are two logs', { last, sth })
      if (sth.n > last.n && !(await this.#grew(last, sth))) throw new ProofError('the log did not grow from what it was', { last, sth })
    }
    this.head = sth
    return sth
  }

  verifyIncluded(event) {
    return this.#turn(() => this.#included(event))
  }

  async #included(event) {
    this.#checkSigned(event)
    // In this order: a bundle that closes after the tree head was read is not in it.
    const bundle = await this.#ask('bundle', { seq: event.seq })
    const sth = await this.#treeHead()
    const leaf = await this.#ask('inclusion', { seq: event.seq, tree_size: sth.n })
    if (!provesLeaf(sth, leaf) || !provesBundled(event, bundle, leaf)) {
      throw new ProofError('the log does not hold the event', { sth, bundle, leaf, event })
    }
    this.#tied = true
    return { sth, bundle, leaf }
  }

  /** A tree head does not name its enclave: one event that is in the log, and whose id does, ties them. */
  async #tie() {
    if (this.#tied) return
    const included = (each) => this.#included(each)
    const first = await this.#query({ seq: { start: 0n, end: 1n } }, included)
    const event = first.events[0] ?? this.#known ?? (await this.#query({ limit: 1n }, included)).events[0]
    if (event === undefined) throw new ProofError('no event that may be read ties the tree head to the enclave', this.head)
    if (!this.#tied) await this.#included(event)
  }

  async state(namespace, raw) {
    const [value] = await this.states([{ namespace, key: raw }])
    return value
  }

  states(places) {
    return this.#turn(async () => {
      const values = []
      for (let at = 0; at < places.length; at += PLACES) values.push(...(await this.#states(places.slice(at, at + PLACES))))
      return values
    })
  }

  async #states(places) {
    await this.#tie()
    const single = places.length === 1
    const answer = await (single ? this.#ask('state', places[0]) : this.#ask('state-batch', { keys: places }))
    const sth = await this.#trust(answer.sth)
    const { leaf } = answer
    const proofs = single ? [answer.proof] : answer.proofs
    const values = proofs.map((proof) => (proof.v === null ? null : hexToBytes(proof.v)))
    const proven =
      proofs.length === places.length &&
      provesLeaf(sth, leaf) &&
      leaf.leaf_index === sth.n - 1n &&
      places.every(({ namespace, key }, at) => provesState(leaf.state_hash, namespace, key, values[at], proofs[at]))
    if (!proven) throw new ProofError('the state is not what the log says', answer)
    return values
  }

  async mask(identity) {
    const value = await this.state(Namespace.Rbac, identity)
    return value === null ? 0n : BigInt(`0x${bytesToHex(value)}`)
  }

  async isOpen(alias) {
    return (await this.state(Namespace.Rbac, gateRaw(alias))) !== null
  }

  async slotHolds(kind, key, value, owner = null) {
    const held = await this.state(Namespace.Slots, slotRaw(kind, key, owner))
    return value === null ? held === null : held !== null && bytesToHex(held) === bytesToHex(computeContentHash(value))
  }

  /** The connection for live events, opened when it is needed. */
  get #socket() {
    this.connection ??= new WsClient(this.http.baseUrl, { WebSocket: this.WebSocket, onError: this.onError })
    return this.connection
  }

  subscribe({ filter = {}, event, caughtUp, ended }) {
    if (isFilter(filter) !== true || filter.reverse === true) throw new TypeError('not a filter for a subscription, which goes forward')
    return this.#socket.subscribe({
      filter,
      request: (sub_id, asked) => this.signed({ type: 'Query', sub_id, enclave: this.id, filter: asked }),
      expired: () => {
        this.session = null
      },
      check: (each) => {
        checkAsked(filter, each)
        return this.checkEvent(each)
      },
      event,
      caughtUp,
      ended,
    })
  }

  async commitLive(type, content, options) {
    return this.#commit(await this.sign(type, content, options), (commit) => this.#socket.commit(commit))
  }

  async migrate(node, { sequencer } = {}) {
    const http = nodeOf(node)
    const { seq_pub } = await http.get('/')
    if (isHex(seq_pub, 32n) !== true || (sequencer !== undefined && seq_pub !== sequencer)) {
      throw new ProofError('the new node has another key', { seq_pub })
    }
    await this.#handOver(seq_pub)
    return this.moveTo(http, { sequencer: seq_pub })
  }

  /** The migration says what is before it, so it is made again if something comes between. */
  async #handOver(new_sequencer) {
    for (let left = TRIES; ; left--) {
      const sth = await this.treeHead()
      const { seq } = await this.http.get(`enclave/${this.id}`)
      try {
        return await this.commit('Migrate', { new_sequencer, prev_seq: seq - 1n, ct_root: sth.root })
      } catch (error) {
        if (error.code !== 'bad_content' || left === 1) throw error
      }
    }
  }

  async moveTo(node, { sequencer }) {
    const http = nodeOf(node)
    const restored = await this.#replayOn(http)
    if (restored !== true) throw new ProofError('the new node did not take the enclave', { restored })
    const { wallet, WebSocket, onError } = this
    const moved = new Enclave({ node: http, enclave: this.id, sequencer, wallet, WebSocket, onError })
    const [last, head] = [this.head, await moved.treeHead()]
    if (head.n !== last.n || head.root !== last.root) throw new ProofError('the new node has another log', { last, head })
    moved.#tied = true
    return moved
  }

  /** Somebody may have begun a replay under another sequencer, which ends by its time. */
  async #replayOn(http) {
    for (let left = TRIES; ; left--) {
      const replay = new Replay(http, this.id)
      try {
        for await (const page of this.pull()) await replay.take(page)
        return await replay.end()
      } catch (error) {
        const wait = error.payload?.retry_after
        if (error.code !== 'restoring' || typeof wait !== 'bigint' || left === 1) throw error
        await new Promise((resolve) => setTimeout(resolve, Math.min(Number(wait), MAX_WAIT) * 1000))
      }
    }
  }

  async close() {
    await this.connection?.close()
  }
}

/** Sends the pages of a pull to another node, in chunks of a size that it takes. */
class Replay {
  constructor(http, enclave) {
    Object.assign(this, { http, enclave, events: [], octets: 0, changes: 0, bundles: [], restored: false })
  }

  async take(page) {
    this.bundles.push(...page.bundles)
    for (const event of page.events) {
      const octets = new TextEncoder().encode(jsonStringify(event)).length
      const changes = event.type === 'AC_Bundle' ? event.content.events.length : 1
      if (this.events.length > 0 && (this.changes + changes > CHUNK || this.octets + octets > CHUNK_OCTETS)) await this.send()
      this.events.push(event)
      this.octets += octets
      this.changes += changes
    }
  }

  async send() {
    const { enclave, events } = this
    const end = events.at(-1).seq
    const bundles = this.bundles.filter(({ first, size }) => first <= end && first + size > events[0].seq)
    this.restored = (await this.http.post('restore', { enclave, events, bundles })).restored
    this.bundles = this.bundles.filter(({ first, size }) => first + size > end + 1n)
    Object.assign(this, { events: [], octets: 0, changes: 0 })
  }

  async end() {
    if (this.events.length > 0) await this.send()
    return this.restored
  }
}
