/** Attacks by who speaks the protocol, made with the emitted client. The scripts of `etymon parity --suite wire` have many more. */

import assert from 'node:assert/strict'
import { Enclave, HttpClient, LocalWallet, generateKey } from '@enc-protocol/client'
import { signHash } from '@enc-protocol/core/crypto'
import { bytesToHex, computeContentHash, hexToBytes, jsonStringify } from '@enc-protocol/core/rt'
import WebSocket from 'ws'
import { RawSocket, within } from './lib.mjs'

/** The order of secp256k1. */
const ORDER = 0xfffffffffffffffffffffffffffffffebaaedce6af48a03bbfd25e8cd0364141n

const RBAC = (owner, admin) => ({
  states: ['MEMBER'],
  traits: ['owner(0)', 'admin(1)', 'clerk(2)'],
  readers: [{ type: 'MEMBER', reads: '*' }],
  moves: [
    { event: 'Move', operator: 'admin', ops: ['C'], from: 'OUTSIDER', to: 'MEMBER' },
    { event: 'Move', operator: 'admin', ops: ['C'], from: 'MEMBER', to: 'OUTSIDER' },
    { event: 'Move', operator: 'Self', ops: ['C'], from: 'OUTSIDER', to: 'MEMBER', alias: 'join', gate: { operator: ['owner'] } },
  ],
  grants: [{ event: 'Grant', operator: ['owner', 'admin'], scope: ['MEMBER'], trait: ['clerk', 'admin'] }],
  transfers: [{ event: 'Transfer', operator: ['owner'], scope: ['MEMBER'], trait: ['owner'] }],
  lifecycle: [{ event: 'Terminate', operator: 'owner', ops: ['C'] }],
  customs: [{ event: 'message', operator: 'MEMBER', ops: ['C'] }, { event: 'message', operator: 'Sender', ops: ['U', 'D'] }],
  init: [
    { identity: owner, state: 'MEMBER', traits: ['owner'] },
    { identity: admin, state: 'MEMBER', traits: ['admin'] },
  ],
})

async function refusedAs(status, code, task) {
  const error = await task.then((value) => assert.fail(`taken: ${jsonStringify(value)}`), (error) => error)
  assert.deepEqual([error.status, error.code], [status, code], error.message)
  return error
}

/** An enclave of an owner, an admin, a member, and an outsider. */
async function room(url) {
  const wallets = Object.fromEntries(['owner', 'admin', 'member', 'outsider'].map((name) => [name, new LocalWallet(generateKey())]))
  const ids = {}
  for (const [name, wallet] of Object.entries(wallets)) ids[name] = await wallet.getPublicKey()
  const manifest = { enc_v: 2n, RBAC: RBAC(ids.owner, ids.admin) }
  const { enclave } = await Enclave.create({ node: url, manifest, wallet: wallets.owner, WebSocket })
  const as = (name) => new Enclave({ node: url, enclave: enclave.id, sequencer: enclave.sequencer, wallet: wallets[name], WebSocket })
  await as('admin').move(ids.member, 'OUTSIDER', 'MEMBER')
  return { id: enclave.id, sequencer: enclave.sequencer, ids, wallets, as }
}

