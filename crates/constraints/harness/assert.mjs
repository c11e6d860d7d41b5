// The assertion runner: every line is one claim; all of them are checked, also after one has failed.

import ts from "typescript";
import { compile, show, showThrown, syntaxErrors } from "./evidence.mjs";
import { Gone } from "./membrane.mjs";

const COMPARISONS = {
  "===": (a, b) => a === b,
  "!==": (a, b) => a !== b,
  "==": (a, b) => a == b,
  "!=": (a, b) => a != b,
  "<": (a, b) => a < b,
  ">": (a, b) => a > b,
  "<=": (a, b) => a <= b,
  ">=": (a, b) => a >= b,
};

/** Runs one block. */
export async function assertions({ text, line }, exported, peer, settled) {
  const parts = chunks(text, line);
  const wrong = parts.flatMap((part) => syntaxErrors(`async () => {\n${part.text}\n}`).map((found) => syntax(found, part)));
  if (wrong.length > 0) return { status: "fail", evidence: wrong };
  const labelled = /\b__assert\s*\(/.test(text);
  const body = parts.flatMap((part) => rewrite(part, labelled)).join("\n");
  const seen = { claims: 0, failures: [] };
  const record = (at, source, holds, actual) => {
    seen.claims += 1;
    if (!holds) seen.failures.push(`line ${at}: \`${source}\` ${actual}`);
  };
  await settled(run(body, line, exported, record, peer));
  if (seen.failures.length > 0) return { status: "fail", evidence: seen.failures };
  if (seen.claims === 0) return { status: "fail", evidence: [`line ${line}: the block asserts nothing`] };
  return { status: "pass", evidence: [`${seen.claims} of ${seen.claims} hold`] };
}

function syntax({ line, message }, part) {
  const last = part.text.split("\n").length - 1;
  return `line ${part.line + Math.min(Math.max(line - 2, 0), last)}: not an expression or statement: ${message}`;
}

/** The lines that stand for themselves; the block as a whole when a statement spans several. */
function chunks(text, line) {
  const lines = text
    .split("\n")
    .map((own, at) => ({ text: own, line: line + at }))
    .filter(({ text: own }) => own.trim() !== "" && !own.trim().startsWith("//"));
  const alone = lines.every((own) => syntaxErrors(`async () => {\n${own.text}\n}`).length === 0);
  return alone ? lines : [{ text, line }];
}

/** Statements that report what they find. */
function rewrite({ text, line }, labelled) {
  const prefix = "async () => {\n";
  const file = ts.createSourceFile("evidence.ts", `${prefix}${text}\n}`, ts.ScriptTarget.Latest, true);
  const { statements } = file.statements[0].expression.body;
  // On a line of several statements, and among labelled claims, a call is there for what it does.
  const among = labelled || (statements.length > 1 && !text.includes("\n"));
  return statements.map((statement) => {
    const at = line + file.getLineAndCharacterOfPosition(statement.getStart()).line - 1;
    const own = statement.getText(file);
    if (!ts.isExpressionStatement(statement)) return `__at(${at});\n${own}`;
    const expression = bare(statement.expression);
    const source = JSON.stringify(expression.getText(file));
    if (isCallOfAssert(expression)) return `__at(${at}, ${source});\n${own};`;
    const comparison = ts.isBinaryExpression(expression) ? expression.operatorToken.getText(file) : "";
    if (Object.hasOwn(COMPARISONS, comparison)) {
      const [left, right] = [expression.left.getText(file), expression.right.getText(file)];
      return `await __claim(${at}, ${source}, async () => [(${left}), (${right})], ${JSON.stringify(comparison)});`;
    }
    if (among && !isTruth(expression)) return `__at(${at});\n${own};`;
    return `await __claim(${at}, ${source}, async () => [(${expression.getText(file)})]);`;
  });
}

function bare(expression) {
  return ts.isParenthesizedExpression(expression) ? bare(expression.expression) : expression;
}

function isCallOfAssert(expression) {
  const call = ts.isAwaitExpression(expression) ? expression.expression : expression;
  return ts.isCallExpression(call) && ts.isIdentifier(call.expression) && call.expression.text === "__assert";
}

/** Whether an expression claims something when it stands among statements. */
function isTruth(expression) {
  if (ts.isPrefixUnaryExpression(expression)) return expression.operator === ts.SyntaxKind.ExclamationToken;
  const operators = [ts.SyntaxKind.AmpersandAmpersandToken, ts.SyntaxKind.BarBarToken, ts.SyntaxKind.InstanceOfKeyword, ts.SyntaxKind.InKeyword];
  return ts.isBinaryExpression(expression) && operators.includes(expression.operatorToken.kind);
}

async function run(body, line, exported, record, peer) {
  let at = line;
  let source = "";
  const helpers = {
    __at: (now, text = "") => {
      [at, source] = [now, text];
    },
    __assert: (value, label) => {
      const named = label === undefined ? source || "__assert" : String(label);
      record(at, named, value === true, `is ${show(value, peer)}`);
    },
    __claim: async (now, text, evaluate, comparison) => {
      at = now;
      try {
        const [left, right] = await evaluate();
        if (comparison === undefined) record(at, text, left === true, `is ${show(left, peer)}`);
        else record(at, text, COMPARISONS[comparison](left, right), `is false: the left side is ${show(left, peer)}`);
      } catch (error) {
        if (error instanceof Gone) throw error;
        record(at, text, false, `threw ${showThrown(error, peer)}`);
      }
    },
  };
  const names = [...Object.keys(helpers), ...exported.keys()];
  try {
    const main = await compile(body, names, true)(...Object.values(helpers), ...exported.values());
    await main();
  } catch (error) {
    if (error instanceof Gone) throw error;
    record(at, source || "statement", false, `threw ${showThrown(error, peer)}; what follows in the block was not reached`);
  }
}
