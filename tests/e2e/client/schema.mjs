// Holds the emitted documents to a node: the OpenAPI document is one, and every request and answer of the client, every frame and every push has the
// shape that it says. `node schema.mjs WORK SCHEMAS COMMAND…`, SCHEMAS being the folder of the documents.
import assert from 'node:assert/strict'
import { readFileSync } from 'node:fs'
import { join } from 'node:path'
import { Validator } from '@seriousme/openapi-schema-validator'
import { Ajv2020 } from 'ajv/dist/2020.js'
import WebSocket from 'ws'
import { mkManifest } from '@enc-protocol/core/event'
import { Enclave, HttpClient, LocalWallet, RegistryClient, generateKey } from '@enc-protocol/client'
import { club } from './manifest.mjs'
import { startHook, startNode, until } from './servers.mjs'

const [work, schemas, ...command] = process.argv.slice(2)
const read = (name) => JSON.parse(readFileSync(join(schemas, name), 'utf8'))
const openapi = read('openapi.json')
const { valid, errors } = await new Validator().validate(structuredClone(openapi))
assert.ok(valid, JSON.stringify(errors))
assert.match(openapi.openapi, /^3\.1\./)

const ajv = new Ajv2020({ strict: true, strictTypes: false, strictRequired: false })
ajv.addSchema(read('wire.json'), 'wire')
const api = new Ajv2020({ strict: false }).addSchema(openapi, 'openapi', undefined, false)
const shape = (name) => ajv.getSchema(`wire#/$defs/${name}`) ?? assert.fail(`there is no shape ${name}`)
const names = Object.keys(read('wire.json').$defs)
names.forEach(shape)
assert.deepEqual(Object.keys(openapi.components.schemas).sort(), names.sort(), 'both documents have the same shapes')

const compiled = new Map()
const pointer = (parts) => parts.map((part) => encodeURIComponent(part.replaceAll('~', '~0').replaceAll('/', '~1'))).join('/')
function fits(what, parts, value) {
  const at = `openapi#/${pointer(parts)}`
  if (!compiled.has(at)) compiled.set(at, api.compile({ $ref: at }))
  const check = compiled.get(at)
  assert.ok(check(value), `${what}: ${JSON.stringify(check.errors)} of ${JSON.stringify(value)}`.slice(0, 2000))
}

/** The operation of a request. */
function route(method, path) {
  const segments = path.split('?')[0].split('/')
  const found = Object.entries(openapi.paths).filter(([template, item]) => {
    const own = template.split('/')
    return item[method] && own.length === segments.length && own.every((part, at) => part.startsWith('{') || part === segments[at])
  })
  // One with names in it gives way to one without.
  return found.sort(([a], [b]) => a.split('{').length - b.split('{').length)[0]?.[0]
}

const seen = new Map()
let checked = 0
function checkedFetch(base) {
  return async (url, init) => {
    const path = url.slice(base.length) || '/'
    const method = init.method.toLowerCase()
    const template = route(method, path) ?? assert.fail(`no operation is ${method} ${path}`)
    const operation = ['paths', template, method]
    const response = await fetch(url, init)
    const octets = await response.arrayBuffer()
    const answer = JSON.parse(new TextDecoder().decode(octets))
    const status = `${response.status}`
    const { responses, operationId } = openapi.paths[template][method]
    const said = responses[status] ?? assert.fail(`${operationId} says nothing of ${status}: ${JSON.stringify(answer)}`)
    const place = said.$ref === undefined ? [...operation, 'responses', status] : said.$ref.slice(2).split('/')
    fits(`answer ${status} of ${operationId}`, [...place, 'content', 'application/json', 'schema'], answer)
    if (response.ok && init.body !== undefined) fits(`request of ${operationId}`, [...operation, 'requestBody', 'content', 'application/json', 'schema'], JSON.parse(init.body))
    seen.set(operationId, (seen.get(operationId) ?? new Set()).add(status))
    checked++
    return { ok: response.ok, status: response.status, arrayBuffer: async () => octets }
  }
}

