// The membrane between the evidence and the candidate: two processes that share nothing but pipes.
//
// Data crosses as copies. What a call changes in its arguments is copied back, so that functions which sort in place can be tested.
// Functions, instances of classes and promises cross as handles: numbers that only their owner can turn into the thing itself. A side can
// therefore ask the other one to do something, but can neither reach its built-ins nor change them.
//
// A message is a line of JSON: ["q", name, operation, target, ...arguments] asks, ["r", name, succeeded, value, ...changed] answers. The name of
// a question is a random one, so that nobody can answer who was not asked: a module could write to the pipe as well.
//
// In the candidate's process a module runs beside this code. The engine keeps it from changing built-ins (--frozen-intrinsics); what it can
// change, such as global names and the functions of `node:fs`, is taken here before it is loaded.

import { Buffer } from "node:buffer";
import crypto from "node:crypto";
import fs from "node:fs";
import util from "node:util";

const { AggregateError, Array, BigInt, Error, JSON, Map, Number, Object, Promise, Proxy, RangeError, Reflect } = globalThis;
const { ArrayBuffer, Date, RegExp, Set, String, Symbol, TypeError, Uint8Array, WeakMap } = globalThis;
const { readSync, writeSync } = fs;
const { randomUUID } = crypto;
const { concat } = Buffer;
export const types = Object.freeze({ ...util.types });
export const { from: bytesOf, allocUnsafe } = Buffer;
const then = Promise.prototype.then;

/** Longest message, in characters. */
const MAX_MESSAGE = 16 << 20;

/** Writes all of a line. */
export function writeLine(fd, text) {
  if (text.length > MAX_MESSAGE) throw new RangeError("a value is too large to be passed");
  let left = bytesOf(`${text}\n`);
  while (left.length > 0) left = left.subarray(writeSync(fd, left));
}

/** Lines of a pipe. */
export class Lines {
  #fd;
  #chunks = [];
  #held = 0;

  constructor(fd) {
    this.#fd = fd;
  }

