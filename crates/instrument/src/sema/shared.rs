//! Rules that hold for every class.

use super::{Checker, line};
use crate::ast::{Entries, Entry};
use crate::class::Class;
use crate::codes::{
    CONSID_1, CONT_1, CONT_2, CONT_3, CONT_4, INV_1, META_1, ORACLE_1, ORACLE_2, ORACLE_3, ORACLE_4, ORACLE_5, PARTY_1,
    REGIME_1, ROLE_1, ROLE_2, TAWARRUQ_1, ZAKAT_1, ZAKAT_2, ZAKAT_3, ZAKAT_4, ZAKAT_5, ZAKAT_6,
};
use crate::oracle::BPS;
use etymon_diagnostics::Code;
use std::collections::BTreeMap;

/// The whole, in hundredths of a percent.
pub(crate) const WHOLE_BPS: u64 = BPS;

/// Zakat by genus, in hundredths of a percent: a fortieth of wealth, a tenth of rain-fed and a twentieth of irrigated crops.
const GENERA: [(&str, u64); 8] = [
    ("tijarah", 250),
    ("gold", 250),
    ("silver", 250),
    ("currency", 250),
    ("salary", 250),
    ("mustaghallat", 250),
    ("crops_rain", 1000),
    ("crops_irrigated", 500),
];

const LUNAR_YEARS: [&str; 3] = ["hijri_year", "lunar_year", "qamari_year"];

/// The eight categories of recipients, al-Tawbah 9:60.
pub const ASNAF: [&str; 8] = [
    "asnaf_fuqara",
    "asnaf_masakin",
    "asnaf_amilin",
    "asnaf_muallafa",
    "asnaf_riqab",
    "asnaf_gharimin",
    "asnaf_fi_sabilillah",
    "asnaf_ibn_sabil",
];

/// The rate of a genus, in hundredths of a percent.
pub(crate) fn zakat_rate(genus: &str) -> Option<u64> {
    GENERA.iter().find(|(name, _)| *name == genus).map(|(_, rate)| *rate)
}