/** The attacks by name, on one enclave. */
export async function protocol(server) {
  const http = new HttpClient(server.url)
  const { id, ids, wallets, as } = await room(server.url)
  const member = as('member')
  const post = (commit) => http.post('/', commit)
  const signed = (options) => member.sign('message', 'hello', options)
  const raw = (text) => fetch(server.url, { method: 'POST', body: text }).then(async (answer) => [answer.status, (await answer.json()).error])
  return {
    async 'a commit is taken'() {
      await member.commit('message', 'hello')
    },

    async 'a forged signature'() {
      const commit = await signed()
      await refusedAs(401, 'bad_signature', post({ ...commit, sig: await wallets.outsider.signSchnorr(commit.hash) }))
      await refusedAs(401, 'bad_signature', post({ ...commit, from: ids.owner, ...(await rehash(member, commit, { from: ids.owner })) }))
      await refusedAs(400, 'malformed', post({ ...commit, sig: `A${commit.sig.slice(1)}` }))
    },

    async 'a malleated signature'() {
      const commit = await signed()
      const half = BigInt(`0x${commit.sig.slice(64)}`)
      const other = (number) => commit.sig.slice(0, 64) + number.toString(16).padStart(64, '0')
      await refusedAs(401, 'bad_signature', post({ ...commit, sig: other(ORDER - half) }))
      if (half + ORDER < 2n ** 256n) await refusedAs(401, 'bad_signature', post({ ...commit, sig: other(half + ORDER) }))
    },

    async 'a wrong hash'() {
      const commit = await signed()
      await refusedAs(400, 'bad_hash', post({ ...commit, content: 'other' }))
      await refusedAs(400, 'bad_hash', post({ ...commit, tags: [['r', 'x']] }))
    },

    async 'a replay'() {
      const commit = await signed()
      const receipt = await post(commit)
      const error = await refusedAs(409, 'duplicate', post(commit))
      assert.deepEqual(error.payload.receipt, receipt)
    },

    async 'an expired commit'() {
      await refusedAs(410, 'expired', post(await signed({ lifetime: 0n, now: Date.now() - 60_000 })))
    },

    async 'a foreign enclave'() {
      const other = await room(server.url)
      const commit = await signed()
      await refusedAs(400, 'bad_hash', post({ ...commit, enclave: other.id }))
      const mine = new Enclave({ node: server.url, enclave: other.id, sequencer: other.sequencer, wallet: wallets.member })
      await refusedAs(403, 'not_authorized', mine.commit('message', 'hello'))
      const none = new Enclave({ node: server.url, enclave: '5'.repeat(64), sequencer: other.sequencer, wallet: wallets.member })
      await refusedAs(404, 'unknown_enclave', none.commit('message', 'hello'))
    },

    async 'more rights through Grant, Transfer and Move'() {
      await refusedAs(403, 'not_authorized', member.grant(ids.member, 'admin'))
      await refusedAs(403, 'not_authorized', as('admin').grant(ids.member, 'admin'))
      await refusedAs(403, 'not_authorized', as('admin').grant(ids.admin, 'clerk'))
      await refusedAs(403, 'not_authorized', as('admin').transfer(ids.member, 'owner'))
      await refusedAs(403, 'not_authorized', as('admin').move(ids.owner, 'MEMBER', 'OUTSIDER'))
      await refusedAs(403, 'not_authorized', member.move(ids.admin, 'MEMBER', 'OUTSIDER'))
      await refusedAs(403, 'not_authorized', member.together([{ type: 'Grant', content: { target: ids.member, trait: 'clerk' } }]))
      await refusedAs(403, 'not_authorized', member.terminate())
    },

    async 'past a gate'() {
      await refusedAs(403, 'not_authorized', as('outsider').move(ids.outsider, 'OUTSIDER', 'MEMBER'))
      await refusedAs(403, 'not_authorized', as('admin').gate('join', true))
      await refusedAs(403, 'not_authorized', as('outsider').gate('join', true))
    },

    async 'a session of another identity or node'() {
      const { seq_pub } = await http.get('/')
      const body = { type: 'Query', enclave: id, filter: {} }
      const { signRequest } = await import('@enc-protocol/client')
      await refusedAs(401, 'no_session', http.post('/', body))
      const session = await wallets.member.createSession(seq_pub)
      await http.post('/', signRequest(body, session))
      await refusedAs(403, 'not_authorized', http.post('/', signRequest(body, await wallets.outsider.createSession(seq_pub))))
      const elsewhere = await wallets.member.createSession(ids.outsider)
      await refusedAs(401, 'bad_session', http.post('/', signRequest(body, elsewhere)))
      // The token of the member with a key of one's own; and one's own token with the member's name in it.
      await refusedAs(401, 'bad_signature', http.post('/', signRequest(body, { ...session, sessionPriv: generateKey() })))
      const own = await wallets.outsider.createSession(seq_pub)
      await refusedAs(401, 'bad_session', http.post('/', signRequest(body, { ...own, session: ids.member + own.session.slice(64) })))
      await refusedAs(401, 'session_expired', http.post('/', signRequest(body, await wallets.member.createSession(seq_pub, { lifetime: 1, now: Date.now() - 60_000 }))))
      // A request that was signed for something else.
      const other = signRequest({ ...body, filter: { type: 'message' } }, session)
      await refusedAs(401, 'bad_signature', http.post('/', { ...other, filter: {} }))
    },

    async 'keys of prototypes'() {
      for (const key of ['__proto__', 'constructor', 'prototype', 'toString', 'hasOwnProperty', 'then']) {
        const [status, code] = await raw(`{"type":"Query","enclave":"${id}","filter":{"${key}":{"limit":1}}}`)
        assert.ok(status === 400 || status === 401, `${key}: ${status} ${code}`)
        const commit = await signed()
        const [other, field] = await raw(`${jsonStringify(commit).slice(0, -1)},"${key}":{"x":1}}`)
        assert.deepEqual([other, field], [400, 'unknown_field'], key)
        assert.deepEqual(await raw(`{"${key}":1,"\\u00${key.charCodeAt(0).toString(16)}${key.slice(1)}":2}`), [400, 'bad_json'], key)
        const answer = await fetch(`${server.url}/enclave/${key}`)
        assert.equal(answer.status, 404)
        // As content it is content.
        const receipt = await member.commit('message', { [key === '__proto__' ? 'proto' : key]: 'x' })
        assert.ok(receipt.seq > 0n)
      }
      const content = Object.defineProperty({}, '__proto__', { value: { polluted: 'yes' }, enumerable: true })
      const { seq } = await member.commit('message', content)
      const { events } = await member.query({ seq: { start: seq, end: seq + 1n } })
      assert.equal(jsonStringify(events[0].content), '{"__proto__":{"polluted":"yes"}}')
      assert.equal((await fetch(server.url).then((answer) => answer.json())).polluted, undefined)
    },

    async 'numbers outside of what is safe'() {
      const commit = jsonStringify(await signed())
      const exp = /"exp":[0-9]+/
      for (const number of ['9007199254740992', '18446744073709551616', '-1', '-0', '1.5', '1e3', '1.0', '1'.repeat(1_000), '1e400']) {
        assert.deepEqual(await raw(commit.replace(exp, `"exp":${number}`)), [400, 'bad_number'], number)
      }
      for (const number of ['NaN', 'Infinity', '01', '+1', '0x1', '1_000']) assert.deepEqual(await raw(commit.replace(exp, `"exp":${number}`)), [400, 'bad_json'], number)
      const deep = await raw('['.repeat(100_000))
      assert.deepEqual(deep, [400, 'bad_json'])
      assert.deepEqual(await raw('['.repeat(65) + ']'.repeat(65)), [400, 'bad_json'])
      for (const query of ['first=9007199254740992', 'first=-1&second=2', 'first=1&first=2', 'first=1e3', `first=${'9'.repeat(300)}`]) {
        const answer = await fetch(`${server.url}/${id}/consistency?${query}`)
        assert.equal(answer.status, 400, query)
      }
    },

    async 'more commits than the rate'() {
      const { enclave } = await Enclave.create({ node: server.url, manifest: { enc_v: 2n, RBAC: RBAC(ids.owner, ids.admin), rate: { limit: 2n, window: 60_000n } }, wallet: wallets.owner })
      await enclave.commit('message', 1n)
      let limited
      for (let at = 0; at < 3; at++) limited = await enclave.commit('message', BigInt(10 + at)).catch((error) => error)
      assert.deepEqual([limited.status, limited.code], [429, 'rate_limited'])
    },
  }
}