  /** The next line; waits for it. */
  next() {
    const chunk = allocUnsafe(65536);
    for (;;) {
      const line = this.take();
      if (line !== undefined) return line;
      const count = readSync(this.#fd, chunk);
      if (count === 0) throw new Gone();
      this.add(bytesOf(chunk.subarray(0, count)));
    }
  }

  /** A line that is there already. */
  take() {
    const last = this.#chunks.at(-1);
    const end = last?.indexOf(10) ?? -1;
    if (end < 0) return undefined;
    const line = concat([...this.#chunks.slice(0, -1), last.subarray(0, end)]).toString();
    const rest = last.subarray(end + 1);
    this.#chunks = rest.length > 0 ? [rest] : [];
    this.#held = rest.length;
    return line;
  }

  /** More of the pipe. */
  add(chunk) {
    // Of several lines in one chunk the later ones must not hide behind the first.
    this.#held += chunk.length;
    if (this.#held > MAX_MESSAGE * 4) throw new RangeError("a message is too long");
    const held = this.#chunks.at(-1);
    if (held !== undefined && held.includes(10)) this.#chunks[this.#chunks.length - 1] = concat([held, chunk]);
    else this.#chunks.push(chunk);
  }
}

/** The other side has ended. */
export class Gone extends Error {
  constructor() {
    super("the candidate's process has ended");
  }
}

const SYMBOLS = ["iterator", "asyncIterator", "hasInstance", "toPrimitive", "toStringTag", "species", "isConcatSpreadable"];
const KNOWN = new Map();
for (const name of [
  ...["Object", "Array", "String", "Number", "Boolean", "BigInt", "Symbol", "Map", "Set", "WeakMap", "WeakSet", "Date", "RegExp", "Promise"],
  ...["Error", "TypeError", "RangeError", "SyntaxError", "ReferenceError", "EvalError", "URIError", "AggregateError"],
  ...["ArrayBuffer", "Uint8Array", "Int8Array", "Uint16Array", "Int16Array", "Uint32Array", "Int32Array", "Float32Array", "Float64Array"],
  ...["Uint8ClampedArray", "BigInt64Array", "BigUint64Array"],
]) {
  KNOWN.set(name, globalThis[name]);
  KNOWN.set(`${name}.prototype`, globalThis[name].prototype);
}
KNOWN.set("Function.prototype", Function.prototype);
const NAMES = new Map([...KNOWN].map(([name, thing]) => [thing, name]));
const TYPED = /^(Uint8|Int8|Uint16|Int16|Uint32|Int32|Float32|Float64|Uint8Clamped|BigInt64|BigUint64)Array$/;

/** What one question and its answer have in common: the containers that crossed, by number. */
class Exchange {
  byId = [];
  ids = new Map();

  add(thing, id = this.byId.length) {
    this.byId[id] = thing;
    this.ids.set(thing, id);
    return id;
  }

  /** What crossed under a number that the other side names. Anything else but a number would be looked up in this side's own prototypes. */
  at(id) {
    if (!Number.isInteger(id) || id < 0 || id >= MAX_MESSAGE) throw new TypeError("not a message of the membrane");
    return this.byId[id];
  }
}

/** The tag under which a container crosses. */
function tagOf(thing) {
  if (Array.isArray(thing)) return "a";
  const kinds = [["m", types.isMap], ["s", types.isSet], ["d", types.isDate], ["x", types.isRegExp], ["t", types.isAnyArrayBuffer], ["t", types.isTypedArray], ["e", types.isNativeError]];
  return kinds.find(([, is]) => is(thing))?.[0] ?? "o";
}

/** One side of the membrane. */
export class Peer {
  #own = new Map();
  #ownIds = new Map();
  #far = new Map();
  #farIds = new WeakMap();
  /** Promises of this side that the other one waits for and that have been settled: [handle, succeeded, value]. */
  settled = [];
  #waiting = new Map();
  /** How many questions of the other side are being answered. */
  depth = 0;

  /**
   * `wire` sends and receives lines. `policy` says what this side gives away:
   * `byHandle(thing)` whether an object without a kind of its own is passed as a handle, `allow(operation, target, key)` whether the other
   * side may do that, and `roots` what may be asked for without a target.
   */
  constructor(wire, policy) {
    this.wire = wire;
    this.policy = policy;
  }

  /** Whether `value` belongs to the other side. */
  isFar(value) {
    return this.#farIds.has(value);
  }

  /** How many promises of the other side have not been settled. */
  get waiting() {
    return this.#waiting.size;
  }

  /** Asks the other side, and answers its questions until it answers this one. */
  ask(operation, target, ...args) {
    const exchange = new Exchange();
    const parts = [target, ...args].map((part) => this.encode(part, exchange));
    const name = randomUUID();
    this.wire.send(JSON.stringify(["q", name, operation, ...parts]), this.depth);
    for (;;) {
      const message = JSON.parse(this.wire.receive());
      if (!Array.isArray(message)) throw new TypeError("not a message of the membrane");
      if (message[0] === "q") {
        this.answer(message);
        continue;
      }
      const [, of, succeeded, value, ...changed] = message;
      if (of !== name) throw new TypeError("not an answer to what was asked");
      for (const node of changed) this.decode(node, exchange);
      const result = this.decode(value, exchange);
      if (succeeded) return result;
      throw result;
    }
  }

  /** Answers a question. */
  answer(message) {
    this.depth += 1;
    try {
      this.wire.send(this.#reply(message), this.depth);
    } finally {
      this.depth -= 1;
    }
  }

  #reply([, name, operation, ...parts]) {
    const exchange = new Exchange();
    let given = 0;
    const reply = (succeeded, value) => {
      const encoded = this.encode(value, exchange);
      const changed = exchange.byId.slice(0, given).map((thing, id) => this.#content(thing, id, exchange));
      const text = JSON.stringify(["r", name, succeeded, encoded, ...changed]);
      if (text.length > MAX_MESSAGE) throw new RangeError("a value is too large to be passed");
      return text;
    };
    try {
      const [target, ...args] = parts.map((part) => this.decode(part, exchange));
      given = operation === "apply" || operation === "construct" ? exchange.byId.length : 0;
      return reply(true, this.#perform(operation, target, args));
    } catch (error) {
      if (error instanceof Gone) throw error;
      try {
        return reply(false, error);
      } catch {
        given = 0;
        return reply(false, new TypeError("what was thrown cannot be passed"));
      }
    }
  }

  #perform(operation, target, args) {
    if (operation === "root") {
      const [name, ...rest] = args;
      if (!Object.hasOwn(this.policy.roots, name)) throw new TypeError(`\`${name}\` cannot be asked for`);
      return this.policy.roots[name](...rest);
    }
    if (!this.policy.allow(operation, target, args[0])) throw new TypeError(`\`${operation}\` is not allowed on this`);
    switch (operation) {
      case "apply": return Reflect.apply(target, args[0], args.slice(1));
      case "construct": return Reflect.construct(target, args);
      case "get": return target[args[0]];
      case "set": return Reflect.set(target, args[0], args[1]);
      case "has": return Reflect.has(target, args[0]);
      case "delete": return Reflect.deleteProperty(target, args[0]);
      case "keys": return Reflect.ownKeys(target).filter((key) => typeof key === "string");
      case "own": {
        const own = Reflect.getOwnPropertyDescriptor(target, args[0]);
        return own && { value: target[args[0]], enumerable: own.enumerable === true };
      }
      case "proto": return Reflect.getPrototypeOf(target);
      default: throw new TypeError(`\`${operation}\` is no operation`);
    }
  }

  /** The message form of a value. */
  encode(value, exchange) {
    switch (typeof value) {
      case "string": case "boolean": return value;
      case "number": return Number.isFinite(value) && !Object.is(value, -0) ? value : ["n", Object.is(value, -0) ? "-0" : String(value)];
      case "undefined": return ["u"];
      case "bigint": return ["b", String(value)];
      case "symbol": return this.#symbol(value);
      default:
    }
    if (value === null) return null;
    const far = this.#farIds.get(value);
    if (far !== undefined) return ["L", far];
    const known = NAMES.get(value);
    if (known !== undefined) return ["w", known];
    const seen = exchange.ids.get(value);
    if (seen !== undefined) return ["ref", seen];
    if (typeof value === "function") return this.#handle(value, "f");
    if (types.isPromise(value)) return this.#promise(value);
    if (!isData(value) || this.policy.byHandle(value)) {
      if (!this.policy.gives(value)) throw new TypeError("only data, functions and what the module returned can be passed");
      return this.#handle(value, "o");
    }
    return this.#content(value, exchange.add(value), exchange);
  }

  #symbol(value) {
    const name = SYMBOLS.find((own) => Symbol[own] === value);
    if (name !== undefined) return ["y", name];
    const key = Symbol.keyFor(value);
    if (key === undefined) throw new TypeError("a symbol of one's own cannot be passed");
    return ["Y", key];
  }

  #content(value, id, exchange) {
    const inner = (part) => this.encode(part, exchange);
    const frozen = Object.isFrozen(value) ? 1 : 0;
    // By what the kind does, whatever the value has of its own: one that iterates otherwise still holds what it holds.
    if (Array.isArray(value)) return ["a", id, frozen, ...Array.from({ length: value.length }, (_, at) => (at in value ? inner(value[at]) : ["h"]))];
    if (types.isMap(value)) return ["m", id, ...listed(Map, value).flatMap(([part, key]) => [inner(key), inner(part)])];
    if (types.isSet(value)) return ["s", id, ...listed(Set, value).map(([part]) => inner(part))];
    if (types.isDate(value)) return ["d", id, inner(Reflect.apply(Date.prototype.getTime, value, []))];
    if (types.isRegExp(value)) return ["x", id, value.source, value.flags, value.lastIndex];
    if (types.isAnyArrayBuffer(value)) return ["t", id, "ArrayBuffer", bytesOf(value).toString("base64")];
    if (types.isTypedArray(value)) {
      return ["t", id, value.constructor.name, bytesOf(value.buffer, value.byteOffset, value.byteLength).toString("base64")];
    }
    const fields = Object.keys(value).flatMap((key) => [key, inner(value[key])]);
    if (types.isNativeError(value)) {
      const cause = Object.hasOwn(value, "cause") ? ["cause", inner(value.cause)] : [];
      return ["e", id, NAMES.get(Object.getPrototypeOf(value)), String(value.message), ...fields, ...cause];
    }
    return ["o", id, frozen + (Object.getPrototypeOf(value) === null ? 2 : 0), ...fields];
  }

  #handle(thing, kind) {
    let id = this.#ownIds.get(thing);
    if (id === undefined) {
      id = this.#ownIds.size;
      this.#ownIds.set(thing, id);
      this.#own.set(id, thing);
    }
    return ["H", id, kind];
  }

  #promise(promise) {
    const known = this.#ownIds.has(promise);
    const handle = this.#handle(promise, "p");
    if (!known) {
      const settle = (succeeded) => (value) => {
        this.settled.push([handle[1], succeeded, value]);
        this.onSettled?.();
      };
      Reflect.apply(then, promise, [settle(true), settle(false)]);
    }
    return handle;
  }

  /** The value of a message form. */
  decode(node, exchange) {
    if (!Array.isArray(node)) return node;
    const [tag, first, ...rest] = node;
    switch (tag) {
      case "u": return undefined;
      case "n": return Number(first);
      case "b": return BigInt(first);
      case "y": return Symbol[SYMBOLS.find((name) => name === first) ?? "iterator"];
      case "Y": return Symbol.for(first);
      case "w": return KNOWN.get(first);
      case "ref": return exchange.at(first);
      case "L": return this.#own.get(first);
      case "H": return this.#foreign(first, rest[0]);
      default: return this.#fill(tag, first, rest, exchange);
    }
  }

  #fill(tag, id, parts, exchange) {
    const known = exchange.at(id);
    // What comes back is of the kind that went; a list that were filled as an object could bring its own `every`.
    if (known !== undefined && tagOf(known) !== tag) throw new TypeError("not a message of the membrane");
    const made = (make) => {
      const thing = known ?? make();
      if (known === undefined) exchange.add(thing, id);
      return thing;
    };
    const inner = (part) => this.decode(part, exchange);
    switch (tag) {
      case "a": return this.#fillArray(made(() => []), parts, inner);
      case "o": return this.#fillObject(made(() => (parts[0] & 2 ? Object.create(null) : {})), parts[0] & 1, parts.slice(1), inner);
      case "m": {
        const map = made(() => new Map());
        map.clear();
        for (let at = 0; at < parts.length; at += 2) map.set(inner(parts[at]), inner(parts[at + 1]));
        return map;
      }
      case "s": {
        const set = made(() => new Set());
        set.clear();
        for (const part of parts) set.add(inner(part));
        return set;
      }
      case "d": {
        const date = made(() => new Date(0));
        date.setTime(inner(parts[0]));
        return date;
      }
      case "x": {
        const expression = made(() => new RegExp(parts[0], parts[1]));
        expression.lastIndex = parts[2];
        return expression;
      }
      case "t": return fillBytes(made, parts);
      case "e": {
        const error = made(() => newError(parts[0], parts[1]));
        for (let at = 2; at < parts.length; at += 2) define(error, parts[at], inner(parts[at + 1]), parts[at] !== "cause");
        return error;
      }
      default: throw new TypeError("not a message of the membrane");
    }
  }

