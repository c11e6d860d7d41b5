// The candidate's process: loads the module and does what the evidence's process asks of it. Nothing here is trusted. The candidate is kept
// from changing built-ins and what this file uses, but whoever found another way would change only what it answers.

import { Buffer } from "node:buffer";
import fs from "node:fs";
import { Lines, Peer, allocUnsafe, bytesOf, types, writeLine } from "./membrane.mjs";

const { Array, JSON, Object, clearTimeout, process, setImmediate, setTimeout } = globalThis;
const { read } = fs;
// Not among the built-ins that the engine freezes.
Object.freeze(Buffer.prototype);
Object.freeze(Buffer);

const QUESTIONS = 3;
const ANSWERS = 4;
const NESTED = 5;
/** How long the module's own timers may run before the evidence goes on, in milliseconds. */
const PATIENCE = 5;

const nested = new Lines(NESTED);
const peer = new Peer(
  { send: (line) => writeLine(ANSWERS, line), receive: () => nested.next() },
  { byHandle: hasBehaviour, gives: () => true, allow: () => true, roots: { load, page, pump } },
);

/** Objects with functions or accessors of their own have state behind them, so a copy would be something else. */
function hasBehaviour(value) {
  if (Array.isArray(value) || types.isNativeError(value)) return false;
  return Object.values(Object.getOwnPropertyDescriptors(value)).some((own) => own.get !== undefined || typeof own.value === "function");
}

/** What the module exports: names and values. */
async function load(path) {
  const module = await import(path);
  const exported = Object.keys(module).map((name) => [name, module[name]]);
  const main = module.default;
  if (typeof main === "function" && main.name && main.name !== "default" && !Object.hasOwn(module, main.name)) {
    exported.push([main.name, main]);
  }
  return exported;
}

/** Puts the page in place, whose objects live on the other side. */
function page(window, document, events) {
  const define = (name, value) => Object.defineProperty(globalThis, name, { value, writable: true, configurable: true });
  define("window", window);
  define("document", document);
  for (const name of events) {
    define(name, function (...args) {
      return peer.ask("root", null, "event", name, ...args);
    });
  }
}

function pump(settled) {
  peer.settle(settled);
  return peer.settled.splice(0);
}

/** Answers one question, when the module's own timers have had their turn. */
function handle(message, next) {
  const answer = () => {
    clearTimeout(timer);
    peer.onSettled = undefined;
    peer.answer(message);
    next();
  };
  const pumping = message[2] === "root" && message[4] === "pump";
  const timer = pumping ? setTimeout(answer, PATIENCE) : undefined;
  if (!pumping) answer();
  else if (peer.settled.length > 0) answer();
  else peer.onSettled = () => setImmediate(() => peer.onSettled && answer());
}

const questions = new Lines(QUESTIONS);
const chunk = allocUnsafe(65536);

function listen() {
  const line = questions.take();
  if (line !== undefined) {
    handle(JSON.parse(line), listen);
    return;
  }
  read(QUESTIONS, chunk, 0, chunk.length, null, (error, count) => {
    if (error || count === 0) process.exit(0);
    questions.add(bytesOf(chunk.subarray(0, count)));
    listen();
  });
}

// What a timer of the module throws is not what the evidence asks about.
process.on("uncaughtException", (error) => console.error(error));
process.on("unhandledRejection", () => {});
listen();
