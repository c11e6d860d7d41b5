/**
 * Values from bytes: the decoder of requests, the tagged form of images and conformance, and the reads that take values apart. Tagged texts
 * of values.
 */

import { JsonNumber, Refused, read } from './json.js'
import { MAX_JSON_NAT, print, tagged } from './print.js'

export { Refused }

/** Most octets of a body. */
export const MAX_BODY = 1_048_576

/** Most octets of a target, in UTF-8. */
export const MAX_TARGET = 8192

/** Most arrays and objects around a value of a body. */
export const MAX_BODY_DEPTH = 64

const TOO_LARGE = { value: null, problem: 'too_large' }

const HEX = /^(?:[0-9a-f]{2})*$/

const LEAVES = {
  nat: (content) => (matches(content, /^(?:0|[1-9][0-9]*)$/) ? BigInt(content) : undefined),
  bool: (content) => (typeof content === 'boolean' ? content : undefined),
  str: (content) => (typeof content === 'string' ? content : undefined),
  bytes: (content) => (matches(content, HEX) ? bytes(content) : undefined),
  none: (content) => (content === null ? null : undefined),
}

function matches(content, pattern) {
  return typeof content === 'string' && pattern.test(content)
}

function bytes(hex) {
  return Uint8Array.from({ length: hex.length / 2 }, (_, at) => parseInt(hex.slice(2 * at, 2 * at + 2), 16))
}

function put(record, key, value) {
  // An assignment would call the setter of `__proto__`.
  Object.defineProperty(record, key, { value, writable: true, enumerable: true, configurable: true })
}

/**
 * Builds a value; `enter` gives a finished one, or `{ into, parts }` with the nodes of its parts, as pairs of key and node for a record.
 */
function build(root, enter) {
  const open = []
  let entered = enter(root)
  for (;;) {
    let value = entered
    if (entered instanceof Parts) {
      open.push(entered)
      value = undefined
    }
    for (;;) {
      const top = open[open.length - 1]
      if (top === undefined) return value
      if (value !== undefined) top.add(value)
      if (top.at < top.parts.length) {
        entered = enter(top.next())
        break
      }
      value = top.into
      open.pop()
    }
  }
}

/** A list or record being filled. */
class Parts {
  constructor(into, parts) {
    this.into = into
    this.parts = parts
    this.at = 0
  }

  next() {
    const part = this.parts[this.at++]
    return Array.isArray(this.into) ? part : part[1]
  }

  add(value) {
    if (Array.isArray(this.into)) this.into.push(value)
    else put(this.into, this.parts[this.at - 1][0], value)
  }
}

/**
 * Reads the tagged form.
 * @throws {Refused}
 */
export function decode(node) {
  return build(node, (node) => {
    if (!(node instanceof Map) || node.size !== 1) throw new Refused('expected an object with exactly one key')
    const [[tag, content]] = node
    if (tag === 'list' && Array.isArray(content)) return new Parts([], content)
    if (tag === 'record' && Array.isArray(content) && content.every(isPair)) return new Parts({}, content)
    const value = Object.hasOwn(LEAVES, tag) ? LEAVES[tag](content) : undefined
    if (value === undefined) throw new Refused('expected a tagged value')
    return value
  })
}

function isPair(node) {
  return Array.isArray(node) && node.length === 2 && typeof node[0] === 'string'
}

function integer(text) {
  // A longer one is no safe integer, and a much longer one takes long to read.
  if (text.length > 16 || !/^(?:0|[1-9][0-9]*)$/.test(text)) return null
  const nat = BigInt(text)
  return nat <= MAX_JSON_NAT ? nat : null
}

/** Reads the plain form: numbers are integers from 0 to 2^53 - 1, null is none. Refused are other numbers, and nothing else. */
function plain(node) {
  return build(node, (node) => {
    if (Array.isArray(node)) return new Parts([], node)
    if (node instanceof Map) return new Parts({}, [...node])
    if (!(node instanceof JsonNumber)) return node
    const nat = integer(node.text)
    if (nat === null) throw new Refused('expected an integer from 0 to 2^53 - 1')
    return nat
  })
}

