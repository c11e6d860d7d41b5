//! How long, and how often.

use super::{TERMS, Terms};
use crate::ast::{Entry, ExprKind};
use crate::class::Class;
use crate::solidity::draft::Draft;
use crate::solidity::undo::{LONGEST_DAYS, window_seconds};
use crate::solidity::words;

/// The shortest time that a contract is made with, in seconds: a ledger's clock is no finer than its blocks.
const SHORTEST: u128 = 60;
/// Lines of a rent that say how much it is.
const RATES: [&str; 3] = ["rate", "amount", "per_period"];
/// Lines that say how often it is paid.
const OFTEN: [&str; 7] = ["period", "frequency", "every", "interval", "paid", "payable", "payment"];
/// Words that count a lease without a unit of time.
const COUNTS: [&str; 3] = ["period", "instalment", "payment"];

/// By what rent is paid.
#[derive(Clone, Copy, PartialEq, Eq)]
enum Every {
    /// One unit of time.
    One(&'static str),
    /// Something else, such as two months or half a year.
    Other,
}

impl Terms<'_> {
    /// A lease is counted in the periods of its rent.
    pub(super) fn term(&mut self, class: Class) {
        let leases = matches!(class, Class::Ijarah | Class::IjarahImbt);
        let Some(rent) = self.block("rent").filter(|_| leases) else { return };
        let named = |keys: &'static [&'static str]| keys.iter().filter_map(|key| rent.entries.get(key));
        let mut said = named(&RATES).chain(named(&OFTEN)).filter_map(|own| Some((own, every(own)?)));
        let first = said.next();
        if let Some((first, each)) = first {
            for (entry, _) in said.filter(|(_, own)| *own != each) {
                let message = format!("`rent.{}` says another period than `rent.{}`", entry.key.text, first.key.text);
                self.refuse(entry.value.span, message, "say by one of them how often rent is paid");
            }
        }
        for entry in TERMS.iter().filter_map(|key| rent.entries.get(key)) {
            let key = &entry.key.text;
            let ExprKind::Number(number, unit) = &entry.value.kind else { continue };
            if *number == 0 {
                let message = format!("`{key}` is zero, so the lease would be over before it begins");
                self.refuse(entry.value.span, message, "give the number of periods");
            }
            let (Some((rent, each)), Some(unit)) = (first, unit) else { continue };
            let counted = COUNTS.contains(&words::singular(&unit.text).as_str());
            let same = each == words::period(&unit.text).map_or(Every::Other, Every::One) && each != Every::Other;
            if !counted && !same {
                let message =
                    format!("the contract counts periods: `rent.{}` says another one than `{key}`", rent.key.text);
                self.refuse(entry.value.span, message, "give the number of periods, such as `12 periods`");
            }
        }
    }

    /// Lengths of time are in units that the contract knows, and such as it takes.
    pub(super) fn lengths(&mut self, draft: &Draft) {
        for (block, key) in draft.timed.borrow().iter() {
            let Some(entry) = self.block(block).and_then(|own| own.entries.get(key)) else { continue };
            let seconds = window_seconds(&entry.value);
            if draft.unequal.borrow().contains(&(block.clone(), key.clone())) {
                let message =
                    format!("`{block}.{key}` is another length of time than the contract takes from elsewhere");
                self.refuse(entry.value.span, message, "say it once");
            } else if seconds.is_none_or(|own| !(SHORTEST..=LONGEST_DAYS * 86_400).contains(&own)) {
                let message = format!("`{block}.{key}` is no length of time that the contract takes");
                let help = "give seconds, `minutes`, `hours`, `days` or `weeks`, from a minute to a hundred years; months and years differ in length";
                self.refuse(entry.value.span, message, help);
            }
        }
    }

    pub(super) fn window(&mut self) {
        let option = self.spec.rescission.as_ref().and_then(|own| own.get("khiyar_al_shart"));
        let Some(value) = option.and_then(|own| own.entries.value("window")) else { return };
        if window_seconds(value).is_none_or(|seconds| seconds == 0) {
            let message = "the time of the option is zero, or in a unit that the contract does not know".to_owned();
            self.refuse(value.span, message, "give seconds, `minutes`, `hours`, `days` or `weeks`");
        }
    }
}

/// How often a line says that rent is paid, if it does.
fn every(entry: &Entry) -> Option<Every> {
    let rate = RATES.contains(&entry.key.text.as_str());
    match &entry.value.kind {
        ExprKind::Number(_, Some(unit)) if rate => {
            let unit = unit.text.to_lowercase();
            // After the coin and `per`, or the one word of time among the others.
            match unit.split_once("per_") {
                Some((_, by)) if COUNTS.contains(&by) => None,
                Some((_, by)) => Some(words_of(by).unwrap_or(Every::Other)),
                None => words_of(&unit),
            }
        }
        ExprKind::Number(number, Some(unit)) => {
            let own = words_of(&unit.text)?;
            Some(if *number == 1 { own } else { Every::Other })
        }
        ExprKind::Path(path) if !rate => path.last().and_then(|own| words_of(&own.text)),
        ExprKind::Text(text) if !rate => words_of(text),
        _ => None,
    }
}

/// The unit of time that words say; another one where further words change it; none where they say nothing of time.
fn words_of(text: &str) -> Option<Every> {
    let words = text.split(|own: char| !own.is_ascii_alphanumeric()).filter(|own| !own.is_empty());
    let (times, others): (Vec<&str>, Vec<&str>) = words.partition(|own| words::period(own).is_some());
    let changed = |own: &&str| {
        let own = own.to_lowercase();
        own.parse::<u64>().is_ok()
            || ["half", "semi", "bi", "two", "three", "four", "six", "other"].contains(&own.as_str())
    };
    match times[..] {
        [] => None,
        [one] if !others.iter().any(changed) => words::period(one).map(Every::One),
        _ => Some(Every::Other),
    }
}
