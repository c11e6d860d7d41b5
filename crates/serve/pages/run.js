// What a run is, as its events tell it. Pure: the same events always give the same run, live or recorded.

/** The stages, in order. */
export const STAGES = ["read", "parse", "validate", "resolve", "canonicalize", "derive", "verify", "sign"];

/** A run of which nothing was told yet. */
export function empty() {
  return {
    stages: STAGES.map((name) => ({ name, status: "waiting", at: "", detail: {} })),
    requirements: [],
    hash: "",
    verdict: "",
    end: null,
  };
}

/** The run after a stage event. Events of stages that this page does not know change nothing. */
export function apply(run, event) {
  const detail = event.detail ?? {};
  const stages = run.stages.map((own) =>
    own.name === event.stage
      ? { ...own, status: String(event.status), at: String(event.at ?? ""), detail: { ...own.detail, ...detail } }
      : own,
  );
  const results = Array.isArray(detail.results) ? detail.results : detail.result ? [detail.result] : [];
  return {
    ...run,
    stages,
    requirements: results.length === 0 ? run.requirements : withResults(run.requirements, results),
    hash: typeof detail.constraintSetHash === "string" ? detail.constraintSetHash : run.hash,
    verdict: typeof detail.verdict === "string" ? detail.verdict : run.verdict,
  };
}

/** A requirement is told again when more is known of it; it keeps its place. */
function withResults(all, results) {
  const known = new Map(all.map((own) => [own.id, own]));
  for (const result of results) {
    const id = String(result.constraintId ?? "");
    known.set(id, { id, status: String(result.status ?? ""), evidence: String(result.evidence ?? "") });
  }
  return [...known.values()];
}

/** The run after its end. What was under way then broke off, and what did not begin never will. */
export function ended(run, end) {
  const stopped = { start: "broken", waiting: "idle" };
  const stages = run.stages.map((own) => ({ ...own, status: stopped[own.status] ?? own.status }));
  return { ...run, stages, end, verdict: outcome(end.verdict) };
}

/** What came of a run; a page that does not know it claims nothing. */
export function outcome(verdict) {
  return ["pass", "fail", "none"].includes(verdict) ? verdict : "error";
}

/** The verdict in the words that are said aloud. */
export function spoken(verdict) {
  return verdict === "none" ? "not verified" : verdict;
}

/** Why a stage did not do what it is for, and where: in one line, empty where the event tells nothing of it. */
export function why(detail) {
  if (typeof detail.message !== "string") return "";
  const place = typeof detail.line === "number" ? `line ${detail.line}, column ${detail.column ?? 1}: ` : "";
  return `${place}${detail.message}`;
}

/** A detail as one line of text. */
export function plain(value) {
  if (Array.isArray(value)) return `${value.length} ${value.length === 1 ? "item" : "items"}`;
  if (value !== null && typeof value === "object") return JSON.stringify(value);
  return String(value);
}

/** What is said aloud after an event; nothing while a stage only begins. */
export function said(event) {
  const detail = event.detail ?? {};
  switch (event.status) {
    case "complete":
      return detail.verdict ? `${event.stage} complete: ${detail.verdict}` : `${event.stage} complete`;
    case "error":
      return [`${event.stage} failed`, detail.code, why(detail)].filter(Boolean).join(": ");
    case "skip":
      return `${event.stage} skipped`;
    default:
      return "";
  }
}
