/**
 * What one commit asks of the kernel, recorded from the JavaScript host, and what it takes in both kernels: `node recorded.mjs ARTIFACTS WORK BENCH`, BENCH
 * being the program of benches/kernel. The best of many rounds, as whatever else runs on the machine only ever adds.
 */

import { execFileSync } from 'node:child_process'
import { writeFileSync } from 'node:fs'
import { join } from 'node:path'
import { pathToFileURL } from 'node:url'

const [artifacts, work, bench] = process.argv.slice(2)
const load = (path) => import(pathToFileURL(join(artifacts, path)))
const [{ Host }, { kernel }, { group }, event, crypto, { hexToBytes, jsonStringify }, { encode }] = await Promise.all(
  ['js/node/host.js', 'js/node/kernel.js', 'js/app/profiles.js', 'sdk/core/event.js', 'sdk/core/crypto.js', 'sdk/core/rt/index.js', 'sdk/core/rt/wire.js'].map(load),
)
const { mkManifest, mkCommit } = event
const ROUNDS = 300
/** The recorded commit is this one of its enclave. */
const COMMITS = 200

const rows = new Map()
const map = {
  get: async (key) => rows.get(key) ?? null,
  getMany: async (keys) => keys.map((key) => rows.get(key) ?? null),
  async scan({ from, to, limit, reverse }) {
    const keys = [...rows.keys()].filter((key) => key >= from && key < to).sort()
    return (reverse ? keys.reverse() : keys).slice(0, limit).map((key) => ({ key, value: rows.get(key) }))
  },
  async write(written) {
    for (const { key, value } of written) value === null ? rows.delete(key) : rows.set(key, value)
  },
}
const calls = []
let recording = false
const recorder = {
  call(name, ...args) {
    if (recording) calls.push([name, args])
    return kernel.call(name, ...args)
  },
}
const key = '1'.padStart(64, '0')
const author = crypto.publicKeyOf(key)
const host = new Host({ store: { map: () => map }, key: '3'.padStart(64, '0'), kernel: recorder })
async function post(unsigned) {
  const commit = { ...unsigned, sig: crypto.signHash(hexToBytes(unsigned.hash), key) }
  const { status, body } = await host.handle('POST', '/', new TextEncoder().encode(jsonStringify(commit)))
  if (status !== 200) throw new Error(body)
  return commit
}
const exp = BigInt(Date.now()) + 300_000n
const { enclave } = await post(mkManifest(author, group(author), exp, []))
let commit
for (let at = 0; at < COMMITS; at++) {
  recording = at === COMMITS - 1
  commit = await post(mkCommit(enclave, author, 'message', { text: `message ${at}` }, exp, []))
}

const hash = new Uint8Array(32).fill(7)
const signature = crypto.signHash(hash, key)
const modules = { 'kernel/Crypto': crypto, 'kernel/Event': event }
const own = (name) => {
  const [module, called] = name.split('.')
  return modules[module]?.[called] ?? ((...args) => kernel.call(name, ...args))
}
const questions = {
  'one BIP-340 verification': [['kernel/Crypto.verifyHash', [signature, hash, author]]],
  'verification of a commit': [['kernel/Event.commitProblem', [commit]]],
  'one BIP-340 signature': [['kernel/Crypto.signHash', [hash, key]]],
  '`step` of a recorded commit': calls.filter(([name]) => name === 'node/Node.step'),
  '`reads` and `step` of it': calls.filter(([name]) => /^node\/Node\.(reads|step)$/.test(name)),
  'all that the host asks for it': calls,
}

function best(task) {
  let least = Infinity
  for (let round = 0; round < ROUNDS; round++) {
    const began = performance.now()
    task()
    least = Math.min(least, performance.now() - began)
  }
  return least
}

console.log('the kernel alone, ms'.padEnd(32), 'JavaScript'.padStart(10), 'wasm'.padStart(10), 'ratio'.padStart(6))
for (const [name, asked] of Object.entries(questions)) {
  const file = join(work, 'questions.jsonl')
  writeFileSync(file, asked.map(([call, args], id) => `{"id":${id},"call":"${call}","args":[${args.map((arg) => encode(arg)).join(',')}]}\n`).join(''))
  const js = best(() => asked.forEach(([call, args]) => own(call)(...args)))
  const wasm = Number(execFileSync(bench, [file, String(ROUNDS)], { encoding: 'utf8' }))
  console.log(name.padEnd(32), js.toFixed(3).padStart(10), wasm.toFixed(3).padStart(10), (js / wasm).toFixed(1).padStart(6))
}
