/**
 * What is on a stopped server's disk is changed, and the server is started again: `node tampered.mjs COMMAND ROWS`, ROWS being a command that reads and
 * writes rows of its store. Each change is refused at the start, by name; what was not changed is not.
 */

import assert from 'node:assert/strict'
import { execFileSync } from 'node:child_process'
import { cpSync, rmSync } from 'node:fs'
import { join } from 'node:path'
import { Enclave, HttpClient, LocalWallet, ProofError, generateKey } from '@enc-protocol/client'
import { jsonStringify } from '@enc-protocol/core/rt'
import { decodeText, encode } from '@enc-protocol/core/rt/wire'
import { Server, wait } from './lib.mjs'

const [command, rowsCommand] = process.argv.slice(2)

const RBAC = (owner) => ({
  states: ['MEMBER', 'GUEST'],
  traits: ['owner(0)', 'clerk(1)'],
  readers: [{ type: 'Public', reads: '*' }],
  moves: [{ event: 'Move', operator: 'owner', ops: ['C'], from: 'OUTSIDER', to: 'MEMBER' }, { event: 'Move', operator: 'owner', ops: ['C'], from: 'MEMBER', to: 'OUTSIDER' }],
  grants: [{ event: 'Grant', operator: ['owner'], scope: ['MEMBER'], trait: ['clerk'] }],
  customs: [
    { event: 'message', operator: 'MEMBER', ops: ['C'] },
    { event: 'message', operator: 'Sender', ops: ['U', 'D'] },
    { event: 'identity', operator: 'MEMBER', ops: ['C'] },
    { event: 'enclave', operator: 'MEMBER', ops: ['C'] },
    { event: 'enclave', operator: 'Sender', ops: ['D'] },
  ],
  init: [{ identity: owner, state: 'MEMBER', traits: ['owner'] }, { identity: '1'.repeat(64), state: 'GUEST' }],
})

let server = await Server.start(command)
const { data } = server
const store = join(data, 'store')
const copies = `${data}-copies`
const wallet = new LocalWallet(generateKey())
const owner = await wallet.getPublicKey()
const { enclave } = await Enclave.create({ node: server.url, manifest: { enc_v: 2n, RBAC: RBAC(owner) }, wallet })
const others = Array.from({ length: 12 }, () => new LocalWallet(generateKey()))
for (const other of others) await enclave.move(await other.getPublicKey(), 'OUTSIDER', 'MEMBER')
for (let at = 0; at < 20; at++) await enclave.commit('message', `message ${at}`)
const early = await enclave.treeHead()
await server.stop('SIGTERM')
cpSync(store, join(copies, 'early'), { recursive: true })

server = await Server.start(command, { data })
enclave.http = new HttpClient(server.url)
for (let at = 20; at < 30; at++) await enclave.commit('message', `message ${at}`)
const byNumber = (number) => number.toString(16).padStart(16, '0')
const [revised, deleted] = [(await enclave.commit('message', 'one')).id, (await enclave.commit('message', 'two')).id]
await enclave.commit('Update', { target: revised, content: 'once' })
await enclave.commit('Update', { target: revised, content: 'twice' })
await enclave.commit('Delete', { target: deleted })
await enclave.commit('identity', { id_pub: owner, name: 'first' })
await enclave.commit('identity', { id_pub: owner, name: 'second' })
const entry = `r/identity/${owner}`
// Entries that change hands in every way: taken from its author's own, after a deletion, and not at all.
const [, second, third] = [wallet, ...others].map((author) => new Enclave({ node: server.url, enclave: enclave.id, sequencer: enclave.sequencer, wallet: author }))
const claim = (who, name) => who.commit('enclave', { enclave: name.repeat(32), seq_pub: enclave.sequencer })
await claim(enclave, 'ab')
await enclave.commit('Delete', { target: (await claim(enclave, 'ab')).id })
await claim(second, 'ab')
const lost = (await claim(enclave, 'cd')).id
const beside = (await claim(second, 'cd')).seq
await enclave.commit('Delete', { target: lost })
await claim(third, 'cd')
const contested = `r/enclave/${'cd'.repeat(32)}`
const late = await enclave.treeHead()
await server.stop('SIGTERM')
cpSync(data, join(copies, 'late'), { recursive: true })

