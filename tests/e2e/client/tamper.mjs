// A proxy between client and node that lies: in every kind of answer every value is changed once, and octets are flipped. The client must throw, or what
// it answers must be what it answers to the truth. `node tamper.mjs WORK COMMAND…`
import assert from 'node:assert/strict'
import { createServer } from 'node:http'
import WebSocket, { WebSocketServer } from 'ws'
import { parseJson } from '@enc-protocol/core/rt/wire'
import { jsonStringify } from '@enc-protocol/core/rt'
import { mkEvent } from '@enc-protocol/core/event'
import { Enclave, LocalWallet, generateKey } from '@enc-protocol/client'
import { DataView } from '@enc-protocol/dataview'
import { club } from './manifest.mjs'
import { startHook, startNode, until } from './servers.mjs'

/** Octets that are flipped in each answer, spread over it. */
const FLIPS = 24

const [work, ...command] = process.argv.slice(2)
const first = await startNode({ command, work, key: '3'.padStart(64, '0'), flags: ['--allow-private-push'] })
const second = await startNode({ command, work, key: '4'.padStart(64, '0') })

/** Answers of its kind go through its `change`, octets to octets. */
let lie = null
function pass(lie, kind, octets) {
  if (lie?.kind !== kind || (lie.once && lie.told > 0)) return octets
  lie.told++
  return lie.change(octets)
}

const names = { POST: { '/': null, '/inclusion': 'inclusion', '/bundle': 'bundle', '/state': 'state', '/state-batch': 'state-batch' } }
function kindOf(method, target, body) {
  if (method === 'POST' && target === '/') return { Query: 'query', Pull: 'pull' }[JSON.parse(body).type] ?? 'receipt'
  if (method === 'POST') return names.POST[target]
  if (target.endsWith('/sth')) return 'sth'
  return target.includes('/consistency?') ? 'consistency' : 'enclave'
}

const proxy = createServer(async (request, response) => {
  const parts = []
  for await (const part of request) parts.push(part)
  const body = Buffer.concat(parts)
  const answer = await fetch(second.url + request.url, { method: request.method, ...(body.length > 0 ? { body } : {}) })
  const octets = pass(lie, kindOf(request.method, request.url, body), new Uint8Array(await answer.arrayBuffer()))
  response.writeHead(answer.status, { 'content-type': 'application/json' }).end(octets)
})
new WebSocketServer({ server: proxy }).on('connection', (client) => {
  const node = new WebSocket(second.url.replace('http', 'ws'))
  const early = []
  // Frames of an earlier connection may still be under way when the next lie is told.
  const own = lie
  client.on('message', (data) => (node.readyState === 1 ? node.send(data) : early.push(data)))
  client.on('close', () => node.close())
  node.on('open', () => early.forEach((data) => node.send(data)))
  node.on('message', (data) => client.send(pass(own, `frame ${JSON.parse(data).type}`, new Uint8Array(data)), { binary: false }))
  node.on('close', () => client.close())
  node.on('error', () => client.close())
})
await new Promise((resolve) => proxy.listen(0, '127.0.0.1', resolve))
const url = `http://127.0.0.1:${proxy.address().port}`

// An enclave with a past at another sequencer, and a bundle of several events.
const owner = new LocalWallet(generateKey())
const ownerId = await owner.getPublicKey()
const hook = await startHook()
const { enclave: born } = await Enclave.create({ node: first.url, manifest: club(ownerId, { size: 3n, timeout: 60_000n }), wallet: owner })
const view = await new LocalWallet(generateKey()).getPublicKey()
await born.grant(view, 'view', hook.url)
const old = await born.commit('message', { text: 'old', list: [true, null, 7n] })
const early = await born.treeHead()
const moved = await born.migrate(second.url)
const { id, sequencer } = moved
const fresh = await moved.commit('message', 'first')
await moved.commit('message', 'second')
await moved.commit('message', 'third')
await until('a push', () => hook.bodies.length === 1)
const pushed = hook.bodies[0]

