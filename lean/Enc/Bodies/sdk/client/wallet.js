/** Identities: a key in this program, or one behind `window.enc`. */

import { hexToBytes } from '@enc-protocol/core/rt'
import { publicKeyOf, signHash } from '@enc-protocol/core/crypto'
import { createSession } from './session.js'

const HASH = /^[0-9a-f]{64}$/

/** A private key that this program holds. */
export class LocalWallet {
  #key

  /** @param {string} key hex64 */
  constructor(key) {
    if (publicKeyOf(key) === null) throw new TypeError('not a private key')
    this.#key = key
  }

  async getPublicKey() {
    return publicKeyOf(this.#key)
  }

  /** The signature (hex128) over the 32 octets of a hash. */
  async signSchnorr(hash) {
    if (!HASH.test(hash)) throw new TypeError('a hash is 64 lower-case hexadecimal digits')
    return signHash(hexToBytes(hash), this.#key)
  }

  createSession(seqPub, options) {
    return createSession(this, seqPub, options)
  }
}

/** The wallet of the browser, `window.enc`. */
export class BrowserWallet {
  constructor(enc = globalThis.window?.enc) {
    if (enc === undefined) throw new TypeError('this browser has no `window.enc`')
    this.enc = enc
  }

  /** Asks the user; false if they refuse. */
  async connect() {
    return (await this.enc.connect()).approved === true
  }

  getPublicKey() {
    return this.enc.getPublicKey()
  }

  signSchnorr(hash) {
    return this.enc.signSchnorr(hash)
  }

  createSession(seqPub, options) {
    return createSession(this, seqPub, options)
  }
}
