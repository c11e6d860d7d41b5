// The whole story of an enclave with the packed client: `node story.mjs WORK COMMAND…`, COMMAND being that of the server.
import assert from 'node:assert/strict'
import { execFileSync } from 'node:child_process'
import { readFileSync, writeFileSync } from 'node:fs'
import WebSocket from 'ws'
import { parseJson } from '@enc-protocol/core/rt/wire'
import { Enclave, HttpClient, LocalWallet, RegistryClient, generateKey } from '@enc-protocol/client'
import { DataView } from '@enc-protocol/dataview'
import { club } from './manifest.mjs'
import { startHook, startNode, until } from './servers.mjs'

const [work, ...command] = process.argv.slice(2)
const FIRST = '3'.padStart(64, '0')
const SECOND = '4'.padStart(64, '0')
const said = (what) => console.log(`story: ${what}`)
const quiet = (error) => assert.fail(error)

const first = await startNode({ command, work, key: FIRST, flags: ['--allow-private-push'] })
const second = await startNode({ command, work, key: SECOND })
// The Lean reference takes seconds for what others do in milliseconds.
const PATIENCE = 600_000
const [one, two] = [first, second].map(({ url }) => new HttpClient(url, { timeout: PATIENCE }))
const [owner, ann, view, bell] = Array.from({ length: 4 }, () => new LocalWallet(generateKey()))
const [ownerId, annId, viewId, bellId] = await Promise.all([owner, ann, view, bell].map((each) => each.getPublicKey()))
const at = (url, wallet, more = {}) => Enclave.open({ node: url, wallet, WebSocket, onError: quiet, ...more })
const refused = (code) => (error) => error.code === code

// Create, and let others in.
const { enclave, receipt } = await Enclave.create({ node: one, manifest: club(ownerId), wallet: owner, WebSocket, onError: quiet })
assert.equal(receipt.seq, 0n)
const { id, sequencer } = enclave
await enclave.move(annId, 'OUTSIDER', 'MEMBER')
const mine = await at(one, ann, { enclave: id, sequencer })
said('created')

// Pushed and notified: in the order of the log, also when the hook fails at first.
const pushHook = await startHook([500])
const bellHook = await startHook()
await enclave.grant(viewId, 'view', pushHook.url)
await enclave.grant(bellId, 'bell', bellHook.url)

// Past and live over one connection.
await mine.commit('message', 'past')
const seen = []
let caughtUp = 0
const stop = await mine.subscribe({ filter: { type: 'message' }, event: ({ content }) => seen.push(content), caughtUp: () => caughtUp++ })
await until('the past was seen', () => caughtUp === 1)
assert.deepEqual(seen, ['past'])
for (const content of ['live', { text: 'é\u{1f4a1}', list: [1n, true, null] }, '']) await enclave.commit('message', content)
const live = await mine.commitLive('message', 'over the connection')
await until('the present was seen', () => seen.length === 5)
assert.deepEqual(seen.slice(1), ['live', { text: 'é\u{1f4a1}', list: [1n, true, null] }, '', 'over the connection'])
await stop()
await enclave.commit('message', 'unheard')
said('subscribed: past and live')

// Pages of a subscription, and the end of one whose reader was put out.
const paged = []
let lost = null
const outsider = new LocalWallet(generateKey())
await enclave.move(await outsider.getPublicKey(), 'OUTSIDER', 'MEMBER')
const guest = await at(one, outsider, { enclave: id, sequencer })
await guest.subscribe({ filter: { type: 'message', limit: 2n }, event: (event) => paged.push(event.seq), ended: (reason) => (lost = reason) })
await until('all pages were seen', () => paged.length === 6)
await enclave.move(await outsider.getPublicKey(), 'MEMBER', 'OUTSIDER')
await until('the subscription of who was put out ended', () => lost === 'not_authorized')
await assert.rejects(guest.query(), refused('not_authorized'))
await guest.close()

// Query, in pages and in reverse; every event is in the log.
const all = []
for await (const event of mine.events({ type: 'message', limit: 2n })) all.push(event)
const backwards = []
for await (const event of mine.events({ type: 'message', limit: 4n, reverse: true })) backwards.unshift(event)
assert.deepEqual(all, backwards)
assert.equal(all.length, 6)
const isIncluded = (by, event) => by.verifyIncluded(event).then(() => true, (error) => assert.equal(error.code, 'open_bundle'))
await until('the open bundle was closed', () => isIncluded(mine, all.at(-1)))
for (const event of all) await mine.verifyIncluded(event)
assert.deepEqual((await mine.query({ id: live.id })).events.map(({ seq }) => seq), [live.seq])