const at = (more) => new Enclave({ node: url, enclave: id, sequencer, wallet: owner, WebSocket, ...more })
const own = (await moved.query({ id: fresh.id })).events[0]
const foreign = (await moved.query({ id: old.id })).events[0]
const places = [ownerId, view, '0'.repeat(64)].map((key) => ({ namespace: 0n, key }))
let created = 0

/** What is asked, by the kind of answer that is changed. `loose`: values that nothing proves, and that this answer does not pass on. */
const questions = [
  { kind: 'receipt', name: 'receipt of a manifest', ask: () => Enclave.create({ node: url, manifest: club(ownerId), wallet: owner, tags: [['nr', `${created++}`]] }).then(() => 'made') },
  { kind: 'receipt', ask: () => at().commit('message', 'x').then(() => 'taken') },
  { kind: 'enclave', ask: () => Enclave.open({ node: url, enclave: id, sequencer }).then((each) => each.head), loose: /^(lifecycle|seq)$/ },
  { kind: 'sth', ask: () => at().treeHead() },
  { kind: 'consistency', ask: () => at({ head: early }).treeHead() },
  { kind: 'query', ask: () => at().query({ type: 'message', limit: 3n }), unproven: /^next$/ },
  { kind: 'query', name: 'query of what an earlier sequencer signed', ask: () => at().query({ id: old.id }), unproven: /^next$/ },
  { kind: 'pull', ask: pulled, loose: /\.ids\./ },
  // The size of a bundle says no more than the shape of its path does.
  { kind: 'bundle', ask: () => at().verifyIncluded(own).then(() => 'included'), loose: /^bundle_size$/ },
  { kind: 'bundle', name: 'bundle of an earlier sequencer', ask: () => at().checkEvent(foreign).then(() => 'included') },
  { kind: 'inclusion', ask: () => at().verifyIncluded(own).then(() => 'included') },
  { kind: 'state', ask: () => at().mask(ownerId) },
  { kind: 'state', name: 'state: absence', ask: () => at().mask('0'.repeat(64)) },
  { kind: 'state-batch', ask: () => at().states(places) },
  // A frame of another name is lost with its connection, and asked for again on the next one.
  { kind: 'frame Event', ask: listen, loose: /^(type|sub_id)$/, once: true },
  { kind: 'frame Receipt', ask: () => commitLive(), once: true },
]
async function pulled() {
  const all = []
  for await (const { events, bundles } of at().pull()) all.push([events, bundles])
  return all
}

/** The first events of a subscription, or its error. */
function listen() {
  const events = []
  return new Promise((resolve, reject) => {
    const enclave = at({ onError: (error) => error.name === 'ProofError' && enclave.close().then(() => reject(error)) })
    const caughtUp = () => enclave.close().then(() => resolve(events))
    enclave.subscribe({ filter: { type: 'message', seq: { start: fresh.seq, end: fresh.seq + 2n } }, event: (event) => events.push(event), caughtUp }).catch(reject)
  })
}

async function commitLive() {
  const enclave = at()
  try {
    await enclave.commitLive('message', 'x')
    return 'taken'
  } finally {
    await enclave.close()
  }
}

/** Every value in JSON, by its path. */
function* leaves(value, path = []) {
  if (value === null || typeof value !== 'object') yield path
  else for (const key of Object.keys(value)) yield* leaves(value[key], [...path, key])
}

/** Of the items of long lists the first and the last one each. */
function* some(paths) {
  const groups = new Map()
  for (const path of paths) {
    const pattern = path.map((key) => (/^[0-9]+$/.test(key) ? '*' : key)).join('.')
    groups.set(pattern, [...(groups.get(pattern) ?? []), path])
  }
  for (const group of groups.values()) yield* group.length < 3 ? group : [group[0], group.at(-1)]
}

