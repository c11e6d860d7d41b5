import type { Val } from './index.js'

/** A text that is not acceptable JSON, or holds what was not expected. */
export class Refused extends Error {}

/** Most octets of a body: 1 MiB. */
export const MAX_BODY: number

/** Most octets of a target, in UTF-8: 8 KiB. */
export const MAX_TARGET: number

/** Most arrays and objects around a value of a body: 64. */
export const MAX_BODY_DEPTH: number

/** A node that the strict JSON reader gives; opaque to callers. */
export type JsonNode = unknown

/**
 * Why bytes were not read, as the error code of the reply: they are too many; the target has other characters than visible ASCII, or a
 * repeated name; the body is no JSON in UTF-8, or has lone surrogates, a repeated key or too deep nesting; it is JSON, but has a number that
 * is no integer from 0 to 2^53 - 1. The first of several counts.
 */
export type Problem = 'too_large' | 'bad_target' | 'bad_json' | 'bad_number'

/** An HTTP request. `body` is null of no octets and where there is a problem; `path` and `query` are empty where the target has one. */
export type Request = {
  readonly kind: 'http'
  readonly method: string
  readonly path: readonly string[]
  readonly query: { readonly [name: string]: string | bigint }
  readonly body: Val
  readonly problem: Problem | null
}

/** A message on a WebSocket. */
export type Frame = { readonly kind: 'frame'; readonly body: Val; readonly problem: Problem | null }

/** Reads a request. `target` is that of the request line as it came, one character an octet. Throws nothing. */
export function request(method: string, target: string, body: Uint8Array): Request

/** Reads a message on a WebSocket. Throws nothing. */
export function frame(body: Uint8Array): Frame

/** The octets of lower-case hex as naturals; null for any other text. */
export function octets(hex: string): readonly bigint[] | null

/** The Unicode scalar values of a text, each as a text. */
export function letters(text: string): readonly string[]

/** Reads the tagged form. Throws {@link Refused}. */
export function decode(node: JsonNode): Val

/** The value of a tagged text. Throws {@link Refused}. */
export function decodeText(text: string): Val

/** The value of the JSON that a node answers. Throws {@link Refused}. */
export function parseJson(body: Uint8Array): Val

/** Canonical tagged text of a value. */
export function encode(value: Val): string
