/** Primitives over secp256k1, HKDF and XChaCha20-Poly1305, from the `@noble` packages. Emitted only for a spec that uses one of them. */

import { xchacha20poly1305 } from '@noble/ciphers/chacha.js'
import { schnorr } from '@noble/curves/secp256k1.js'
import { hkdf } from '@noble/hashes/hkdf.js'
import { sha256 as hmacHash } from '@noble/hashes/sha2.js'
import { bytesOfHex, sthMessage } from './protocol.js'
import { sha256 } from './sha256.js'
import { concat, hex } from './value.js'

const { Point } = schnorr
const KEY = 32
const NONCE = 24
const TAG = 16

/** Zero auxiliary data, so that every implementation signs alike. */
const AUX = new Uint8Array(32)

const utf8 = new TextEncoder()
const nonceTag = sha256(utf8.encode('enc/nonce'))

function isBytes(value, length) {
  return value instanceof Uint8Array && value.length === length
}

/** The number of a private key, from 1 to n - 1, else null. */
function scalar(privateKey) {
  if (!isBytes(privateKey, KEY)) return null
  const number = BigInt('0x' + hex(privateKey))
  return Point.Fn.isValidNot0(number) ? number : null
}

/** The point of an x-only key (its y even, BIP-340) or of a compressed one (SEC 1, section 2.3.3), else null. */
function point(publicKey) {
  if (!(publicKey instanceof Uint8Array)) return null
  const compressed = publicKey.length === KEY ? concat([Uint8Array.of(0x02), publicKey]) : publicKey
  if (compressed.length !== KEY + 1 || (compressed[0] !== 0x02 && compressed[0] !== 0x03)) return null
  try {
    return Point.fromBytes(compressed)
  } catch {
    // No point of the curve has this x.
    return null
  }
}

export function schnorrSign(message, privateKey) {
  if (!(message instanceof Uint8Array) || scalar(privateKey) === null) return null
  return schnorr.sign(message, privateKey, AUX)
}

export function schnorrVerify(signature, message, publicKey) {
  for (const own of [signature, message, publicKey]) {
    if (!(own instanceof Uint8Array)) return null
  }
  return signature.length === 64 && publicKey.length === KEY && schnorr.verify(signature, message, publicKey)
}

export function derivePublicKey(privateKey) {
  return scalar(privateKey) === null ? null : schnorr.getPublicKey(privateKey)
}

export function ecdh(privateKey, publicKey) {
  const factor = scalar(privateKey)
  const base = point(publicKey)
  return factor === null || base === null ? null : base.multiply(factor).toBytes(true).slice(1)
}

export function deriveKey(secret, label) {
  if (!(secret instanceof Uint8Array) || typeof label !== 'string') return null
  return hkdf(hmacHash, secret, undefined, utf8.encode(label), KEY)
}

export function encrypt(key, plaintext) {
  if (!isBytes(key, KEY) || !(plaintext instanceof Uint8Array)) return null
  const nonce = sha256(nonceTag, nonceTag, key, plaintext).slice(0, NONCE)
  return concat([nonce, xchacha20poly1305(key, nonce).encrypt(plaintext)])
}

export function decrypt(key, sealed) {
  if (!isBytes(key, KEY) || !(sealed instanceof Uint8Array) || sealed.length < NONCE + TAG) return null
  try {
    return xchacha20poly1305(key, sealed.subarray(0, NONCE)).decrypt(sealed.subarray(NONCE))
  } catch {
    // The tag is of something else.
    return null
  }
}

export function signSTH(time, size, root, privateKey) {
  const publicKey = derivePublicKey(privateKey)
  const message = publicKey === null ? null : sthMessage(time, size, root, publicKey)
  return message === null ? null : hex(schnorrSign(message, privateKey))
}

/** False, too, for what is no signature and for a tree head without message; null only for another type. */
export function verifySTH(signature, root, time, size, publicKey) {
  if (typeof signature !== 'string' || typeof time !== 'bigint' || typeof size !== 'bigint') return null
  if (!(root instanceof Uint8Array) || !(publicKey instanceof Uint8Array)) return null
  const raw = bytesOfHex(64, signature)
  const message = sthMessage(time, size, root, publicKey)
  return raw !== null && message !== null && schnorrVerify(raw, message, publicKey)
}