// A tree head on whose way the open bundle closes.
const { enclave: apart } = await Enclave.create({ node: one, manifest: club(ownerId, { size: 4n, timeout: 1000n }), wallet: owner })
await apart.move(annId, 'OUTSIDER', 'MEMBER')
await apart.commit('message', 'in an open bundle')
const [event] = (await apart.query({ type: 'message' })).events
class SlowHead extends HttpClient {
  async get(path) {
    const answer = await super.get(path)
    if (path.endsWith('/sth')) await until('the bundle closed', () => isIncluded(apart, event))
    return answer
  }
}
const slow = await at(new SlowHead(first.url, { timeout: PATIENCE }), ann, { enclave: apart.id, sequencer })
await until('the event was seen to be in the log', () => isIncluded(slow, event))
said(`queried: ${all.length} events, each in the log`)

// State, proven.
assert.equal(await mine.mask(annId), 1n)
assert.equal(await mine.mask(ownerId), 257n)
assert.equal(await mine.mask('0'.repeat(64)), 0n)
assert.equal(await mine.isOpen('door'), false)
await enclave.gate('door', true)
assert.equal(await mine.isOpen('door'), true)
await mine.commit('Shared', { key: 'topic', value: { of: 'today' } })
assert.equal(await mine.slotHolds('Shared', 'topic', { of: 'today' }), true)
assert.equal(await mine.slotHolds('Shared', 'topic', null), false)
const twenty = Array.from({ length: 20 }, (_, nr) => ({ namespace: 0n, key: nr.toString(16).padStart(64, '0') }))
assert.deepEqual(await mine.states(twenty), twenty.map(() => null))
said('state proven')

// Update and delete. A query hides what was deleted, a pull does not.
await mine.update(live.id, 'another text')
await enclave.delete(live.id).then(() => assert.fail('only who wrote it may delete it'), (error) => assert.equal(error.code, 'not_authorized'))
await mine.delete(live.id)
assert.deepEqual((await mine.query({ id: live.id })).events, [])

// The hook's view: it may read nothing, and is made of what was pushed.
const received = () => pushHook.bodies.map((body) => parseJson(body))
const viewer = new Enclave({ node: one, enclave: id, sequencer, wallet: view })
const pushed = new DataView({ enclave: viewer, initial: [], apply: (texts, { content }) => [...texts, content], filter: { type: 'message' }, readable: false })
await until('everything was pushed', () => pushHook.bodies.length === 8)
for (const payload of received()) assert.equal(await pushed.deliver(payload), true)
const contents = all.map(({ content }) => content)
assert.deepEqual(await pushed.query(), contents)
for (const payload of received()) await pushed.deliver(payload)
assert.deepEqual(await pushed.query(), contents, 'a delivery that comes twice counts once')
assert.deepEqual(received().map(({ event }) => event.type), [...contents.map(() => 'message'), 'Update', 'Delete'])
const forged = received()[0]
await assert.rejects(pushed.deliver({ ...forged, event: { ...forged.event, content: 'forged' } }), { name: 'ProofError' })
assert.equal(await pushed.deliver({ ...forged, enclave: '0'.repeat(64) }), false)

// Who is notified fetches what it is about, and may read messages alone.
await until('everything was told', () => bellHook.bodies.length === 8)
const notice = parseJson(bellHook.bodies[0])
assert.deepEqual(Object.keys(notice).sort(), ['enclave', 'event_type', 'id', 'seq', 'type'])
let kept
const rung = new DataView({
  enclave: new Enclave({ node: one, enclave: id, sequencer, wallet: bell }),
  initial: 0n,
  apply: (count) => count + 1n,
  filter: { type: 'message' },
  save: (snapshot) => (kept = snapshot),
})
assert.equal(await rung.deliver(notice), true)
assert.equal(await rung.query(), 5n, 'the deleted one is hidden')
const again = new DataView({ enclave: rung.enclave, initial: 0n, apply: (count) => count + 1n, filter: { type: 'message' }, snapshot: kept })
assert.equal(await again.sync(), 5n)
said('pushed and notified; two views')

// A view that follows.
const follower = new DataView({ enclave: mine, initial: 0, apply: (count) => count + 1, filter: { type: 'message' } })
const unfollow = await follower.follow()
await enclave.commit('message', 'followed')
await until('the view followed', () => follower.query((count) => count === 6))
await unfollow()

