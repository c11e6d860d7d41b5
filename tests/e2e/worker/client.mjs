/** The emitted client against the Worker in workerd, across a kill; then a store that was tampered with. */

import assert from 'node:assert/strict'
import { existsSync, readdirSync } from 'node:fs'
import { createServer } from 'node:http'
import { join } from 'node:path'
import { DatabaseSync } from 'node:sqlite'
import { Enclave, HttpClient, LocalWallet, generateKey } from '@enc-protocol/client'
import { jsonStringify } from '@enc-protocol/core/rt'
import { DataView } from '@enc-protocol/dataview'
import WebSocket from 'ws'
import { Server, wait, within } from './lib.mjs'

const [command, profiles] = process.argv.slice(2)
const { group } = await import(profiles)
const start = (data, options = ['--test', '--allow-private-push']) => Server.start(command, { data, options })
const until = (what, check) => within(10_000, (async () => { while (!(await check())) await wait(20) })(), what)

const hooks = []
const hook = createServer((request, response) => {
  let text = ''
  request.on('data', (data) => (text += data))
  request.on('end', () => {
    hooks.push(JSON.parse(text))
    response.end()
  })
})
await new Promise((resolve) => hook.listen(0, '127.0.0.1', resolve))

let server = await start()
const [owner, ann, view] = Array.from({ length: 3 }, () => new LocalWallet(generateKey()))
const [o, a, d] = await Promise.all([owner, ann, view].map((wallet) => wallet.getPublicKey()))
const { enclave } = await Enclave.create({ node: server.url, manifest: group(o), wallet: owner, WebSocket })
await enclave.move(a, 'OUTSIDER', 'MEMBER')
await enclave.grant(d, 'dataview', `http://127.0.0.1:${hook.address().port}/`)
const mine = await Enclave.open({ node: server.url, enclave: enclave.id, wallet: ann, WebSocket })
const seen = []
await new Promise((resolve) => mine.subscribe({ filter: { type: 'message' }, event: (event) => seen.push(event), caughtUp: resolve }))
await mine.commit('message', 'one')
await mine.commitLive('message', 'two')
await until('live events', () => seen.length === 2)
await until('pushes', () => hooks.length === 2)
assert.deepEqual(hooks.map(({ type }) => type), ['Push', 'Push'])

// The tagged form of this one is 6 MB, more than a row may hold.
const large = { numbers: Array.from({ length: 480_000 }, () => 1n) }
const { seq } = await mine.commit('message', large)
const [event] = (await mine.query({ seq: { start: seq, end: seq + 1n } })).events
assert.equal(jsonStringify(event.content), jsonStringify(large))
await mine.verifyIncluded(event)

// Connections of enclaves that there are none of, and then one that asks for more than a connection may.
const relayed = new WebSocket(server.url.replace('http', 'ws'))
const frames = []
relayed.on('message', (data) => frames.push(JSON.parse(data)))
await new Promise((resolve) => relayed.on('open', resolve))
const closed = new Promise((resolve) => relayed.on('close', resolve))
for (let at = 0; at < 40; at++) {
  relayed.send(jsonStringify({ type: 'Query', sub_id: 'x', enclave: at.toString(16).padStart(64, '0') }))
  await wait(5)
}
assert.equal(await within(5_000, closed, 'it is closed'), 1008)
assert.ok(frames.length > 0 && frames.every(({ error }) => error === 'unknown_enclave'))

await server.stop('SIGKILL')
await enclave.close()
await mine.close()

server = await start(server.data)
const again = new Enclave({ node: server.url, enclave: enclave.id, sequencer: enclave.sequencer, wallet: ann, head: mine.head, WebSocket })
await again.treeHead()
const counter = new DataView({ enclave: again, initial: 0, apply: (count) => count + 1, filter: { type: 'message' } })
assert.equal(await counter.sync(), 3)
assert.equal(await again.mask(a), 2n)
await again.commit('message', 'after')
await again.verifyIncluded((await again.query({ type: 'message', reverse: true, limit: 1n })).events[0])
await again.close()

// The clock that a test sets, for a request and for what it schedules.
const http = new HttpClient(server.url, { headers: { 'x-enc-test-now': '1000' } })
assert.equal((await http.get(`enclave/${enclave.id}`)).seq, 7n)
const late = await new Enclave({ node: new HttpClient(server.url, { headers: { 'x-enc-test-now': '4000000000000' } }), enclave: enclave.id, sequencer: enclave.sequencer, wallet: ann })
  .commit('message', 'too late')
  .catch((error) => error)
assert.equal(late.code, 'expired')
await server.stop('SIGTERM')

// Every file but one row as it was.
const files = readdirSync(join(server.data, 'enclave')).filter((name) => /^[0-9a-f]{64}\.sqlite$/.test(name))
const withRows = files.map((name) => new DatabaseSync(join(server.data, 'enclave', name))).filter((db) => db.prepare("SELECT 1 FROM sqlite_master WHERE name = 'rows'").get() !== undefined)
assert.equal(withRows.length, 1, 'objects of enclaves that there are none of have no table')
const [db] = withRows
const key = 'e/0000000000000004'
const { value } = db.prepare('SELECT value FROM rows WHERE key = ?').get(key)
assert.ok(value.includes('"two"'))
db.prepare('UPDATE rows SET value = ? WHERE key = ?').run(value.replace('"two"', '"2!!"'), key)
db.close()
server = await start(server.data, [])
const refused = await new HttpClient(server.url).get(`enclave/${enclave.id}`).catch((error) => error)
assert.deepEqual([refused.status, refused.code], [500, 'internal'])
assert.match(server.output, /enclave [0-9a-f]{64}: bad_events/)
await server.isWell()
await server.stop()

// Without the published key there is no test mode, and the header has no effect.
server = await Server.start(command, { key: generateKey(), options: [] })
const fresh = await Enclave.create({ node: new HttpClient(server.url, { headers: { 'x-enc-test-now': '4000000000000' } }), manifest: group(o), wallet: owner })
assert.ok(Math.abs(Number(fresh.receipt.timestamp) - Date.now()) < 60_000)
await server.stop()
await assert.rejects(Server.start(command, { key: generateKey() }), /the server ended \(2\).*published test key/s)
assert.ok(existsSync(server.data))
console.log('worker: ok')
process.exit(0)