/** Another value of the same kind: hex stays hex. */
function another(value) {
  if (typeof value === 'bigint') return value + 1n
  if (typeof value === 'boolean') return !value
  if (value === null) return 1n
  const last = value.at(-1)
  const swapped = /[0-9a-f]/.test(last ?? '') ? (parseInt(last, 16) ^ 1).toString(16) : 'z'
  return value.slice(0, -1) + swapped
}

const octetsOf = (value) => new TextEncoder().encode(jsonStringify(value))

function changed(octets, path) {
  const answer = parseJson(octets)
  let at = answer
  for (const key of path.slice(0, -1)) at = at[key]
  at[path.at(-1)] = another(at[path.at(-1)])
  return octetsOf(answer)
}

/** Asks while the proxy lies: `thrown`, `same`, or what was answered instead. */
async function outcome(question, change, truth) {
  const own = { kind: question.kind, change, once: question.once === true, told: 0 }
  lie = own
  try {
    const answer = await question.ask()
    try {
      assert.deepEqual(answer, truth)
      return 'same'
    } catch {
      return `answered ${jsonStringify(answer).slice(0, 200)}`
    }
  } catch {
    return 'thrown'
  } finally {
    lie = null
    assert.ok(own.told > 0, `no answer of the kind ${question.kind} was changed`)
  }
}

let thrown = 0
const believed = []
for (const question of questions) {
  const { kind, name = kind, loose = /^$/, unproven = /^$/ } = question
  let seen = null
  lie = { kind, told: 0, change: (octets) => ((seen ??= octets), octets) }
  const truth = await question.ask()
  const paths = [...some([...leaves(parseJson(seen))])]
  let caught = 0
  for (const path of paths) {
    const place = path.join('.')
    if (unproven.test(place)) continue
    const end = await outcome(question, (octets) => changed(octets, path), truth)
    if (end === 'thrown') caught++
    else if (end !== 'same' || !loose.test(place)) believed.push(`${name}: ${place}: ${end}`)
  }
  let flipped = 0
  for (let nr = 0; nr < FLIPS; nr++) {
    const flip = (octets) => {
      const copy = new Uint8Array(octets)
      copy[Math.floor((nr * copy.length) / FLIPS)] ^= 1
      return copy
    }
    const end = await outcome(question, flip, truth)
    if (end === 'thrown') flipped++
    else if (end !== 'same') believed.push(`${name}: an octet flipped, ${nr} of ${FLIPS}: ${end}`)
  }
  thrown += caught + flipped
  console.log(`tamper: ${name}: ${caught} of ${paths.length} values, ${flipped} octets`)
}

// A sequencer that signs two events of one number: only the log tells which one is in it.
const twin = mkEvent(await moved.sign('message', 'the other first'), own.seq, own.timestamp, '4'.padStart(64, '0'))
assert.equal((await at().checkEvent(twin)).seq, own.seq, 'it is signed')
await assert.rejects(at().verifyIncluded(twin), { name: 'ProofError' })
const swap = (octets) => {
  const page = parseJson(octets)
  return octetsOf({ ...page, events: page.events.map((event) => (event.seq === own.seq ? twin : event)) })
}
assert.equal(await outcome({ kind: 'pull', ask: pulled }, swap, null), 'thrown')

// Deliveries of push come from anywhere.
const viewer = new DataView({ enclave: new Enclave({ node: first.url, enclave: id, sequencer: born.sequencer }), initial: 0, apply: (count) => count + 1, readable: false })
for (const path of leaves(parseJson(pushed))) {
  const taken = await viewer.deliver(parseJson(changed(pushed, path))).catch(() => false)
  if (taken) believed.push(`push: ${path.join('.')}`)
}
assert.equal(await viewer.query(), 0)
assert.equal(await viewer.deliver(parseJson(pushed)), true)

await Promise.all([first.stop(), second.stop(), hook.stop()])
proxy.closeAllConnections()
proxy.close()
assert.deepEqual(believed, [], 'lies that were believed')
console.log(`tamper: ${thrown} lies, none believed`)
process.exit(0)
