/** What values are made of, for the other modules of the runtime. */

const HEX = Array.from({ length: 256 }, (_, byte) => byte.toString(16).padStart(2, '0'))

export function isRecord(value) {
  return typeof value === 'object' && value !== null && !Array.isArray(value) && !(value instanceof Uint8Array)
}

/** Lower-case hex of bytes. */
export function hex(bytes) {
  let text = ''
  for (let i = 0; i < bytes.length; i++) {
    text += HEX[bytes[i]]
  }
  return text
}

/** Bytes of an even number of hex digits of either case, without prefix; null for anything else. */
export function unhex(text) {
  if (text.length % 2 !== 0 || !/^[0-9A-Fa-f]*$/.test(text)) return null
  const bytes = new Uint8Array(text.length / 2)
  for (let i = 0; i < bytes.length; i++) bytes[i] = parseInt(text.slice(2 * i, 2 * i + 2), 16)
  return bytes
}

/** One byte array of many. */
export function concat(parts) {
  let length = 0
  for (const part of parts) length += part.length
  const whole = new Uint8Array(length)
  let at = 0
  for (const part of parts) {
    whole.set(part, at)
    at += part.length
  }
  return whole
}
