//! What is paid, and in which unit.

use super::{SHARES, SMALLEST, TERMS, Terms};
use crate::ast::{Entry, Expr, ExprKind, Operator};
use crate::class::Class;
use crate::solidity::class::lease::{self, Price};
use crate::solidity::draft::Draft;
use crate::solidity::words::{self, singular};

/// Whole coins, in which no contract counts.
const COINS: [&str; 4] = ["hbar", "ether", "eth", "gwei"];
/// Words after a number that measure something else than money, beside those of time.
const MEASURES: [&str; 10] = ["bps", "percent", "period", "g", "gram", "kg", "kilogram", "ton", "tonne", "ounce"];

impl<'s> Terms<'s> {
    /// Numbers that the contract takes are numbers, of what it takes them for.
    pub(super) fn amounts(&mut self, class: Class, draft: &Draft) {
        let (zakat, returns) = (self.spec.zakat.as_ref(), self.spec.returns.as_ref());
        let taken = draft.taken.borrow();
        let found =
            taken.iter().filter_map(|(block, key)| Some((block.as_str(), returns?.get(block)?.entries.get(key)?)));
        let nisab = zakat.and_then(|own| own.get("nisab")).filter(|_| draft.money).map(|own| ("zakat", own));
        // What the deal is said to be in, until an amount says it; a text may be prose.
        let said = self.spec.meta.as_ref().and_then(|own| own.value("currency"));
        let said = said.and_then(Expr::as_name).map(singular);
        let mut currency = Currency { said, found: None };
        let mut places: Vec<(&str, &Entry)> = found.chain(nisab).collect();
        places.sort_by_key(|(_, own)| own.value.span.start);
        for (block, entry) in places {
            let key = entry.key.text.as_str();
            // With cost and total the markup follows.
            let markup = class == Class::Murabahah && matches!(key, "markup" | "profit");
            let ExprKind::Number(number, unit) = &entry.value.kind else {
                let same = entry.value.as_name().and_then(|name| self.block(block)?.entries.value(name));
                if !markup && same.and_then(Expr::as_number).is_none() {
                    let message = format!("`{block}.{key}` is no number, so the contract would take another one");
                    self.refuse(entry.value.span, message, "give the number");
                }
                continue;
            };
            if draft.unequal.borrow().contains(&(block.to_owned(), key.to_owned())) {
                let message = format!("`{block}.{key}` is another number than the contract takes from elsewhere");
                self.refuse(entry.value.span, message, "say it once");
            }
            let free = markup
                || TERMS.contains(&key)
                || matches!((class, key), (Class::Wakala, "fee"))
                || matches!((class, block), (Class::MusharakahMutanaqisah, "rent") | (Class::IjarahImbt, "transfer"));
            if *number == 0 && !free {
                let message = format!("`{block}.{key}` is zero, and no contract can be made of that");
                self.refuse(entry.value.span, message, "give what is to be paid");
            }
            let Some(unit) = unit.as_ref().map(|own| singular(&own.text)) else { continue };
            if !counts(class, block, key, &unit, &mut currency) {
                let message = format!(
                    "the contract would take `{block}.{key}` without its unit, `{unit}`, which is none that it knows there"
                );
                self.refuse(entry.value.span, message, remedy(block, key, &unit));
            }
        }
    }

    /// What the contract takes for cost and markup is the total.
    pub(super) fn price(&mut self, class: Class, draft: &Draft) {
        let sale = self.block("sale").filter(|_| class == Class::Murabahah);
        let Some(total) = sale.and_then(|own| own.entries.get("total")) else { return };
        let sum = draft.number_of("cost").saturating_add(draft.number_of("markup"));
        if total.value.as_number().is_some_and(|own| u128::from(own) != sum) {
            let message =
                format!("the total is {}, but cost and markup are {sum}", total.value.as_number().unwrap_or_default());
            self.refuse(total.value.span, message, "let `total` be `cost` and `markup` together");
        }
    }