const rows = (...request) => execFileSync(rowsCommand.split(' ')[0], [...rowsCommand.split(' ').slice(1), data, ...request], { encoding: 'utf8' })
const key = (name) => `${enclave.id}/${name}`
const seq = (number) => key(`e/${byNumber(number)}`)
const change = (name, edit) => {
  const before = rows('get', name)
  assert.notEqual(before, '', `there is a row ${name}`)
  const after = edit(before)
  assert.notEqual(after, before, `${name} is changed`)
  rows('set', name, after)
}
const drop = (name) => {
  assert.notEqual(rows('get', name), '', `there is a row ${name}`)
  rows('drop', name)
}
/** Another hexadecimal digit at the end of the first text that looks like a hash. */
const flip = (text) => text.replace(/"([0-9a-f]{63})([0-9a-f])"/, (_, start, end) => `"${start}${end === '0' ? '1' : '0'}"`)
const value = (edit) => (text) => encode(edit(decodeText(text)))
const names = (prefix) => rows('list', key(prefix)).split('\n').map((name) => name.slice(enclave.id.length + 1))
const restore = () => {
  rmSync(data, { recursive: true })
  cpSync(join(copies, 'late'), data, { recursive: true })
}

/** Tells how a start ended: the code and what was said, or null where it did not end. */
async function start() {
  try {
    server = await Server.start(command, { data })
    return null
  } catch (error) {
    return error.message
  }
}

const tree = names('n/')
const leaf = tree.filter((name) => rows('get', key(name)).includes('"key"'))[0]
const inner = tree.filter((name) => !rows('get', key(name)).includes('"key"'))
const OLDER = 'the store is an older copy, or another history'

