//! What is told of a place: what it means, and which rules hold it.
//!
//! Which rules those are is not written down a second time: they are the ones that would find something if the place said something else. So
//! it holds for every class, and for rule modules.

use super::answers::word;
use super::lines::Lines;
use super::parts::{self, Part};
use super::{findings, words};
use crate::ast::{Entry, Unit};
use crate::class::Class;
use crate::codes;
use crate::parser;
use crate::sema::{self, ClassRules, Demand, Wants};
use etymon_diagnostics::{Diagnostic, SourceFile};
use lsp_types::{Hover, HoverContents, MarkupContent, MarkupKind, Position};
use std::collections::BTreeSet;
use std::sync::Arc;

/// Bytes of files that are checked for one answer, and how often one is at most.
const MAX_TRIED: usize = 16 << 20;
const MAX_TRIES: usize = 2_000;

/// What the rules say of the word at a place, with citations.
pub(super) fn hover(file: &Arc<SourceFile>, at: Position) -> Option<Hover> {
    let offset = Lines::of(file).offset(at);
    let word = word(file.text(), offset)?;
    let found = findings(file);
    let here =
        found.iter().filter(|own| own.origin.source().is_some_and(|(_, at)| at.start <= offset && offset <= at.end));
    let mut rules = Rules::default();
    here.for_each(|own| rules.add(own));
    let mut lines = Vec::new();
    if let Some(unit) = parser::parse_leniently(file).0 {
        let part = match parts::at(&unit, offset) {
            None if word == "invariant" => Some(Part::Section("invariant")),
            part => part,
        };
        if let Some(part) = part {
            try_out(file, &unit, part, &mut rules);
            lines.extend(meaning(&unit, part, !rules.lines.is_empty()));
        }
    }
    lines.append(&mut rules.lines);
    if lines.is_empty() {
        return None;
    }
    let value = lines.join("\n\n");
    Some(Hover { contents: HoverContents::Markup(MarkupContent { kind: MarkupKind::Markdown, value }), range: None })
}

/// Rules as they are told, each once.
#[derive(Default)]
struct Rules {
    lines: Vec<String>,
    seen: BTreeSet<String>,
}

impl Rules {
    fn add(&mut self, finding: &Diagnostic) {
        let Some(info) = codes::info(finding.code.as_str()) else { return };
        let mut line = format!("**{}**: {}", info.code, info.meaning);
        // With it stands what it rests on, which for some codes the class or a rule module says.
        for note in &finding.notes {
            line += &format!("\n\n_{}_", note.strip_prefix("citation: ").unwrap_or(note));
        }
        if self.seen.insert(line.clone()) {
            self.lines.push(line);
        }
    }
}

/// Adds the rules that find something if a part is another.
fn try_out(file: &Arc<SourceFile>, unit: &Unit, part: Part, rules: &mut Rules) {
    let (bench, part) = parts::bench(unit, part);
    let told = |own: &Diagnostic| (own.code, own.message.clone());
    let before: BTreeSet<_> = sema::check_as_declared(file, &bench).iter().map(told).collect();
    let mut left = (MAX_TRIED / (file.text().len() + 1)).min(MAX_TRIES);
    parts::variants(&bench, part, &mut |other| {
        for own in sema::check_as_declared(file, other).iter().filter(|own| !before.contains(&told(own))) {
            rules.add(own);
        }
        left -= 1;
        left > 0
    });
}

