// The property runner: a predicate over generated inputs, the same ones every time, and the smallest input that breaks it.

import { compile, cut, show, showThrown, syntaxErrors } from "./evidence.mjs";
import { Gone } from "./membrane.mjs";

/** Most attempts at making a counterexample smaller. */
const MAX_SHRINKS = 2000;

/** A generator of 32-bit numbers: xorshift with the seed spread by a multiplication, so that seeds near each other differ. */
function source(seed) {
  let state = Math.imul(seed ^ 0x9e3779b9, 0x85ebca6b) >>> 0 || 1;
  return () => {
    state ^= state << 13;
    state >>>= 0;
    state ^= state >>> 17;
    state ^= state << 5;
    state >>>= 0;
    return state;
  };
}

/** The choices of one run: a tree of draws that can be replayed, shortened and halved. */
class Choices {
  constructor(next, script) {
    this.next = next;
    this.script = script;
    this.drawn = [];
  }

  #scripted(kind) {
    const own = this.script?.[this.drawn.length];
    return own?.kind === kind ? own : undefined;
  }

  number(low, high) {
    if (!Number.isSafeInteger(low) || !Number.isSafeInteger(high) || low > high) {
      throw new RangeError(`rand.int needs two integers in order, not ${low} and ${high}`);
    }
    const own = this.#scripted("int");
    const nearest = Math.min(Math.max(0, low), high);
    const width = high - low + 1;
    const drawn = this.script ? (own?.value ?? nearest) : low + Math.floor(((this.next() * 0x200000 + (this.next() >>> 11)) / 2 ** 53) * width);
    const value = Math.min(Math.max(drawn, low), high);
    this.drawn.push({ kind: "int", value, nearest });
    return value;
  }

  list(element, most) {
    const own = this.#scripted("list");
    const length = this.script ? Math.min(own?.items.length ?? 0, most) : new Choices(this.next).number(0, most);
    const items = [];
    const values = [];
    for (let at = 0; at < length; at += 1) {
      const inner = new Choices(this.next, this.script && own.items[at]);
      values.push(element(inner));
      items.push(inner.drawn);
    }
    this.drawn.push({ kind: "list", items });
    return values;
  }
}

/** What the body sees as `rand`; `log` takes the outermost values. */
function generators(choices, log) {
  const logged = (call, value) => {
    log?.push([call, value]);
    return value;
  };
  const rand = {
    int: (low, high) => logged("int", choices.number(low, high)),
    bool: () => logged("bool", choices.number(0, 1) === 1),
    pick: (list) => {
      if (!Array.isArray(list) || list.length === 0) throw new RangeError("rand.pick needs a list with elements");
      return logged("pick", list[choices.number(0, list.length - 1)]);
    },
    string: (most) => logged("string", choices.list((inner) => letter(inner), most).join("")),
    array: (element, most) => logged("array", choices.list((inner) => element(generators(inner)), most)),
  };
  return rand;
}

/** Plain letters mostly, and now and then what breaks naive code. */
const ODD = [..." \t\n-_.,;:/\\\"'`<>&%$#@!?(){}[]0", "é", "ß", "İ", "ñ", "中", "😀", "\u0301", "\u200d", "\u0000"];

function letter(choices) {
  const code = choices.number(0, 99);
  if (code < 52) return String.fromCharCode(code < 26 ? 97 + code : 65 + code - 26);
  if (code < 62) return String(code - 52);
  return ODD[code - 62];
}

/** Runs one block. */
export async function property({ text, line, seed, runs }, exported, peer, settled) {
  const wrong = syntaxErrors(`async () => {\n${text}\n}`);
  if (wrong.length > 0) {
    return { status: "fail", evidence: wrong.map((found) => `line ${line + Math.max(found.line - 2, 0)}: not the body of a function: ${found.message}`) };
  }
  const waits = /\bawait\b/.test(text);
  const body = await (await compile(text, ["rand", "__makeRand", ...exported.keys()], waits));
  const trial = async (next, script) => {
    const log = [];
    const choices = new Choices(next, script);
    let outcome;
    try {
      const rand = generators(choices, log);
      // The names are bound anew for each run, so that no run sees what another one assigned.
      const main = await body(rand, (own) => generators(new Choices(source(own)), undefined), ...exported.values());
      const value = await main();
      outcome = value === true ? undefined : `returned ${show(value, peer)}`;
    } catch (error) {
      if (error instanceof Gone) throw error;
      outcome = `threw ${showThrown(error, peer)}`;
    }
    return { outcome, log, drawn: choices.drawn };
  };
  const next = source(seed);
  for (let run = 1; run <= runs; run += 1) {
    const found = await settledFast(trial(next), settled);
    if (found.outcome === undefined) continue;
    const smallest = await shrink(found, (script) => settledFast(trial(next, script), settled));
    const inputs = smallest.log.map(([call, value]) => `rand.${call} = ${show(value, peer)}`).join(", ") || "none";
    return {
      status: "fail",
      evidence: [`line ${line}: counterexample after ${run} of ${runs} runs with seed ${seed}: ${cut(inputs, 600)}; ${smallest.outcome}`],
    };
  }
  return { status: "pass", evidence: [`${runs} runs with seed ${seed}`] };
}

/** Most trials end without waiting for anybody, and need no turn of the event loop. */
async function settledFast(promise, settled) {
  let value;
  let done = false;
  promise.then(
    (own) => {
      [value, done] = [own, true];
    },
    () => {},
  );
  for (let turn = 0; turn < 16 && !done; turn += 1) await null;
  return done ? value : settled(promise);
}

async function shrink(found, trial) {
  let best = found;
  let attempts = 0;
  for (let improved = true; improved; ) {
    improved = false;
    for (const script of smaller(best.drawn)) {
      attempts += 1;
      if (attempts > MAX_SHRINKS) return best;
      const next = await trial(script);
      if (next.outcome !== undefined && weight(next.drawn) < weight(best.drawn)) {
        best = next;
        improved = true;
        break;
      }
    }
  }
  return best;
}

function weight(drawn) {
  return drawn.reduce((sum, own) => sum + (own.kind === "int" ? Math.abs(own.value - own.nearest) : own.items.reduce((all, item) => all + 1 + weight(item), 0)), 0);
}

/** Scripts one step smaller: an element dropped, or an integer brought nearer to the smallest. */
function* smaller(drawn) {
  for (const [at, own] of drawn.entries()) {
    const replaced = (other) => drawn.map((same, where) => (where === at ? other : same));
    if (own.kind === "int") {
      const distance = own.value - own.nearest;
      if (distance === 0) continue;
      yield replaced({ ...own, value: own.nearest });
      const half = own.nearest + Math.trunc(distance / 2);
      if (half !== own.nearest) yield replaced({ ...own, value: half });
      yield replaced({ ...own, value: own.value - Math.sign(distance) });
      continue;
    }
    const items = own.items;
    if (items.length > 1) yield replaced({ ...own, items: items.slice(0, items.length >> 1) });
    for (let drop = 0; drop < items.length; drop += 1) yield replaced({ ...own, items: items.filter((_, where) => where !== drop) });
    for (const [where, item] of items.entries()) {
      for (const inner of smaller(item)) yield replaced({ ...own, items: items.map((same, other) => (other === where ? inner : same)) });
    }
  }
}