  #fillArray(array, [frozen, ...parts], inner) {
    if (Object.isFrozen(array)) return array;
    array.length = 0;
    array.length = parts.length;
    parts.forEach((part, at) => {
      if (!(Array.isArray(part) && part[0] === "h")) array[at] = inner(part);
    });
    return frozen ? Object.freeze(array) : array;
  }

  #fillObject(object, frozen, fields, inner) {
    if (Object.isFrozen(object)) return object;
    const kept = new Set();
    for (let at = 0; at < fields.length; at += 2) {
      kept.add(fields[at]);
      define(object, fields[at], inner(fields[at + 1]), true);
    }
    for (const key of Object.keys(object)) if (!kept.has(key)) delete object[key];
    return frozen ? Object.freeze(object) : object;
  }

  #foreign(id, kind) {
    let thing = this.#far.get(id);
    if (thing !== undefined) return thing;
    if (kind === "p") {
      thing = new Promise((resolve, reject) => this.#waiting.set(id, { resolve, reject }));
      // Nobody has to look at a promise.
      thing.catch(() => {});
    } else {
      // A bound function can be constructed and has no property that a proxy must tell of.
      thing = new Proxy(kind === "f" ? function () {}.bind() : {}, this.#traps(() => thing));
    }
    this.#far.set(id, thing);
    this.#farIds.set(thing, id);
    return thing;
  }

  /** Takes over what the other side says of its promises. */
  settle(list) {
    for (const [id, succeeded, value] of list) {
      const waiting = this.#waiting.get(id);
      this.#waiting.delete(id);
      if (succeeded) waiting?.resolve(value);
      else waiting?.reject(value);
    }
  }

  #traps(self) {
    const passes = (key) => typeof key === "string" || SYMBOLS.some((name) => Symbol[name] === key) || Symbol.keyFor(key) !== undefined;
    return {
      get: (_, key) => (passes(key) ? this.ask("get", self(), key) : undefined),
      set: (_, key, value) => this.ask("set", self(), key, value),
      has: (_, key) => passes(key) && this.ask("has", self(), key),
      deleteProperty: (_, key) => this.ask("delete", self(), key),
      ownKeys: () => this.ask("keys", self()),
      getOwnPropertyDescriptor: (_, key) => {
        const own = passes(key) ? this.ask("own", self(), key) : undefined;
        return own && { ...own, writable: true, configurable: true };
      },
      defineProperty: (_, key, { value }) => this.ask("set", self(), key, value),
      getPrototypeOf: () => this.ask("proto", self()),
      setPrototypeOf: () => false,
      preventExtensions: () => false,
      apply: (_, thisArgument, args) => this.ask("apply", self(), thisArgument, ...args),
      construct: (_, args) => this.ask("construct", self(), ...args),
    };
  }
}

