/** A value: natural, truth value, text, octets, list, record, or null for none. */
export type Val = bigint | boolean | string | Uint8Array | readonly Val[] | { readonly [key: string]: Val } | null

/** One effect: its type and payload. */
export type Effect = { readonly type: string; readonly [key: string]: Val }

/** What an effect function answers. */
export type Outcome = { readonly value: Val; readonly effects: readonly Effect[] }

// Operations. An argument of another type than the operation's gives null.
export function add(a: Val, b: Val): Val
export function sub(a: Val, b: Val): Val
export function mul(a: Val, b: Val): Val
export function div(a: Val, b: Val): Val
export function mod(a: Val, b: Val): Val
export function band(a: Val, b: Val): Val
export function bor(a: Val, b: Val): Val
export function bxor(a: Val, b: Val): Val
export function bnot(a: Val): Val
export function shl(a: Val, b: Val): Val
export function shr(a: Val, b: Val): Val
export function eq(a: Val, b: Val): Val
export function lt(a: Val, b: Val): Val
export function le(a: Val, b: Val): Val
export function and(a: Val, b: Val): Val
export function or(a: Val, b: Val): Val
export function not(a: Val): Val
export function concatStr(a: Val, b: Val): Val
export function concatList(a: Val, b: Val): Val
export function lengthStr(a: Val): Val
export function lengthList(a: Val): Val
export function lengthBytes(a: Val): Val

// Primitives. A refused input gives null.
export function sha256(a: Val): Val
export function sha256Hash(a: Val): Val
export function sha256Str(a: Val): Val
export function taggedHash(a: Val, b: Val): Val
export function buildSTHMessage(a: Val, b: Val, c: Val, d: Val): Val
export function computeContentHash(a: Val): Val
export function computeCommitHash(a: Val): Val
export function computeEventHash(a: Val): Val
export function computeEnclaveId(a: Val): Val
export function computeEventId(a: Val, b: Val, c: Val): Val
export function computeEventsRoot(a: Val): Val
export function encodeTags(a: Val): Val
export function smtLeafHash(a: Val, b: Val): Val
export function smtNodeHash(a: Val, b: Val): Val
export function ctLeafHash(a: Val, b: Val): Val
export function ctNodeHash(a: Val, b: Val): Val
export function bytesToHex(a: Val): Val
export function hexToBytes(a: Val): Val
export function jsonStringify(a: Val): Val
export function bigInt(a: Val): Val
export function number(a: Val): Val

// What emitted modules are printed in terms of, besides these.
export function val(property: unknown): Val
export function get(object: Val, key: string): Val
export function set(object: Val, key: string, value: Val): Val
export function fold(list: Val, init: Val, step: (acc: Val, item: Val) => Val): Val
export function isList(value: Val): value is readonly Val[]
export function items(collection: Val): readonly Val[]
export function fields(value: Val): Val
export function freeze<V extends Val>(value: V): V