const changes = {
  'a flipped hash of an inner node of the state tree': ['bad_state', () => change(key(inner.at(-1)), flip)],
  'a flipped hash at the root of the state tree': ['bad_state', () => change(key(inner[0]), flip)],
  'another value in a leaf of the state tree': ['bad_state', () => change(key(leaf), (text) => text.replace(/\{"bytes":"([0-9a-f]*)([0-9a-f])"\}/, (_, start, end) => `{"bytes":"${start}${end === '0' ? '1' : '0'}"}`))],
  'a dropped node of the state tree': ['bad_state', () => drop(key(leaf))],
  'a dropped event': ['bad_events', () => drop(seq(17n))],
  'the last event dropped': ['bad_events', () => drop(seq(late.n - 1n))],
  'another content of an event': ['bad_events', () => change(seq(17n), (text) => text.replace('message 4', 'message 5'))],
  'two events that changed places': ['bad_events', () => { const [a, b] = [rows('get', seq(20n)), rows('get', seq(21n))]; rows('set', seq(20n), b); rows('set', seq(21n), a) }],
  'a bundle dropped': ['bad_events', () => drop(key(names('b/')[5]))],
  'a bundle with another state': ['bad_events', () => change(key(names('b/')[5]), value((bundle) => ({ ...bundle, state_hash: bundle.state_hash.replace(/.$/, (end) => (end === '0' ? '1' : '0')) })))],
  'a flipped node of the log': ['bad_events', () => change(key(names('t/')[3]), (text) => text.replace(/([0-9a-f])"/, (_, end) => `${end === '0' ? '1' : '0'}"`))],
  'the number of a commit dropped, so that it could be replayed': ['bad_events', () => drop(key(names('c/')[9]))],
  'the number of an id changed': ['bad_events', () => change(key(names('i/')[9]), (text) => text.replace(/"([0-9]+)"/, (_, number) => `"${Number(number) + 1}"`))],
  'a deleted event that is shown again': ['bad_events', () => change(seq(44n), value(({ event }) => ({ event })))],
  'an event that nobody deleted, hidden': ['bad_events', () => change(seq(20n), value((row) => ({ ...row, deleted: 47n })))],
  'a revision that is forgotten': ['bad_events', () => change(seq(43n), value((row) => ({ ...row, updated: 45n })))],
  'a revision that is read as another type': ['bad_events', () => change(seq(45n), value((row) => ({ ...row, about: 'identity' })))],
  'an event that is read as another type': ['bad_events', () => change(seq(20n), value((row) => ({ ...row, about: 'identity' })))],
  'an entry of the registry that is older': ['bad_events', () => change(key(entry), () => encode(48n))],
  'an entry of the registry dropped': ['bad_events', () => drop(key(entry))],
  'an entry of the registry given to who never had it': ['bad_events', () => change(key(contested), () => encode(beside))],
  'an entry of the registry that nobody made': ['bad_events', () => rows('set', key(`r/enclave/${'ee'.repeat(32)}`), encode(20n))],
  'a claim that lost, as if it had not been made': ['bad_events', () => change(seq(beside), value(({ event }) => ({ event })))],
  'a claim that won, as if it had lost': ['bad_events', () => change(seq(beside + 2n), value(({ event }) => ({ event, beside: beside - 1n })))],
  'a head with fewer events': ['bad_seal', () => change(key('h'), value((head) => ({ ...head, seq: head.seq - 1n })))],
  'a head with another lifecycle': ['bad_seal', () => change(key('h'), value((head) => ({ ...head, lifecycle: 'Paused' })))],
  'a head with another tree head': ['bad_seal', () => change(key('h'), value((head) => ({ ...head, sth: early })))],
  'a head that was dropped': [/bad_|older copy/, () => drop(key('h'))],
  'a row that is not one': [/./, () => rows('set', seq(17n), 'nonsense')],
  'an older copy of the store': [OLDER, () => { rmSync(store, { recursive: true }); cpSync(join(copies, 'early'), store, { recursive: true }) }],
  'a store that is gone': [null, () => rmSync(store, { recursive: true })],
}

let failures = 0
for (const [name, [expected, edit]] of Object.entries(changes)) {
  restore()
  try {
    edit()
    const said = await start()
    if (expected === null) {
      // Nothing is there to be audited at the start; the mark tells at the first use.
      assert.equal(said, null)
      const error = await new HttpClient(server.url).get(`enclave/${enclave.id}`).catch((error) => error)
      assert.deepEqual([error.status, error.code], [500, 'internal'])
      for (let waited = 0; waited < 2_000 && !server.output.includes('error'); waited += 20) await wait(20)
      assert.ok(server.output.includes(`error: enclave ${enclave.id}: ${OLDER}`), server.output)
    } else {
      assert.notEqual(said, null, 'the server started')
      assert.match(said, /the server ended \(1\)/)
      assert.match(said, new RegExp(`error: enclave ${enclave.id}: .*${expected instanceof RegExp ? expected.source : expected}`))
      assert.match(said, /the store is not what this node signed; put back a whole copy of it/)
    }
    console.log(`ok   ${name}: ${/enclave [0-9a-f]*: (.*)/.exec(said ?? server.output)?.[1]}`)
  } catch (error) {
    failures++
    console.log(`FAIL ${name}: ${error.message}`)
  }
  await server.stop('SIGTERM')
}

// What was not changed is taken, and the log goes on from where it was.
restore()
assert.equal(await start(), null)
enclave.http = new HttpClient(server.url)
await enclave.treeHead()
await enclave.commit('message', 'after')
const head = await enclave.treeHead()
assert.ok(head.n > late.n)
await server.stop('SIGTERM')

// An older copy of everything, the mark with it: the node cannot know. A client that has seen more can.
rmSync(data, { recursive: true })
cpSync(join(copies, 'late'), data, { recursive: true })
assert.equal(await start(), null)
const client = () => new Enclave({ node: server.url, enclave: enclave.id, sequencer: enclave.sequencer, wallet, head })
await assert.rejects(client().treeHead(), (error) => error instanceof ProofError && /shorter than it was/.test(error.message))
// It goes on another way: as long as before, then longer.
const fork = new Enclave({ node: server.url, enclave: enclave.id, sequencer: enclave.sequencer, wallet })
await fork.commit('message', 'another history')
await assert.rejects(client().treeHead(), (error) => error instanceof ProofError && /two logs/.test(error.message))
await fork.commit('message', 'longer')
await assert.rejects(client().treeHead(), (error) => error instanceof ProofError && /did not grow from what it was/.test(error.message))
// The one whose head is older than the copy finds that it grew from that.
const old = new Enclave({ node: server.url, enclave: enclave.id, sequencer: enclave.sequencer, wallet, head: early })
await old.treeHead()
assert.equal(jsonStringify(old.head), jsonStringify(await fork.treeHead()))
await server.stop('SIGTERM')

if (failures > 0) process.exit(1)
console.log(`tampered: ok, ${Object.keys(changes).length} changes refused; a copy of everything is found by who has a newer tree head`)
process.exit(0)