const frames = new Set()
function checkFrame(name, data) {
  const frame = JSON.parse(data)
  const check = shape(name)
  assert.ok(check(frame), `${name}: ${JSON.stringify(check.errors)} of ${data}`)
  frames.add(`${name} ${frame.type}`)
}
class CheckedSocket extends WebSocket {
  constructor(url) {
    super(url)
    this.on('message', (data) => checkFrame('NodeFrame', data))
  }

  send(data) {
    checkFrame('ClientFrame', data)
    super.send(data)
  }
}

const [owner, view, bell] = [generateKey(), generateKey(), generateKey()].map((key) => new LocalWallet(key))
const id = await owner.getPublicKey()
const kinds = ['node', 'enclave', 'identity']
const registry = {
  enc_v: 2n,
  RBAC: { traits: ['owner(0)'], readers: [{ type: 'Public', reads: '*' }], customs: kinds.map((event) => ({ event, operator: 'Public', ops: ['C'] })), init: { identity: id, traits: ['owner'] } },
}
const registryId = mkManifest(id, registry, 1n, []).enclave
const first = await startNode({ command, work, key: '3'.padStart(64, '0'), flags: ['--allow-private-push', '--registry', registryId] })
const second = await startNode({ command, work, key: '4'.padStart(64, '0') })
const node = new HttpClient(first.url, { fetch: checkedFetch(first.url) })
const hook = await startHook()
const code = async (wanted, task) => assert.equal(await task.then(() => 'taken', (error) => error.code), wanted)

const { enclave } = await Enclave.create({ node, manifest: { ...club(id), rate: { limit: 24n, window: 3_600_000n } }, wallet: owner, WebSocket: CheckedSocket })
await enclave.grant(await view.getPublicKey(), 'view', hook.url)
await enclave.grant(await bell.getPublicKey(), 'bell', hook.url)
const past = []
const stop = await enclave.subscribe({ event: (event) => past.push(event) })
const { id: event } = await enclave.commitLive('message', { any: ['value', 1n, true, null] })
await code('not_authorized', enclave.commitLive('shout', ''))
await until('the event came', () => past.some((each) => each.id === event))
await stop()
await enclave.update(event, 'x')
await enclave.gate('door', true)
const { events } = await enclave.query({ type: 'message', from: [id], seq: { start: 0n }, tags: [], limit: 1n })
await enclave.verifyIncluded(events[0])
await enclave.mask(id)
await enclave.states([{ namespace: 0n, key: id }, { namespace: 2n, key: id }])
for await (const page of enclave.pull()) void page
await Enclave.open({ node, enclave: enclave.id, head: enclave.head })
await node.get(`enclave/${enclave.id}/sth`)
await node.get(`${enclave.id}/consistency?first=1`)
await node.get(`enclave/${enclave.id}/consistency?first=1&second=2`)

// A refusal of every status.
await code('bad_range', node.get(`${enclave.id}/consistency?first=9999`))
await code('no_session', node.post('state', { enclave: enclave.id, namespace: 0n, key: id }))
await code('bad_session', node.post('inclusion', { enclave: enclave.id, seq: 0n, session: '00'.repeat(168), sig: '00'.repeat(64) }))
await code('not_authorized', new Enclave({ node, enclave: enclave.id, sequencer: enclave.sequencer, wallet: bell }).pull().next())
await code('unknown_enclave', node.get(`enclave/${'0'.repeat(64)}`))
await code('duplicate', enclave.sign('message', 'twice').then(async (commit) => (await node.post('/', commit), node.post('/', commit))))
await code('expired', enclave.sign('message', 'late', { now: 1 }).then((commit) => node.post('/', commit)))
await code('too_large', node.post('state', { text: 'x'.repeat(1_100_000) }))
await code('unknown_field', node.post('/', { type: 'Query', enclave: enclave.id, wrong: true }))
await code('bad_manifest', Enclave.create({ node, manifest: { enc_v: 2n, RBAC: { states: ['lower'] } }, wallet: owner }))
await code('wrong_state', enclave.move(await view.getPublicKey(), 'MEMBER', 'OUTSIDER'))
await code('no_change', enclave.gate('door', true))
await code('unknown_target', enclave.update('0'.repeat(64), 'x'))
let limited
for (let left = 30; left > 0 && limited === undefined; left--) await enclave.commit('message', '').catch((error) => (limited = error))
assert.equal(limited.code, 'rate_limited')
assert.ok(limited.payload.retry_after > 0n)

