/**
 * Runtime of strict JavaScript: the operations and primitives of EncDSL over values.
 *
 * Values: bigint (natural), boolean, string, Uint8Array, Array, plain object (own enumerable keys only), null.
 * An argument of another type than the operation's gives null. Nothing here mutates a value.
 */

import { plain, print } from './print.js'
import { sha256 as digest } from './sha256.js'
import { hex, isRecord, unhex } from './value.js'

export {
  buildSTHMessage, computeCommitHash, computeContentHash, computeEnclaveId, computeEventHash, computeEventId,
  computeEventsRoot, encodeTags,
} from './protocol.js'

const utf8 = new TextEncoder()

function nats(a, b) {
  return typeof a === 'bigint' && typeof b === 'bigint'
}

export function add(a, b) {
  return nats(a, b) ? a + b : null
}

/** Truncates at 0. */
export function sub(a, b) {
  return nats(a, b) ? (a > b ? a - b : 0n) : null
}

export function mul(a, b) {
  return nats(a, b) ? a * b : null
}

/** Floor division; null by 0. */
export function div(a, b) {
  return nats(a, b) && b !== 0n ? a / b : null
}

/** Remainder; null by 0. */
export function mod(a, b) {
  return nats(a, b) && b !== 0n ? a % b : null
}

export function band(a, b) {
  return nats(a, b) ? a & b : null
}

export function bor(a, b) {
  return nats(a, b) ? a | b : null
}

export function bxor(a, b) {
  return nats(a, b) ? a ^ b : null
}

/** The identity: naturals have no width. */
export function bnot(a) {
  return typeof a === 'bigint' ? a : null
}

/** Null by more than 4096 bits. */
export function shl(a, b) {
  return nats(a, b) && b <= 4096n ? a << b : null
}

export function shr(a, b) {
  return nats(a, b) ? a >> b : null
}

export function lt(a, b) {
  return nats(a, b) ? a < b : null
}

export function le(a, b) {
  return nats(a, b) ? a <= b : null
}

export function and(a, b) {
  return typeof a === 'boolean' && typeof b === 'boolean' ? a && b : null
}

export function or(a, b) {
  return typeof a === 'boolean' && typeof b === 'boolean' ? a || b : null
}

export function not(a) {
  return typeof a === 'boolean' ? !a : null
}

/** Structural equality over all types. */
export function eq(a, b) {
  if (a === b) return true
  if (typeof a !== 'object' || typeof b !== 'object' || a === null || b === null) return false
  const open = [a, b]
  while (open.length > 0) {
    const right = open.pop()
    const left = open.pop()
    if (left !== right && !alike(left, right, open)) return false
  }
  return true
}

/** Whether two values agree as far as their parts do, which are added to `open`. */
function alike(a, b, open) {
  if (typeof a !== 'object' || typeof b !== 'object' || a === null || b === null) return false
  if (a instanceof Uint8Array) return b instanceof Uint8Array && sameBytes(a, b)
  if (Array.isArray(a)) {
    if (!Array.isArray(b) || a.length !== b.length) return false
    for (let i = 0; i < a.length; i++) open.push(a[i], b[i])
    return true
  }
  if (!isRecord(b)) return false
  const keys = Object.keys(a)
  if (keys.length !== Object.keys(b).length) return false
  for (const key of keys) {
    if (!Object.hasOwn(b, key)) return false
    open.push(a[key], b[key])
  }
  return true
}

function sameBytes(a, b) {
  if (a.length !== b.length) return false
  for (let i = 0; i < a.length; i++) {
    if (a[i] !== b[i]) return false
  }
  return true
}

export function concatStr(a, b) {
  return typeof a === 'string' && typeof b === 'string' ? a + b : null
}

export function concatList(a, b) {
  if (!Array.isArray(a) || !Array.isArray(b)) return null
  // Nothing mutates a value, so one that is all of the result can be the result.
  if (b.length === 0) return a
  return a.length === 0 ? b : [...a, ...b]
}

/** Counts Unicode scalar values. */
export function lengthStr(a) {
  if (typeof a !== 'string') return null
  let count = a.length
  for (let i = 0; i < a.length; i++) {
    if ((a.charCodeAt(i) & 0xfc00) === 0xdc00) count--
  }
  return BigInt(count)
}

