/**
 * Looks for the node's key in everything that leaves a server: `node taint.mjs COMMAND KIND PROFILES`. KIND is `leveldb`, `sqlite` or `other`, for the
 * store to be read as its database does; its files are looked through in any case.
 */

import { spawnSync } from 'node:child_process'
import { cpSync, mkdtempSync, readFileSync, readdirSync, rmSync, statSync, writeFileSync } from 'node:fs'
import { createServer } from 'node:http'
import { createRequire } from 'node:module'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { Enclave, HttpClient, LocalWallet, generateKey } from '@enc-protocol/client'
import { jsonStringify } from '@enc-protocol/core/rt'
import WebSocket from 'ws'
import { Raw, RawSocket, Server, wait } from './lib.mjs'
import { found, needles } from './needles.mjs'

const [command, kind, profiles, modules] = process.argv.slice(2)
const { group } = await import(profiles)
const key = generateKey()
const forms = needles(key)
const leaks = []
let searched = 0

function search(where, data) {
  const octets = Buffer.isBuffer(data) ? data : Buffer.from(data, 'utf8')
  searched += octets.length
  for (const form of new Set(found(forms, octets))) leaks.push(`${where}: ${form}`)
}

/** Files below a folder. */
function* files(folder) {
  for (const name of readdirSync(folder)) {
    const path = join(folder, name)
    if (statSync(path).isDirectory()) yield* files(path)
    else yield path
  }
}

async function searchStore(data) {
  for (const path of files(data)) search(`the file ${path.slice(data.length)}`, readFileSync(path))
  const copy = `${data}.copy`
  cpSync(data, copy, { recursive: true })
  // As compression may have cut what is in the files.
  if (kind === 'leveldb') {
    const { ClassicLevel } = createRequire(`${modules}/`)('classic-level')
    const db = new ClassicLevel(join(copy, 'store'), { keyEncoding: 'buffer', valueEncoding: 'buffer' })
    for await (const [name, value] of db.iterator()) search(`the row ${name}`, Buffer.concat([name, Buffer.from([10]), value]))
    await db.close()
  } else if (kind === 'sqlite') {
    const { DatabaseSync } = await import('node:sqlite')
    for (const path of [...files(copy)].filter((path) => path.endsWith('.sqlite'))) {
      const db = new DatabaseSync(path)
      for (const { name } of db.prepare("SELECT name FROM sqlite_master WHERE type = 'table'").all()) {
        const rows = db.prepare(`SELECT * FROM "${name}"`)
        rows.setReadBigInts(true)
        for (const row of rows.all()) {
          search(`the table ${name}`, Buffer.concat(Object.values(row).map((value) => Buffer.from(value instanceof Uint8Array ? value : String(value)))))
        }
      }
      db.close()
    }
  }
  rmSync(copy, { recursive: true })
}

/** A server whose every answer is looked through as it comes. */
async function start(data, options = []) {
  const server = await Server.start(command, { data, key, options: ['--allow-private-push', ...options] })
  search('its command line', readFileSync(`/proc/${server.child.pid}/cmdline`))
  return server
}

const fetched = async (...request) => {
  const answer = await fetch(...request)
  const body = Buffer.from(await answer.arrayBuffer())
  search('an answer', Buffer.concat([Buffer.from([...answer.headers].join('\n')), Buffer.from('\n'), body]))
  return new Response(answer.status === 204 ? null : body, { status: answer.status, headers: answer.headers })
}

class Listening extends WebSocket {
  constructor(...given) {
    super(...given)
    this.on('message', (data) => search('a message', Buffer.from(data)))
  }
}

let pushes = 0
const hook = createServer(async (request, response) => {
  const parts = []
  for await (const part of request) parts.push(part)
  search('a push', Buffer.concat([Buffer.from(request.rawHeaders.join('\n')), ...parts]))
  pushes++
  response.end()
})
await new Promise((resolve) => hook.listen(0, '127.0.0.1', resolve))

