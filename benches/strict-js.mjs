// Strict JavaScript against hand-written JavaScript in one run: `node benches/strict-js.mjs [NOBLE]`, NOBLE being the folder of an installed
// @noble/hashes. Both sides take turns, so noise of the machine hits both; a ratio above 1 means that strict is slower.
import { pathToFileURL } from 'node:url'
import { resolve } from 'node:path'
import * as rbac from '../golden/artifacts/sdk/core/rbac.js'
import * as proofs from '../golden/artifacts/sdk/core/proofs.js'
import { sha256 as emitted } from '../golden/artifacts/sdk/core/rt/sha256.js'

const noble = process.argv[2] && (await import(pathToFileURL(resolve(process.argv[2], 'sha2.js')).href)).sha256

// What an engineer would write without Etymon: no checks of types, native operators, early exits.
const byHand = {
  hasTrait: (bitmask, bit) => ((bitmask >> bit) & 1n) !== 0n,
  isAuthorized(schema, bitmask, contexts, event, op) {
    const state = Number(bitmask & 0xffn)
    const roles = new Set(contexts)
    roles.add(state === 0 ? 'OUTSIDER' : schema.states[state - 1])
    schema.traits.forEach((own, at) => {
      if (((bitmask >> BigInt(8 + at)) & 1n) === 1n) roles.add(own.name)
    })
    let granted = false
    for (const row of schema.rows) {
      if (row.event !== event) continue
      const operators = Array.isArray(row.operator) ? row.operator : [row.operator]
      if (!operators.some((own) => roles.has(own))) continue
      if (row.ops.includes('_' + op)) return false
      if (row.ops.includes(op)) granted = true
    }
    return granted
  },
}

function same(a, b) {
  if (a.length !== b.length) return false
  for (let i = 0; i < a.length; i++) if (a[i] !== b[i]) return false
  return true
}

function verifyBy(sha256) {
  const joined = new Uint8Array(65)
  joined[0] = 0x21
  return (leaf, siblings, root) => {
    let node = leaf
    for (const { isLeft, hash } of siblings) {
      joined.set(isLeft ? hash : node, 1)
      joined.set(isLeft ? node : hash, 33)
      node = sha256(joined)
    }
    return same(node, root)
  }
}

const schema = {
  states: ['PENDING', 'MEMBER', 'BLOCKED'],
  traits: [
    { name: 'owner', rank: 0n },
    { name: 'admin', rank: 1n },
    { name: 'muted', rank: 2n },
    { name: 'dataview', rank: 3n },
  ],
  rows: [
    { event: 'Terminate', operator: 'owner', ops: ['C'] },
    { event: 'message', operator: 'MEMBER', ops: ['C', 'R'] },
    { event: 'message', operator: 'muted', ops: ['_C'] },
    { event: 'message', operator: ['owner', 'admin'], ops: ['D'] },
    { event: 'message', operator: 'Sender', ops: ['U', 'D'] },
    { event: 'topic', operator: ['owner', 'admin'], ops: ['C', 'U'] },
  ],
}
const member = 2n | (1n << 9n)
const depth = 168
const siblings = Array.from({ length: depth }, (_, at) => ({ isLeft: at % 3 === 0, hash: emitted(Uint8Array.of(at)) }))
const leaf = emitted(Uint8Array.of(0xff))
const root = proofs.foldPath(leaf, siblings)

const hand = verifyBy(emitted)
const cases = [
  ['rbac.hasTrait', 200_000, () => rbac.hasTrait(member, 9n), () => byHand.hasTrait(member, 9n)],
  [
    'rbac.isAuthorized',
    20_000,
    () => rbac.isAuthorized(schema, member, ['Public', 'Sender'], 'message', 'C'),
    () => byHand.isAuthorized(schema, member, ['Public', 'Sender'], 'message', 'C'),
  ],
  ['proofs.verifyPath, same SHA-256', 100, () => proofs.verifyPath(leaf, siblings, root), () => hand(leaf, siblings, root)],
]
if (noble) {
  const peer = verifyBy(noble)
  cases.push(['proofs.verifyPath, @noble/hashes', 100, () => proofs.verifyPath(leaf, siblings, root), () => peer(leaf, siblings, root)])
}

function time(rounds, run) {
  const start = process.hrtime.bigint()
  for (let i = 0; i < rounds; i++) if (run() !== true) throw new Error('wrong answer')
  return Number(process.hrtime.bigint() - start) / rounds
}

console.log('case                              strict ns   by hand ns   ratio')
for (const [name, rounds, strict, peer] of cases) {
  const times = { strict: [], peer: [] }
  for (let turn = 0; turn < 25; turn++) {
    times.strict.push(time(rounds, strict))
    times.peer.push(time(rounds, peer))
  }
  // The best turn of each: whatever else the machine does only adds.
  const best = (all) => Math.min(...all)
  const [a, b] = [best(times.strict), best(times.peer)]
  console.log(`${name.padEnd(32)} ${a.toFixed(0).padStart(10)} ${b.toFixed(0).padStart(12)} ${(a / b).toFixed(2).padStart(7)}`)
}
