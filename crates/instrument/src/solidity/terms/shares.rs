//! Who makes the contract, who judges, and what part each has.

use super::{Terms, bps, roles};
use crate::ast::{Block, Entry, Expr, ExprKind, Name, Party};
use crate::class::Class;
use crate::solidity::class::divided;
use std::collections::BTreeSet;

/// Lines of a ratio that say what is divided, and how.
const KEYS: [&str; 4] = ["split", "source", "basis", "fixed_rent"];
/// What those who give the capital of a pool are called as one.
const POOL: [&str; 16] = [
    "pool",
    "rabb_al_mal",
    "rabb_ul_mal",
    "arbab_al_mal",
    "members",
    "investors",
    "participants",
    "depositors",
    "holders",
    "contributors",
    "partners",
    "savers",
    "subscribers",
    "providers",
    "capital_providers",
    "unit_holders",
];
/// Words in the keys of lines that say how to divide.
const RATIOS: [&str; 9] = ["ratio", "nisbah", "split", "share", "shares", "part", "parts", "portion", "percentage"];
/// Words for parts that no number says.
const PARTS: [&str; 8] = ["rest", "remainder", "remaining", "residual", "balance", "half", "third", "quarter"];

impl<'s> Terms<'s> {
    /// Refuses names that are not of exactly one of the owners, and those who are told of twice.
    fn own(&mut self, names: &[(&'s Name, bool)], roles: &[&'s str], none: &dyn Fn(&str) -> String) {
        let owners = self.owners(roles);
        let mut told: Vec<&str> = Vec::new();
        for (name, counts) in names {
            let mut meant: Vec<&str> =
                owners.iter().filter(|(own, _)| *own == name.text).map(|(_, whose)| *whose).collect();
            meant.dedup();
            match meant[..] {
                [] if *counts => {
                    let known: Vec<&str> = owners.iter().map(|(own, _)| *own).collect();
                    self.refuse(name.span, none(&name.text), &format!("only these have one: {}", known.join(", ")))
                }
                [one] if told.contains(&one) => {
                    let message = format!("`{}` has a part already, under another name", name.text);
                    self.refuse(name.span, message, "say it once");
                }
                [one] => told.push(one),
                [] => {}
                _ => self.refuse(
                    name.span,
                    format!("`{}` may be one of two", name.text),
                    "two parties are called so, one by its role",
                ),
            }
        }
    }

    /// Of each role that makes the contract there is one, and one judge.
    pub(super) fn parties(&mut self, class: Class) {
        let mut seen: BTreeSet<&str> = BTreeSet::new();
        let makers = roles(class);
        let given = self.spec.zakat.as_ref().and_then(|own| own.value("beneficiary")).and_then(Expr::as_name);
        for party in self.declared().iter().filter(|own| own.role.text != "partner") {
            let role = match party.role.text.as_str() {
                "arbiter" | "adjudicator" => "arbiter",
                role if makers.contains(&role) => role,
                _ => continue,
            };
            let apart = role == "beneficiary" && Some(party.name.text.as_str()) == given;
            if !apart && !seen.insert(role) {
                let message =
                    format!("the contract knows one `{}`, and `{}` is another", party.role.text, party.name.text);
                self.refuse(party.name.span, message, "let one party stand for all, or write an instrument for each");
            }
        }
    }

    /// Who is said to judge is the one who does.
    pub(super) fn judges(&mut self) {
        let judges: Vec<&str> = self
            .declared()
            .iter()
            .filter(|own| ["arbiter", "adjudicator"].contains(&own.role.text.as_str()))
            .map(|own| own.name.text.as_str())
            .collect();
        if judges.is_empty() {
            return;
        }
        let blocks = self.spec.rescission.iter().flat_map(|own| &own.blocks).map(|own| &own.entries);
        let said = blocks.flat_map(|own| [own.get("adjudicated_by"), own.get("authority")]);
        let forum = self.spec.dispute.iter().map(|own| own.get("forum"));
        for entry in said.chain(forum).flatten() {
            let Some([name]) = entry.value.as_path() else { continue };
            let other =
                self.declared().iter().find(|own| own.name.text == name.text && !judges.contains(&name.text.as_str()));
            if let Some(other) = other {
                let message = format!(
                    "`{}` is `{}` and judges nothing; the contract lets `{}` judge",
                    name.text, other.role.text, judges[0]
                );
                self.refuse(entry.value.span, message, "name the adjudicator");
            }
        }
    }

    pub(super) fn capital(&mut self, class: Class) {
        if class == Class::Wasiyya {
            return self.bequest();
        }
        let roles = match class {
            Class::Mudarabah => vec!["rabb_al_mal"],
            Class::MusharakahMutanaqisah | Class::Musharakah => roles(class),
            _ => return,
        };
        let shares = self.spec.capital.iter().flat_map(|own| &own.shares);
        let names: Vec<(&Name, bool)> = shares.map(|own| (&own.name, own.bps > 0)).collect();
        self.own(&names, &roles, &|name| {
            format!("the contract takes no capital of `{name}`, so others would have to give its share")
        });
    }

    /// What the legatee has is said once.
    fn bequest(&mut self) {
        let owners = self.owners(&["legatee"]);
        let said = self.block("bequest").and_then(|own| own.entries.value("share_bps")).and_then(Expr::as_number);
        let shares = self.spec.capital.iter().flat_map(|own| &own.shares);
        for share in shares.filter(|own| owners.iter().any(|(name, _)| *name == own.name.text)) {
            if said.is_some_and(|said| said != share.bps) {
                let message = format!("`{}` has another part by `bequest`", share.name.text);
                self.refuse(share.name.span, message, "say it once");
            }
        }
    }

    pub(super) fn ratio(&mut self, class: Class) {
        let mut before = None;
        for name in divided(class) {
            let Some(block) = self.block(name) else { continue };
            let divides = self.parts(class, name, block);
            if let Some(before) = before.filter(|_| divides) {
                let message = format!("`{name}` divides what `{before}` divides already");
                self.refuse(block.name.span, message, "say it once");
            }
            before = before.or(divides.then_some(name));
        }
    }

    /// Refuses parts that are not those of who divides, or do not total the whole; whether there are any.
    fn parts(&mut self, class: Class, name: &str, block: &'s Block) -> bool {
        let mut roles = roles(class);
        if class == Class::MudarabahPool {
            roles.push(self.pooled(block));
        }
        let owners = self.owners(&roles);
        // What a party is called does not make a part of every line.
        let told = |own: &Entry| {
            owners.iter().any(|(name, _)| *name == own.key.text)
                && !(KEYS.contains(&own.key.text.as_str()) && own.value.as_number().is_none())
        };
        let entries: Vec<&Entry> =
            block.entries.entries.iter().filter(|own| told(own) || own.value.says_bps()).collect();
        let others = block.entries.entries.iter().filter(|own| !told(own) && !own.value.says_bps());
        for entry in others.filter(|own| !KEYS.contains(&own.key.text.as_str())) {
            let party = self.declared().iter().any(|own| own.name.text == entry.key.text);
            let ratio = entry.key.text.split('_').any(|own| RATIOS.contains(&own)) && says_parts(&entry.value);
            let loose = entries.is_empty() && says_ratio(&entry.value);
            if party || ratio || loose || reckons(&entry.value) {
                let message = format!("the contract does not divide by `{name}.{}`", entry.key.text);
                let help = "give each its part in hundredths of a percent, by its name, such as `name: 6000 bps`";
                self.refuse(entry.key.span, message, help);
            }
        }
        let members = self.members_have_theirs(class, &entries);
        let names: Vec<(&Name, bool)> = entries
            .iter()
            .filter(|own| !members || told(own))
            .map(|own| (&own.key, bps(&own.value).is_some_and(|bps| bps > 0)))
            .collect();
        self.own(&names, &roles, &|own| format!("the contract gives `{own}` no part of `{name}`"));
        let mut total = 0_u128;
        for entry in &entries {
            let Some(bps) = bps(&entry.value) else {
                let message = format!("the part of `{}` is no number of bps", entry.key.text);
                self.refuse(entry.value.span, message, "give it in hundredths of a percent, such as `6000 bps`");
                continue;
            };
            total += u128::from(bps);
        }
        // Of two a single one may be told; the other has the rest.
        let whole = match entries[..] {
            [one] => one.value.says_bps() && total <= 10_000,
            _ => total == 10_000,
        };
        if !entries.is_empty() && !whole && entries.iter().all(|own| bps(&own.value).is_some()) {
            let message = format!("the parts of `{name}` total {total} bps, and the contract divides 10000");
            self.refuse(block.name.span, message, "let the parts total 10000 bps");
        }
        !entries.is_empty()
    }

    /// Whether each member of a pool is told its share of what the manager leaves, as the contract divides it.
    fn members_have_theirs(&self, class: Class, parts: &[&Entry]) -> bool {
        let Some(pool) = self.spec.pool.as_ref().filter(|_| class == Class::MudarabahPool) else { return false };
        let members = parts.iter().filter_map(|own| Some((bps(&own.value)?, bps(pool.value(&own.key.text)?)?)));
        let members: Vec<(u64, u64)> = members.collect();
        let rest: u128 = members.iter().map(|own| u128::from(own.0)).sum();
        members.len() == pool.entries.len()
            && members.iter().all(|own| u128::from(own.0) * 10_000 == rest * u128::from(own.1))
    }

    /// The one name that stands for all who give the capital of a pool.
    fn pooled(&self, block: &Block) -> &'static str {
        let givers: Vec<&str> = self
            .declared()
            .iter()
            .filter(|own| own.role.text == "rabb_al_mal")
            .map(|own| own.name.text.as_str())
            .collect();
        let member = |name: &str| self.spec.pool.as_ref().is_some_and(|own| own.get(name).is_some());
        match (POOL.iter().find(|own| block.entries.get(own).is_some()), &givers[..]) {
            (Some(own), _) => own,
            (None, [one]) if !member(one) => "rabb_al_mal",
            _ => "pool",
        }
    }

