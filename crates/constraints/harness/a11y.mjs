// The static accessibility rules: the block returns HTML, five rules of the platform and then those of axe-core judge it.

import axe from "axe-core";
import { JSDOM, VirtualConsole } from "jsdom";
import { compile, cut, showThrown, syntaxErrors } from "./evidence.mjs";
import { Gone } from "./membrane.mjs";

/** Longest element that is shown, in characters. */
const SHOWN = 120;

/** Rules that need a layout or a whole page, neither of which is here; and those that are the platform's own below. */
const NOT_HERE = ["image-alt", "button-name", "link-name", "label", "select-name",
  "color-contrast", "color-contrast-enhanced", "target-size", "scrollable-region-focusable", 
  "region", "landmark-one-main", "page-has-heading-one", "bypass", "document-title", "html-has-lang",
];

const text = (element) => element.textContent.trim() !== "";
const named = (element) => {
  const label = element.getAttribute("aria-label")?.trim();
  const by = element.getAttribute("aria-labelledby")?.trim().split(/\s+/) ?? [];
  return Boolean(label) || by.some((id) => id && element.ownerDocument.getElementById(id)?.textContent.trim());
};
const pictured = (element) => [...element.querySelectorAll("img[alt]")].some((image) => image.getAttribute("alt").trim() !== "");
const labelled = (element) =>
  Boolean(element.closest("label")?.textContent.trim()) ||
  (element.id !== "" && [...element.ownerDocument.querySelectorAll("label[for]")].some((label) => label.htmlFor === element.id && text(label)));
const titled = (element) => Boolean(element.getAttribute("title")?.trim());
/** Fields that have no label of their own: hidden ones, and buttons that their value names. */
const UNLABELLED = ["hidden", "submit", "reset", "button"];

/** The platform's own rules: which elements they look at, what must hold, and what to say when it does not. */
const RULES = [
  ["img-alt", "img", (own) => own.hasAttribute("alt"), "an image needs an `alt`, empty when it is decoration"],
  ["button-name", "button", (own) => text(own) || named(own) || pictured(own), "a button needs text, `aria-label` or `aria-labelledby`"],
  ["link-name", "a[href]", (own) => text(own) || named(own) || pictured(own), "a link needs text or `aria-label`"],
  [
    "input-label",
    "input, select, textarea",
    (own) => UNLABELLED.includes(own.getAttribute("type")?.toLowerCase()) || labelled(own) || named(own) || titled(own),
    "a field needs a `label`, `aria-label`, `aria-labelledby` or `title`",
  ],
];

/** Runs one block. */
export async function accessibility({ text: body, line }, exported, peer, settled) {
  const wrong = syntaxErrors(`async () => {\n${body}\n}`);
  if (wrong.length > 0) return fail(wrong.map((found) => `line ${line + Math.max(found.line - 2, 0)}: not the body of a function: ${found.message}`));
  let html;
  try {
    const main = await compile(body, [...exported.keys()], true)(...exported.values());
    html = await settled(main());
  } catch (error) {
    if (error instanceof Gone) throw error;
    return fail([`line ${line}: threw ${showThrown(error, peer)}`]);
  }
  if (typeof html !== "string") return fail([`line ${line}: returned no string of HTML but ${typeof html}`]);
  const found = await violations(html);
  return found.length > 0 ? fail(found.map((own) => `line ${line}: ${own}`)) : { status: "pass", evidence: ["no rule is violated"] };
}

function fail(evidence) {
  return { status: "fail", evidence };
}

async function violations(html) {
  // The page's own scripts are not run; only what is evaluated here.
  const { window } = new JSDOM(html, { runScripts: "outside-only", virtualConsole: new VirtualConsole() });
  const { document } = window;
  const found = [];
  for (const [rule, selector, holds, message] of RULES) {
    for (const element of document.querySelectorAll(selector)) if (!holds(element)) found.push(`${rule}: ${shown(element)} ${message}`);
  }
  const whole = /<html[\s>]/i.test(html);
  if (whole && !document.documentElement.getAttribute("lang")?.trim()) found.push(`lang-attr: ${shown(document.documentElement)} a document needs a \`lang\``);
  window.eval(axe.source);
  const rules = Object.fromEntries(NOT_HERE.map((id) => [id, { enabled: false }]));
  const { violations: others } = await window.axe.run(document, { rules, resultTypes: ["violations"] });
  for (const { id, help, nodes } of others) for (const node of nodes) found.push(`axe ${id}: \`${cut(node.html, SHOWN)}\` ${help}`);
  window.close();
  return found;
}

function shown(element) {
  return `\`${cut(element.outerHTML, SHOWN)}\``;
}
