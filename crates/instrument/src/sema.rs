//! What an instrument must hold. Expressions are not evaluated: the rules look at names, numbers and shapes.
//!
//! A finding stands at the offending line where its key exists, else at the header. Fulfilling the rules is consistency with a
//! cited rule-base, and no religious or legal ruling.

mod classes;
mod shared;
mod table;

use crate::ast::{Block, Entry, Instrument, Unit};
use crate::class::Class;
use crate::codes::{self, CLASS_1, PARTY_1};
use crate::rules::RuleSet;
use etymon_diagnostics::{Code, Diagnostic, Origin, Report, SourceFile, Span, closest};
use std::sync::Arc;

pub(crate) use classes::MONEY;
pub(crate) use shared::WHOLE_BPS;
pub use table::{ClassRules, Demand, Wants};

/// Checks what a file says against the built-in rules and, where one is given, a rule module on top of them.
pub fn check(source: &Arc<SourceFile>, unit: &Unit, rules: Option<&RuleSet>) -> Report {
    let report = match unit {
        Unit::Instrument(instrument) => check_instrument(source, instrument, rules),
        Unit::Bundle(bundle) => crate::bundle::check(source, bundle).report,
    };
    crate::parser::in_order(report)
}

/// As [`check`], with the rule module that `meta.rules` names, if it does.
pub fn check_as_declared(source: &Arc<SourceFile>, unit: &Unit) -> Report {
    match RuleSet::of_meta(source, unit) {
        Ok(rules) => check(source, unit, rules.as_ref()),
        Err(mut report) => {
            report.merge(check(source, unit, None));
            report
        }
    }
}

fn check_instrument(source: &Arc<SourceFile>, instrument: &Instrument, rules: Option<&RuleSet>) -> Report {
    let Some(class) = Class::from_name(&instrument.class.text) else {
        let help = match closest(&instrument.class.text, Class::ALL.map(Class::name)) {
            Some(near) => format!("write `{near}`"),
            None => "the classes are listed in the guide to instruments".to_owned(),
        };
        let name: String = instrument.class.text.chars().take(crate::parser::MAX_NAME).collect();
        let origin = Origin::span(source, instrument.class.span);
        return Diagnostic::error(CLASS_1, format!("`{name}` is no class of instruments")).at(origin).help(help).into();
    };
    let mut checker = Checker { source, own: instrument, class, rules: table::of(class), report: Report::new() };
    checker.shared();
    checker.class();
    if let Some(rules) = rules {
        rules.check(source, instrument, class, &mut checker.report);
    }
    checker.report
}

/// What the rules of a class are, for documentation, editors and targets.
pub fn rules_of(class: Class) -> &'static ClassRules {
    table::of(class)
}

pub(crate) struct Checker<'a> {
    source: &'a Arc<SourceFile>,
    own: &'a Instrument,
    class: Class,
    rules: &'static ClassRules,
    report: Report,
}

impl<'a> Checker<'a> {
    /// An error at `span`, or at the header; with what it rests on.
    fn error(&mut self, code: Code, span: Option<Span>, message: impl Into<String>, help: impl Into<String>) {
        self.found(Diagnostic::error(code, message), span, help);
    }

    fn warn(&mut self, code: Code, span: Option<Span>, message: impl Into<String>, help: impl Into<String>) {
        self.found(Diagnostic::warning(code, message), span, help);
    }

    fn found(&mut self, diagnostic: Diagnostic, span: Option<Span>, help: impl Into<String>) {
        let own = codes::info(diagnostic.code.as_str()).map_or("", |info| info.citation);
        let by_class = diagnostic.code == codes::INV_1 || diagnostic.code == PARTY_1;
        let citation = if by_class { self.rules.citation } else { own };
        let diagnostic = diagnostic.at(Origin::span(self.source, span.unwrap_or(self.own.header))).help(help);
        let cited = if citation.is_empty() { diagnostic } else { diagnostic.note(format!("citation: {citation}")) };
        self.report.push(cited);
    }

    fn block(&self, name: &str) -> Option<&'a Block> {
        self.own.returns.as_ref()?.get(name)
    }

    fn risk(&self, key: &str) -> Option<&'a Entry> {
        self.own.risk.as_ref()?.get(key)
    }

    /// The name of the first party with a role.
    fn party(&self, role: &str) -> Option<&'a str> {
        Some(self.own.parties.as_ref()?.with_role(role)?.name.text.as_str())
    }

    /// Whether a value comes from the oracle: a path in it starts with `oracle` or with the oracle's name.
    fn is_attested(&self, entry: &Entry) -> bool {
        is_attested(self.own, &entry.value)
    }

    fn text(&self, span: Span) -> &'a str {
        let span = self.source.clamp(span);
        &self.source.text()[span.start..span.end]
    }

    /// A value as a message shows it: on one line, and not too long.
    fn shown(&self, span: Span) -> String {
        let words: Vec<&str> = self.text(span).split_whitespace().take(20).collect();
        let text = words.join(" ");
        match text.char_indices().nth(60) {
            Some((at, _)) => format!("{}…", &text[..at]),
            None => text,
        }
    }
}

/// Whether a value comes from the oracle: a path in it starts with `oracle` or with the oracle's name.
pub fn is_attested(instrument: &Instrument, value: &crate::ast::Expr) -> bool {
    let party = instrument.parties.as_ref().and_then(|parties| parties.with_role("oracle"));
    value.mentions("oracle") || party.is_some_and(|party| value.mentions(&party.name.text))
}

/// The place of a line.
fn line(entry: &Entry) -> Span {
    Span::new(entry.key.span.start, entry.value.span.end)
}
