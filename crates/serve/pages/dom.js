// Elements. Text enters as text only: nothing that a run says can become markup.

/** An element with attributes and children; texts become text nodes, and what is null is left out. */
export function h(name, attributes = {}, ...children) {
  const element = document.createElement(name);
  for (const [key, value] of Object.entries(attributes)) {
    if (value !== null && value !== undefined) element.setAttribute(key, value);
  }
  element.append(...children.flat(Infinity).filter((child) => child !== null && child !== undefined));
  return element;
}

const SHOWN = {
  pass: ["✓ pass", "pass"],
  fail: ["✗ fail", "fail"],
  skip: ["– skipped", "skip-state"],
  complete: ["✓ complete", "complete"],
  error: ["✗ error", "error"],
  start: ["… running", "start"],
  waiting: ["waiting", "waiting"],
  broken: ["✗ broke off", "error"],
  idle: ["– did not run", "waiting"],
  none: ["– not verified", "skip-state"],
};

/** A status or verdict: a word, a sign, and only then a colour. */
export function state(name) {
  const [text, kind] = SHOWN[name] ?? [name, "waiting"];
  return h("span", { class: `state ${kind}` }, text);
}

/**
 * A table with a caption, headings and rows; the first cell of a row is its heading. On a narrow page the rows become blocks, whose cells
 * show their headings; the roles stay what they are without the layout of a table.
 */
export function table(caption, headings, rows) {
  const column = (text) => h("th", { scope: "col", role: "columnheader" }, text);
  const head = h("thead", { role: "rowgroup" }, h("tr", { role: "row" }, headings.map(column)));
  const cell = (own, at) =>
    at === 0
      ? h("th", { scope: "row", role: "rowheader" }, own)
      : h("td", { role: "cell", "data-heading": headings[at] }, h("div", {}, own));
  const body = rows.map((row) => h("tr", { role: "row" }, row.map(cell)));
  return h("table", { role: "table" }, h("caption", {}, caption), head, h("tbody", { role: "rowgroup" }, body));
}

/** Names and values. */
export function facts(pairs) {
  const shown = pairs.filter(([, value]) => value !== "" && value !== null && value !== undefined);
  return h("dl", { class: "facts" }, shown.flatMap(([name, value]) => [h("dt", {}, name), h("dd", {}, value)]));
}

/** A link to an object, shown by the beginning of its hash. */
export function object(hash) {
  return h("a", { href: `/repo/objects/${encodeURIComponent(hash)}`, "aria-label": `object ${hash}` }, h("code", {}, hash.slice(0, 16)));
}

/** Evidence that opens on demand. */
export function evidence(id, text, open = false) {
  if (text === "") return h("span", {}, "none");
  const lines = text.split("\n").length;
  const summary = h("summary", {}, `${lines} ${lines === 1 ? "line" : "lines"} of evidence for ${id}`);
  return h("details", open ? { open: "" } : {}, summary, h("pre", {}, text));
}