impl Checker<'_> {
    pub(super) fn shared(&mut self) {
        self.meta();
        self.roles();
        if self.rules.needs_oracle {
            self.oracle_party();
        }
        self.oracle();
        self.invariants();
        self.zakat();
        self.contingency();
    }

    fn meta(&mut self) {
        let meta = self.own.meta.as_ref();
        if meta.is_none_or(|meta| meta.get("basis").is_none()) {
            self.warn(
                META_1,
                None,
                "no basis is cited",
                "add `meta { basis: \"…\"; }` and have it confirmed by a scholar or lawyer",
            );
        }
        let regime = self.class.regime().name();
        if let Some(entry) = meta.and_then(|meta| meta.get("regime")) {
            let given = entry.value.as_name().or(entry.value.as_text());
            if given != Some(regime) {
                let message = format!(
                    "the regime is `{}`, but `{}` belongs to `{regime}`",
                    self.shown(entry.value.span),
                    self.class.name()
                );
                self.error(REGIME_1, Some(line(entry)), message, format!("write `regime: {regime};`"));
            }
        }
    }

    /// Roles that the class needs, and that no party stands on two sides.
    fn roles(&mut self) {
        let parties = self.own.parties.as_ref().map_or(&[][..], |parties| &parties.parties);
        for (role, count) in self.rules.roles {
            let held = parties.iter().filter(|party| party.role.text == *role).count();
            if held < *count {
                let message = match count {
                    1 => format!("no party has the role `{role}`"),
                    _ => format!("{held} of at least {count} parties have the role `{role}`"),
                };
                self.error(PARTY_1, None, message, format!("add a line such as `somebody: {role};` to `parties`"));
            }
        }
        let mut first: BTreeMap<&str, &str> = BTreeMap::new();
        for party in parties {
            let (name, role) = (party.name.text.as_str(), party.role.text.as_str());
            let Some(before) = first.insert(name, role) else { continue };
            let roles = [before, role];
            let code = match self.class {
                Class::CommercialEscrow if roles.iter().all(|role| ["depositor", "beneficiary"].contains(role)) => {
                    CONSID_1
                }
                Class::Tawarruq if roles.iter().all(|role| ["financier", "third_party"].contains(role)) => TAWARRUQ_1,
                _ => PARTY_1,
            };
            let message = format!("`{name}` is both `{before}` and `{role}`");
            self.error(code, Some(party.name.span), message, "name one party for each role");
        }
    }

    fn oracle_party(&mut self) {
        match self.own.parties.as_ref().and_then(|parties| parties.with_role("oracle")) {
            None => self.error(
                ROLE_1,
                None,
                "no party has the role `oracle`, so a contracting party would name the value",
                "add `valuer: oracle independent;` to `parties`",
            ),
            Some(oracle) if oracle.flags.iter().all(|flag| flag.text != "independent") => {
                let name = &oracle.name.text;
                let message = format!("the oracle `{name}` is not `independent`");
                self.error(ROLE_2, Some(oracle.name.span), message, format!("write `{name}: oracle independent;`"));
            }
            Some(_) => {}
        }
    }

    /// The section `oracle`; without it a single valuer attests the value.
    fn oracle(&mut self) {
        let Some(section) = &self.own.oracle else { return };
        let mode = section.get("mode");
        match mode.and_then(|mode| mode.value.as_name()) {
            Some("single") => return,
            Some("consensus") => {}
            _ => {
                let found = mode.map_or("missing".to_owned(), |mode| format!("`{}`", self.shown(mode.value.span)));
                let help = "write `mode: consensus;` or `mode: single;`";
                self.error(ORACLE_5, mode.map(line), format!("the mode of the oracle is {found}"), help);
                return;
            }
        }
        let committee = self.at_least_one(section, "committee", ORACLE_3);
        let quorum = self.at_least_one(section, "quorum", ORACLE_4);
        if let (Some((_, committee)), Some((entry, quorum))) = (committee, quorum)
            && quorum > committee
        {
            let message = format!("a quorum of {quorum} cannot be reached by a committee of {committee}");
            self.error(ORACLE_1, Some(line(entry)), message, format!("write a quorum from 1 to {committee}"));
        }
        match section.get("gharar_bound_bps") {
            None => self.error(ORACLE_5, None, "`oracle` has no `gharar_bound_bps`", "add `gharar_bound_bps: 500;`"),
            Some(entry) if entry.value.as_number().is_some_and(|bound| (1..WHOLE_BPS).contains(&bound)) => {}
            Some(entry) => {
                let message = format!("`gharar_bound_bps` is `{}`", self.shown(entry.value.span));
                self.error(ORACLE_2, Some(line(entry)), message, "write a number from 1 to 9999");
            }
        }
    }

    fn at_least_one<'s>(&mut self, section: &'s Entries, key: &str, code: Code) -> Option<(&'s Entry, u64)> {
        let entry = section.get(key);
        let number = entry.and_then(|entry| entry.value.as_number()).filter(|number| *number > 0);
        if number.is_none() {
            let message = match entry {
                Some(entry) => format!("`{key}` is `{}`", self.shown(entry.value.span)),
                None => format!("`oracle` has no `{key}`"),
            };
            self.error(code, entry.map(line), message, format!("write `{key}: 3;`, or another number above 0"));
        }
        entry.zip(number)
    }

    fn invariants(&mut self) {
        for name in self.rules.invariants {
            if self.own.invariants.iter().all(|own| own.name.text != *name) {
                let message = format!("the invariant `{name}` is not declared");
                self.error(INV_1, None, message, format!("add `invariant {name} {{ … }}`"));
            }
        }
    }

    fn zakat(&mut self) {
        let Some(section) = &self.own.zakat else { return };
        let kind = section.get("kind");
        let genus = kind.map_or(Some("tijarah"), |kind| kind.value.as_name());
        match genus.and_then(|genus| zakat_rate(genus).zip(Some(genus))) {
            Some((rate, genus)) => {
                let entry = section.get("rate_bps");
                if entry.and_then(|entry| entry.value.as_number()) != Some(rate) {
                    let found =
                        entry.map_or("missing".to_owned(), |entry| format!("`{}`", self.shown(entry.value.span)));
                    let message = format!("the rate is {found}, but zakat on `{genus}` is {rate} bps");
                    self.error(ZAKAT_1, entry.map(line), message, format!("write `rate_bps: {rate};`"));
                }
            }
            None => {
                let message = format!(
                    "`{}` is no genus of zakat",
                    kind.map_or(String::new(), |kind| self.shown(kind.value.span))
                );
                let help = "write `tijarah`, `gold`, `silver`, `currency`, `salary`, `mustaghallat`, `crops_rain` or `crops_irrigated`";
                self.error(ZAKAT_5, kind.map(line), message, help);
            }
        }
        self.haul(section, genus.is_some_and(|genus| genus.starts_with("crops_")));
        let nisab = section.get("nisab");
        if nisab.and_then(|nisab| nisab.value.as_number()).is_none_or(|nisab| nisab == 0) {
            let help = "write `nisab: 8500000 tinybar;`, the worth of 85 g of gold or 595 g of silver";
            self.error(ZAKAT_3, nisab.map(line), "`nisab` is no number above 0", help);
        }
        self.zakat_beneficiary(section);
        self.asnaf(section);
    }

    fn haul(&mut self, section: &Entries, crops: bool) {
        let entry = section.get("haul");
        let given = entry.and_then(|entry| entry.value.as_name());
        let (accepted, wanted) = if crops {
            (given == Some("harvest"), "harvest")
        } else {
            (given.is_some_and(|given| LUNAR_YEARS.contains(&given)), "hijri_year")
        };
        if !accepted {
            let found = entry.map_or("missing".to_owned(), |entry| format!("`{}`", self.shown(entry.value.span)));
            let message = match crops {
                true => format!("the haul is {found}, but zakat on crops is due at harvest"),
                false => format!("the haul is {found}, but zakat falls due with the lunar year"),
            };
            self.error(ZAKAT_2, entry.map(line), message, format!("write `haul: {wanted};`"));
        }
    }

    fn zakat_beneficiary(&mut self, section: &Entries) {
        let entry = section.get("beneficiary");
        let name = entry.and_then(|entry| entry.value.as_name());
        let parties = self.own.parties.as_ref();
        let known = name.is_some_and(|name| parties.is_some_and(|all| all.get(name).or(all.with_role(name)).is_some()));
        if !known {
            let message = match entry {
                Some(entry) => format!("`{}` is neither a party nor a role", self.shown(entry.value.span)),
                None => "`zakat` has no `beneficiary`".to_owned(),
            };
            let help = "name a party: `beneficiary: maslahah;`, and `maslahah: beneficiary;` in `parties`";
            self.error(ZAKAT_4, entry.map(line), message, help);
        }
    }

    /// The policy of disbursement, if there is one.
    fn asnaf(&mut self, section: &Entries) {
        let own = || section.entries.iter().filter(|entry| entry.key.text.starts_with("asnaf_"));
        let Some(first) = own().next() else { return };
        for entry in own().filter(|entry| !ASNAF.contains(&entry.key.text.as_str())) {
            let message = format!("`{}` is none of the eight categories", self.shown(entry.key.span));
            self.error(ZAKAT_6, Some(line(entry)), message, format!("the categories are {}", ASNAF.join(", ")));
        }
        for key in ASNAF {
            if section.value(key).and_then(|value| value.as_number()).is_none() {
                let message = format!("the policy of disbursement lacks `{key}`");
                self.error(ZAKAT_6, section.get(key).map(line), message, format!("add `{key}: N;`, which may be 0"));
            }
        }
        let shares = ASNAF.iter().filter_map(|key| section.value(key)?.as_number());
        let sum: u128 = shares.map(u128::from).sum();
        if sum != u128::from(WHOLE_BPS) {
            let message = format!("the shares of the eight categories total {sum} bps");
            self.error(ZAKAT_6, Some(line(first)), message, "let them total 10000 bps");
        }
    }

    fn contingency(&mut self) {
        let Some(section) = &self.own.contingency else { return };
        if let Some(entry) = section.get("jaaihah")
            && !matches!(entry.value.as_name(), Some("reschedule" | "abate"))
        {
            let message = format!("a calamity leads to `{}`", self.shown(entry.value.span));
            self.error(CONT_1, Some(line(entry)), message, "write `jaaihah: abate;` or `jaaihah: reschedule;`");
        }
        if let Some(entry) = section.get("death") {
            if entry.value.as_name() != Some("faraid") {
                let message = format!("a death leads to `{}`", self.shown(entry.value.span));
                self.error(CONT_2, Some(line(entry)), message, "write `death: faraid;`");
            } else if self.party("arbiter").or(self.party("adjudicator")).is_none() {
                let message = "nobody can attest the fixed shares: no party is `arbiter` or `adjudicator`";
                self.error(CONT_3, Some(line(entry)), message, "add `arbiter: adjudicator;` to `parties`");
            }
        }
        if section.get("jaaihah").or(section.get("death")).is_none() {
            let help = "add `jaaihah: abate;` or `death: faraid;`, or remove the section";
            self.warn(CONT_4, Some(section.span), "`contingency` has neither `jaaihah` nor `death`", help);
        }
    }
}
