/** Sessions: a key that may read for an identity, at one sequencer, until a time. */

import { computeContentHash } from '@enc-protocol/core/rt'
import { publicKeyOf, signHash } from '@enc-protocol/core/crypto'
import { sessionHash, sessionToken } from '@enc-protocol/core/session'

/** A fresh private key, hex64. */
export function generateKey() {
  for (;;) {
    const octets = crypto.getRandomValues(new Uint8Array(32))
    const key = Array.from(octets, (octet) => octet.toString(16).padStart(2, '0')).join('')
    if (publicKeyOf(key) !== null) return key
  }
}

/**
 * Opens a session.
 * @param {{ getPublicKey(): Promise<string>, signSchnorr(hash: string): Promise<string> }} wallet the identity
 * @param {string} seqPub the sequencer that the session is for
 * @param {{ lifetime?: number, now?: number }} [options] milliseconds
 */
export async function createSession(wallet, seqPub, { lifetime = 3_600_000, now = Date.now() } = {}) {
  const sessionPriv = generateKey()
  const expires = BigInt(now + lifetime)
  const session = { id_pub: await wallet.getPublicKey(), session_pub: publicKeyOf(sessionPriv), seq_pub: seqPub, expires }
  const hash = sessionHash(session)
  if (hash === null) throw new TypeError('the sequencer is not a key')
  const sig = await wallet.signSchnorr(Array.from(hash, (octet) => octet.toString(16).padStart(2, '0')).join(''))
  const token = sessionToken({ ...session, sig })
  if (token === null) throw new TypeError('the wallet answered no signature')
  return { session: token, sessionPriv, expires }
}

/** A request with the session's token and its signature. */
export function signRequest(body, { session, sessionPriv }) {
  const full = { ...body, session, sig: null }
  return { ...full, sig: signHash(computeContentHash(full), sessionPriv) }
}
