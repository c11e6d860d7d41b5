// The flow runner: what a user does to a page, and what must then be seen on it.
//
// The page lives here, on the evidence's side. The candidate gets its objects as handles, and may read, write and call on them what a page
// is for; it gets none of this side's constructors or functions.

import { JSDOM, VirtualConsole } from "jsdom";
import { cut, showThrown } from "./evidence.mjs";
import { Gone } from "./membrane.mjs";

/** How long an observation may take to come true, in milliseconds. */
const PATIENCE = 1000;
/** Longest page that is shown, in characters. */
const SHOWN = 500;

/** What the candidate finds on `window`; everything else there is this side's. */
const WINDOW = ["document", "addEventListener", "removeEventListener", "dispatchEvent", "getComputedStyle", "localStorage", "sessionStorage"];
/** What leads from an object to this side's functions. */
const FORBIDDEN = ["constructor", "__proto__", "prototype", "__defineGetter__", "__defineSetter__", "__lookupGetter__", "__lookupSetter__"];
const EVENTS = ["Event", "CustomEvent", "MouseEvent", "KeyboardEvent", "InputEvent", "FocusEvent"];
const KINDS = ["EventTarget", "Event", "NodeList", "HTMLCollection", "DOMTokenList", "NamedNodeMap", "DOMStringMap", "Storage", "CSSStyleDeclaration", "DOMException"];

const STRING = /"(?:[^"\\]|\\.)*"/.source;
const STEPS = [
  [/^click\s+(.+)$/, (selector) => ({ act: "click", selector })],
  [new RegExp(`^type\\s+(.+?)\\s+(${STRING})$`), (selector, value) => ({ act: "type", selector, value: JSON.parse(value) })],
  [new RegExp(`^expect\\s+(.+?)\\s+text\\s+(${STRING})$`), (selector, value) => ({ act: "text", selector, value: JSON.parse(value) })],
  [/^expect\s+(.+?)\s+class\s+(\S+)$/, (selector, value) => ({ act: "class", selector, value })],
  [/^expect\s+(.+?)\s+(exists|absent)$/, (selector, act) => ({ act, selector })],
];

/** Runs one block on a page of its own. */
export async function flow({ text, line, path, interface: own }, { peer, page, load, pump, settled }) {
  const { window } = new JSDOM('<!doctype html><html lang="en"><head><title>flow</title></head><body></body></html>', {
    virtualConsole: new VirtualConsole(),
    url: "http://localhost/",
  });
  const { document } = window;
  const steps = [];
  for (const [at, own] of text.split("\n").entries()) {
    const said = own.trim();
    if (said === "" || said.startsWith("//") || said.startsWith("#")) continue;
    const step = parse(said, document);
    if (typeof step === "string") return { status: "fail", evidence: [`line ${line + at}: ${step}`] };
    steps.push({ ...step, said, line: line + at });
  }
  if (!steps.some(({ act }) => act !== "click" && act !== "type")) {
    return { status: "fail", evidence: [`line ${line}: the block observes nothing`] };
  }
  expose(page, window);
  const failure = (number, step, why) => ({
    status: "fail",
    evidence: [`line ${step.line}: step ${number} \`${step.said}\`: ${why}; the page is \`${cut(document.body.innerHTML, SHOWN)}\``],
  });
  try {
    peer.ask("root", null, "page", window, document, EVENTS);
    const exported = await load(path, own);
    const mount = exported.get("mount");
    if (typeof mount === "function") await settled(Promise.resolve(mount(document.body)));
  } catch (error) {
    if (error instanceof Gone) throw error;
    return { status: "fail", evidence: [`line ${line}: the page cannot be set up: ${showThrown(error, peer)}`] };
  }
  for (const [at, step] of steps.entries()) {
    let why;
    const deadline = Date.now() + PATIENCE;
    try {
      do {
        await turn(pump);
        why = perform(step, document, window);
      } while (why !== undefined && Date.now() < deadline);
    } catch (error) {
      if (error instanceof Gone) throw error;
      why = `threw ${showThrown(error, peer)}`;
    }
    if (why !== undefined) return failure(at + 1, step, why);
  }
  return { status: "pass", evidence: [`${steps.length} steps`] };
}

/** Lets both sides' timers and promises have their turn. */
async function turn(pump) {
  for (let round = 0; round < 3; round += 1) {
    await new Promise((resolve) => setImmediate(resolve));
    pump();
  }
}

function parse(said, document) {
  for (const [form, make] of STEPS) {
    const parts = form.exec(said);
    if (parts === null) continue;
    try {
      const step = make(...parts.slice(1));
      document.querySelector(step.selector);
      return step;
    } catch (error) {
      return `\`${said}\` is not a step: ${error.message}`;
    }
  }
  return `\`${said}\` is not a step: it is neither \`click\`, \`type\` nor \`expect … text|class|exists|absent\``;
}

/** Does one step; says what is wrong with it. */
function perform({ act, selector, value }, document, window) {
  const element = document.querySelector(selector);
  if (act === "absent") return element === null ? undefined : `\`${selector}\` is there`;
  if (element === null) return `there is no \`${selector}\``;
  switch (act) {
    case "click": element.click(); return undefined;
    case "type": return type(element, value, window);
    case "text": {
      const text = element.textContent.trim();
      return text === value ? undefined : `the text is ${JSON.stringify(cut(text))}`;
    }
    case "class": return element.classList.contains(value) ? undefined : `the classes are ${JSON.stringify(cut(element.className))}`;
    default: return undefined;
  }
}

function type(element, value, window) {
  if (!("value" in element)) return "nothing can be typed into it";
  if (element.disabled) return "it is disabled";
  element.focus();
  for (const letter of value) {
    element.dispatchEvent(new window.KeyboardEvent("keydown", { key: letter, bubbles: true, cancelable: true }));
    element.value += letter;
    element.dispatchEvent(new window.InputEvent("input", { data: letter, inputType: "insertText", bubbles: true }));
    element.dispatchEvent(new window.KeyboardEvent("keyup", { key: letter, bubbles: true }));
  }
  element.dispatchEvent(new window.Event("change", { bubbles: true }));
  return undefined;
}

/** Whether a property is a method that every such object has: set on one of them, it would answer whoever observes the page. */
function isMethod(target, key) {
  for (let kind = Object.getPrototypeOf(target); kind !== null; kind = Object.getPrototypeOf(kind)) {
    const own = Object.getOwnPropertyDescriptor(kind, key);
    if (own !== undefined) return typeof own.value === "function";
  }
  return false;
}

/** Says what of the page the candidate may have. */
function expose(page, window) {
  const kinds = KINDS.map((name) => window[name]).filter((kind) => kind !== undefined);
  page.exposes = (thing) => thing === window || kinds.some((kind) => thing instanceof kind);
  page.allows = (operation, target, key) => {
    if (!page.exposes(target) || FORBIDDEN.includes(key)) return false;
    if (target === window && !WINDOW.includes(key)) return false;
    if (operation === "keys") return target !== window;
    if (operation === "set" && isMethod(target, key)) return false;
    if (!["get", "set", "has", "own", "delete"].includes(operation) || typeof key !== "string") return operation === "get" && typeof key === "symbol";
    const value = operation === "get" || operation === "own" ? target[key] : undefined;
    // Constructors and what is not the page's own are not given away.
    return typeof value !== "function" || (!Object.hasOwn(value, "prototype") && value !== Function.prototype.call);
  };
  page.event = (name, args) => {
    if (!EVENTS.includes(name)) throw new TypeError(`\`${name}\` is no event`);
    return new window[name](...args);
  };
}