/** One of everything that a client does, and much that none should. */
async function life(server, rounds) {
  const node = new HttpClient(server.url, { fetch: fetched })
  const [owner, ann, view] = Array.from({ length: 3 }, () => new LocalWallet(generateKey()))
  const [o, a, d] = await Promise.all([owner, ann, view].map((wallet) => wallet.getPublicKey()))
  const { enclave } = await Enclave.create({ node, manifest: { ...group(o), bundle: { size: 2n, timeout: 50n } }, wallet: owner, WebSocket: Listening })
  const refused = (task) => task.then(() => {}, () => {})
  await enclave.move(a, 'OUTSIDER', 'MEMBER')
  await enclave.grant(d, 'dataview', `http://127.0.0.1:${hook.address().port}/`)
  const mine = await Enclave.open({ node, enclave: enclave.id, wallet: ann, WebSocket: Listening })
  await new Promise((resolve) => mine.subscribe({ filter: {}, event: () => {}, caughtUp: resolve }))
  for (let at = 0; at < rounds; at++) {
    await mine.commit('message', { at: BigInt(at) })
    await mine.commitLive('message', `live ${at}`)
    await refused(mine.commit('topic', 'x'))
    await refused(mine.grant(a, 'admin'))
  }
  for await (const page of mine.pull()) search('a pull', jsonStringify(page))
  await mine.treeHead()
  await mine.mask(a)
  const { events } = await mine.query({ type: 'message' })
  await wait(100)
  await mine.verifyIncluded(events[0])
  for (const path of ['', 'enclave/x', `enclave/${enclave.id}`, `${enclave.id}/consistency?first=1&second=2`, 'nodes/x', `identity/${a}`, `resolve/${enclave.id}`, '%00', 'x'.repeat(9_000)]) {
    for (const method of ['GET', 'OPTIONS', 'DELETE', 'HEAD', 'PUT']) await refused(fetched(`${server.url}/${path}`, { method }))
  }
  const bodies = ['{', '[]', 'null', '1.5', '{"type":"Query"}', '['.repeat(70), `{"exp":1,"enclave":"${enclave.id}"}`, `{"key":1,"context":{"key":2},"enclave":"${enclave.id}"}`, '\xff', '{"__proto__":{"key":1}}', ' '.repeat(1_100_000)]
  for (const path of ['', 'inclusion', 'bundle', 'state', 'state-batch', 'restore']) {
    for (const body of bodies) await refused(fetched(`${server.url}/${path}`, { method: 'POST', body }))
    for (const body of [{ enclave: enclave.id, seq: 1n }, { enclave: enclave.id, namespace: 0n, key: a }, { enclave: enclave.id, events: [], bundles: [] }, { enclave: enclave.id, events, bundles: [] }]) {
      await refused(mine.signed(body).then((asked) => mine.http.post(path, asked)))
      await refused(node.post(path, body))
    }
  }
  const socket = await RawSocket.open(server.port)
  for (const body of bodies.slice(0, -1)) await socket.say(body)
  await wait(200)
  search('messages', Buffer.from(socket.text, 'latin1'))
  socket.end()
  for (const text of ['GARBAGE\r\n\r\n', `GET / HTTP/1.1\r\nX: ${'y'.repeat(100_000)}\r\n\r\n`, 'POST / HTTP/1.1\r\nHost: h\r\nTransfer-Encoding: chunked\r\n\r\nzz\r\n', 'POST / HTTP/1.1\r\nHost: h\r\nContent-Length: 100\r\n\r\n{']) {
    const raw = new Raw(server.port)
    await raw.write(text)
    await wait(100)
    raw.end()
    search('an answer', Buffer.from(raw.text, 'latin1'))
  }
  await refused(enclave.pause())
  await refused(mine.commit('message', 'paused'))
  await refused(enclave.resume())
  await refused(enclave.migrate(node))
  await enclave.close()
  await mine.close()
}

/** Ends a server and looks through what it said and left. */
async function end(server, signal) {
  await server.stop(signal)
  await wait(50)
  search('its output', server.output)
  await searchStore(server.data)
}

let server = await start()
const { data } = server
await life(server, 10)
await end(server, 'SIGTERM')
server = await start(data)
await life(server, 3)
// In the midst of it.
const dying = life(server, 1_000).catch(() => {})
await wait(700)
await end(server, 'SIGKILL')
await dying
server = await start(data)
await life(server, 1)
await end(server, 'SIGABRT')

// Stores that are broken, one way after the other: starting fails or does not, answering fails or does not; nothing is told.
let broken = 0
// A copy that leaks need not be broken as well.
const paths = process.env.SHORT === '1' ? [] : [...files(data)].filter((path) => statSync(path).size > 0)
for (const path of paths) {
  for (const harm of ['flip', 'cut', 'swap']) {
    const copy = mkdtempSync(join(tmpdir(), 'broken-'))
    cpSync(data, copy, { recursive: true })
    const own = copy + path.slice(data.length)
    const octets = readFileSync(own)
    if (harm === 'flip') for (let at = octets.length >> 3; at < octets.length; at += Math.max(1, octets.length >> 3)) octets[at] ^= 0x21
    if (harm === 'swap') octets.subarray(0, octets.length >> 1).reverse()
    writeFileSync(own, harm === 'cut' ? octets.subarray(0, octets.length >> 1) : octets)
    try {
      const own = await start(copy)
      await life(own, 1).catch(() => {})
      await end(own, 'SIGTERM')
    } catch (error) {
      // It did not start; the message holds what it said.
      search('what it said', String(error.message))
    }
    broken++
    rmSync(copy, { recursive: true, force: true })
  }
}

// Key files that are none, and yet hold the key.
const [program, ...args] = command.split(' ')
const folder = mkdtempSync(join(tmpdir(), 'keys-'))
for (const [at, text] of [`${key}0`, `0x${key}`, key.toUpperCase(), `"${key}"`, `${key}\n${key}`, key.slice(1), `key=${key}`].entries()) {
  const file = join(folder, String(at))
  writeFileSync(file, text, { mode: 0o600 })
  const { status, stdout, stderr } = spawnSync(program, [...args, '--data', join(folder, 'data'), '--key-file', file, '--port', '0'], { timeout: 30_000 })
  search('its complaint', Buffer.concat([stdout, stderr]))
  if (status === 0 || status === null) leaks.push(`a key file that holds ${text.length} characters was taken`)
}
writeFileSync(join(folder, 'open'), key, { mode: 0o644 })
const open = spawnSync(program, [...args, '--data', join(folder, 'data'), '--key-file', join(folder, 'open'), '--port', '0'], { timeout: 30_000 })
search('its complaint', Buffer.concat([open.stdout, open.stderr]))
if (open.status === 0 || open.status === null) leaks.push('a key file that all can read was taken')

if (pushes === 0) leaks.push('no push was seen: this looked at too little')
if (leaks.length > 0) {
  console.log(`taint: the key leaves:\n${[...new Set(leaks)].slice(0, 20).join('\n')}`)
  process.exit(1)
}
console.log(`taint: ok; ${(searched / 1_048_576).toFixed(1)} MiB looked through for ${forms.size} forms of the key, ${broken} broken stores, ${pushes} pushes`)
process.exit(0)
