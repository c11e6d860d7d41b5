// Which view is shown, and what it shows while a run goes on.

import { evidence, facts, h, object, state, table } from "./dom.js";
import { apply, empty, ended, outcome, plain, said, spoken, why } from "./run.js";

const main = document.getElementById("main");
const status = document.getElementById("status");
/** Ends what the view before was waiting for. */
let leave = () => {};
let speaking = 0;

/** Tells those who do not see the page; of several things at once, the last. */
function say(text) {
  clearTimeout(speaking);
  speaking = setTimeout(() => { status.textContent = text; }, 250);
}

/** JSON of this server. A view that was left stops asking. */
async function get(path, signal) {
  const response = await fetch(path, { headers: { accept: "application/json" }, signal });
  const body = await response.json();
  if (!response.ok) throw new Error(body.error?.message ?? `status ${response.status}`);
  return body;
}

function show(title, ...children) {
  const heading = h("h2", { tabindex: "-1" }, title);
  main.replaceChildren(heading, ...children);
  document.title = `${title} · Etymon`;
  return heading;
}

async function runs(signal) {
  const place = h("div", {});
  const heading = show("Runs", place);
  let before = "";
  const update = async () => {
    const { runs } = await get("/runs", signal);
    const now = JSON.stringify(runs);
    if (now === before || signal.aborted) return;
    before = now;
    const row = (run) => [
      h("a", { href: `#/runs/${run.id}` }, `Run ${run.id}`),
      run.title,
      String(run.events),
      state(run.ended ? outcome(run.verdict) : "start"),
    ];
    const hint = "No run yet. etymon run --json records one, and etymon serve --events shows it.";
    place.replaceChildren(
      runs.length === 0 ? h("p", {}, hint) : table("The latest first", ["Run", "Of", "Events", "State"], runs.map(row)),
    );
  };
  await update();
  const timer = setInterval(() => update().catch(() => {}), 3000);
  signal.addEventListener("abort", () => clearInterval(timer));
  return heading;
}

/** The facts of a stage, after the reason why it failed, if it did. */
function details(own) {
  const reason = own.status === "error" ? why(own.detail) : "";
  const told = reason === "" ? ["results"] : ["results", "message", "line", "column"];
  const keys = Object.keys(own.detail).filter((key) => !told.includes(key));
  return [
    reason === "" ? null : h("p", { class: "why" }, reason),
    keys.length === 0 ? null : h("code", {}, keys.map((key) => `${key}=${plain(own.detail[key])}`).join(" ")),
  ].filter((part) => part !== null);
}

/** What a server found that derived, one finding a line. */
function findings(all) {
  if (!Array.isArray(all)) return undefined;
  return all.map((own) => [own.code, own.line && `line ${own.line}`, own.message].filter(Boolean).join(": ")).join("\n");
}

/** The whole of a run; evidence that was open stays open. */
function drawn(run, open) {
  const stages = run.stages.map((own) => [own.name, state(own.status), details(own)]);
  const rows = run.requirements.map((own) => [
    h("code", {}, own.id),
    state(own.status),
    evidence(own.id, own.evidence, open.has(own.id)),
  ]);
  const end = run.end?.message ?? findings(run.end?.diagnostics);
  return [
    facts([
      ["Verdict", run.verdict === "" ? "not yet" : state(run.verdict)],
      ["Content hash", run.hash !== "" ? h("code", {}, run.hash) : run.end === null ? "not yet" : "none"],
      ["Materialization", run.end?.materialization ? object(run.end.materialization) : ""],
    ]),
    end === undefined ? null : h("pre", {}, String(end)),
    h("h3", {}, "Stages"),
    table("Each stage, in order", ["Stage", "State", "Facts"], stages),
    h("h3", {}, "Requirements"),
    rows.length === 0
      ? h("p", {}, run.end === null ? "Nothing was verified yet." : "Nothing was verified.")
      : table("Each requirement and phrase pin", ["Requirement", "Verdict", "Evidence"], rows),
  ].filter((part) => part !== null);
}

