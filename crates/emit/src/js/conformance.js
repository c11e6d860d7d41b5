/**
 * Answers conformance requests, one JSON object per line on standard input:
 * `{"id","suite","call","args"}` gives `{"id","ok":value}` or `{"id","refused":reason}`.
 *
 * Checked in this order: `bad request`, `unknown call`, `arity`; `limit` when the engine cannot hold the result.
 */

import { JsonNumber, Refused, read } from '../sdk/core/rt/json.js'
import { registry } from './registry.js'
import { $calls, decode, encode } from '../sdk/core/rt/wire.js'

const MAX_DEPTH = 1_000_000
const MEMBERS = ['id', 'suite', 'call', 'args']

function id(node) {
  if (typeof node === 'string') return JSON.stringify(node)
  return node instanceof JsonNumber && /^(?:0|[1-9][0-9]{0,14})$/.test(node.text) ? node.text : 'null'
}

function refused(id, reason) {
  return `{"id":${id},"refused":${JSON.stringify(reason)}}`
}

function parse(line) {
  try {
    const request = read(line, MAX_DEPTH)
    return request instanceof Map ? request : new Map()
  } catch (error) {
    if (error instanceof Refused) return new Map()
    throw error
  }
}

/** Arguments of a well-formed request, else null. */
function args(request) {
  const well =
    [...request.keys()].every((key) => MEMBERS.includes(key)) &&
    id(request.get('id')) !== 'null' &&
    (!request.has('suite') || typeof request.get('suite') === 'string') &&
    typeof request.get('call') === 'string' &&
    Array.isArray(request.get('args'))
  if (!well) return null
  try {
    return request.get('args').map(decode)
  } catch (error) {
    if (error instanceof Refused) return null
    throw error
  }
}

/** The answer to one request. */
export function answer(line) {
  const request = parse(line)
  const own = id(request.get('id'))
  try {
    const values = args(request)
    if (values === null) return refused(own, 'bad request')
    const found = registry.get(request.get('call')) ?? $calls.get(request.get('call'))
    if (found === undefined) return refused(own, 'unknown call')
    const [arity, run] = found
    if (values.length !== arity) return refused(own, 'arity')
    return `{"id":${own},"ok":${encode(run(...values))}}`
  } catch (error) {
    // The engine's own bounds: length of a string, bits of a bigint, depth of calls.
    if (error instanceof RangeError) return refused(own, 'limit')
    throw error
  }
}

let rest = new Uint8Array(0)
for await (const chunk of process.stdin) {
  const data = Buffer.concat([rest, chunk])
  let answers = ''
  let from = 0
  for (let end = data.indexOf(10); end >= 0; end = data.indexOf(10, from)) {
    if (end > from) answers += `${answer(data.subarray(from, end))}\n`
    from = end + 1
  }
  rest = data.subarray(from)
  if (answers !== '' && !process.stdout.write(answers)) {
    await new Promise((resolve) => process.stdout.once('drain', resolve))
  }
}
if (rest.length > 0) process.stdout.write(`${answer(rest)}\n`)
