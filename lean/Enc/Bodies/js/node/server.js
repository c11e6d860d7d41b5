/** A node on loopback: HTTP and WebSocket around `Host`, with LevelDB. `node server.js --help` tells the rest. */

import { readFileSync, statSync } from 'node:fs'
import { createServer } from 'node:http'
import { join } from 'node:path'
import { parseArgs } from 'node:util'
import { WebSocketServer } from 'ws'
import { Deliveries } from './delivery.js'
import { Host, Refused } from './host.js'
import { kernel as emitted } from './kernel.js'
import { ProcessKernel } from './kernel-process.js'
import { FileMarks, LevelStore } from './level.js'

const HELP = `usage: node server.js --data DIR --key-file FILE [options]

Runs a node of the protocol. The key file holds the private key, 64 hexadecimal digits, readable by
nobody else.

  --data DIR           where enclaves are kept; made if it is not there
  --key-file FILE      the node's private key
  --port N             port to listen on, 0 for any free one (default 8740)
  --host ADDRESS       address to listen on (default 127.0.0.1)
  --registry ID        the enclave that answers /nodes, /enclaves, /resolve and /identity
  --kernel COMMAND     ask this command instead of the emitted JavaScript: one that answers conformance
                       requests on standard input, such as "lean --run Referee.lean"
  --allow-private-push deliver pushes to private and loopback addresses, and without TLS
  --test               take the time from the header x-enc-test-now, if it comes; only with the published
                       test key

example:
  openssl rand -hex 32 > node.key && chmod 600 node.key
  node server.js --data ./data --key-file node.key
`

/** The published test key: whoever runs a node with it wants no secrets kept. */
const TEST_KEY = '0000000000000000000000000000000000000000000000000000000000000003'

/** As many octets of a body as decide that it is too large. */
const MAX_BODY = 1_048_576 + 1
const MAX_FRAME = MAX_BODY
const MAX_SOCKETS = 4_096
const MAX_HEADER = 16_384

/** Requests or messages of one connection that are taken before those before them are answered. */
const MAX_WAITING = 16

/** Octets of bodies and messages, of all connections, that are not answered yet; small ones have room always. */
const MAX_HELD = 268_435_456
const SMALL = 16_384

/** Octets that wait for a slow reader before the connection is given up. */
const MAX_UNSENT = 67_108_864

/** What is still read of a request that was answered before its end, in octets and milliseconds. */
const MAX_REST = 16_777_216
const REST_TIME = 2_000

/** For how long nothing may move on a connection, in milliseconds. */
const MAX_SILENCE = 30_000

/** How often connections are looked at, in milliseconds: for slow ones, and for those that are gone. */
const CHECK = 1_000
const PING = 30_000

function fail(message) {
  process.stderr.write(`error: ${message}\n`)
  process.exit(2)
}

function options() {
  try {
    const { values } = parseArgs({
      options: {
        data: { type: 'string' },
        'key-file': { type: 'string' },
        port: { type: 'string', default: '8740' },
        host: { type: 'string', default: '127.0.0.1' },
        registry: { type: 'string' },
        kernel: { type: 'string' },
        'allow-private-push': { type: 'boolean', default: false },
        test: { type: 'boolean', default: false },
        help: { type: 'boolean', short: 'h', default: false },
      },
    })
    return values
  } catch (error) {
    return fail(`${error.message}; see --help`)
  }
}

function keyOf(file) {
  let text
  try {
    if ((statSync(file).mode & 0o077) !== 0) fail(`\`${file}\` can be read by others; run \`chmod 600 ${file}\``)
    text = readFileSync(file, 'utf8').trim()
  } catch (error) {
    fail(`cannot read the key: ${error.message}`)
  }
  // Never say what is in it.
  if (!/^[0-9a-f]{64}$/.test(text)) fail(`\`${file}\` does not hold 64 hexadecimal digits`)
  return text
}

/** What one request or message holds of the memory that there is for all. */
class Held {
  static all = 0
  size = 0

