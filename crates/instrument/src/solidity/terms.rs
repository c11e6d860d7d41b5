//! Terms that a contract would not keep: what the rules of a class accept, but what says more than its clauses know, or something else.

use super::class::{divided, draft, principals};
use super::undo::window_seconds;
use crate::ast::{Block, Entry, Expr, ExprKind, Instrument, Name, Operator, Party};
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
    terms.parties(class);
    terms.judges();
    terms.capital(class);
    terms.ratio(class);
    terms.amounts(class);
    terms.price(class);
    terms.buyout(class);
    terms.term(class);
    terms.pool(class);
    terms.window();
    terms.report.sort();
    terms.report.into_result(())
}

/// Lines of a ratio that say what is divided, and how.
const KEYS: [&str; 4] = ["split", "source", "basis", "fixed_rent"];
/// The smallest units of coins, in which contracts count, and whole coins, in which they do not.
const SMALLEST: [&str; 2] = ["tinybar", "wei"];
const COINS: [&str; 4] = ["hbar", "ether", "eth", "gwei"];
/// Words after a number that measure something else than money.
const MEASURES: [&str; 17] = [
    "bps", "percent", "second", "minute", "hour", "day", "week", "month", "year", "period", "g", "gram", "kg",
    "kilogram", "ton", "tonne", "ounce",
];

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
    fn parties(&mut self, class: Class) {
        let mut seen: BTreeSet<&str> = BTreeSet::new();
        let makers = roles(class);
        let given = self.spec.zakat.as_ref().and_then(|own| own.value("beneficiary")).and_then(Expr::as_name);
        for party in self.declared().iter().filter(|own| own.role.text != "partner") {
            let role = match party.role.text.as_str() {
                "arbiter" | "adjudicator" => "arbiter",
                role if makers.contains(&role) => role,
                _ => continue,
            };
            if Some(party.name.text.as_str()) != given && !seen.insert(role) {
                let message =
                    format!("the contract knows one `{}`, and `{}` is another", party.role.text, party.name.text);
                self.refuse(party.name.span, message, "let one party stand for all, or write an instrument for each");
            }
        }
    }

    /// Who is said to judge is the one who does.
    fn judges(&mut self) {
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

    fn capital(&mut self, class: Class) {
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

    fn ratio(&mut self, class: Class) {
        for name in divided(class) {
            if let Some(block) = self.block(name) {
                self.parts(class, name, block);
            }
        }
    }

    fn parts(&mut self, class: Class, name: &str, block: &'s Block) {
        let mut roles = roles(class);
        roles.extend((class == Class::MudarabahPool).then_some("pool"));
        let owners = self.owners(&roles);
        // What a party is called does not make a part of every line.
        let told = |own: &Entry| {
            owners.iter().any(|(name, _)| *name == own.key.text)
                && !(KEYS.contains(&own.key.text.as_str()) && own.value.as_number().is_none())
        };
        let entries: Vec<&Entry> =
            block.entries.entries.iter().filter(|own| told(own) || own.value.says_bps()).collect();
        // Whoever gives the capital of a pool is the pool's concern; who judges, values or is given to has no part.
        let apart = ["oracle", "adjudicator", "arbiter", "beneficiary", "maslahah"];
        let apart = |name: &str| {
            let mut parties = self.declared().iter().filter(|own| own.name.text == name || own.role.text == name);
            parties.any(|own| apart.contains(&own.role.text.as_str()))
        };
        let pooled = |own: &Entry| class == Class::MudarabahPool && !apart(&own.key.text);
        let named = entries.iter().filter(|own| told(own) || !pooled(own));
        let names: Vec<(&Name, bool)> =
            named.map(|own| (&own.key, bps(&own.value).is_some_and(|bps| bps > 0))).collect();
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
    }

    /// Numbers that the contract takes are numbers, of what it takes them for.
    fn amounts(&mut self, class: Class) {
        let Ok(draft) = draft(self.spec) else { return };
        let (zakat, returns) = (self.spec.zakat.as_ref(), self.spec.returns.as_ref());
        let taken = draft.taken.borrow();
        let found =
            taken.iter().filter_map(|(block, key)| Some((block.as_str(), returns?.get(block)?.entries.get(key)?)));
        let nisab = zakat.and_then(|own| own.get("nisab")).filter(|_| draft.money).map(|own| ("zakat", own));
        let mut currency =
            self.spec.meta.as_ref().and_then(|own| own.value("currency")).and_then(Expr::as_name).map(singular);
        let mut places: Vec<(&str, &Entry)> = found.chain(nisab).collect();
        places.sort_by_key(|(_, own)| own.value.span.start);
        for (block, entry) in places {
            let key = entry.key.text.as_str();
            let ExprKind::Number(number, unit) = &entry.value.kind else {
                // With cost and total the markup follows.
                if !(class == Class::Murabahah && matches!(key, "markup" | "profit")) {
                    let message = format!("`{block}.{key}` is no number, so the contract would take another one");
                    self.refuse(entry.value.span, message, "give the number");
                }
                continue;
            };
            let free = matches!((class, key), (Class::Wakala, "fee") | (Class::Murabahah, "markup" | "profit"))
                || class == Class::MusharakahMutanaqisah && block == "rent";
            if *number == 0 && !free && !matches!(key, "term" | "periods") {
                let message = format!("`{block}.{key}` is zero, and no contract can be made of that");
                self.refuse(entry.value.span, message, "give what is to be paid");
            }
            let Some(unit) = unit.as_ref().map(|own| singular(&own.text)) else { continue };
            let measure = MEASURES.contains(&unit.as_str());
            let wrong = match key {
                "share_bps" | "share" => unit != "bps",
                "term" | "periods" => matches!(unit.as_str(), "bps" | "percent" | "tinybar"),
                _ if measure || COINS.contains(&unit.as_str()) => true,
                // The rent of a share is for each hundredth of a percent of it, that of a thing is not.
                _ if block == "rent" => {
                    unit.contains("per_") && unit.contains("bps") != (class == Class::MusharakahMutanaqisah)
                }
                _ if class == Class::Sarf => false,
                // What a coin's smallest unit is called is right whatever the coin is called.
                _ => {
                    let smallest = |own: &String| SMALLEST.contains(&own.as_str());
                    if smallest(&unit) && currency.as_ref().is_some_and(|own| !smallest(own)) {
                        currency = Some(unit.clone());
                    }
                    *currency.get_or_insert_with(|| unit.clone()) != unit
                }
            };
            if wrong {
                let message = format!(
                    "the contract would take `{block}.{key}` without its unit, `{unit}`, which is none that it knows there"
                );
                let help = match key {
                    "share_bps" | "share" => "give it in hundredths of a percent, such as `2500 bps`",
                    "nisab" => "give what that is worth in the currency of the contract",
                    _ if COINS.contains(&unit.as_str()) => {
                        "contracts count in the smallest unit of the coin, such as `tinybar`"
                    }
                    _ if block == "rent" => {
                        "give an amount for each period, in a diminishing partnership `per_bps_period`"
                    }
                    _ => "give an amount in the currency of the contract",
                };
                self.refuse(entry.value.span, message, help);
            }
        }
    }

    fn price(&mut self, class: Class) {
        let Some(sale) = self.block("sale").filter(|_| class == Class::Murabahah) else { return };
        let number = |key| sale.entries.value(key).and_then(Expr::as_number).map(u128::from);
        let (Some(cost), Some(total)) = (number("cost"), number("total")) else { return };
        let added = number("markup").or_else(|| number("profit"));
        if added.map_or(total < cost, |markup| cost + markup != total) {
            let message = format!("the total is {total}, but cost and markup are {}", cost + added.unwrap_or_default());
            let span = sale.entries.get("total").map_or(sale.name.span, |own| own.value.span);
            self.refuse(span, message, "let `total` be `cost` and `markup` together");
        }
    }

    /// A share is bought at the value and nothing else, and goes from the financier to the acquirer.
    fn buyout(&mut self, class: Class) {
        let Some(block) = self.block("buyout").filter(|_| class == Class::MusharakahMutanaqisah) else { return };
        if let Some(entry) = block.entries.get("price").filter(|own| !is_value(&own.value)) {
            let message =
                "the contract takes the attested value for each part of the share, and no other price".to_owned();
            self.refuse(entry.value.span, message, "write `price: oracle.fairValue * bps;`");
        }
        let Some(entry) = block.entries.get("transfers") else { return };
        let ExprKind::Binary(Operator::Arrow, from, to) = &entry.value.kind else { return };
        let declared = self.declared().iter();
        let others: Vec<&str> = declared.flat_map(|own| [own.name.text.as_str(), own.role.text.as_str()]).collect();
        let wrong = |side: &Expr, role: &'s str| {
            let Some(name) = side.as_path().and_then(|own| own.first()) else { return true };
            others.contains(&name.text.as_str()) && !self.owners(&[role]).iter().any(|(own, _)| *own == name.text)
        };
        if wrong(from, "financier") || wrong(to, "acquirer") {
            let message = "in the contract the share goes from the financier to the acquirer".to_owned();
            self.refuse(entry.value.span, message, "name the financier's share first, then the acquirer's");
        }
    }

    fn term(&mut self, class: Class) {
        let leases = matches!(class, Class::Ijarah | Class::IjarahImbt);
        let Some(rent) = self.block("rent").filter(|_| leases) else { return };
        let unit = |key: &str| match &rent.entries.value(key)?.kind {
            ExprKind::Number(_, Some(unit)) => Some(singular(&unit.text)),
            _ => None,
        };
        let each = ["amount", "rate", "per_period"].into_iter().find_map(unit);
        let each = each.as_deref().and_then(|own| own.rsplit_once("per_")).map(|(_, own)| own);
        for key in ["term", "periods"] {
            if let (Some(each), Some(whole), Some(entry)) = (each, unit(key), rent.entries.get(key))
                && each != whole
                && [each, whole.as_str()].iter().all(|own| ["day", "week", "month", "year"].contains(own))
            {
                let message = format!("the contract counts periods: rent by the {each}, but `{key}` in {whole}s");
                self.refuse(entry.value.span, message, "give both in one unit");
            }
        }
        for entry in ["term", "periods"].iter().filter_map(|key| rent.entries.get(key)) {
            if entry.value.as_number() == Some(0) {
                let message = format!("`{}` is zero, so the lease would be over before it begins", entry.key.text);
                self.refuse(entry.value.span, message, "give the number of periods");
            }
        }
    }

    /// No member values or manages what it has a share in.
    fn pool(&mut self, class: Class) {
        if !matches!(class, Class::Sukuk | Class::Takaful | Class::MudarabahPool) {
            return;
        }
        let makers = roles(class);
        let apart = |role: &str| role == "oracle" || makers.contains(&role);
        for entry in self.spec.pool.iter().flat_map(|own| &own.entries) {
            let party = self.declared().iter().find(|own| own.name.text == entry.key.text);
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

/// A number of bps, or one without a unit.
fn bps(value: &Expr) -> Option<u64> {
    match &value.kind {
        ExprKind::Number(number, unit) if unit.is_none() || value.says_bps() => Some(*number),
        _ => None,
    }
}

/// A unit without regard to case and number.
fn singular(unit: &str) -> String {
    let unit = unit.to_lowercase();
    unit.strip_suffix('s').filter(|own| *own != "bp").map_or(unit.clone(), str::to_owned)
}

/// Whether an expression is the attested value for each hundredth of a percent.
fn is_value(price: &Expr) -> bool {
    let mut values = 0;
    let mut plain = true;
    let mut rest = vec![price];
    while let Some(own) = rest.pop() {
        match &own.kind {
            ExprKind::Binary(Operator::Multiply, left, right) => rest.extend([&**left, &**right]),
            ExprKind::Binary(Operator::Divide, left, right) => {
                let whole = right.as_number() == Some(10_000) || right.as_name() == Some("BPS");
                plain &= whole;
                rest.push(left);
            }
            ExprKind::Path(path) if path.len() > 1 => values += 1,
            ExprKind::Path(path) => plain &= path[0].text.contains("bps"),
            ExprKind::Number(number, _) => plain &= *number == 1,
            ExprKind::Text(_) | ExprKind::Binary(..) => plain = false,
        }
    }
    plain && values == 1
}