// Pause, resume.
await enclave.pause()
await assert.rejects(mine.commit('message', 'paused'), refused('paused'))
await assert.rejects(mine.commitLive('message', 'paused'), refused('paused'))
await enclave.resume()
await mine.commit('message', 'resumed')
await assert.rejects(mine.pause(), refused('not_authorized'))
said('paused and resumed')

// More than a page of the log, so that a pull and a replay have several parts.
const before = await mine.treeHead()
for (let from = 0; from < 280; from += 8) {
  const some = Array.from({ length: 8 }, (_, more) => from + more)
  await Promise.all(some.map((nr) => mine.commit('message', `${nr} ${'x'.repeat(nr % 9 === 0 ? 40_000 : 10)}`)))
}
const pages = []
for await (const page of enclave.pull()) pages.push(page)
const log = pages.flatMap(({ events }) => events)
assert.ok(pages.length > 1 && log.length > 280)
assert.deepEqual(log.map(({ seq }) => seq), log.map((_, nr) => BigInt(nr)))
assert.ok(log.some(({ id }) => id === live.id), 'a pull shows what was deleted')
assert.ok(pages.at(-1).sth.n > before.n)
const rest = []
for await (const { events } of enclave.pull(pages[0].checkpoint)) rest.push(...events)
assert.deepEqual(rest, log.slice(pages[0].events.length))
await assert.rejects(async () => { for await (const page of rung.enclave.pull()) void page }, refused('not_authorized'))
said(`pulled: ${log.length} events in ${pages.length} pages, the whole log recomputed`)

// To another node, which is bootstrapped with a pull of the first.
const { seq_pub } = await two.get('/')
await assert.rejects(enclave.migrate(two, { sequencer }), { name: 'ProofError' }, 'the node has another key than wanted')
const moved = await enclave.migrate(two, { sequencer: seq_pub })
assert.equal(moved.sequencer, seq_pub)
await assert.rejects(mine.commit('message', 'too late'), refused('migrated'))
const there = await at(two, ann, { enclave: id, sequencer: seq_pub, head: mine.head })
const gone = await there.commit('message', 'there')
const after = await there.query({ seq: { start: gone.seq - 2n } })
assert.deepEqual(after.events.map(({ sequencer }) => sequencer), [sequencer, sequencer, seq_pub], 'of both sequencers, each proven')
assert.equal(await there.mask(annId), 1n)
const whole = []
for await (const { events } of there.pull()) whole.push(...events)
assert.deepEqual(whole.slice(0, log.length), log)
assert.equal(whole.at(-1).id, gone.id)
const there2 = []
const past = await there.subscribe({ filter: { seq: { start: gone.seq - 1n } }, event: ({ seq }) => there2.push(seq) })
await until('past of both sequencers', () => there2.length === 2)
await past()
const old = []
for await (const { events } of mine.pull()) old.push(...events)
assert.equal(old.at(-1).type, 'Migrate', 'the first node still shows what it has')
said(`migrated: ${whole.length} events, the log goes on`)

await moved.terminate()
await assert.rejects(there.commit('message', 'after the end'), refused('terminated'))
said('terminated')

// Pushes to private addresses are made only where the flag says so; the second node has none.
const never = await startHook()
const { enclave: other } = await Enclave.create({ node: two, manifest: club(ownerId), tags: [['name', 'another']], wallet: owner, WebSocket })
await other.grant(viewId, 'view', never.url)
await other.commit('message', 'secret')
await until('the refusal is in the log of the node', () => second.log().includes('not delivered'))
assert.equal(never.bodies.length, 0)
said('no push to a private address')

// The example of the package's own page, and what it says that it prints.
const example = /```js\n([^]*?)```/.exec(readFileSync('node_modules/@enc-protocol/client/README.md', 'utf8'))[1]
const promised = /console\.log.* \/\/ (.*)/.exec(example)[1]
writeFileSync('readme.mjs', example)
const printed = execFileSync(process.execPath, ['readme.mjs'], { env: { ...process.env, NODE_URL: first.url }, encoding: 'utf8' })
assert.equal(printed.trim(), promised)
said('the example of the README runs')

// What is not there is not registered, and nothing else.
assert.equal(await new RegistryClient(first.url).resolve(id), null)

await Promise.all([enclave, mine, there, moved, other].map((each) => each.close()))
await Promise.all([pushHook, bellHook, never].map((each) => each.stop()))
await Promise.all([first.stop(), second.stop()])
assert.doesNotMatch(first.log() + second.log(), /error/i)