async function one(id, signal) {
  const { session, runs } = await get("/runs", signal);
  const own = runs.find((run) => String(run.id) === id);
  if (own === undefined) throw new Error(`there is no run ${id}`);
  const place = h("div", { id: "run", "aria-busy": "true" });
  const heading = show(`Run ${id}: ${own.title}`, place);
  let run = empty();
  let frame = 0;
  const draw = () => {
    frame = 0;
    const open = new Set();
    for (const element of place.querySelectorAll("details[open]")) {
      open.add(element.closest("tr").querySelector("th").textContent);
    }
    const focused = place.contains(document.activeElement) ? document.activeElement.closest("tr") : null;
    const name = focused?.querySelector("th")?.textContent;
    place.replaceChildren(...drawn(run, open));
    if (name !== undefined) {
      const rows = [...place.querySelectorAll("tbody tr")];
      rows.find((row) => row.querySelector("th").textContent === name)?.querySelector("summary, a")?.focus();
    }
  };
  const later = () => { frame ||= requestAnimationFrame(draw); };
  draw();
  let source;
  let timer = 0;
  const end = (message) => {
    source.close();
    run = ended(run, message);
    place.setAttribute("aria-busy", "false");
    say(`Run ${id} is over: ${spoken(run.verdict)}`);
    later();
  };
  // A browser connects anew by itself unless it was refused. A server that was started anew has forgotten the run, and may have given its
  // number to another; one that is busy, or being started behind a proxy, is asked again.
  const again = async () => {
    try {
      const now = await get("/runs", signal);
      const known = now.session === session && now.runs.some((run) => String(run.id) === id);
      if (signal.aborted) return;
      if (known) listen();
      else end({ verdict: "error", message: "the server was started anew and has forgotten this run: what became of it is not known" });
    } catch {
      if (!signal.aborted) timer = setTimeout(again, 3000);
    }
  };
  const listen = () => {
    run = empty();
    source = new EventSource(`/runs/${encodeURIComponent(id)}/events?session=${encodeURIComponent(session)}`);
    source.addEventListener("stage", (message) => {
      const event = JSON.parse(message.data);
      run = apply(run, event);
      const text = said(event);
      if (text !== "") say(text);
      later();
    });
    source.addEventListener("end", (message) => end(JSON.parse(message.data)));
    source.addEventListener("error", () => {
      if (run.end !== null) return;
      say("The connection was lost; trying again.");
      if (source.readyState === EventSource.CLOSED) timer = setTimeout(again, 3000);
    });
  };
  listen();
  signal.addEventListener("abort", () => { source.close(); clearTimeout(timer); cancelAnimationFrame(frame); });
  return heading;
}

async function specs(signal) {
  const { refs } = await get("/repo/refs", signal);
  const names = Object.entries(refs).map(([name, value]) => [name.replace("refs/heads/", ""), value]);
  const row = ([name, value]) => [h("a", { href: `#/specs/${encodeURIComponent(name)}` }, name), object(value)];
  const hint = "No spec yet. etymon push sends one.";
  return show(
    "Specs",
    names.length === 0 ? h("p", {}, hint) : table("What is shared here", ["Spec", "Composition"], names.map(row)),
  );
}

function made(own) {
  const origin = own.provenance;
  const rows = own.results.map((result) => [
    h("code", {}, result.constraintId),
    state(result.status),
    evidence(result.constraintId, result.evidence),
  ]);
  return [
    facts([
      ["Verdict", state(origin.verdict)],
      ["Language", origin.targetLang],
      ["Signed", origin.timestamp],
      ["By key", h("code", {}, own.keyId)],
      ["Substrate", `${origin.substrateId} (${origin.modelId})`],
      ["Materialization", object(own.hash)],
    ]),
    rows.length === 0 ? null : table("Each requirement and phrase pin", ["Requirement", "Verdict", "Evidence"], rows),
  ];
}

function step(own, at, all) {
  const label = at === 0 ? "Now" : `${all.length - at} of ${all.length}`;
  const imports = own.imports.map((other) => h("li", {}, `${other.property} `, object(other.constraintSet)));
  return h(
    "section",
    { "aria-label": `Version ${label}` },
    h("h3", {}, label),
    facts([
      ["Constraint set", object(own.constraintSet)],
      ["Imports", imports.length === 0 ? "none" : h("ul", {}, imports)],
    ]),
    own.materializations.length === 0 ? h("p", {}, "Nothing was derived from it.") : own.materializations.flatMap(made),
  );
}

async function history(name, signal) {
  const { history, next } = await get(`/repo/history/${encodeURIComponent(name)}`, signal);
  const rest = next ? [h("p", {}, "What came before is not shown: it follows from ", object(next))] : [];
  return show(`History of ${name}`, ...history.map(step), ...rest);
}

function view(signal) {
  const [kind = "runs", id] = location.hash.replace(/^#\//, "").split("/").filter(Boolean).map(decodeURIComponent);
  for (const link of document.querySelectorAll("nav a")) {
    if (link.hash === `#/${kind}`) link.setAttribute("aria-current", "page");
    else link.removeAttribute("aria-current");
  }
  if (kind === "specs") return id === undefined ? specs(signal) : history(id, signal);
  return id === undefined ? runs(signal) : one(id, signal);
}

async function route(moved) {
  leave();
  const stop = new AbortController();
  leave = () => stop.abort();
  status.textContent = "";
  let heading;
  try {
    heading = await view(stop.signal);
  } catch (error) {
    if (stop.signal.aborted) return;
    heading = show("This cannot be shown", h("p", {}, error.message));
  }
  if (moved && !stop.signal.aborted) heading.focus();
}

document.getElementById("skip").addEventListener("click", (event) => {
  event.preventDefault();
  main.focus();
});
addEventListener("hashchange", () => route(true));
route(false);
get("/capabilities").then(
  (own) => { document.getElementById("about").textContent = `Etymon ${own.version}, ${own.auth === "none" ? "writes are open" : "writes are signed"}`; },
  () => {},
);