const { enclave: list } = await Enclave.create({ node, manifest: registry, wallet: owner })
assert.equal(list.id, registryId)
// A node speaks for itself.
const speaking = new Enclave({ node, enclave: list.id, sequencer: list.sequencer, wallet: new LocalWallet('3'.padStart(64, '0')) })
await speaking.commit('node', { seq_pub: enclave.sequencer, url: first.url })
await list.commit('enclave', { enclave: enclave.id, seq_pub: enclave.sequencer })
await list.commit('identity', { id_pub: id, name: 'somebody' })
const known = new RegistryClient(node)
assert.deepEqual(await known.node(enclave.sequencer), { seq_pub: enclave.sequencer, url: first.url })
assert.deepEqual((await known.resolve(enclave.id)).node, await known.node(enclave.sequencer))
await known.enclave(enclave.id)
await known.identity(id)
assert.equal(await known.identity('nobody'), null)

const there = new HttpClient(second.url, { fetch: checkedFetch(second.url) })
const { enclave: moving } = await Enclave.create({ node, manifest: club(id), wallet: owner, tags: [['name', 'moving']] })
await moving.migrate(there)

await until('pushed and notified', () => hook.bodies.length > 3)
const pushes = hook.bodies.map((body) => JSON.parse(new TextDecoder().decode(body)))
for (const push of pushes) assert.ok(shape(push.type)(push), JSON.stringify(push))
assert.deepEqual([...new Set(pushes.map(({ type }) => type))].sort(), ['Notify', 'Push'])

// Every operation was seen to succeed, every status but those of a fault or a wrong method to be said, every frame to be sent.
const operations = Object.values(openapi.paths).flatMap((item) => Object.values(item).map(({ operationId }) => operationId))
assert.deepEqual(operations.filter((name) => !seen.get(name)?.has('200')), [])
const statuses = [...new Set([...seen.values()].flatMap((each) => [...each]))].sort()
assert.deepEqual(statuses, ['200', '400', '401', '403', '404', '409', '410', '413', '429'])
assert.deepEqual([...frames].sort(), ['ClientFrame Close', 'ClientFrame Commit', 'ClientFrame Query', 'NodeFrame Closed', 'NodeFrame EOSE', 'NodeFrame Error', 'NodeFrame Event', 'NodeFrame Receipt'])

// A document that fits everything would say nothing.
const receipt = await node.post('/', await list.sign('identity', { id_pub: id }))
const plain = JSON.parse(JSON.stringify(receipt, (_, value) => (typeof value === 'bigint' ? Number(value) : value)))
assert.ok(shape('Receipt')(plain))
for (const field of Object.keys(plain)) {
  const { [field]: gone, ...less } = plain
  assert.ok(!shape('Receipt')(less) && !shape('Receipt')({ ...plain, [field]: true }), field)
}
assert.ok(!shape('Receipt')({ ...plain, more: 1 }) && !shape('Receipt')({ ...plain, seq: -1 }) && !shape('Receipt')({ ...plain, id: plain.id.toUpperCase() }))

await enclave.close()
await Promise.all([first.stop(), second.stop(), hook.stop()])
console.log(`schema: ${operations.length} operations, ${names.length} shapes, ${checked} answers and ${frames.size} kinds of frames fit`)
