// One session for each thing that an editor does; the server is the program itself, over its standard streams.
"use strict";
const assert = require("node:assert/strict");
const { spawn } = require("node:child_process");
const { readFileSync } = require("node:fs");
const { join } = require("node:path");
const { test } = require("node:test");
const lsp = require("vscode-languageserver-protocol/node");

const program = process.env.DEDUCIBLE;
const URI = "file:///home.fiqh";
const text = readFileSync(join(__dirname, "../../../examples/instruments/musharakah_mutanaqisah.fiqh"), "utf8");
const guaranteed = text.replace("capital_guarantee: none", "capital_guarantee: bank");
const LIMIT = { timeout: 30_000 };

/** A server and a client that speaks with it. */
class Session {
  constructor() {
    this.server = spawn(program, ["lsp"], { stdio: ["pipe", "pipe", "inherit"] });
    this.ended = new Promise((resolve) => this.server.on("exit", (code, signal) => resolve(code ?? signal)));
    this.errors = [];
    const quiet = () => {};
    const logger = { error: (message) => this.errors.push(message), warn: quiet, info: quiet, log: quiet };
    this.client = lsp.createProtocolConnection(this.server.stdout, this.server.stdin, logger);
    this.published = [];
    this.waiting = [];
    this.client.onNotification(lsp.PublishDiagnosticsNotification.type, (params) => {
      const next = this.waiting.shift();
      next ? next(params) : this.published.push(params);
    });
    this.client.listen();
  }

  /** The next findings. */
  findings() {
    const ready = this.published.shift();
    return ready ? Promise.resolve(ready) : new Promise((resolve) => this.waiting.push(resolve));
  }

  async initialize() {
    const params = { processId: null, rootUri: null, capabilities: {} };
    const answer = await this.client.sendRequest(lsp.InitializeRequest.type, params);
    await this.client.sendNotification(lsp.InitializedNotification.type, {});
    return answer;
  }

  async open(content, uri = URI) {
    const textDocument = { uri, languageId: "fiqh", version: 1, text: content };
    await this.client.sendNotification(lsp.DidOpenTextDocumentNotification.type, { textDocument });
    return this.findings();
  }

  async change(content, version) {
    const params = { textDocument: { uri: URI, version }, contentChanges: [{ text: content }] };
    await this.client.sendNotification(lsp.DidChangeTextDocumentNotification.type, params);
    return this.findings();
  }

  /** Ends it as an editor does; answers the exit code. */
  async end() {
    assert.equal(await this.client.sendRequest(lsp.ShutdownRequest.type), null);
    await this.client.sendNotification(lsp.ExitNotification.type);
    return this.ended;
  }
}

const errors = (params) =>
  params.diagnostics.filter((own) => own.severity === lsp.DiagnosticSeverity.Error).map((own) => own.code);

/** Where a text has a word. */
const place = (content, word) => {
  const line = content.split("\n").findIndex((own) => own.includes(word));
  return { line, character: content.split("\n")[line].indexOf(word) };
};

test("what it offers is what the protocol calls it", LIMIT, async () => {
  const session = new Session();
  const { capabilities, serverInfo } = await session.initialize();
  assert.equal(serverInfo.name, "deducible");
  assert.equal(capabilities.textDocumentSync.openClose, true);
  assert.equal(capabilities.textDocumentSync.change, lsp.TextDocumentSyncKind.Full);
  assert.equal(capabilities.hoverProvider, true);
  assert.ok(capabilities.completionProvider);
  assert.equal(capabilities.documentSymbolProvider, true);
  assert.equal(await session.end(), 0);
});

test("findings follow what is typed, with place, citation and remedy", LIMIT, async () => {
  const session = new Session();
  await session.initialize();
  assert.deepEqual(errors(await session.open(text)), []);
  const broken = await session.change(guaranteed, 2);
  assert.equal(broken.uri, URI);
  assert.deepEqual(errors(broken), ["RIBA-1"]);
  const found = broken.diagnostics.find((own) => own.code === "RIBA-1");
  assert.deepEqual(found.range.start, place(guaranteed, "capital_guarantee: bank"));
  assert.equal(found.source, "deducible");
  assert.match(found.message, /citation: .*al-Baqarah 2:275.*\[verify\]/);
  assert.match(found.message, /help: write `capital_guarantee: none;`/);
  assert.deepEqual(errors(await session.change("instrument X : hiba {\n", 3)), ["PARSE"]);
  assert.deepEqual(errors(await session.change("instrument X : hiba { }\n", 4)), ["CLASS-1"]);
  assert.deepEqual(errors(await session.change(text, 5)), []);
  await session.client.sendNotification(lsp.DidSaveTextDocumentNotification.type, { textDocument: { uri: URI } });
  assert.deepEqual(errors(await session.findings()), []);
  await session.client.sendNotification(lsp.DidCloseTextDocumentNotification.type, { textDocument: { uri: URI } });
  assert.deepEqual((await session.findings()).diagnostics, []);
  assert.equal(await session.end(), 0);
});

