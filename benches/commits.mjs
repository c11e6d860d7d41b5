/** Commits at loopback: `node commits.mjs COMMITS NAME=COMMAND…`. The servers take turns; commits are signed before the clock starts. */

import { Agent, request } from 'node:http'
import { Enclave, LocalWallet, generateKey } from '@enc-protocol/client'
import { jsonStringify } from '@enc-protocol/core/rt'
import { Server } from './lib.mjs'

const [commits, ...given] = process.argv.slice(2)
const COMMITS = Number(commits)
const ROUNDS = 3
const CLIENTS = 16
const ENCLAVES = 4

const wallet = new LocalWallet(generateKey())
const owner = await wallet.getPublicKey()
const RBAC = { states: ['MEMBER'], traits: ['owner(0)'], customs: [{ event: 'message', operator: 'MEMBER', ops: ['C'] }], init: { identity: owner, state: 'MEMBER', traits: ['owner'] } }
const servers = []
for (const each of given) {
  const [name, command] = [each.slice(0, each.indexOf('=')), each.slice(each.indexOf('=') + 1)]
  const server = await Server.start(command)
  const enclaves = []
  for (let at = 0; at < ENCLAVES; at++) enclaves.push((await Enclave.create({ node: server.url, manifest: { enc_v: 2n, RBAC }, wallet, tags: [['at', String(at)]] })).enclave)
  servers.push({ name, server, enclaves, times: [], rates: [] })
}

function post({ server }, agent, body) {
  return new Promise((resolve, reject) => {
    const options = { port: server.port, host: '127.0.0.1', method: 'POST', agent, headers: { 'content-type': 'application/json', 'content-length': Buffer.byteLength(body) } }
    const asked = request(options, (response) => {
      response.resume().on('end', () => (response.statusCode === 200 ? resolve() : reject(new Error(`answered ${response.statusCode}`))))
    })
    asked.on('error', reject)
    asked.end(body)
  })
}

async function round(each) {
  const bodies = await Promise.all(Array.from({ length: COMMITS }, (_, at) => each.enclaves[at % ENCLAVES].sign('message', { at: BigInt(at), text: 'x'.repeat(100) }).then(jsonStringify)))
  // Of this round alone: connections that wait for the others' rounds to end are closed by their servers.
  const agent = new Agent({ keepAlive: true, maxSockets: CLIENTS })
  const began = performance.now()
  let next = 0
  const client = async () => {
    while (next < COMMITS) {
      const body = bodies[next++]
      const sent = performance.now()
      await post(each, agent, body)
      each.times.push(performance.now() - sent)
    }
  }
  await Promise.all(Array.from({ length: CLIENTS }, client))
  each.rates.push((COMMITS / (performance.now() - began)) * 1_000)
  agent.destroy()
}

for (let at = 0; at < ROUNDS; at++) for (const each of servers) await round(each)
const quantile = (numbers, q) => [...numbers].sort((a, b) => a - b)[Math.min(numbers.length - 1, Math.floor(numbers.length * q))]
console.log(`commits, ${CLIENTS} clients, ${ENCLAVES} enclaves, ${ROUNDS} rounds of ${COMMITS}`)
console.log(''.padEnd(32), '1/s, best'.padStart(10), '1/s, median'.padStart(12), 'p50 ms'.padStart(8), 'p99 ms'.padStart(8))
for (const { name, rates, times, server } of servers) {
  const figures = [[Math.max(...rates), 10], [quantile(rates, 0.5), 12], [quantile(times, 0.5), 8], [quantile(times, 0.99), 8]]
  console.log(name.padEnd(32), ...figures.map(([figure, width]) => figure.toFixed(1).padStart(width)))
  await server.stop('SIGTERM')
}
process.exit(0)
