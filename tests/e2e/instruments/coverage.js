// Counts which branches of a contract the other tests of this project take, on the machine's own steps: every conditional jump that the
// compiler made of an `if`, a loop, `&&`, `||` or `?:` of the source must have been taken, and must have been passed by. Fails below 100 %.
//
// The contract is that of the environment variable COVERED. Nothing is rewritten: what runs is what the compiler makes of the source.
"use strict";
const assert = require("node:assert/strict");
const hre = require("hardhat");

const NAME = process.env.COVERED;
const JUMPI = 0x57;
const KINDS = { IfStatement: "if", ForStatement: "for", WhileStatement: "while", Conditional: "?:" };

/** The places of the source that branch, by the compiler's tree: `start:length` to what stands there. */
function places(tree) {
  const found = new Map();
  const walk = (node) => {
    if (node === null || typeof node !== "object") return;
    const logical = node.nodeType === "BinaryOperation" && ["&&", "||"].includes(node.operator);
    const kind = logical ? node.operator : KINDS[node.nodeType];
    if (kind) found.set(node.src.split(":").slice(0, 2).join(":"), { kind, taken: 0, passed: 0 });
    for (const [key, value] of Object.entries(node)) if (key !== "typeDescriptions") walk(value);
  };
  walk(tree);
  return found;
}

/** For each position in the code, what the source map says about a conditional jump there. */
function jumps(bytecode, sourceMap, file) {
  const code = Buffer.from(bytecode.replace(/__\$\w+\$__/g, "00".repeat(20)), "hex");
  const entries = sourceMap.split(";");
  const found = new Map();
  let [start, length, index] = ["0", "0", "-1"];
  for (let pc = 0, at = 0; pc < code.length && at < entries.length; at++) {
    const [s, l, f] = entries[at].split(":");
    start = s || start;
    length = l || length;
    index = f || index;
    if (code[pc] === JUMPI && Number(index) === file) found.set(pc, `${start}:${length}`);
    pc += code[pc] >= 0x60 && code[pc] <= 0x7f ? code[pc] - 0x5e : 1;
  }
  return found;
}

/** Code without what is only known when the contract is made. */
function masked(hex, references) {
  const bytes = Buffer.from(hex, "hex");
  for (const { start, length } of Object.values(references).flat()) bytes.fill(0, start, start + length);
  return bytes.toString("hex");
}

let source, found, runtime, creation, original, artifact;
/** Whether an address has the contract, as far as it was asked for. */
let known = new Map();

async function isContract(address) {
  if (!known.has(address)) {
    const code = (await original({ method: "eth_getCode", params: [address, "latest"] })).slice(2);
    const same = code.length === artifact.evm.deployedBytecode.object.length && masked(code, artifact.evm.deployedBytecode.immutableReferences) === artifact.evm.deployedBytecode.object;
    known.set(address, same);
  }
  return known.get(address);
}

/** Goes through the steps of a call, with the code that each frame runs. */
async function follow(logs, first) {
  const frames = [first];
  for (let at = 0; at < logs.length; at++) {
    const step = logs[at], next = logs[at + 1];
    const map = frames[frames.length - 1];
    if (map && step.op === "JUMPI" && next?.depth === step.depth && map.has(step.pc)) {
      const place = found.get(map.get(step.pc));
      if (place) place[next.pc === step.pc + 1 ? "passed" : "taken"] += 1;
    }
    if (!next) break;
    if (next.depth > step.depth) {
      let callee = null;
      if (["CALL", "STATICCALL"].includes(step.op)) {
        const address = "0x" + step.stack[step.stack.length - 2].replace(/^0x/, "").padStart(64, "0").slice(24);
        callee = (await isContract(address)) ? runtime : null;
      }
      frames.push(callee);
    } else for (let depth = next.depth; depth < step.depth; depth++) frames.pop();
  }
}

async function trace(method, subject, to, data) {
  const makes = !to && (data ?? "").slice(2).startsWith(artifact.evm.bytecode.object);
  const first = to ? ((await isContract(to.toLowerCase())) ? runtime : null) : makes ? creation : null;
  const options = { disableStorage: true, disableMemory: true };
  const params = method === "debug_traceCall" ? [subject, "latest", options] : [subject, options];
  const { structLogs } = await original({ method, params });
  await follow(structLogs, first);
}

async function watched(payload) {
  const { method, params = [] } = payload;
  // Other code may stand at an address from here on.
  if (["hardhat_reset", "hardhat_setCode", "evm_revert"].includes(method)) known = new Map();
  if (method === "eth_call") await trace("debug_traceCall", params[0], params[0].to, params[0].data ?? params[0].input);
  const answer = await original(payload);
  if (method === "eth_sendTransaction") await trace("debug_traceTransaction", answer, params[0].to, params[0].data ?? params[0].input);
  return answer;
}

before(async () => {
  artifact = await hre.artifacts.readArtifact(NAME);
  const info = await hre.artifacts.getBuildInfo(`${artifact.sourceName}:${NAME}`);
  const { sourceName } = artifact;
  artifact = info.output.contracts[sourceName][NAME];
  source = info.input.sources[sourceName].content;
  const { id, ast } = info.output.sources[sourceName];
  found = places(ast);
  runtime = jumps(artifact.evm.deployedBytecode.object, artifact.evm.deployedBytecode.sourceMap, id);
  creation = jumps(artifact.evm.bytecode.object, artifact.evm.bytecode.sourceMap, id);
  const seen = new Set([...runtime.values(), ...creation.values()]);
  const without = [...found.keys()].filter((place) => !seen.has(place));
  assert.deepEqual(without.map(told), [], "the compiler made a jump of every branch");
  const { provider } = hre.network;
  original = provider.request.bind(provider);
  provider.request = watched;
  provider.send = (method, params) => watched({ method, params });
});

const told = (place) => {
  const [start, length] = place.split(":").map(Number);
  const line = source.slice(0, start).split("\n").length;
  return `line ${line}: ${source.slice(start, start + length).split("\n")[0]}`;
};

after(() => {
  const ways = [...found].flatMap(([place, own]) => [["taken", own.taken], ["passed", own.passed]].map(([way, times]) => ({ place, way, times, kind: own.kind })));
  const missing = ways.filter((own) => own.times === 0);
  const covered = ways.length - missing.length;
  console.log(`\n  ${NAME}: ${covered} of ${ways.length} branches, ${((100 * covered) / ways.length).toFixed(1)} %`);
  assert.deepEqual(missing.map((own) => `${told(own.place)} (never ${own.way})`), [], "all branches are covered");
  assert(ways.length > 50, "there are branches");
});