test("hover tells what a finding, a class, an invariant and a key rest on", LIMIT, async () => {
  const session = new Session();
  await session.initialize();
  await session.open(guaranteed);
  const hover = async (word) => {
    const params = { textDocument: { uri: URI }, position: place(guaranteed, word) };
    return (await session.client.sendRequest(lsp.HoverRequest.type, params))?.contents;
  };
  const finding = await hover("capital_guarantee: bank");
  assert.equal(finding.kind, lsp.MarkupKind.Markdown);
  assert.match(finding.value, /RIBA-1[^]*al-Baqarah 2:275/);
  assert.match((await hover("musharakah_mutanaqisah")).value, /ownership_conserved[^]*AAOIFI SS No. 12 \[verify\]/);
  assert.match((await hover("price_attested")).value, /AAOIFI SS No. 12/);
  assert.match((await hover("loss: proportional")).value, /RISK-1/);
  assert.match((await hover("basis: bank.share")).value, /RENT-1[^]*AAOIFI SS No. 9/);
  assert.match((await hover("nisab")).value, /ZAKAT-3/);
  assert.match((await hover("financier")).value, /PARTY-1[^]*AAOIFI SS No. 12/);
  assert.equal(await hover("{"), undefined);
  const far = { textDocument: { uri: URI }, position: { line: 1_000_000, character: 1_000_000 } };
  assert.equal(await session.client.sendRequest(lsp.HoverRequest.type, far), null);
  assert.equal(await session.end(), 0);
});

test("sections, classes, roles, invariants and keys complete", LIMIT, async () => {
  const session = new Session();
  await session.initialize();
  await session.open(text);
  const complete = async (uri) => {
    const params = { textDocument: { uri }, position: { line: 3, character: 4 } };
    return session.client.sendRequest(lsp.CompletionRequest.type, params);
  };
  const items = await complete(URI);
  const of = (label) => items.find((item) => item.label === label)?.kind;
  assert.equal(of("rescission"), lsp.CompletionItemKind.Module);
  assert.equal(of("murabahah"), lsp.CompletionItemKind.Class);
  assert.equal(of("financier"), lsp.CompletionItemKind.EnumMember);
  assert.equal(of("price_attested"), lsp.CompletionItemKind.Constant);
  assert.equal(of("capital_guarantee"), lsp.CompletionItemKind.Property);
  await session.open("bundle B { }", "file:///b.fiqh");
  assert.ok((await complete("file:///b.fiqh")).some((item) => item.label === "legs"));
  assert.equal(await complete("file:///closed.fiqh"), null);
  assert.equal(await session.end(), 0);
});

test("symbols are a tree whose ranges hold one another", LIMIT, async () => {
  const session = new Session();
  await session.initialize();
  await session.open(text);
  const params = { textDocument: { uri: URI } };
  const [whole] = await session.client.sendRequest(lsp.DocumentSymbolRequest.type, params);
  assert.equal(whole.name, "HomeFinance");
  const flat = (symbol) => [symbol, ...(symbol.children ?? []).flatMap(flat)];
  const names = flat(whole).map((own) => own.name);
  for (const name of ["parties", "price_attested", "lifecycle"]) assert.ok(names.includes(name), `${name}: ${names}`);
  const order = (a, b) => a.line - b.line || a.character - b.character;
  for (const own of flat(whole)) {
    assert.ok(order(own.range.start, own.selectionRange.start) <= 0 && order(own.selectionRange.end, own.range.end) <= 0);
    for (const child of own.children ?? []) {
      assert.ok(order(own.range.start, child.range.start) <= 0 && order(child.range.end, own.range.end) <= 0, child.name);
    }
  }
  assert.equal(await session.end(), 0);
});

