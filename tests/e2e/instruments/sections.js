// Gives instruments all the sections that a contract may have, so that every class is seen with every mechanism:
//
//   node sections.js FOLDER LEAST SPEC…
//
// The reference class is seen with no such section, too. What a file has it keeps; a judge and somebody who is given zakat join the parties where they are missing. In the folder LEAST every amount
// is the least that there is, so that nothing can be paid in parts, and every length of time the shortest.
"use strict";
const fs = require("node:fs");
const path = require("node:path");

/** Blocks of a class with the lengths of time that its contract takes from there. */
const LENGTHS = {
  istisna: ["istisna", "making_period", "inspection_period"],
  juala: ["reward", "answer_period"],
  kafala: ["guarantee", "term"],
  rahn: ["pledge", "term"],
  salam: ["salam", "delivery_period"],
  takaful: ["contribution", "term"],
  wasiyya: ["bequest", "silence"],
};

const [folder, least, ...specs] = process.argv.slice(2);
for (const file of specs) {
  const text = fs.readFileSync(file, "utf8");
  const named = /^instrument\s+(\w+)\s*:\s*(\w+)\s*\{/m.exec(text);
  if (!named) continue; // a bundle
  const has = (section) => new RegExp(`^\\s{2}${section}\\b`, "m").test(text);
  const role = (...names) => names.some((name) => new RegExp(`:\\s*${name}\\b`).test(text));
  const parties = [];
  if (!role("adjudicator", "arbiter")) parties.push("    qadi: adjudicator;");
  if (!role("beneficiary")) parties.push("    fuqara: beneficiary;");
  const sink = /(\w+)\s*:\s*beneficiary\b/.exec(text)?.[1] ?? "fuqara";
  const sections = [];
  if (!has("zakat")) sections.push(`  zakat { rate_bps: 250; nisab: 85000 tinybar; haul: hijri_year; beneficiary: ${sink}; }`);
  if (!has("contingency")) sections.push("  contingency { jaaihah: reschedule; death: faraid; }");
  if (!has("rescission"))
    sections.push("  rescission { khiyar_al_shart { window: 3 days; } iqalah { mutual: all; } khiyar_al_ayb { adjudicated_by: qadi; } faskh { authority: qadi; } }");
  const base = path.basename(file, ".fiqh");
  const called = (name, whole) => whole.replace(named[0], `instrument ${named[1]}${name} : ${named[2]} {`);
  let full = text.replace(/^(\s*parties\s*\{)/m, [`$1`, ...parties].join("\n"));
  full = full.replace(/\}\s*$/, [...sections, "}", ""].join("\n"));
  const [block, ...keys] = LENGTHS[named[2]] ?? [];
  if (block) full = full.replace(new RegExp(`^\\s+${block}\\s*\\{`, "m"), [`$&`, ...keys.map((key) => `${key}: 400 days;`)].join(" "));
  if (named[2] === "ijarah_imbt") full = full.replace(/^\s+rent\s*\{/m, "    transfer { mode: sale; price: 7 tinybar; }\n$&");
  // A total of one leaves nothing for a markup beside the cost; an agent may work for nothing.
  const single = full
    .replace(/\b\d+ tinybar\b/g, "1 tinybar")
    .replace(/\b(markup|fee): 1 tinybar/, "$1: 0 tinybar")
    .replace("mode: sale; price: 1 tinybar", "mode: gift")
    .replaceAll("400 days", "60 seconds");
  fs.writeFileSync(path.join(least, `${base}_least.fiqh`), called("Least", single));
  if (named[2] === "musharakah_mutanaqisah") {
    const bare = text.replace(/^ {2}(zakat|contingency|dispute|rescission) \{\n[^]*?^ {2}\}\n/gm, "");
    fs.writeFileSync(path.join(folder, `${base}_bare.fiqh`), called("Bare", bare).replace(/^.*: (adjudicator|beneficiary).*\n/gm, ""));
  }
  // One that has them all is there already.
  if (sections.length > 0) fs.writeFileSync(path.join(folder, `${base}_full.fiqh`), called("Full", full));
}
