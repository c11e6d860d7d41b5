// Compiles every contract of a folder with the npm package `solc`, refuses warnings, and checks on the compiler's tree, not on text, what must
// hold of every emitted contract:
//
//   node structure.js FOLDER
//
// - an external or public function that reaches a call with a value carries `nonReentrant`, and so does every other that changes state;
// - there are role modifiers, and each compares the caller;
// - the pragma is one exact version;
// - invariants are annotated;
// - money comes in by named functions only;
"use strict";
const fs = require("node:fs");
const path = require("node:path");

const modules = path.join(process.env.ETYMON_INSTRUMENTS ?? path.join(process.env.XDG_CACHE_HOME ?? path.join(process.env.HOME, ".cache"), "etymon/instruments"), "node_modules");
let solc;
try {
  solc = require(path.join(modules, "solc"));
} catch {
  console.error(`structure: no compiler in ${modules}; run tests/setup/instruments.sh`);
  process.exit(2);
}

/** Every node of a tree. */
function* walk(node) {
  if (node === null || typeof node !== "object") return;
  if (Array.isArray(node)) {
    for (const item of node) yield* walk(item);
    return;
  }
  if (node.nodeType) yield node;
  for (const [key, value] of Object.entries(node)) if (key !== "typeDescriptions") yield* walk(value);
}

/** Whether a node of the language or of assembly sends money, or may. */
function sends(node) {
  if (node.nodeType === "FunctionCallOptions") return node.names.includes("value");
  if (node.nodeType !== "YulFunctionCall") return false;
  const { name } = node.functionName;
  if (name === "call") return node.arguments[2].nodeType !== "YulLiteral" || Number(node.arguments[2].value) !== 0;
  return name.startsWith("create") || ["callcode", "delegatecall", "selfdestruct"].includes(name);
}

/** How many files are compiled at once: many more than a hundred are more than the compiler's memory holds. */
const AT_ONCE = 40;
const SETTINGS = { optimizer: { enabled: true, runs: 200 }, outputSelection: { "*": { "": ["ast"], "*": ["evm.deployedBytecode.object"] } } };

function compile(folder) {
  const names = fs.readdirSync(folder).filter((name) => name.endsWith(".sol")).sort();
  const read = (name) => fs.readFileSync(name.startsWith("@") ? path.join(modules, name) : path.join(folder, name), "utf8");
  const out = { errors: [], sources: {}, contracts: {} };
  for (let at = 0; at < names.length; at += AT_ONCE) {
    const input = {
      language: "Solidity",
      sources: Object.fromEntries(names.slice(at, at + AT_ONCE).map((name) => [name, { content: read(name) }])),
      settings: SETTINGS,
    };
    const own = JSON.parse(solc.compile(JSON.stringify(input), { import: (name) => ({ contents: read(name) }) }));
    out.errors.push(...(own.errors ?? []));
    Object.assign(out.sources, own.sources);
    Object.assign(out.contracts, own.contracts);
  }
  return { names, out };
}

/** What is wrong with an emitted contract, given its tree. */
function faults(name, ast) {
  const found = [];
  const pragmas = ast.nodes.filter((node) => node.nodeType === "PragmaDirective").map((node) => node.literals.join(""));
  if (pragmas.length !== 1 || pragmas[0] !== "solidity0.8.24") found.push(`the pragma is ${pragmas}`);
  const contracts = ast.nodes.filter((node) => node.nodeType === "ContractDefinition");
  for (const contract of contracts) {
    const functions = contract.nodes.filter((node) => node.nodeType === "FunctionDefinition");
    const byId = new Map(functions.map((node) => [node.id, node]));
    const paying = new Set();
    const calls = (node) => [...walk(node.body)].filter((own) => own.nodeType === "FunctionCall");
    for (const node of functions) {
      const value = [...walk(node.body)].some(sends);
      const transfer = [...walk(node.body)].some((own) => own.nodeType === "MemberAccess" && ["transfer", "send"].includes(own.memberName) && own.expression.typeDescriptions.typeString === "address payable");
      if (transfer) found.push(`${node.name} uses transfer or send`);
      if (value) paying.add(node.id);
    }
    if (functions.some((node) => node.name === "_pay") && paying.size === 0) found.push("nothing is seen to pay");
    // A function that calls one that sends money sends money.
    for (let grown = true; grown; ) {
      grown = false;
      for (const node of functions) {
        if (paying.has(node.id)) continue;
        if (calls(node).some((own) => paying.has(own.expression.referencedDeclaration))) {
          paying.add(node.id);
          grown = true;
        }
      }
    }
    for (const node of byId.values()) {
      if (node.kind === "receive" || node.kind === "fallback") found.push(`there is a ${node.kind} function`);
      if (node.kind !== "function" || !["external", "public"].includes(node.visibility)) continue;
      if (["view", "pure"].includes(node.stateMutability)) continue;
      const guarded = node.modifiers.some((own) => own.modifierName.name === "nonReentrant");
      if (!guarded) found.push(`${node.name} ${paying.has(node.id) ? "pays" : "changes state"} without nonReentrant`);
    }
    const roles = contract.nodes.filter((node) => node.nodeType === "ModifierDefinition" && node.name.startsWith("only"));
    if (roles.length === 0) found.push("there is no role modifier");
    for (const role of roles) {
      const conditions = [...walk(role.body)].filter((own) => own.nodeType === "IfStatement").map((own) => own.condition);
      const caller = (own) => own.nodeType === "MemberAccess" && own.memberName === "sender" && own.expression.name === "msg";
      const looks = conditions.some((condition) => [...walk(condition)].some(caller));
      if (!looks) found.push(`${role.name} does not look at the caller`);
    }
    const documented = [contract, ...functions].map((node) => node.documentation?.text ?? "").join("\n");
    if (!/@dev INVARIANT: \w/.test(documented.replace(/^\s+/gm, ""))) found.push("no invariant is annotated");
  }
  return found.map((fault) => `${name}: ${fault}`);
}

const { names, out } = compile(process.argv[2]);
const told = out.errors.map((error) => error.formattedMessage);
const found = names
  .filter((name) => name.endsWith("Gen.sol") && out.sources[name]?.ast)
  .flatMap((name) => faults(name, out.sources[name].ast));
for (const [file, contracts] of Object.entries(out.contracts))
  for (const [name, made] of Object.entries(contracts)) {
    const bytes = made.evm.deployedBytecode.object.length / 2;
    if (bytes > 24_576) found.push(`${file}: ${name} has ${bytes} bytes of code, more than a ledger takes`);
    if (name.endsWith("Gen")) console.log(`${name}: ${bytes} bytes`);
  }
for (const line of [...told, ...found]) console.error(line);
if (told.length + found.length > 0) process.exit(1);
console.log(`structure: ${names.filter((name) => name.endsWith("Gen.sol")).length} contracts hold`);
