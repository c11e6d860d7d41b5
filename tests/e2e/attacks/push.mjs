/**
 * Pushes to where a node must not reach: `node push.mjs COMMAND TRUSTS`, in a network of its own that has private and public addresses, and a name server
 * that says what is asked of it. TRUSTS is `yes` where the server takes the certificate of SSL_CERT_FILE or NODE_EXTRA_CA_CERTS.
 */

import assert from 'node:assert/strict'
import { createSocket } from 'node:dgram'
import { readFileSync } from 'node:fs'
import { createServer as createTls } from 'node:https'
import { createServer } from 'node:net'
import { Enclave, LocalWallet, generateKey } from '@enc-protocol/client'
import { Server, wait } from './lib.mjs'

const [command, trusts] = process.argv.slice(2)

/** Addresses of this network's only interface; the first two are public ones. */
const PUBLIC = ['11.22.33.44', '2600:1234::1']
const TRAP = 8001
const HTTPS = 8443

/** What names stand for, answer after answer; the last one stays. */
const NAMES = {
  'public.test': [{ a: ['11.22.33.44'] }],
  'loop.test': [{ a: ['127.0.0.1'] }],
  'ten.test': [{ a: ['10.0.0.1'] }],
  'metadata.test': [{ a: ['169.254.169.254'] }],
  'home.test': [{ a: ['192.168.1.1'] }],
  'carrier.test': [{ a: ['100.64.0.1'] }],
  'loop6.test': [{ aaaa: ['::1'] }],
  'mapped.test': [{ aaaa: ['::ffff:127.0.0.1'] }],
  'nat64.test': [{ aaaa: ['64:ff9b::7f00:1'] }],
  'unique.test': [{ aaaa: ['fd00::1'] }],
  'mixed.test': [{ a: ['127.0.0.1', '10.0.0.1'], aaaa: ['::1'] }],
  'alias.test': [{ cname: 'loop.test', a: ['127.0.0.1'] }],
}
// Public for who checks, private for who connects; and the other way round.
for (let at = 0; at < 20; at++) {
  const [one, other] = at % 2 === 0 ? ['11.22.33.44', '127.0.0.1'] : ['127.0.0.1', '11.22.33.44']
  NAMES[`rebind${at}.test`] = Array.from({ length: 40 }, (_, turn) => ({ a: [turn % 2 === 0 ? one : other] }))
}

const asked = new Map()
const nameServer = createSocket('udp4')

function nameOctets(name) {
  return Buffer.concat([...name.split('.').map((label) => Buffer.from([label.length, ...Buffer.from(label)])), Buffer.from([0])])
}

function addressOctets(address) {
  if (address.includes('.') && !address.includes(':')) return Buffer.from(address.split('.').map(Number))
  const [head, tail = ''] = address.replace(/(\d+)\.(\d+)\.(\d+)\.(\d+)$/, (_, a, b, c, d) => `${(a * 256 + +b).toString(16)}:${(c * 256 + +d).toString(16)}`).split('::')
  const left = head.split(':').filter(Boolean)
  const right = tail.split(':').filter(Boolean)
  const groups = [...left, ...Array(8 - left.length - right.length).fill('0'), ...right]
  return Buffer.from(groups.flatMap((group) => [parseInt(group, 16) >> 8, parseInt(group, 16) & 255]))
}

nameServer.on('message', (query, from) => {
  let at = 12
  const labels = []
  while (query[at] !== 0) {
    labels.push(query.toString('latin1', at + 1, at + 1 + query[at]))
    at += 1 + query[at]
  }
  const name = labels.join('.').toLowerCase()
  const kind = query.readUInt16BE(at + 1)
  const key = `${name} ${kind}`
  const turn = asked.get(key) ?? 0
  asked.set(key, turn + 1)
  const turns = NAMES[name] ?? []
  const entry = turns[Math.min(turn, turns.length - 1)] ?? {}
  const addresses = (kind === 1 ? entry.a : kind === 28 ? entry.aaaa : undefined) ?? []
  const answers = addresses.map((address) => {
    const octets = addressOctets(address)
    // The name again, IN, for no time at all.
    return Buffer.concat([nameOctets(name), Buffer.from([0, kind, 0, 1, 0, 0, 0, 0, 0, octets.length]), octets])
  })
  const head = Buffer.from([query[0], query[1], 0x81, turns.length > 0 ? 0x80 : 0x83, 0, 1, 0, answers.length, 0, 0, 0, 0])
  nameServer.send(Buffer.concat([head, query.subarray(12, at + 5), ...answers]), from.port, from.address)
})
await new Promise((resolve) => nameServer.bind(53, '127.0.0.1', resolve))