/** What a step gives, or null where it throws `Refused`. */
function attempt(step) {
  try {
    return { value: step() }
  } catch (error) {
    if (error instanceof Refused) return null
    throw error
  }
}

/** The value of a body, none of an empty one; or the code of why there is none. */
function json(body) {
  if (body.length === 0) return { value: null, problem: null }
  const tree = attempt(() => read(body, MAX_BODY_DEPTH))
  if (tree === null) return { value: null, problem: 'bad_json' }
  const own = attempt(() => plain(tree.value))
  return own === null ? { value: null, problem: 'bad_number' } : { value: own.value, problem: null }
}

/** Path and query of a target, empty where there is a problem. */
function aim(target) {
  const refuse = (problem) => ({ path: [], query: {}, problem })
  if (new TextEncoder().encode(target).length > MAX_TARGET) return refuse('too_large')
  if (!/^[!-~]*$/.test(target)) return refuse('bad_target')
  const [before, after] = cut(target, '?')
  const query = {}
  for (const own of after.split('&')) {
    if (own === '') continue
    const [name, value] = cut(own, '=')
    if (Object.hasOwn(query, name)) return refuse('bad_target')
    put(query, name, integer(value) ?? value)
  }
  return { path: before.split('/').filter((own) => own !== ''), query, problem: null }
}

/** What stands before and after the first `sign`. */
function cut(text, sign) {
  const at = text.indexOf(sign)
  return at < 0 ? [text, ''] : [text.slice(0, at), text.slice(at + 1)]
}

/** The record of an HTTP request, from what came in. */
export function request(method, target, body) {
  const { path, query, problem } = aim(target)
  const own = body.length > MAX_BODY ? TOO_LARGE : problem === null ? json(body) : { value: null, problem }
  return { kind: 'http', method, path, query, body: own.value, problem: own.problem }
}

/** The record of a message on a WebSocket. */
export function frame(body) {
  const own = body.length > MAX_BODY ? TOO_LARGE : json(body)
  return { kind: 'frame', body: own.value, problem: own.problem }
}

/** The octets of lower-case hex as naturals; null for any other text. */
export function octets(hex) {
  return HEX.test(hex) ? Array.from(bytes(hex), BigInt) : null
}

/** The Unicode scalar values of a text, each as a text. */
export function letters(text) {
  return [...text]
}

const isText = (value) => typeof value === 'string'
const isBytes = (value) => value instanceof Uint8Array

/** A function for arguments of these types; others give null. */
function typed(types, run) {
  return [types.length, (...args) => (types.every((is, at) => is(args[at])) ? run(...args) : null)]
}

/**
 * Number of arguments and function of what conformance requests call by these names. No function of a spec has one, because its own has a layer.
 */
export const $calls = new Map([
  ['rt.request', typed([isText, isText, isBytes], request)],
  ['rt.frame', typed([isBytes], frame)],
  ['rt.octets', typed([isText], octets)],
  ['rt.letters', typed([isText], letters)],
])

/** Most arrays and objects around a value that the kernel made of a body, in the tagged form. */
const MAX_TAGGED_DEPTH = 1000

/** Most arrays and objects around a value of an answer. */
const MAX_ANSWER_DEPTH = 128

/**
 * The value of a tagged text.
 * @throws {Refused}
 */
export function decodeText(text) {
  return decode(read(new TextEncoder().encode(text), MAX_TAGGED_DEPTH))
}

/**
 * The value of the JSON that a node answers.
 * @throws {Refused}
 */
export function parseJson(body) {
  return plain(read(body, MAX_ANSWER_DEPTH))
}

/** Canonical tagged text of a value. */
export function encode(value) {
  return print(value, tagged)
}