  /** Whether there is room for more. */
  add(size) {
    this.size += size
    Held.all += size
    return this.size <= SMALL || Held.all <= MAX_HELD
  }

  free() {
    Held.all -= this.size
    this.size = 0
  }
}

/** The body of a request, at most as much as decides that it is too large; null if there is no room for it. */
async function bodyOf(request, held) {
  const parts = []
  let size = 0
  for await (const part of request.iterator({ destroyOnReturn: false })) {
    if (!held.add(part.length)) return null
    parts.push(part.subarray(0, MAX_BODY - size))
    size += part.length
    if (size >= MAX_BODY) break
  }
  return new Uint8Array(Buffer.concat(parts))
}

/** Reads on for a while: closing a connection that has unread octets takes the answer back. */
async function skipRest(request) {
  const timer = setTimeout(() => request.destroy(), REST_TIME)
  let size = 0
  for await (const part of request) if ((size += part.length) > MAX_REST) break
  clearTimeout(timer)
}

const given = options()
if (given.help) {
  process.stdout.write(HELP)
  process.exit(0)
}
if (given.data === undefined || given['key-file'] === undefined) fail('--data and --key-file are needed; see --help')
if (!/^[0-9]{1,5}$/.test(given.port) || Number(given.port) > 65_535) fail(`--port is a number from 0 to 65535, not \`${given.port}\``)
if (given.registry !== undefined && !/^[0-9a-f]{64}$/.test(given.registry)) fail('--registry is the id of an enclave, 64 hexadecimal digits')
const key = keyOf(given['key-file'])
if (given.test && key !== TEST_KEY) fail('--test is for the published test key only')

let testNow = null
const clock = () => testNow ?? BigInt(Date.now())
const timers = new Map()
const store = await LevelStore.open(join(given.data, 'store')).catch((error) => fail(`cannot open the store: ${error.cause?.message ?? error.message}`))
const deliveries = new Deliveries({ allowPrivate: given['allow-private-push'], log: (line) => process.stderr.write(`${line}\n`) })
const kernel = given.kernel === undefined ? emitted : new ProcessKernel(given.kernel.split(' '), { onExit: () => fail('the kernel is gone') })
const host = new Host({
  store,
  key,
  kernel,
  clock,
  marks: new FileMarks(join(given.data, 'marks')),
  registry: given.registry ?? null,
  push: (delivery) => deliveries.push(delivery),
  schedule(enclave, kind, at) {
    const name = `${enclave} ${kind}`
    clearTimeout(timers.get(name))
    const wait = Math.min(Math.max(Number(at - clock()), 0), 2 ** 31 - 1)
    // A clock that was set stands still, and nothing becomes due.
    const due = () => testNow === null && host.timer(enclave, kind).catch(report)
    timers.set(name, setTimeout(due, wait))
  },
})

function report(error) {
  // The stack may quote arguments, and those may hold anything.
  process.stderr.write(`error: ${error instanceof Refused ? error.message : error.name}\n`)
}

/** What is answered when the node itself is at fault; the kernel's own words are in `node/Api`. */
const INTERNAL = '{"error":"internal","message":"the node cannot answer"}'

/** Requests of a connection that are not answered yet. */
const waiting = new WeakMap()

function count(socket, change) {
  const now = (waiting.get(socket) ?? 0) + change
  waiting.set(socket, now)
  if (now >= MAX_WAITING) socket.pause()
  else if (change < 0 && now === MAX_WAITING - 1) socket.resume()
}

const limits = { maxHeaderSize: MAX_HEADER, requestTimeout: 30_000, headersTimeout: 10_000, keepAliveTimeout: 5_000, connectionsCheckingInterval: CHECK }
const server = createServer(limits, (request, response) => {
  const { socket } = request
  const held = new Held()
  count(socket, 1)
  response.on('close', () => count(socket, -1))
  // Not when it closes: a response that waits for those before it is told nothing when its connection goes.
  answerTo(request, response, held).finally(() => held.free())
})

