import type { Val } from './index.js'

// Primitives with keys. A refused input gives null.
export function schnorrSign(a: Val, b: Val): Val
export function schnorrVerify(a: Val, b: Val, c: Val): Val
export function derivePublicKey(a: Val): Val
export function ecdh(a: Val, b: Val): Val
export function deriveKey(a: Val, b: Val): Val
export function encrypt(a: Val, b: Val): Val
export function decrypt(a: Val, b: Val): Val
export function signSTH(a: Val, b: Val, c: Val, d: Val): Val
export function verifySTH(a: Val, b: Val, c: Val, d: Val, e: Val): Val
