/**
 * Primitives that hash what the protocol signs; docs/protocol.md of etymon states every byte. They need SHA-256 alone.
 *
 * Inside, a part is a list of byte arrays, or null where a field is missing or of another kind, which leaves no hash.
 */

import * as cbor from './cbor.js'
import { plain, print } from './print.js'
import { sha256 } from './sha256.js'
import { concat, hex, isRecord, unhex } from './value.js'

const NODE = Uint8Array.of(0x01)
const COMMIT = cbor.unsigned(0x10n)
const EVENT = cbor.unsigned(0x11n)
const ENCLAVE = cbor.unsigned(0x12n)
const UNSIGNED_LIMIT = 1n << 64n

const utf8 = new TextEncoder()

/** The bytes of exactly `2 * length` lower-case hex digits, else null. */
export function bytesOfHex(length, text) {
  return typeof text === 'string' && text.length === 2 * length && !/[A-F]/.test(text) ? unhex(text) : null
}

function field(record, key) {
  return Object.hasOwn(record, key) ? record[key] : null
}

function bytesPart(length, value) {
  return value instanceof Uint8Array && value.length === length ? cbor.bytes(value) : null
}

function hexPart(length, text) {
  const bytes = bytesOfHex(length, text)
  return bytes === null ? null : cbor.bytes(bytes)
}

function natPart(value) {
  return typeof value === 'bigint' && value < UNSIGNED_LIMIT ? cbor.unsigned(value) : null
}

function textPart(value) {
  return typeof value === 'string' ? cbor.text(value) : null
}

function contentPart(record) {
  if (!Object.hasOwn(record, 'content')) return null
  const digest = computeContentHash(record.content)
  return digest === null ? null : cbor.bytes(digest)
}

/** Tags: a list of lists of strings; none counts as an empty one. */
function tagsPart(record) {
  const tags = field(record, 'tags') ?? []
  if (!Array.isArray(tags)) return null
  const parts = [cbor.array(tags.length)]
  for (const tag of tags) {
    if (!Array.isArray(tag) || !tag.every((own) => typeof own === 'string')) return null
    parts.push(cbor.array(tag.length))
    for (const own of tag) parts.push(cbor.text(own))
  }
  return parts.flat()
}

/** Whether a commit is signed in the one way there is, which none means. */
function bySchnorr(commit) {
  const alg = field(commit, 'alg')
  return alg === null || alg === 'schnorr'
}

/** SHA-256 of the CBOR array of all parts, null if one is. */
function hashOf(...parts) {
  if (parts.includes(null)) return null
  return sha256(...cbor.array(parts.length), concat(parts.flat()))
}

function hexOrNull(digest) {
  return digest === null ? null : hex(digest)
}

/** SHA-256 of a string's UTF-8, of any other value's JSON text. */
export function computeContentHash(content) {
  const text = typeof content === 'string' ? content : print(content, plain)
  return text === null ? null : sha256(utf8.encode(text))
}

export function computeCommitHash(commit) {
  if (!isRecord(commit) || !bySchnorr(commit)) return null
  return hashOf(
    COMMIT,
    hexPart(32, field(commit, 'enclave')),
    hexPart(32, field(commit, 'from')),
    textPart(field(commit, 'type')),
    contentPart(commit),
    natPart(field(commit, 'exp')),
    tagsPart(commit),
  )
}

export function computeEnclaveId(manifest) {
  if (!isRecord(manifest) || !bySchnorr(manifest)) return null
  const from = hexPart(32, field(manifest, 'from'))
  return hexOrNull(hashOf(ENCLAVE, from, cbor.text('Manifest'), contentPart(manifest), tagsPart(manifest)))
}

export function computeEventHash(event) {
  if (!isRecord(event)) return null
  return hashOf(
    EVENT,
    hexPart(32, field(event, 'hash')),
    hexPart(64, field(event, 'sig')),
    natPart(field(event, 'seq')),
    natPart(field(event, 'timestamp')),
    hexPart(32, field(event, 'sequencer')),
  )
}

export function computeEventId(enclave, eventHash, seq) {
  return hexOrNull(hashOf(hexPart(32, enclave), bytesPart(32, eventHash), natPart(seq)))
}

/** Neighbours paired from the left, an odd last one carried up as it is; null of an empty list. */
export function computeEventsRoot(ids) {
  if (!Array.isArray(ids) || ids.length === 0) return null
  let row = ids.map((id) => bytesOfHex(32, id))
  if (row.includes(null)) return null
  while (row.length > 1) {
    const above = []
    for (let at = 0; at < row.length; at += 2) {
      above.push(at + 1 < row.length ? sha256(NODE, row[at], row[at + 1]) : row[at])
    }
    row = above
  }
  return row[0]
}

/** Hex of a record's tags in CBOR. */
export function encodeTags(record) {
  const tags = isRecord(record) ? tagsPart(record) : null
  return tags === null ? null : hex(concat(tags))
}

/** What a signed tree head signs, else null. */
export function sthMessage(time, size, root, publicKey) {
  return hashOf(cbor.text('enc-sth'), natPart(time), natPart(size), bytesPart(32, root), bytesPart(32, publicKey))
}

export function buildSTHMessage(time, size, root, publicKey) {
  return hexOrNull(sthMessage(time, size, root, publicKey))
}