/** Values and keys of a map or a set. */
function listed(kind, value) {
  const parts = [];
  Reflect.apply(kind.prototype.forEach, value, [(part, key) => parts.push([part, key])]);
  return parts;
}

function newError(name, message) {
  const own = KNOWN.get(String(name).replace(".prototype", "")) ?? Error;
  return own === AggregateError ? new own([], message) : new own(message);
}

function fillBytes(made, [name, text]) {
  const bytes = bytesOf(text, "base64");
  if (name === "ArrayBuffer") {
    const buffer = made(() => new ArrayBuffer(bytes.length));
    new Uint8Array(buffer).set(bytes);
    return buffer;
  }
  if (!TYPED.test(name)) throw new TypeError("not a message of the membrane");
  const array = made(() => new (KNOWN.get(name))(new Uint8Array(bytes).buffer));
  new Uint8Array(array.buffer, array.byteOffset, array.byteLength).set(bytes.subarray(0, array.byteLength));
  return array;
}

function define(object, key, value, enumerable) {
  Object.defineProperty(object, key, { value, enumerable, writable: true, configurable: true });
}

/** Whether a value is of a kind that can be copied without loss. */
function isData(value) {
  const prototype = Object.getPrototypeOf(value);
  if (prototype === null) return true;
  const name = NAMES.get(prototype);
  if (name === undefined || types.isProxy(value)) return false;
  const own = name.replace(".prototype", "");
  if (own === "Object") return !types.isBoxedPrimitive(value) && !types.isGeneratorObject(value) && !types.isArgumentsObject(value);
  if (own === "Array") return Array.isArray(value);
  if (own === "Map" || own === "Set" || own === "Date" || own === "RegExp") return types[`is${own}`](value);
  if (own === "ArrayBuffer") return types.isArrayBuffer(value);
  return TYPED.test(own) ? types.isTypedArray(value) : types.isNativeError(value);
}

// A module can import this file, too.
for (const own of [Lines, Gone, Exchange, Peer]) {
  Object.freeze(own.prototype);
  Object.freeze(own);
}
