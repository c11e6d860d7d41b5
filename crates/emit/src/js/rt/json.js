/**
 * A strict JSON reader (RFC 8259): no recursion, no repeated keys, no lone surrogates, bounded depth.
 *
 * Numbers are kept as `JsonNumber`, objects are read into `Map`s, so that no key has a meaning of its own.
 */

const utf8 = new TextDecoder('utf-8', { fatal: true, ignoreBOM: true })

/** A text that is not acceptable JSON, or holds what was not expected. */
export class Refused extends Error {}

/** A number as it is written. */
export class JsonNumber {
  constructor(text) {
    this.text = text
  }
}

const SPACE = /[ \t\n\r]*/y
const NUMBER = /-?(?:0|[1-9][0-9]*)(?:\.[0-9]+)?(?:[eE][+-]?[0-9]+)?/y
const STRING = /"[^"\\\u0000-\u001f]*(?:\\(?:["\\/bfnrt]|u[0-9A-Fa-f]{4})[^"\\\u0000-\u001f]*)*"/y
const WORD = /true|false|null/y
const WORDS = { true: true, false: false, null: null }

/**
 * @param {Uint8Array} bytes
 * @param {number} depth how many arrays and objects may be nested
 * @throws {Refused}
 */
export function read(bytes, depth) {
  return new Reader(decode(bytes), depth).run()
}

function decode(bytes) {
  try {
    return utf8.decode(bytes)
  } catch {
    throw new Refused('invalid UTF-8')
  }
}

class Reader {
  constructor(text, depth) {
    this.text = text
    this.depth = depth
    this.at = 0
    /** Containers being filled; an object's entry also holds the key whose value comes next. */
    this.open = []
  }

  run() {
    for (;;) {
      let value = this.value()
      while (value !== undefined) {
        if (this.open.length === 0) {
          this.take(SPACE)
          if (this.at < this.text.length) this.fail()
          return value
        }
        const top = this.open[this.open.length - 1]
        if (top.key === undefined) top.into.push(value)
        else top.into.set(top.key, value)
        value = this.after(top)
      }
    }
  }

  fail(reason = 'not valid JSON') {
    throw new Refused(reason)
  }

  take(pattern) {
    pattern.lastIndex = this.at
    const found = pattern.exec(this.text)
    if (found === null) return null
    this.at = pattern.lastIndex
    return found[0]
  }

  /** Takes a sign that may have space before it. */
  sign() {
    this.take(SPACE)
    return this.text[this.at++]
  }

  peek() {
    this.take(SPACE)
    return this.text[this.at]
  }

  /** A finished value, or nothing when a container was opened whose first value comes next. */
  value() {
    const first = this.peek()
    if (first === '[' || first === '{') return this.container(first)
    if (first === '"') return this.string()
    const word = this.take(WORD)
    if (word !== null) return WORDS[word]
    const number = this.take(NUMBER)
    return number === null ? this.fail() : new JsonNumber(number)
  }

  container(first) {
    if (this.open.length >= this.depth) this.fail('nested too deeply')
    this.at++
    if (first === '[') {
      const into = []
      if (this.peek() === ']') {
        this.at++
        return into
      }
      this.open.push({ into, key: undefined })
    } else {
      const into = new Map()
      if (this.peek() === '}') {
        this.at++
        return into
      }
      this.open.push({ into, key: this.key(into) })
    }
  }

  /** After a value: the finished container, or nothing when another value comes. */
  after(top) {
    const sign = this.sign()
    if (sign === ',') {
      if (top.key !== undefined) top.key = this.key(top.into)
    } else if (sign === (top.key === undefined ? ']' : '}')) {
      this.open.pop()
      return top.into
    } else {
      this.fail()
    }
  }

  key(into) {
    if (this.peek() !== '"') this.fail()
    const key = this.string()
    if (into.has(key)) this.fail('repeated key')
    if (this.sign() !== ':') this.fail()
    return key
  }

  string() {
    const quoted = this.take(STRING)
    if (quoted === null) this.fail()
    const text = JSON.parse(quoted)
    if (!text.isWellFormed()) this.fail('lone surrogate in a string')
    return text
  }
}