/// What a part is for, in one line, and what its class rests on where it is about that. `ruled` tells whether a rule holds it.
fn meaning(unit: &Unit, part: Part, ruled: bool) -> Vec<String> {
    let class = match unit {
        Unit::Instrument(own) => Class::from_name(&own.class.text),
        Unit::Bundle(_) => None,
    };
    let rules = class.map(sema::rules_of);
    match (part, unit) {
        (Part::Header, _) => class.zip(rules).map(|(class, rules)| of_class(class, rules)).into_iter().collect(),
        (Part::Section(name), _) => {
            words::section(name).map(|told| format!("**`{name}`**: {told}")).into_iter().collect()
        }
        (Part::Block(..), _) => of_block(parts::block(unit, part), rules),
        (Part::Party(nr), Unit::Instrument(own)) => {
            let party = own.parties.as_ref().and_then(|own| own.parties.get(nr));
            party.map(|party| of_role(&party.name.text, &party.role.text)).into_iter().collect()
        }
        (Part::Party(nr), Unit::Bundle(own)) => {
            let party = own.parties.as_ref().and_then(|own| own.parties.get(nr));
            party.map(|party| of_role(&party.name.text, &party.role.text)).into_iter().collect()
        }
        (Part::Share(_), _) => vec![format!("**`capital`**: {}", words::section("capital").unwrap_or_default())],
        (Part::Step(nr), Unit::Instrument(own)) if ruled => {
            let step = own.lifecycle.as_ref().and_then(|own| own.steps.get(nr));
            step.map(|step| format!("**`{}`**: a step of the lifecycle", step.name.text)).into_iter().collect()
        }
        (Part::Invariant(nr), Unit::Instrument(own)) => {
            let name = own.invariants.get(nr).map_or("", |own| own.name.text.as_str());
            let needs = match class.zip(rules).filter(|(_, rules)| rules.invariants.contains(&name)) {
                Some((class, _)) => format!("**`{name}`**: `{}` needs the invariant `{name}`", class.name()),
                None => format!("**`{name}`**: an invariant"),
            };
            vec![needs]
        }
        (Part::Leg(_), _) => vec![format!("**leg**: {}", words::section("legs").unwrap_or_default())],
        (Part::Line("pool", _), _) => vec![format!("**`pool`**: {}", words::section("pool").unwrap_or_default())],
        (Part::Line(..) | Part::BlockLine(..) | Part::LegLine(..), _) => {
            parts::line(unit, part).and_then(|entry| of_line(unit, part, entry, rules, ruled)).into_iter().collect()
        }
        _ => Vec::new(),
    }
}

fn of_class(class: Class, rules: &ClassRules) -> String {
    let list = |names: Vec<&str>| names.iter().map(|name| format!("`{name}`")).collect::<Vec<_>>().join(", ");
    let mut told = format!("**{}**: needs the invariants {}", class.name(), list(rules.invariants.to_vec()));
    let mut roles: Vec<&str> = rules.roles.iter().map(|(role, _)| *role).collect();
    if rules.needs_oracle {
        roles.push("oracle");
    }
    if !roles.is_empty() {
        told += &format!("; the roles {}", list(roles));
    }
    if let Some((block, _)) = rules.block {
        told += &format!("; the block `returns.{block}`");
    }
    format!("{told}\n\n_{}_", rules.citation)
}

fn of_block(name: Option<&str>, rules: Option<&ClassRules>) -> Vec<String> {
    let Some(name) = name else { return Vec::new() };
    let mut lines: Vec<String> = words::block(name).map(|told| format!("**`{name}`**: {told}")).into_iter().collect();
    let own = rules.filter(|rules| rules.block.is_some_and(|(own, _)| own == name));
    lines.extend(
        own.into_iter()
            .flat_map(|rules| rules.demands)
            .map(|demand| format!("- `{}`: {}; {}", demand.key, wanted(demand.wants), demand.why)),
    );
    lines
}

fn of_role(name: &str, role: &str) -> String {
    match words::role(role) {
        Some(told) => format!("**`{role}`**: `{name}` {told}"),
        None => format!("**`{role}`**: the role of `{name}`"),
    }
}

fn of_line(unit: &Unit, part: Part, entry: &Entry, rules: Option<&ClassRules>, ruled: bool) -> Option<String> {
    let key = entry.key.text.as_str();
    let place = match part {
        Part::Line(section, _) => section,
        Part::LegLine(..) => "leg",
        _ => parts::block(unit, part)?,
    };
    let demands = match (rules, part) {
        (Some(rules), Part::Line("risk", _)) => rules.risk,
        (Some(rules), Part::BlockLine("returns", ..)) if rules.block.is_some_and(|(own, _)| own == place) => {
            rules.demands
        }
        _ => &[],
    };
    let demand: Option<&Demand> = demands.iter().find(|demand| demand.key == key);
    let told = match (demand, words::key(place, key)) {
        (Some(demand), _) => format!("{}; {}", wanted(demand.wants), demand.why),
        (None, Some(told)) => told.to_owned(),
        (None, None) if ruled => return Some(format!("**`{place}.{key}`**")),
        (None, None) => return None,
    };
    Some(format!("**`{place}.{key}`**: {told}"))
}

/// What a value must be, in words.
fn wanted(wants: Wants) -> String {
    match wants {
        Wants::Name(name) => format!("`{name}`"),
        Wants::NameOrAbsent(name) => format!("`{name}`, or left out"),
        Wants::Same(key) => format!("`{key}`, or the number that it has"),
        Wants::Positive => "a number above 0".to_owned(),
        Wants::Day => "a day, in seconds of Unix time".to_owned(),
        Wants::UpTo(most) => format!("a number from 1 to {most}"),
        Wants::Number => "a number".to_owned(),
        Wants::Described => "a name or a text".to_owned(),
    }
}

#[cfg(test)]
mod tests;
