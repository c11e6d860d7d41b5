//! Terms that a contract would not keep: what the rules of a class accept, but what says more than its clauses know, or something else.

mod amounts;
mod periods;
mod shares;

pub(super) use amounts::is_value;

use super::class::{draft, principals};
use crate::ast::{Block, Expr, ExprKind, Instrument, Party};
use crate::class::Class;
use etymon_diagnostics::{Code, Diagnostic, Origin, Report, SourceFile, Span};
use std::sync::Arc;

/// A term that the contract would not keep.
pub const UNKEPT: Code = Code::new("SOL-5");

/// Refuses an instrument of which a contract would be silent, or say something else.
///
/// # Errors
/// `SOL-5` at each term.
pub fn expect(source: &Arc<SourceFile>, spec: &Instrument) -> Result<(), Report> {
    let Some(class) = Class::from_name(&spec.class.text) else { return Ok(()) };
    let mut terms = Terms { source, spec, report: Report::new() };
    terms.parties(class);
    terms.judges();
    terms.capital(class);
    terms.ratio(class);
    terms.buyout(class);
    terms.transfer(class);
    terms.term(class);
    terms.pool(class);
    terms.window();
    // Clauses reckon with parts of a whole.
    if !terms.report.has_errors()
        && let Ok(draft) = draft(spec)
    {
        terms.amounts(class, &draft);
        terms.price(class, &draft);
        terms.lengths(&draft);
    }
    terms.report.sort();
    terms.report.into_result(())
}

struct Terms<'s> {
    source: &'s Arc<SourceFile>,
    spec: &'s Instrument,
    report: Report,
}

impl<'s> Terms<'s> {
    fn refuse(&mut self, span: Span, message: String, help: &str) {
        let own = Diagnostic::error(UNKEPT, message).at(Origin::span(self.source, span));
        self.report.push(own.help(help));
    }

    fn block(&self, name: &str) -> Option<&'s Block> {
        self.spec.returns.as_ref()?.get(name)
    }

    fn declared(&self) -> &'s [Party] {
        self.spec.parties.as_ref().map_or(&[], |own| &own.parties)
    }

    /// Whoever is called by a name: the first party of each role by its role and its own name; of partners, each by its own.
    fn owners(&self, roles: &[&'s str]) -> Vec<(&'s str, &'s str)> {
        let mut owners = Vec::new();
        for role in roles {
            let mut parties =
                self.declared().iter().filter(|own| own.role.text == *role).map(|own| own.name.text.as_str());
            match parties.next() {
                Some(first) if *role == "partner" => {
                    owners.extend([first].into_iter().chain(parties).map(|own| (own, own)))
                }
                Some(first) => owners.extend([(first, first), (*role, first)]),
                None => owners.push((*role, "")),
            }
        }
        owners
    }
}

/// The smallest units of coins, in which contracts count.
pub(super) const SMALLEST: [&str; 2] = ["tinybar", "wei"];

/// Keys of numbers that are parts of a whole, and of those that count periods; the others are amounts.
pub(super) const SHARES: [&str; 2] = ["share_bps", "share"];
pub(super) const TERMS: [&str; 2] = ["term", "periods"];

/// The roles of those who make the contract.
fn roles(class: Class) -> Vec<&'static str> {
    let mut roles: Vec<_> = principals(class).iter().map(|(_, role)| *role).collect();
    roles.dedup();
    roles
}

/// A number of bps, or one without a unit.
fn bps(value: &Expr) -> Option<u64> {
    match &value.kind {
        ExprKind::Number(number, unit) if unit.is_none() || value.says_bps() => Some(*number),
        _ => None,
    }
}