    /// No member values or manages what it has a share in.
    pub(super) fn pool(&mut self, class: Class) {
        if !matches!(class, Class::Sukuk | Class::Takaful | Class::MudarabahPool) {
            return;
        }
        let makers = roles(class);
        let apart = |role: &str| role == "oracle" || makers.contains(&role);
        for entry in self.spec.pool.iter().flat_map(|own| &own.entries) {
            let called = |own: &&Party| own.name.text == entry.key.text || own.role.text == entry.key.text;
            let party = self.declared().iter().find(called);
            if let Some(party) =
                party.filter(|own| apart(&own.role.text) && entry.value.as_number().is_some_and(|bps| bps > 0))
            {
                let message =
                    format!("`{}` is `{}`, and the contract takes no such member", party.name.text, party.role.text);
                self.refuse(entry.key.span, message, "let members be others");
            }
            if bps(&entry.value).is_none() {
                let message = format!("the share of `{}` is no number of bps", entry.key.text);
                self.refuse(entry.value.span, message, "give it in hundredths of a percent, such as `5000 bps`");
            }
        }
    }
}

/// Whether a value says how much somebody has: a number, a ratio or a word for it.
fn says_parts(value: &Expr) -> bool {
    value.as_number().is_some() || says_ratio(value) || reckons(value)
}

/// Whether a value is a percentage or a ratio.
fn says_ratio(value: &Expr) -> bool {
    match &value.kind {
        ExprKind::Number(_, unit) => unit.as_ref().is_some_and(|unit| unit.text.eq_ignore_ascii_case("percent")),
        ExprKind::Text(text) => {
            let plain: Vec<u8> = text.bytes().filter(|own| !own.is_ascii_whitespace()).collect();
            let ratio = |own: &[u8]| own[0].is_ascii_digit() && b":/".contains(&own[1]) && own[2].is_ascii_digit();
            text.contains('%') || plain.windows(3).any(ratio)
        }
        _ => false,
    }
}

/// Whether a value is what remains, or reckoned from numbers.
fn reckons(value: &Expr) -> bool {
    match &value.kind {
        ExprKind::Path(path) => path.len() == 1 && PARTS.contains(&path[0].text.as_str()),
        ExprKind::Binary(_, left, right) => [left, right].iter().any(|own| own.as_number().is_some() || reckons(own)),
        _ => false,
    }
}
