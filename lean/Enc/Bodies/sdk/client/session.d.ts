import type { Hex128, Hex64, Val } from './types.js'

/** Who may sign for an identity. */
export interface Signer {
  getPublicKey(): Promise<Hex64>
  /** The BIP-340 signature over the 32 octets of a hash. */
  signSchnorr(hash: Hex64): Promise<Hex128>
}

export interface SessionOptions {
  /** Milliseconds; an hour if absent. */
  readonly lifetime?: number
  /** Milliseconds since 1970; the clock's if absent. */
  readonly now?: number
}

/** A key that may read for an identity, at one sequencer, until a time. Whoever has it reads what the identity may. */
export interface Session {
  /** The token, 336 hexadecimal digits. */
  readonly session: string
  readonly sessionPriv: Hex64
  /** Milliseconds since 1970. */
  readonly expires: bigint
}

/** A fresh private key, from the system's randomness. */
export declare function generateKey(): Hex64

/**
 * Opens a session: nothing is sent.
 * @param seqPub the sequencer that it is for
 * @throws {TypeError} where the sequencer is no key, or the wallet answers no signature
 */
export declare function createSession(wallet: Signer, seqPub: Hex64, options?: SessionOptions): Promise<Session>

/** The request with the session's token and its signature. */
export declare function signRequest<T extends { readonly [field: string]: Val }>(
  body: T,
  session: Pick<Session, 'session' | 'sessionPriv'>,
): T & { readonly session: string; readonly sig: Hex128 }
