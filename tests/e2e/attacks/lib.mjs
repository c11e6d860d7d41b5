/** A server under attack, and raw bytes to attack it with. */

import assert from 'node:assert/strict'
import { spawn } from 'node:child_process'
import { randomBytes } from 'node:crypto'
import { mkdtempSync, readFileSync, readdirSync, readlinkSync, writeFileSync } from 'node:fs'
import { connect } from 'node:net'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { createInterface } from 'node:readline'

export const TEST_KEY = '0000000000000000000000000000000000000000000000000000000000000003'
export const wait = (ms) => new Promise((resolve) => setTimeout(resolve, ms))

/** Resolves like `promise`, or fails after some milliseconds. */
export function within(ms, promise, what) {
  let timer
  const late = new Promise((_, reject) => (timer = setTimeout(() => reject(new Error(`${what}: not within ${ms} ms`)), ms)))
  return Promise.race([promise, late]).finally(() => clearTimeout(timer))
}

/** A server, started by a command that takes the options of `server.js`. */
export class Server {
  static async start(command, { data = mkdtempSync(join(tmpdir(), 'attacked-')), key = TEST_KEY, options = ['--test'], env = {} } = {}) {
    const file = `${data}.key`
    writeFileSync(file, `${key}\n`, { mode: 0o600 })
    const [program, ...args] = command.split(' ')
    const given = ['--data', data, '--key-file', file, '--port', '0', ...options]
    const child = spawn(program, [...args, ...given], { stdio: ['ignore', 'pipe', 'pipe'], env: { ...process.env, ...env } })
    const server = new Server(child, data)
    const ready = new Promise((resolve, reject) => {
      createInterface({ input: child.stdout }).on('line', (line) => {
        server.output += `${line}\n`
        const port = /^listening on http:\/\/.*:([0-9]+)$/.exec(line)
        if (port !== null) resolve(Number(port[1]))
      })
      child.on('exit', (code, signal) => reject(new Error(`the server ended (${code ?? signal}): ${server.output}`)))
    })
    child.stderr.on('data', (data) => (server.output += data))
    server.port = await within(60_000, ready, 'the server starts')
    server.url = `http://127.0.0.1:${server.port}`
    server.idle = server.memory()
    return server
  }

  constructor(child, data) {
    Object.assign(this, { child, data, output: '' })
    process.setMaxListeners(0).on('exit', () => child.kill('SIGKILL'))
    this.exited = new Promise((resolve) => child.on('exit', resolve))
  }

  /** Resident memory in MiB. */
  memory() {
    const status = readFileSync(`/proc/${this.child.pid}/status`, 'utf8')
    return Number(/^VmRSS:\s*([0-9]+) kB$/m.exec(status)[1]) / 1024
  }

  /** How many sockets it has open. */
  sockets() {
    const folder = `/proc/${this.child.pid}/fd`
    const isSocket = (file) => {
      try {
        return readlinkSync(`${folder}/${file}`).startsWith('socket:')
      } catch {
        return false
      }
    }
    return readdirSync(folder).filter(isSocket).length
  }

  /** The server answers in good time, and has not grown. */
  async isWell({ grown = 768 } = {}) {
    const answer = await within(5_000, fetch(this.url, { headers: { connection: 'close' } }), 'the server answers afterwards')
    assert.equal(answer.status, 200)
    await answer.arrayBuffer()
    const memory = this.memory()
    assert.ok(memory < this.idle + grown, `the server has ${memory.toFixed()} MiB, ${this.idle.toFixed()} at first`)
    return memory
  }

  async stop(signal = 'SIGKILL') {
    this.child.kill(signal)
    await this.exited
  }
}

/** A raw connection: what came, and whether it was closed. */
export class Raw {
  constructor(port, { keep = 65_536 } = {}) {
    this.text = ''
    this.size = 0
    this.isClosed = false
    this.socket = connect({ port, host: '127.0.0.1', noDelay: true })
    this.opened = new Promise((resolve) => this.socket.once('connect', () => resolve(true)).once('error', () => resolve(false)))
    this.closed = new Promise((resolve) => this.socket.once('close', () => resolve((this.isClosed = true))))
    this.socket.on('error', () => {})
    this.socket.on('data', (data) => {
      this.size += data.length
      if (this.text.length < keep) this.text += data.toString('latin1')
    })
    this.socket.on('end', () => this.socket.end())
  }

  /** Writes, waiting where the server does not read; false when it is closed. */
  async write(data) {
    if (this.isClosed || this.socket.destroyed || !this.socket.writable) return false
    if (!this.socket.write(data, 'latin1')) {
      await Promise.race([new Promise((resolve) => this.socket.once('drain', resolve)), this.closed])
    }
    return !this.isClosed
  }

  /** The status of the first answer, 0 if there is none. */
  get status() {
    return Number(/^HTTP\/1\.[01] ([0-9]{3})/.exec(this.text)?.[1] ?? 0)
  }

  /** The error code in the first answer's body, null if there is none. */
  get code() {
    return /\{"error":"([a-z_]+)"/.exec(this.text)?.[1] ?? null
  }

  /** Waits until something of that look has come, or the end. */
  async until(pattern, ms = 5_000) {
    const end = Date.now() + ms
    while (!pattern.test(this.text) && !this.isClosed) {
      if (Date.now() > end) throw new Error(`nothing like ${pattern} within ${ms} ms, but ${JSON.stringify(this.text.slice(0, 200))}`)
      await wait(10)
    }
    return this.text
  }

  end() {
    this.socket.destroy()
  }
}

/** A WebSocket of which every octet is chosen. */
export class RawSocket extends Raw {
  static async open(port) {
    const raw = new RawSocket(port)
    const key = randomBytes(16).toString('base64')
    await raw.write(`GET / HTTP/1.1\r\nHost: h\r\nConnection: Upgrade\r\nUpgrade: websocket\r\nSec-WebSocket-Version: 13\r\nSec-WebSocket-Key: ${key}\r\n\r\n`)
    await raw.until(/\r\n\r\n/)
    assert.equal(raw.status, 101)
    return raw
  }

  /** One frame: opcode, whether it is the last, its octets; masked unless told. */
  frame(opcode, payload, { fin = true, masked = true, length = payload.length } = {}) {
    const head = [(fin ? 0x80 : 0) | opcode]
    const bit = masked ? 0x80 : 0
    if (length < 126) head.push(bit | length)
    else if (length < 65_536) head.push(bit | 126, length >> 8, length & 255)
    else {
      const size = Buffer.alloc(8)
      size.writeBigUInt64BE(BigInt(length))
      head.push(bit | 127, ...size)
    }
    // A mask of zeros: the payload as it is.
    return this.write(Buffer.concat([Buffer.from(head), Buffer.alloc(masked ? 4 : 0), Buffer.from(payload)]))
  }

  say(value) {
    return this.frame(1, Buffer.from(value))
  }

  /** The code that the server closed with: null without a close frame. */
  async closeCode(ms = 5_000) {
    await within(ms, this.closed, 'the server closes').catch((error) => {
      if (!/\x88[\x02-\x7d]/.test(this.text)) throw error
    })
    const at = this.text.lastIndexOf('\x88')
    return at < 0 || this.text.length < at + 4 ? null : this.text.charCodeAt(at + 2) * 256 + this.text.charCodeAt(at + 3)
  }
}