/** Connections by the address that they came to, and requests by name. */
const reached = []
const requests = []
function note(socket) {
  const address = socket.localAddress.replace(/^::ffff:/, '')
  reached.push({ address, port: socket.localPort })
  socket.on('error', () => {})
}
const trap = createServer((socket) => {
  note(socket)
  socket.on('data', () => {})
})
await new Promise((resolve) => trap.listen(TRAP, '::', resolve))
const tls = createTls({ key: readFileSync(process.env.TLS_KEY), cert: readFileSync(process.env.TLS_CERT) }, (request, response) => {
  requests.push({ address: request.socket.localAddress.replace(/^::ffff:/, ''), path: request.url })
  const to = /^\/to\/(.*)$/.exec(request.url)
  if (to !== null) response.writeHead(307, { location: decodeURIComponent(to[1]) })
  response.end()
})
tls.on('connection', note)
tls.on('tlsClientError', () => {})
await new Promise((resolve) => tls.listen(HTTPS, '::', resolve))

const server = await Server.start(command)
const owner = new LocalWallet(generateKey())
const identity = await owner.getPublicKey()
const MANIFEST = {
  enc_v: 2n,
  RBAC: {
    states: ['MEMBER'],
    traits: ['owner(0)', 'view(1)'],
    readers: [{ type: 'MEMBER', reads: '*' }],
    grants: [{ event: 'Grant', operator: ['owner'], scope: ['OUTSIDER'], trait: ['view'] }],
    customs: [{ event: 'message', operator: 'MEMBER', ops: ['C'] }, { event: 'message', operator: 'view', ops: ['P'] }],
    init: { identity, state: 'MEMBER', traits: ['owner'] },
  },
}

/** An enclave that pushes to that endpoint, and one event in it; answers the code of a refusal, or null. */
async function pushTo(endpoint) {
  const { enclave } = await Enclave.create({ node: server.url, manifest: MANIFEST, wallet: owner, tags: [['n', endpoint]] })
  const target = await new LocalWallet(generateKey()).getPublicKey()
  try {
    await enclave.grant(target, 'view', endpoint)
  } catch (error) {
    return error.code
  }
  await enclave.commit('message', { hello: endpoint })
  return null
}

// No endpoints at all.
for (const endpoint of [
  `https://[::1]:${TRAP}/`,
  `https://[::ffff:127.0.0.1]:${TRAP}/`,
  `https://[fd00::1]:${TRAP}/`,
  `http://10.0.0.1:${TRAP}/`,
  `http://169.254.169.254/`,
  `http://loop.test:${TRAP}/`,
  `https://u@loop.test/`,
  `https://loop.test:0/`,
  `https://loop.test:65536/`,
  `https://loop.test/#x`,
  `https://LOOP.test/`,
  `https://l\u00f6\u00f6p.test/`,
  `ftp://loop.test/`,
  `file:///etc/passwd`,
  `gopher://127.0.0.1:${TRAP}/`,
  `//127.0.0.1:${TRAP}/`,
  `https://`,
  `https://loop.test\r\nHost: x/`,
  `https://x.test/${'y'.repeat(2_000)}`,
]) {
  assert.equal(await pushTo(endpoint), 'bad_content', endpoint)
}

// Endpoints, but none that is reached. Numbers are addresses in other spellings.
const hosts = ['localhost', '127.0.0.1', '127.1', '2130706433', '0x7f000001', '0177.0.0.1', '0', '0.0.0.0', '10.0.0.1', '169.254.169.254', '192.168.1.1', '100.64.0.1']
for (const host of [...hosts, ...Object.keys(NAMES).filter((name) => name !== 'public.test' && !name.startsWith('rebind'))]) {
  assert.equal(await pushTo(`https://${host}:${TRAP}/${host}`), null, host)
  assert.equal(await pushTo(`https://${host}:${HTTPS}/${host}`), null, host)
}
for (const host of ['localhost', '127.0.0.1']) assert.equal(await pushTo(`http://${host}:${TRAP}/`), null, host)
for (const name of Object.keys(NAMES).filter((name) => name.startsWith('rebind'))) assert.equal(await pushTo(`https://${name}:${HTTPS}/`), null, name)

// One that is, to see that there are pushes; and from there on to where it must not go.
assert.equal(await pushTo(`https://public.test:${HTTPS}/hook`), null)
for (const to of [`http://127.0.0.1:${TRAP}/`, `https://loop.test:${HTTPS}/`, `https://10.0.0.1:${HTTPS}/`, `http://169.254.169.254:${TRAP}/latest`]) {
  assert.equal(await pushTo(`https://public.test:${HTTPS}/to/${encodeURIComponent(to)}`), null, to)
}

// Long enough for the second try of each.
await wait(6_000)
await server.isWell()
await server.stop()
const inside = reached.filter(({ address }) => !PUBLIC.includes(address))
assert.deepEqual(inside, [], 'addresses that are not public were connected to')
assert.ok(reached.length > 0, 'nothing was pushed at all')
if (trusts === 'yes') {
  assert.ok(requests.some(({ path }) => path === '/hook'), 'the public endpoint was not reached')
  assert.equal(new Set(requests.filter(({ path }) => path.startsWith('/to/')).map(({ path }) => path)).size, 4, 'the redirects were not reached')
}
console.log(`pushes: ok; ${reached.length} connections, all to the public address, ${requests.length} deliveries`)
process.exit(0)
