import type { Hex128, Hex64 } from './types.js'
import type { Session, SessionOptions, Signer } from './session.js'

/** An identity. */
export interface Wallet extends Signer {
  /** {@link createSession} of this identity. */
  createSession(seqPub: Hex64, options?: SessionOptions): Promise<Session>
}

/** A private key that this program holds. It is not readable from outside of the object. */
export declare class LocalWallet implements Wallet {
  #key
  /**
   * @param key the private key
   * @throws {TypeError} where it is none
   */
  constructor(key: Hex64)
  getPublicKey(): Promise<Hex64>
  /** @throws {TypeError} for what is not 64 lower-case hexadecimal digits */
  signSchnorr(hash: Hex64): Promise<Hex128>
  createSession(seqPub: Hex64, options?: SessionOptions): Promise<Session>
}

/** What a browser's wallet gives as `window.enc`. */
export interface BrowserSigner extends Signer {
  connect(): Promise<{ readonly approved: boolean }>
}

/** The wallet of the browser, `window.enc`. */
export declare class BrowserWallet implements Wallet {
  /** @throws {TypeError} where the browser has none */
  constructor(enc?: BrowserSigner)
  readonly enc: BrowserSigner
  /** Asks the user; false if they refuse. */
  connect(): Promise<boolean>
  getPublicKey(): Promise<Hex64>
  signSchnorr(hash: Hex64): Promise<Hex128>
  createSession(seqPub: Hex64, options?: SessionOptions): Promise<Session>
}
