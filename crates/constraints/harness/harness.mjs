// The evidence's process: runs the fenced blocks against the candidate, which lives in another process, and tells the parent what it saw.
//
// A line of standard input asks: {"op","text","line",…}; a line of standard output answers: {"status":"pass"|"fail","evidence":[…]}.

import { writeSync } from "node:fs";
import { createInterface } from "node:readline";
import { Gone, Lines, Peer, writeLine } from "./membrane.mjs";
import { assertions } from "./assert.mjs";
import { property } from "./property.mjs";

const [TO_CANDIDATE, FROM_CANDIDATE, TO_NESTED] = [3, 4, 5];

const replies = new Lines(FROM_CANDIDATE);
const page = { exposes: () => false, allows: () => false, event: () => undefined };
const peer = new Peer(
  {
    // A candidate that waits for an answer of ours reads only the inner pipe.
    send: (line, depth) => writeLine(depth > 0 ? TO_NESTED : TO_CANDIDATE, line),
    receive: () => replies.next(),
  },
  {
    byHandle: (thing) => page.exposes(thing),
    gives: (thing) => page.exposes(thing),
    // Functions of the evidence can be called and nothing else; only the page has properties that can be reached.
    allow: (operation, target, key) => (typeof target === "function" ? operation === "apply" : page.allows(operation, target, key)),
    roots: { event: (name, ...args) => page.event(name, args) },
  },
);

/** The value of a promise, while both sides run. */
async function settled(promise) {
  let done = false;
  const finish = () => {
    done = true;
  };
  promise.then(finish, finish);
  for (;;) {
    await new Promise((resolve) => setImmediate(resolve));
    if (done) return promise;
    pump();
  }
}

function pump() {
  peer.settle(peer.ask("root", null, "pump", peer.settled.splice(0)));
}

let exported;

/** What evidence relies on. An export of such a name would take its place, and say of itself what is wanted. */
const BUILT_IN = new Set([
  ...["undefined", "NaN", "Infinity", "globalThis", "Object", "Function", "Array", "String", "Number", "Boolean", "BigInt", "Symbol", "Math", "JSON"],
  ...["Map", "Set", "WeakMap", "WeakSet", "WeakRef", "Date", "RegExp", "Promise", "Proxy", "Reflect", "Intl", "Atomics", "Iterator"],
  ...["Error", "TypeError", "RangeError", "SyntaxError", "ReferenceError", "EvalError", "URIError", "AggregateError"],
  ...["ArrayBuffer", "SharedArrayBuffer", "DataView", "Uint8Array", "Int8Array", "Uint16Array", "Int16Array", "Uint32Array", "Int32Array"],
  ...["Float32Array", "Float64Array", "Uint8ClampedArray", "BigInt64Array", "BigUint64Array", "TextEncoder", "TextDecoder", "structuredClone"],
  ...["parseInt", "parseFloat", "isNaN", "isFinite", "encodeURI", "encodeURIComponent", "decodeURI", "decodeURIComponent"],
]);

/** The names that the evidence sees, and their values. `own` are those that the author has declared. */
async function load(path, own) {
  const found = await settled(peer.ask("root", null, "load", path));
  exported = new Map();
  for (const [name, value] of found) {
    if (!usable(name)) continue;
    if (BUILT_IN.has(name) && !own.includes(name)) throw new TypeError(`the module exports \`${name}\`, which evidence takes for the built-in one`);
    exported.set(name, value);
  }
  return exported;
}

function usable(name) {
  try {
    new Function(`"use strict"; const ${name} = 0;`);
    return /^[\p{ID_Start}$_][\p{ID_Continue}$]*$/u.test(name);
  } catch {
    return false;
  }
}

/** Backends: each takes the request and what it may use, and answers the evidence lines of what failed, or a remark on what passed. */
const operations = {
  load: async ({ path, interface: own }) => {
    await load(path, own);
    return { status: "pass", evidence: [...exported.keys()] };
  },
  assert: (request) => assertions(request, exported, peer, settled),
  property: (request) => property(request, exported, peer, settled),
  a11y: async (request) => (await import("./a11y.mjs")).accessibility(request, exported, peer, settled),
  flow: async (request) => (await import("./flow.mjs")).flow(request, { peer, page, load, pump, settled }),
};

console.log = console.info = console.debug = console.error;

for await (const line of createInterface({ input: process.stdin })) {
  const request = JSON.parse(line);
  let answer;
  // A candidate that has ended shows as an error here, and to the parent as a process that is gone.
  try {
    answer = await operations[request.op](request);
  } catch (error) {
    const { name, message } = Object(error);
    answer = { status: "fail", evidence: [`${name ?? "thrown"}: ${message ?? String(error)}`], gone: error instanceof Gone };
  }
  const text = Buffer.from(`${JSON.stringify(answer)}\n`);
  for (let from = 0; from < text.length; ) from += writeSync(1, text.subarray(from));
}
process.exit(0);
