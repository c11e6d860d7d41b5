//! Prints a contract.

use etymon_emit::writer::Writer;

use super::draft::{Draft, Function, Item, Parameter};
use super::names::{capital, fill};
use super::words;

/// The one version that the contracts are for.
const PRAGMA: &str = "0.8.24";

/// The text of `<Name>Gen.sol`.
pub(super) fn contract(draft: &Draft) -> String {
    let mut page = Page { draft, out: Writer::new() };
    page.head();
    let name = &draft.spec.name.text;
    page.line(&format!("contract {name}Gen is ReentrancyGuard {{"));
    page.out.indent();
    page.declarations();
    page.constructor();
    for function in &draft.functions {
        page.function(function);
    }
    page.out.dedent();
    page.line("}");
    page.out.finish() + "\n"
}

struct Page<'a> {
    draft: &'a Draft<'a>,
    out: Writer,
}

impl Page<'_> {
    /// A line at the current level, of which text brings its own two spaces per level.
    fn line(&mut self, text: &str) {
        let bare = text.trim_start_matches(' ');
        if bare.is_empty() {
            self.out.text("\n");
            return;
        }
        let own = (text.len() - bare.len()) / 2;
        (0..own).for_each(|_| _ = self.out.indent());
        // Solidity's style guide wants four spaces, the writer's level is two.
        let level = self.out.level();
        (0..level).for_each(|_| _ = self.out.indent());
        self.out.line().text(bare);
        (0..level + own).for_each(|_| _ = self.out.dedent());
    }

    fn blank(&mut self) {
        self.out.text("\n");
    }

    fn code(&mut self, template: &str) {
        for line in fill(&self.draft.actors, template).lines() {
            self.line(line);
        }
    }

    fn doc(&mut self, tag: &str, text: &str) {
        let text = fill(&self.draft.actors, text);
        for (at, line) in words::wrap(&format!("@{tag} {text}"), 100).iter().enumerate() {
            self.line(&format!("/// {}{line}", if at == 0 { "" } else { "  " }));
        }
    }

    fn head(&mut self) {
        let draft = self.draft;
        let name = &draft.spec.name.text;
        self.line("// SPDX-License-Identifier: Apache-2.0");
        self.line(&format!("// Generated from the instrument {name}: {}. Do not edit.", draft.class.name()));
        self.line(&format!("pragma solidity {PRAGMA};"));
        self.blank();
        let mut imports = draft.imports.clone();
        imports.sort_unstable();
        for import in imports {
            self.line(import);
        }
        self.blank();
        self.doc("title", &format!("{name}, of the class {}.", draft.class.name()));
        self.doc(
            "notice",
            "Holds what the instrument declares by what it can and cannot do. It is consistent with a cited rule-base; \
             it is no religious or legal ruling.",
        );
        for invariant in &draft.spec.invariants {
            let told = words::expression(&invariant.expression);
            self.doc("dev", &format!("INVARIANT: {} - {told}", invariant.name.text));
        }
        for gap in &draft.unenforced {
            self.doc("dev", &format!("NOT ENFORCED HERE: {gap}"));
        }
        for kept in &draft.vacuous {
            self.doc("dev", &format!("HOLDS WITHOUT A CLAUSE: {kept}"));
        }
    }

    fn declarations(&mut self) {
        let draft = self.draft;
        if !draft.phases.is_empty() {
            self.doc("notice", "The phases of the contract, in order.");
            self.line("enum Phase {");
            for (at, phase) in draft.phases.iter().enumerate() {
                let comma = if at + 1 < draft.phases.len() { "," } else { "" };
                self.line(&format!("  {phase}{comma}"));
            }
            self.line("}");
            self.blank();
        }
        for using in &draft.using {
            self.line(using);
            self.blank();
        }
        for (at, actor) in draft.actors.iter().enumerate() {
            let deploys = if at == 0 { ", who deploys the contract" } else { "" };
            self.doc("notice", &format!("The {} `{}`{deploys}.", words::spaced(&actor.role), actor.party));
            self.line(&format!("address public immutable {};", actor.ident));
        }
        if draft.oracle {
            self.doc("notice", "What attests the value; it reverts while the value is unknown (majhul).");
            self.line("IValuationOracle public immutable oracle;");
        }
        for Parameter { kind, name, doc, .. } in &draft.parameters {
            let name = fill(&draft.actors, name);
            if !kind.ends_with("memory") {
                self.doc("notice", doc);
                self.line(&format!("{kind} public immutable {name};"));
            }
        }
        if !draft.phases.is_empty() {
            self.doc("notice", "The current phase.");
            self.line("Phase public phase;");
        }
        self.items(&draft.state, false);
        self.blank();
        self.items(&draft.events, true);
        self.items(&draft.errors, true);
        self.items(&draft.modifiers, true);
    }

    fn items(&mut self, items: &[Item], apart: bool) {
        for item in items {
            self.doc(
                if item.code.starts_with("modifier") || item.code.contains("internal") { "dev" } else { "notice" },
                &item.doc,
            );
            self.code(&item.code);
            if apart {
                self.blank();
            }
        }
    }

    fn constructor(&mut self) {
        let draft = self.draft;
        let mut list = Vec::new();
        for actor in &draft.actors[1..] {
            self.doc("param", &format!("{}_ The {}.", actor.ident, words::spaced(&actor.role)));
            list.push(format!("address {}_", actor.ident));
        }
        if draft.oracle {
            self.doc("param", "oracle_ What attests the value.");
            list.insert(oracle_at(draft), "IValuationOracle oracle_".to_owned());
        }
        for Parameter { kind, name, doc, .. } in &draft.parameters {
            let name = fill(&draft.actors, name);
            self.doc("param", &format!("{name}_ {doc}"));
            list.push(format!("{kind} {name}_"));
        }
        self.line(&format!("constructor({}) {{", list.join(", ")));
        if draft.actors.len() > 1 {
            let count = draft.actors.len();
            self.line(&format!("  address[] memory all = new address[]({count});"));
            for (at, actor) in draft.actors.iter().enumerate() {
                let from = if at == 0 { "msg.sender".to_owned() } else { format!("{}_", actor.ident) };
                self.line(&format!("  all[{at}] = {from};"));
            }
            self.line("  for (uint256 i = 0; i < all.length; ++i) {");
            // Who profits from a value may not state it.
            let values = if draft.oracle { " || all[i] == address(oracle_)" } else { "" };
            self.line(&format!("    if (all[i] == address(0){values}) revert BadParty(all[i]);"));
            self.line("    for (uint256 j = 0; j < i; ++j) {");
            self.line("      if (all[i] == all[j]) revert BadParty(all[i]);");
            self.line("    }");
            self.line("  }");
        }
        if draft.oracle {
            let alone = if draft.actors.len() > 1 { "" } else { " || address(oracle_) == msg.sender" };
            self.line(&format!("  if (address(oracle_) == address(0){alone}) revert BadParty(address(oracle_));"));
        }
        for check in &draft.checks {
            self.out.indent();
            self.code(check);
            self.out.dedent();
        }
        for (at, actor) in draft.actors.iter().enumerate() {
            let from = if at == 0 { "msg.sender".to_owned() } else { format!("{}_", actor.ident) };
            self.line(&format!("  {} = {from};", actor.ident));
        }
        if draft.oracle {
            self.line("  oracle = oracle_;");
        }
        for Parameter { kind, name, .. } in &draft.parameters {
            if !kind.ends_with("memory") {
                let name = fill(&draft.actors, name);
                self.line(&format!("  {name} = {name}_;"));
            }
        }
        self.line("}");
    }

    fn function(&mut self, function: &Function) {
        let draft = self.draft;
        self.blank();
        let internal = function.kind.starts_with("internal");
        self.doc(if internal { "dev" } else { "notice" }, &function.notice);
        for invariant in &function.invariants {
            // Only what the file declares is an invariant of this instrument.
            if draft.spec.invariants.iter().any(|own| own.name.text == *invariant) {
                self.doc("dev", &format!("INVARIANT: {invariant}"));
            }
        }
        for (_, name, doc) in &function.parameters {
            let name = fill(&draft.actors, name);
            self.doc("param", &format!("{name} {doc}"));
        }
        if let Some((_, what)) = &function.returns {
            self.doc("return", what);
        }
        let list: Vec<String> =
            function.parameters.iter().map(|(kind, name, _)| format!("{kind} {}", fill(&draft.actors, name))).collect();
        let mut words = vec![function.kind.clone()];
        if !function.by.is_empty() {
            words.push(modifier_of(draft, function));
        }
        words.extend(function.modifiers.iter().cloned());
        if let Some((kind, _)) = &function.returns {
            words.push(format!("returns ({kind})"));
        }
        let name = fill(&draft.actors, &function.name);
        self.line(&format!("function {name}({}) {} {{", list.join(", "), words.join(" ")));
        self.out.indent();
        self.code(&function.body);
        self.out.dedent();
        self.line("}");
    }
}

/// Where the oracle stands in the constructor: behind the other principals, before those who judge or receive.
pub(super) fn oracle_at(draft: &Draft) -> usize {
    let judges = |role: &str| matches!(role, "adjudicator" | "arbiter" | "beneficiary");
    draft.actors[1..].iter().take_while(|actor| !judges(&actor.role)).count()
}

/// The name of the modifier that lets in who may call a function.
pub(super) fn modifier_of(draft: &Draft, function: &Function) -> String {
    let idents = function.by.iter().filter_map(|key| draft.actor(key)).map(|actor| capital(&actor.ident));
    format!("only{}{}", idents.collect::<Vec<_>>().join("Or"), estate(draft, function))
}

/// What tells the modifier of a function that is called for the dead, too, from the other.
pub(super) fn estate(draft: &Draft, function: &Function) -> &'static str {
    if draft.heirs && !function.collects_for.is_empty() { "OrEstate" } else { "" }
}
