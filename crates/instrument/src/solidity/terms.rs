//! Terms that a contract would not keep: what the rules of a class accept, but what says more than its clauses know, or something else.

use super::class::principals;
use super::undo::window_seconds;
use crate::ast::{Block, Entry, Expr, ExprKind, Instrument};
use crate::class::Class;
use etymon_diagnostics::{Code, Diagnostic, Origin, Report, SourceFile, Span};
use std::collections::BTreeSet;
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
    terms.capital(class);
    terms.ratio(class);
    terms.price(class);
    terms.rent(class);
    terms.window();
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

    /// The roles, and the names of the first party in each; of partners, all.
    fn names(&self, roles: &[&'s str]) -> BTreeSet<&'s str> {
        let declared = self.spec.parties.iter().flat_map(|own| &own.parties);
        let mut seen = BTreeSet::new();
        let named = declared.filter(|party| roles.contains(&party.role.text.as_str()));
        let named = named.filter(|party| seen.insert(party.role.text.as_str()) || party.role.text == "partner");
        named.map(|party| party.name.text.as_str()).chain(roles.iter().copied()).collect()
    }

    fn capital(&mut self, class: Class) {
        let roles = match class {
            Class::Mudarabah => vec!["rabb_al_mal"],
            Class::MusharakahMutanaqisah | Class::Musharakah => roles(class),
            _ => return,
        };
        let known = self.names(&roles);
        let shares = self.spec.capital.iter().flat_map(|own| &own.shares);
        for share in shares.filter(|own| own.bps > 0 && !known.contains(own.name.text.as_str())) {
            let name = &share.name.text;
            let message = format!("the contract takes no capital of `{name}`, so others would have to give its share");
            self.refuse(share.name.span, message, &format!("only these give capital: {}", roles.join(", ")));
        }
    }

    fn ratio(&mut self, class: Class) {
        let (name, roles) = match class {
            Class::Mudarabah | Class::Musharakah => ("profit", roles(class)),
            Class::MudarabahPool => ("profit", vec!["pool", "mudarib"]),
            Class::Muzaraah => ("harvest_share", roles(class)),
            _ => return,
        };
        let Some(block) = self.block(name) else { return };
        let known = self.names(&roles);
        let parts: Vec<(&Entry, u64)> =
            block.entries.entries.iter().filter_map(|own| Some((own, bps(&own.value)?))).collect();
        for (entry, _) in parts.iter().filter(|(entry, bps)| *bps > 0 && !known.contains(entry.key.text.as_str())) {
            let message = format!("the contract gives `{}` no part of `{name}`", entry.key.text);
            self.refuse(entry.key.span, message, &format!("only these have a part: {}", roles.join(", ")));
        }
        let total: u128 = parts.iter().map(|(_, bps)| u128::from(*bps)).sum();
        // Of two a single one may be told; the other has the rest.
        let whole = if parts.len() == 1 { total <= 10_000 } else { total == 10_000 };
        if !parts.is_empty() && !whole {
            let message = format!("the parts of `{name}` total {total} bps, and the contract divides 10000");
            self.refuse(block.name.span, message, "let the parts total 10000 bps");
        }
    }

    fn price(&mut self, class: Class) {
        let Some(sale) = self.block("sale").filter(|_| class == Class::Murabahah) else { return };
        let number = |key| sale.entries.value(key).and_then(Expr::as_number).map(u128::from);
        if let (Some(cost), Some(markup), Some(total)) = (number("cost"), number("markup"), number("total"))
            && cost + markup != total
        {
            let message = format!("the total is {total}, but cost and markup are {}", cost + markup);
            let span = sale.entries.get("total").map_or(sale.name.span, |own| own.value.span);
            self.refuse(span, message, "let `total` be `cost` and `markup` together");
        }
    }

    fn rent(&mut self, class: Class) {
        let leases = matches!(class, Class::MusharakahMutanaqisah | Class::Ijarah | Class::IjarahImbt);
        let Some(rent) = self.block("rent").filter(|_| leases) else { return };
        if let Some(entry) = rent.entries.get("rate") {
            let message = match &entry.value.kind {
                ExprKind::Number(_, unit) if unit.as_ref().is_none_or(|own| own.text != "percent") => None,
                ExprKind::Number(..) => Some("the contract knows no rent in percent".to_owned()),
                _ => Some("the rate of the rent is no number, so the contract would take another one".to_owned()),
            };
            if let Some(message) = message {
                self.refuse(entry.value.span, message, "give an amount, such as `rate: 1 per_bps_period;`");
            }
        }
        for entry in ["term", "periods"].iter().filter_map(|key| rent.entries.get(key)) {
            if entry.value.as_number() == Some(0) {
                let message = format!("`{}` is zero, so the lease would be over before it begins", entry.key.text);
                self.refuse(entry.value.span, message, "give the number of periods");
            }
        }
    }

    fn window(&mut self) {
        let option = self.spec.rescission.as_ref().and_then(|own| own.get("khiyar_al_shart"));
        let Some(value) = option.and_then(|own| own.entries.value("window")) else { return };
        if window_seconds(value).is_none_or(|seconds| seconds == 0) {
            let message = "the time of the option is zero, or in a unit that the contract does not know".to_owned();
            self.refuse(value.span, message, "give seconds, `minutes`, `hours`, `days` or `weeks`");
        }
    }
}

/// The roles of those who make the contract.
fn roles(class: Class) -> Vec<&'static str> {
    let mut roles: Vec<_> = principals(class).iter().map(|(_, role)| *role).collect();
    roles.dedup();
    roles
}

fn bps(value: &Expr) -> Option<u64> {
    match &value.kind {
        ExprKind::Number(number, Some(unit)) if unit.text == "bps" => Some(*number),
        _ => None,
    }
}
