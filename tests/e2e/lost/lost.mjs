/**
 * Commits from many clients, a server that is killed at random moments, and what must be there afterwards: `node lost.mjs COMMAND COMMITS`.
 *
 * Every acknowledged event, with the number and the id of its receipt; numbers without gaps; every signature, hash and bundle as the client checks them;
 * and a tree head that grew from each one that was published before a kill.
 */

import assert from 'node:assert/strict'
import { Enclave, HttpClient, LocalWallet, ProofError, generateKey } from '@enc-protocol/client'
import { bytesToHex, computeEventsRoot, hexToBytes } from '@enc-protocol/core/rt'
import { verifyConsistencyProof } from '@enc-protocol/core/log'
import { verifyEvent } from '@enc-protocol/core/event'
import { Server, wait } from './lib.mjs'

const [command, wanted] = process.argv.slice(2)
const COMMITS = Number(wanted)
const ENCLAVES = 4
const CLIENTS = 24
/** Shares of the commits after which the server is killed. */
const KILLS = 10

/** Bundles of one event, and of several that are closed by their number or by time. */
const BUNDLES = [{ size: 1n }, { size: 4n, timeout: 50n }, { size: 64n, timeout: 300n }, { size: 3n, timeout: 20n }]

function manifest(owner, bundle) {
  const RBAC = {
    states: ['MEMBER'],
    traits: ['owner(0)'],
    readers: [{ type: 'Public', reads: '*' }],
    customs: [{ event: 'message', operator: 'MEMBER', ops: ['C'] }],
    init: { identity: owner, state: 'MEMBER', traits: ['owner'] },
  }
  return { enc_v: 2n, RBAC, bundle }
}

let server = await Server.start(command)
const owner = new LocalWallet(generateKey())
const identity = await owner.getPublicKey()
const rooms = []
for (let at = 0; at < ENCLAVES; at++) {
  const { enclave, receipt } = await Enclave.create({ node: server.url, manifest: manifest(identity, BUNDLES[at % BUNDLES.length]), wallet: owner })
  rooms.push({ enclave, receipts: [receipt], heads: [] })
}

let done = 0
let sent = 0
let lost = 0
let repeated = 0
let kills = 0
let restarting = null
let failure = null

/** One client: the next commit when the last one was acknowledged; the same one again when it was not. */
async function client(room) {
  while (sent < COMMITS && failure === null) {
    const commit = await room.enclave.sign('message', { at: BigInt(sent++), text: 'x'.repeat(Math.floor(Math.random() * 200)) })
    for (;;) {
      await restarting
      const { url } = server
      try {
        const receipt = await new HttpClient(url, { timeout: 20_000 }).post('/', commit)
        room.receipts.push(await room.enclave.checkReceipt(commit, receipt))
        break
      } catch (error) {
        if (error.code === 'duplicate') {
          // It was durable, and only its answer was lost.
          room.receipts.push(await room.enclave.checkReceipt(commit, error.payload.receipt))
          repeated++
          break
        }
        if (error.status !== undefined || error instanceof ProofError) throw error
        lost++
        await wait(5)
      }
    }
    done++
  }
}

/** Keeps asking for tree heads, so that there is one from right before each kill; a head of another history fails in `trust`. */
async function watch(room) {
  const seen = (sth) => (room.heads.at(-1)?.n === sth.n ? undefined : room.heads.push(sth))
  while (done < COMMITS && failure === null) {
    await restarting
    room.enclave.http = new HttpClient(server.url)
    await room.enclave.treeHead().then(seen, (error) => {
      if (error.status !== undefined || error instanceof ProofError) throw error
    })
    await wait(10)
  }
}

async function killer() {
  for (; kills < KILLS && failure === null; ) {
    const at = ((kills + Math.random()) / KILLS) * COMMITS * 0.98
    while (done < at && failure === null) await wait(1)
    await wait(Math.random() * 20)
    let begin
    restarting = new Promise((resolve) => (begin = resolve))
    const { data } = server
    await server.stop('SIGKILL')
    kills++
    server = await Server.start(command, { data })
    restarting = null
    begin()
  }
}