test("unknown methods and wrong parameters are refused, and nothing ends", LIMIT, async () => {
  const session = new Session();
  const before = session.client.sendRequest(lsp.HoverRequest.type, { textDocument: { uri: URI }, position: { line: 0, character: 0 } });
  await assert.rejects(before, { code: lsp.LSPErrorCodes.ServerNotInitialized ?? -32002 });
  await session.initialize();
  await assert.rejects(session.initialize(), { code: lsp.ErrorCodes.InvalidRequest });
  await assert.rejects(session.client.sendRequest("textDocument/nothing", {}), { code: lsp.ErrorCodes.MethodNotFound });
  await assert.rejects(session.client.sendRequest("x".repeat(100_000), {}), { code: lsp.ErrorCodes.MethodNotFound });
  await assert.rejects(session.client.sendRequest("textDocument/hover", { a: 1 }), { code: lsp.ErrorCodes.InvalidParams });
  await session.client.sendNotification("$/nothing", { a: 1 });
  await session.client.sendNotification("textDocument/didOpen", { a: 1 });
  assert.deepEqual(errors(await session.open(guaranteed)), ["RIBA-1"]);
  assert.equal(await session.end(), 0);
});

test("who exits without a shutdown, or hangs up, leaves exit code 1", LIMIT, async () => {
  const session = new Session();
  await session.initialize();
  await session.client.sendNotification(lsp.ExitNotification.type);
  assert.equal(await session.ended, 1);
  const silent = new Session();
  silent.server.stdin.end();
  assert.equal(await silent.ended, 1);
});

/** Kilobytes of memory that a process has had at most; nothing where the system does not tell. */
const peak = (process) => {
  try {
    return Number(/^VmHWM:\s*(\d+) kB/m.exec(readFileSync(`/proc/${process.pid}/status`, "utf8"))[1]);
  } catch {
    return undefined;
  }
};

test("what is no message neither ends it nor fills its memory", { timeout: 120_000 }, async () => {
  const session = new Session();
  await session.initialize();
  const raw = (bytes) => new Promise((resolve) => session.server.stdin.write(bytes, resolve));
  const alive = async (what) => assert.deepEqual(errors(await session.open(guaranteed)), ["RIBA-1"], what);
  for (const broken of [
    "Content-Length: 99999999999999\r\n\r\n{}",
    "Content-Length: 18446744073709551616\r\n\r\n",
    "Content-Length: -1\r\n\r\n",
    "Content-Length: 3\r\n\r\nabc",
    "Content-Length: 2\r\n\r\n[]",
    "Content-Length: 4\r\n\r\n\xff\xfe\xfd\xfc",
    "GET / HTTP/1.1\r\nHost: localhost\r\n\r\n",
    "\0".repeat(10_000),
  ]) {
    await raw(Buffer.from(broken, "latin1"));
    await alive(JSON.stringify(broken).slice(0, 60));
  }
  // Deeper than any value that the protocol knows.
  const deep = "[".repeat(1_000_000);
  await raw(`Content-Length: ${deep.length}\r\n\r\n${deep}`);
  await alive("deep");
  // Far too long, and truly sent.
  const chunk = Buffer.alloc(1 << 20, 0x20);
  await raw(`Content-Length: ${128 * chunk.length}\r\n\r\n`);
  for (let nr = 0; nr < 128; nr++) await raw(chunk);
  await alive("long");
  // A header that does not end.
  for (let nr = 0; nr < 64; nr++) await raw(Buffer.alloc(1 << 20, 0x61));
  await alive("endless header");
  const kilobytes = peak(session.server);
  assert.ok(kilobytes === undefined || kilobytes < 200_000, `${kilobytes} kB`);
  assert.equal(await session.end(), 0);
  assert.ok(session.errors.length > 0, "the client was told");
});

test("many large files have a bound", { timeout: 120_000 }, async () => {
  const session = new Session();
  await session.initialize();
  const large = `${guaranteed}//${"x".repeat(900_000)}`;
  for (let nr = 0; nr < 100; nr++) assert.deepEqual(errors(await session.open(large, `file:///${nr}.fiqh`)), ["RIBA-1"]);
  const over = await session.open(" ".repeat(2_000_000), "file:///over.fiqh");
  assert.deepEqual(errors(over), ["LIMIT_INPUT"]);
  const kilobytes = peak(session.server);
  assert.ok(kilobytes === undefined || kilobytes < 200_000, `${kilobytes} kB`);
  assert.equal(await session.end(), 0);
});
