/** The store of a node on a disk: LevelDB, every write synced before it counts. */

import { closeSync, fdatasyncSync, fsyncSync, mkdirSync, openSync, readSync, writeSync } from 'node:fs'
import { createHash } from 'node:crypto'
import { join } from 'node:path'
import { ClassicLevel } from 'classic-level'
import { encode } from '../../sdk/core/rt/wire.js'
import { rowOf } from './host.js'

/** Octets of values after which a scan ends (docs/hosts.md). */
const SCAN = 1_048_576

const OPTIONS = { keyEncoding: 'utf8', valueEncoding: 'utf8' }

/** One enclave's part of the database. */
class LevelMap {
  constructor(db, enclave) {
    this.db = db
    this.enclave = enclave
    this.prefix = `${enclave}/`
  }

  async get(key) {
    const text = await this.db.get(this.prefix + key)
    return text === undefined ? null : rowOf(text)
  }

  async getMany(keys) {
    const texts = await this.db.getMany(keys.map((key) => this.prefix + key))
    return texts.map((text) => (text === undefined ? null : rowOf(text)))
  }

  async scan({ from, to, limit, reverse }) {
    const rows = []
    let size = 0
    for await (const [key, text] of this.db.iterator({ gte: this.prefix + from, lt: this.prefix + to, limit, reverse, highWaterMarkBytes: SCAN })) {
      rows.push({ key: key.slice(this.prefix.length), value: rowOf(text) })
      size += Buffer.byteLength(text)
      if (size >= SCAN) break
    }
    return rows
  }

  /** Writes rows in one durable transaction; with `reset` nothing of before is left. */
  async write(rows, reset) {
    const former = reset ? await this.db.keys({ gte: this.prefix, lt: `${this.enclave}0` }).all() : []
    const batch = rows.map(({ key, value }) =>
      value === null ? { type: 'del', key: this.prefix + key } : { type: 'put', key: this.prefix + key, value: encode(value) },
    )
    await this.db.batch([...former.map((key) => ({ type: 'del', key })), ...batch], { sync: true })
  }
}

/** A store in a folder. */
export class LevelStore {
  static async open(folder) {
    mkdirSync(folder, { recursive: true, mode: 0o700 })
    const db = new ClassicLevel(folder, OPTIONS)
    await db.open()
    return new LevelStore(db)
  }

  constructor(db) {
    this.db = db
  }

  map(enclave) {
    return new LevelMap(this.db, enclave)
  }

  /** The ids of the enclaves that are kept here. */
  async enclaves() {
    const ids = []
    let after = ''
    for (;;) {
      const [key] = await this.db.keys({ gt: after, limit: 1 }).all()
      if (key === undefined) return ids
      const id = key.slice(0, key.indexOf('/'))
      ids.push(id)
      after = `${id}0`
    }
  }

  close() {
    return this.db.close()
  }
}

const SLOT = 256

/** A slot of a mark: number, size, root, and the hash of all three, so that a torn one is seen. */
function slot({ seq, size, root }) {
  const text = `${seq} ${size} ${root} `
  return Buffer.from((text + createHash('sha256').update(text).digest('hex')).padEnd(SLOT))
}

function read(buffer) {
  const [seq, size, root, hash] = buffer.toString('latin1').trim().split(' ')
  const text = `${seq} ${size} ${root} `
  return hash === createHash('sha256').update(text).digest('hex') ? { seq: BigInt(seq), size: BigInt(size), root } : null
}

function isNewer(a, b) {
  return a.seq > b.seq || (a.seq === b.seq && a.size > b.size)
}

/** Does something with a file; null if there is none. */
function withFile(path, flags, task) {
  let fd
  try {
    fd = openSync(path, flags, 0o600)
  } catch (error) {
    if (error.code === 'ENOENT') return null
    throw error
  }
  try {
    return task(fd)
  } finally {
    closeSync(fd)
  }
}

/**
 * High-water marks in files of their own. Two slots are written in turn, so that there is always a whole one.
 */
export class FileMarks {
  constructor(folder) {
    mkdirSync(folder, { recursive: true, mode: 0o700 })
    this.folder = folder
    this.turns = new Map()
  }

  /** The newest mark. A name that was never heard of leaves no file. */
  read(enclave) {
    return withFile(join(this.folder, enclave), 'r', (fd) => {
      const marks = [0, 1].map((turn) => {
        const buffer = Buffer.alloc(SLOT)
        return readSync(fd, buffer, 0, SLOT, turn * SLOT) === SLOT ? read(buffer) : null
      })
      const newest = marks[0] === null || (marks[1] !== null && isNewer(marks[1], marks[0])) ? 1 : 0
      this.turns.set(enclave, 1 - newest)
      return marks[newest]
    })
  }

  write(enclave, mark) {
    const path = join(this.folder, enclave)
    const turn = this.turns.get(enclave) ?? 0
    const put = (fd) => {
      writeSync(fd, slot(mark), 0, SLOT, turn * SLOT)
      fdatasyncSync(fd)
      return true
    }
    if (withFile(path, 'r+', put) === null) {
      withFile(path, 'wx+', put)
      // The name of a new file is durable with its folder only.
      withFile(this.folder, 'r', fsyncSync)
    }
    this.turns.set(enclave, 1 - turn)
  }
}