    /// A share is bought at the value and nothing else, and goes from the financier to the acquirer.
    pub(super) fn buyout(&mut self, class: Class) {
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

    /// What is leased is sold at its value when the lease is over, for a price that is named, or given; and that is said once.
    pub(super) fn transfer(&mut self, class: Class) {
        let Some(block) = self.block("transfer").filter(|_| class == Class::IjarahImbt) else { return };
        let mut before = None;
        for (entry, price) in lease::prices(&block.entries) {
            let message = match price {
                Price::Unknown => format!("the contract knows no price such as `transfer.{}`", entry.key.text),
                own if before.is_some_and(|before| before != own) => {
                    format!("`transfer.{}` says another price than the line before", entry.key.text)
                }
                own => {
                    before = Some(own);
                    continue;
                }
            };
            let help = "write `price: oracle.fairValue;`, a number, or `mode: gift;`";
            self.refuse(entry.value.span, message, help);
        }
    }
}

/// Whether the contract counts a term in a unit; all amounts are of one currency, the one of the deal or of the first of them.
fn counts(class: Class, block: &str, key: &str, unit: &str, currency: &mut Currency) -> bool {
    if SHARES.contains(&key) {
        return unit == "bps";
    }
    if TERMS.contains(&key) {
        return !matches!(unit, "bps" | "percent" | "tinybar");
    }
    if MEASURES.contains(&unit) || COINS.contains(&unit) || words::period(unit) == Some(unit) {
        return false;
    }
    // The rent of a share is for each hundredth of a percent of it, that of a thing is not.
    if block == "rent" && unit.contains("bps") != (class == Class::MusharakahMutanaqisah) {
        return false;
    }
    class == Class::Sarf
        || words::coin(unit).is_none_or(|coin| !COINS.contains(&coin.as_str()) && currency.takes(&coin))
}

/// The one currency of all amounts.
struct Currency {
    /// What the deal is said to be in.
    said: Option<String>,
    /// What the first amount was in.
    found: Option<String>,
}

impl Currency {
    fn takes(&mut self, unit: &str) -> bool {
        // What a coin's smallest unit is called is right whatever the coin is called.
        let said = self.said.as_deref().filter(|_| !SMALLEST.contains(&unit));
        let right = self.found.as_deref().or(said).is_none_or(|own| own == unit);
        self.found.get_or_insert_with(|| unit.to_owned());
        right
    }
}

/// What to write instead of a unit in which the contract does not count.
fn remedy(block: &str, key: &str, unit: &str) -> &'static str {
    match key {
        _ if SHARES.contains(&key) => "give it in hundredths of a percent, such as `2500 bps`",
        "nisab" => "give what that is worth in the currency of the contract",
        _ if COINS.iter().any(|own| unit.split('_').any(|word| word == *own)) => {
            "contracts count in the smallest unit of the coin, such as `tinybar`"
        }
        _ if block == "rent" => "give an amount for each period, in a diminishing partnership `per_bps_period`",
        _ if block == "exchange" => "give it in the smallest unit of what is exchanged, without a measure",
        _ => "give an amount in the currency of the contract",
    }
}

/// What the part of a share that is bought is called.
const BOUGHT: [&str; 6] = ["bps", "share_bps", "shareBps", "bought_bps", "boughtBps", "buy_bps"];

/// Whether an expression is the attested value for each hundredth of a percent.
pub(in crate::solidity) fn is_value(price: &Expr) -> bool {
    let (mut values, mut parts, mut wholes) = (0, 0, 0);
    let mut rest = vec![price];
    while let Some(own) = rest.pop() {
        match &own.kind {
            ExprKind::Binary(Operator::Multiply, left, right) => rest.extend([&**left, &**right]),
            ExprKind::Binary(Operator::Divide, left, right)
                if right.as_number() == Some(10_000) || right.as_name() == Some("BPS") =>
            {
                wholes += 1;
                rest.push(left);
            }
            ExprKind::Path(path) if path.len() > 1 => values += 1,
            ExprKind::Path(path) if BOUGHT.contains(&path[0].text.as_str()) => parts += 1,
            ExprKind::Number(1, None) => {}
            _ => return false,
        }
    }
    values == 1 && parts <= 1 && wholes <= 1
}