async function answerTo(request, response, held) {
  const { socket } = request
  try {
    const now = request.headers['x-enc-test-now']
    if (given.test && typeof now === 'string' && /^[0-9]{1,16}$/.test(now)) testNow = BigInt(now)
    const body = await bodyOf(request, held)
    if (body === null) return response.writeHead(503, { connection: 'close', 'retry-after': '1' }).end()
    // Whoever waits for this node is not late: with the Lean reference for a kernel a bundle may take a minute.
    socket.setTimeout(0)
    const answer = await host.handle(request.method, request.url, body)
    socket.setTimeout(MAX_SILENCE)
    const cut = !request.complete
    if (cut) answer.headers.push(['connection', 'close'], ['content-length', Buffer.byteLength(answer.body)])
    response.writeHead(answer.status, answer.headers.flat())
    if (!cut) return response.end(answer.body)
    response.write(answer.body)
    await skipRest(request)
    response.end()
  } catch (error) {
    if (socket.destroyed) return
    report(error)
    if (response.headersSent) return response.destroy()
    response.writeHead(500, { 'content-type': 'application/json', 'cache-control': 'no-store', 'access-control-allow-origin': '*' })
    response.end(INTERNAL)
  }
}

server.maxConnections = MAX_SOCKETS
// A reader that takes nothing.
server.setTimeout(MAX_SILENCE)

const sockets = new WebSocketServer({ noServer: true, maxPayload: MAX_FRAME, perMessageDeflate: false })
server.on('upgrade', (request, socket, head) => {
  socket.on('error', () => {})
  if (request.url !== '/') return socket.end('HTTP/1.1 404 Not Found\r\ncontent-length: 0\r\nconnection: close\r\n\r\n', () => socket.destroy())
  sockets.handleUpgrade(request, socket, head, (connection) => {
    const peer = {
      send: (text) => (connection.bufferedAmount > MAX_UNSENT ? connection.terminate() : connection.send(text)),
      close: (code) => connection.close(code),
    }
    let tail = Promise.resolve()
    let queued = 0
    connection.isAlive = true
    connection.on('pong', () => (connection.isAlive = true))
    connection.on('message', (data) => {
      const held = new Held()
      if (!held.add(data.length)) {
        held.free()
        return connection.close(1013)
      }
      if (++queued >= MAX_WAITING) connection.pause()
      // One after the other: the answers come in the order of the questions.
      tail = tail
        .then(() => connection.readyState === connection.OPEN && host.message(peer, new Uint8Array(data)))
        .catch((error) => {
          report(error)
          connection.close(1011)
        })
        .finally(() => {
          held.free()
          if (--queued < MAX_WAITING && connection.isPaused) connection.resume()
        })
    })
    connection.on('error', () => {})
    connection.on('close', () => tail.then(() => host.close(peer)))
  })
})
setInterval(() => {
  for (const connection of sockets.clients) {
    if (!connection.isAlive) connection.terminate()
    else if (!connection.isPaused) {
      connection.isAlive = false
      connection.ping()
    }
  }
}, PING).unref()

for (const enclave of await store.enclaves()) {
  await host.open(enclave).catch((error) => {
    report(error)
    process.stderr.write('the store is not what this node signed; put back a whole copy of it\n')
    process.exit(1)
  })
}

await kernel.ready?.()
server.on('error', (error) => fail(`cannot listen: ${error.message}`))
server.listen(Number(given.port), given.host, () => {
  const { address, port } = server.address()
  process.stdout.write(`listening on http://${address.includes(':') ? `[${address}]` : address}:${port}\n`)
})

for (const signal of ['SIGINT', 'SIGTERM']) {
  process.on(signal, () => {
    server.close()
    server.closeAllConnections()
    sockets.clients.forEach((connection) => connection.terminate())
    store.close().finally(() => process.exit(0))
  })
}
