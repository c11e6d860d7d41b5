import type { Val } from './rt.js'

/** A text that is not acceptable JSON, or holds what was not expected. */
export class Refused extends Error {}

/** Deepest nesting a request may have. */
export const MAX_REQUEST_DEPTH: number

/** A node that the strict JSON reader gives; opaque to callers. */
export type JsonNode = unknown

/** Reads the tagged form. Throws {@link Refused}. */
export function decode(node: JsonNode): Val

/** Reads raw request bytes in the plain form. Throws {@link Refused}. */
export function request(raw: Uint8Array): Val

/** Canonical tagged text of a value. */
export function encode(value: Val): string