export function lengthList(a) {
  return Array.isArray(a) ? BigInt(a.length) : null
}

export function lengthBytes(a) {
  return a instanceof Uint8Array ? BigInt(a.length) : null
}

/** What `object?.key` gives, if it is a value: anything inherited is a function or a length, anything missing undefined. */
export function val(property) {
  // In terms of what it may be, which compiles better than in terms of what not.
  return typeof property === 'string' || typeof property === 'object' || typeof property === 'bigint' || typeof property === 'boolean'
    ? property
    : null
}

/** Field of a record, or element of a list when `key` is one or more ASCII digits. */
export function get(object, key) {
  if (typeof object !== 'object' || object === null || object instanceof Uint8Array) return null
  if (Array.isArray(object)) return element(object, key)
  return Object.hasOwn(object, key) ? object[key] : null
}

function element(list, key) {
  if (!/^[0-9]+$/.test(key)) return null
  const at = Number(key)
  return at < list.length ? list[at] : null
}

/** The record with `key` set. */
export function set(object, key, value) {
  if (!isRecord(object)) return null
  // Only a definition makes a field of this name; an assignment, which is faster, would set the prototype.
  if (key === '__proto__') return { ...object, [key]: value }
  const copy = { ...object }
  copy[key] = value
  return copy
}

/** Left fold over a list. */
export function fold(list, init, step) {
  if (!Array.isArray(list)) return null
  let acc = init
  for (let i = 0; i < list.length; i++) acc = step(acc, list[i])
  return acc
}

/** Whether there is something to fold over. */
export function isList(value) {
  return Array.isArray(value)
}

/** What a statement iterates over: a list, else nothing. */
export function items(collection) {
  return Array.isArray(collection) ? collection : []
}

/** What a constructor answers: its fields, null if it returned anything but a record. */
export function fields(value) {
  return isRecord(value) ? value : null
}

/** The value with every list and record in it frozen. Bytes cannot be frozen in JavaScript: do not write to them. */
export function freeze(value) {
  const open = [value]
  while (open.length > 0) {
    const next = open.pop()
    if (typeof next === 'object' && next !== null && !(next instanceof Uint8Array) && !Object.isFrozen(next)) {
      Object.freeze(next)
      for (const key of Object.keys(next)) open.push(next[key])
    }
  }
  return value
}

const PREFIXES = Array.from({ length: 256 }, (_, byte) => Uint8Array.of(byte))

/** SHA-256 of `prefix‖a‖b`. */
function prefixed(prefix, a, b) {
  return a instanceof Uint8Array && b instanceof Uint8Array ? digest(PREFIXES[prefix], a, b) : null
}

export function sha256(data) {
  return data instanceof Uint8Array ? digest(data) : null
}

export function sha256Hash(data) {
  return sha256(data)
}

export function sha256Str(text) {
  return typeof text === 'string' ? digest(utf8.encode(text)) : null
}

/** BIP-340 tagged hash. */
export function taggedHash(tag, message) {
  if (typeof tag !== 'string' || !(message instanceof Uint8Array)) return null
  const tagged = digest(utf8.encode(tag))
  return digest(tagged, tagged, message)
}

export function smtLeafHash(key, value) {
  return prefixed(0x20, key, value)
}

export function smtNodeHash(left, right) {
  return prefixed(0x21, left, right)
}

export function ctLeafHash(a, b) {
  return prefixed(0x00, a, b)
}

export function ctNodeHash(left, right) {
  return prefixed(0x01, left, right)
}

export function bytesToHex(bytes) {
  return bytes instanceof Uint8Array ? hex(bytes) : null
}

/** Bytes of an even number of hex digits of either case, without prefix. */
export function hexToBytes(text) {
  return typeof text === 'string' ? unhex(text) : null
}

/** RFC 8785; null when a natural in the value exceeds 2^53 - 1. */
export function jsonStringify(value) {
  return print(value, plain)
}

export function bigInt(value) {
  return typeof value === 'bigint' ? value : null
}

export function number(value) {
  return typeof value === 'bigint' ? value : null
}
