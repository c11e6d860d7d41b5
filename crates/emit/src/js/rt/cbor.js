/** Deterministic CBOR (RFC 8949, section 4.2.1) of the four kinds that the protocol hashes, as parts to be hashed one after the other. */

const UNSIGNED = 0
const BYTES = 2
const TEXT = 3
const ARRAY = 4

const utf8 = new TextEncoder()

/** The initial byte and the argument in its shortest form (RFC 8949, section 3). */
function head(major, argument) {
  const [info, length] =
    argument < 24n ? [Number(argument), 0]
    : argument < 0x100n ? [24, 1]
    : argument < 0x10000n ? [25, 2]
    : argument < 0x100000000n ? [26, 4]
    : [27, 8]
  const bytes = new Uint8Array(1 + length)
  bytes[0] = (major << 5) | info
  for (let at = length, rest = argument; at > 0; at--, rest >>= 8n) bytes[at] = Number(rest & 0xffn)
  return bytes
}

/** An array of `count` items, which follow. */
export function array(count) {
  return [head(ARRAY, BigInt(count))]
}

/** A natural below 2^64. */
export function unsigned(value) {
  return [head(UNSIGNED, value)]
}

/** A byte string. */
export function bytes(value) {
  return [head(BYTES, BigInt(value.length)), value]
}

/** A text string. */
export function text(value) {
  const encoded = utf8.encode(value)
  return [head(TEXT, BigInt(encoded.length)), encoded]
}
