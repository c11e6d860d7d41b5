// What the runners of evidence share: compiling it, and showing values.

import ts from "typescript";
import { inspect } from "node:util";

/** Longest value that is shown, in characters. */
const SHOWN = 300;

const AsyncFunction = (async () => {}).constructor;

/** The syntax errors of a text, with lines from 1. */
export function syntaxErrors(text) {
  const file = ts.createSourceFile("evidence.ts", text, ts.ScriptTarget.Latest, true);
  return file.parseDiagnostics.map((found) => ({
    line: file.getLineAndCharacterOfPosition(found.start).line + 1,
    message: ts.flattenDiagnosticMessageText(found.messageText, " "),
  }));
}

/** JavaScript for the statements of a function's body, which may be TypeScript. */
export function compile(body, parameters, isAsync) {
  const text = `${isAsync ? "async " : ""}function __body() {\n${body}\n}`;
  const options = { target: ts.ScriptTarget.ES2022, module: ts.ModuleKind.ESNext, removeComments: false };
  const script = ts.transpileModule(text, { compilerOptions: options }).outputText;
  // A function of its own, so that the evidence may name its constants as it likes.
  return new AsyncFunction(...parameters, `"use strict";\n${script}\nreturn __body;`);
}

/** A value as evidence shows it. */
export function show(value, peer) {
  if (Object(value) === value && peer.isFar(value)) return typeof value === "function" ? "[a function of the module]" : far(value);
  return cut(inspect(value, { depth: 4, breakLength: Infinity, maxArrayLength: 20, maxStringLength: 200 }));
}

function far(value) {
  try {
    const fields = Object.keys(value).map((key) => `${key}: ${cut(inspect(value[key], { depth: 0 }))}`);
    return cut(`[an object of the module: { ${fields.join(", ")} }]`);
  } catch {
    return "[an object of the module]";
  }
}

/** What was thrown, as evidence shows it. */
export function showThrown(error, peer) {
  try {
    return error instanceof Error ? cut(`${error.name}: ${error.message}`) : show(error, peer);
  } catch {
    return "something that cannot be shown";
  }
}

/** The start of a long text. */
export function cut(text, most = SHOWN) {
  const flat = String(text);
  return flat.length > most ? `${flat.slice(0, most)}…` : flat;
}