const fail = (error) => {
  failure ??= error
  throw error
}
const began = Date.now()
const clients = Array.from({ length: CLIENTS }, (_, at) => client(rooms[at % ENCLAVES]).catch(fail))
await Promise.all([...clients, ...rooms.map((room) => watch(room).catch(fail)), killer().catch(fail)])
const seconds = (Date.now() - began) / 1_000

// One more, at rest: nothing but what is on the disk.
await server.stop('SIGKILL')
server = await Server.start(command, { data: server.data })

/** Everything that a room holds, checked; the events by number. */
async function check({ enclave, receipts, heads }) {
  // Checking takes longer than a server keeps a connection that is idle.
  enclave.http = new HttpClient(server.url, { headers: { connection: 'close' } })
  const sth = await enclave.treeHead()
  const events = []
  const bundles = new Map()
  for await (const page of enclave.pull()) {
    events.push(...page.events)
    for (const bundle of page.bundles) bundles.set(bundle.first, bundle)
  }
  events.forEach((event, at) => {
    assert.equal(event.seq, BigInt(at), 'numbers without gaps')
    assert.ok(verifyEvent(event, enclave.sequencer), `event ${at} is whole`)
  })
  for (const receipt of receipts) {
    const event = events[Number(receipt.seq)]
    assert.ok(event !== undefined, `event ${receipt.seq} of a receipt is gone`)
    for (const field of ['id', 'hash', 'timestamp', 'sig', 'seq_sig', 'sequencer']) assert.equal(event[field], receipt[field], `${field} of event ${receipt.seq}`)
  }
  const { seq } = await enclave.http.get(`enclave/${enclave.id}`)
  assert.equal(seq, BigInt(events.length))
  assert.equal(new Set(receipts.map((receipt) => receipt.seq)).size, receipts.length, 'no number was given twice')
  // A commit that was sent was acknowledged in the end, so there is nothing but the acknowledged.
  assert.equal(events.length, receipts.length, 'no event is there that nobody committed')
  assert.equal(new Set(events.map(({ hash }) => hash)).size, events.length, 'no commit is there twice')

  // Bundles, one after the other, over exactly the events there are; those of the log are its leaves.
  let next = 0n
  let leaves = 0n
  for (const bundle of [...bundles.values()].sort((a, b) => Number(a.first - b.first))) {
    assert.equal(bundle.first, next, 'bundles without gaps')
    const own = events.slice(Number(bundle.first), Number(bundle.first + bundle.size))
    assert.equal(bundle.events_root, bytesToHex(computeEventsRoot(own.map(({ id }) => id))))
    next += bundle.size
    leaves++
  }
  assert.equal(leaves, sth.n, 'the log has a leaf for each bundle')
  for (const event of [events[0], events[Number(next) - 1], events[Math.floor(Number(next) / 2)]]) await enclave.verifyIncluded(event)
  for (const head of heads.filter(({ n }) => n < sth.n)) {
    const proof = await enclave.http.get(`${enclave.id}/consistency?first=${head.n}&second=${sth.n}`)
    assert.ok(verifyConsistencyProof(head.n, sth.n, hexToBytes(head.root), hexToBytes(sth.root), proof), `the log grew from size ${head.n}`)
  }
  return events.length
}

let events = 0
for (const room of rooms) events += await check(room)
const acknowledged = rooms.reduce((sum, { receipts }) => sum + receipts.length, 0)
const heads = rooms.reduce((sum, { heads }) => sum + heads.length, 0)
assert.ok(acknowledged >= COMMITS)
await server.stop()
console.log(
  `lost: ok: ${COMMITS} commits of ${CLIENTS} clients to ${ENCLAVES} enclaves in ${seconds.toFixed()} s, ${kills} kills, ${lost} requests without an answer, ` +
    `${repeated} of them durable; ${acknowledged} acknowledged, ${events} there; ${heads} tree heads, all of one history`,
)
process.exit(0)