/** The hash and signature of a commit with other fields, as far as its author can make them: the hash is right, the signature is not. */
async function rehash(enclave, commit, fields) {
  const { mkCommit } = await import('@enc-protocol/core/event')
  const other = { ...commit, ...fields }
  const { hash } = mkCommit(other.enclave, other.from, other.type, other.content, other.exp, other.tags)
  return { hash, sig: signHash(hexToBytes(hash), generateKey()) }
}

/** One connection that subscribes without end: it is closed, and what it held is let go. */
export async function subscriptions(server) {
  const owner = new LocalWallet(generateKey())
  const identity = await owner.getPublicKey()
  const access = { ...RBAC(identity, identity), readers: [{ type: 'Public', reads: '*' }], init: { identity, state: 'MEMBER', traits: ['owner'] } }
  const { enclave } = await Enclave.create({ node: server.url, manifest: { enc_v: 2n, RBAC: access }, wallet: owner })
  const flood = async (filter) => {
    const raw = await RawSocket.open(server.port)
    let sent = 0
    for (; sent < 20_000 && !raw.isClosed; sent++) {
      const answered = raw.size
      if (!(await raw.say(`{"type":"Query","sub_id":"s${sent}","enclave":"${enclave.id}","filter":${filter(sent)}}`))) break
      const end = Date.now() + 5_000
      while (raw.size === answered && !raw.isClosed && !/\x88\x02/.test(raw.text.slice(-8)) && Date.now() < end) await new Promise(setImmediate)
      if (/\x88\x02/.test(raw.text.slice(-8))) break
    }
    await within(5_000, raw.closed, 'the connection is closed').catch(() => {})
    raw.end()
    return sent
  }
  const small = await flood(() => '{"type":"message"}')
  // The query of the one too many may be answered before the connection is closed for its subscription.
  assert.ok(small <= 257, `${small} subscriptions were taken`)
  const large = await flood((at) => `{"id":[${Array.from({ length: 14_000 }, (_, each) => `"${bytesToHex(computeContentHash(`${at % 3} ${each}`))}"`).join(',')}]}`)
  assert.ok(large <= 257, `${large} large subscriptions were taken`)
  // Another one still may.
  const seen = []
  const other = new Enclave({ node: server.url, enclave: enclave.id, sequencer: enclave.sequencer, WebSocket })
  await within(5_000, new Promise((resolve, reject) => other.subscribe({ filter: { type: 'message' }, event: (event) => seen.push(event), caughtUp: resolve, ended: reject })), 'a subscription')
  await enclave.commit('message', 'live')
  await within(5_000, (async () => { while (seen.length === 0) await new Promise((resolve) => setTimeout(resolve, 20)) })(), 'a live event')
  await other.close()
  return `${small} small, ${large} large`
}
