//! Rules of single classes that no table can say.

use super::shared::WHOLE_BPS;
use super::table::{Demand, NO_GUARANTEE, Wants};
use super::{Checker, line};
use crate::ast::{Block, Entry, Expr, ExprKind};
use crate::class::Class;
use crate::codes::{
    BUYOUT_1, BUYOUT_2, CAP_1, CAP_2, DISPUTE_1, GHARAR_1, GHARAR_2, HAWALA_1, IJARAH_1, IJARAH_2, ISTISNA_4,
    MAQASID_1, MAQASID_2, MUD_1, MUD_2, MUD_3, MUD_4, MUR_2, POOL_1, POOL_2, RENT_1, RENT_2, RIBA_2, SARF_2,
    TAWARRUQ_1, TAWARRUQ_2, TAWARRUQ_3,
};
use etymon_diagnostics::Code;

impl<'a> Checker<'a> {
    pub(super) fn class(&mut self) {
        for demand in self.rules.risk {
            self.demand("risk", self.risk(demand.key), demand);
        }
        let mut found = None;
        if let Some((name, code)) = self.rules.block {
            found = self.block(name);
            match found {
                Some(block) => {
                    for demand in self.rules.demands {
                        let entry = block.entries.get(demand.key);
                        let same = match demand.wants {
                            Wants::Same(key) => block.entries.value(key).zip(entry.map(|own| &own.value)),
                            _ => None,
                        };
                        if !same.is_some_and(|(one, other)| is_same_sum(one, other)) {
                            self.demand(name, entry, demand);
                        }
                    }
                }
                None => self.error(
                    code,
                    None,
                    format!("`returns` has no block `{name}`"),
                    format!("add `returns {{ {name} {{ {} }} }}`", self.outline()),
                ),
            }
        }
        self.forbidden();
        self.special(found);
    }

    /// What a class forbids among its terms it forbids in `risk`, too, and nobody guarantees what is invested.
    fn forbidden(&mut self) {
        let none = |own: &&Demand| matches!(own.wants, Wants::Name("none") | Wants::NameOrAbsent("none"));
        let invests = matches!(self.class, Class::Sukuk | Class::Takaful | Class::Wakala | Class::Muzaraah);
        for demand in self.rules.demands.iter().filter(none).chain(invests.then_some(&NO_GUARANTEE)) {
            if let Some(entry) = self.risk(demand.key).filter(|own| !denies(&own.value)) {
                self.demand("risk", Some(entry), demand);
            }
        }
    }

    fn special(&mut self, block: Option<&'a Block>) {
        match self.class {
            Class::MusharakahMutanaqisah => self.musharakah_mutanaqisah(),
            Class::Mudarabah => self.mudarabah(block),
            Class::IjarahImbt | Class::Ijarah => self.ijarah(block),
            Class::Murabahah => self.murabahah(block),
            Class::Istisna => self.istisna(block),
            Class::Sarf => self.sarf(block),
            Class::Tawarruq => self.tawarruq(block),
            Class::Hawala => self.hawala(block),
            Class::Musharakah => self.capital(2),
            Class::Sukuk | Class::Takaful | Class::MudarabahPool => self.pool(),
            Class::CommercialEscrow => self.dispute(),
            _ => {}
        }
    }

    /// The keys of the required block, as a line to be written.
    fn outline(&self) -> String {
        let lines: Vec<String> =
            self.rules.demands.iter().map(|demand| format!("{}: {};", demand.key, example(demand.wants))).collect();
        if lines.is_empty() { "…".to_owned() } else { lines.join(" ") }
    }

    fn demand(&mut self, section: &str, entry: Option<&Entry>, demand: &Demand) {
        if entry.is_some_and(|entry| fulfils(&entry.value, demand.wants)) {
            return;
        }
        let Demand { key, why, .. } = demand;
        let message = match entry {
            Some(entry) => format!("`{section}.{key}` is `{}`: {why}", self.shown(entry.value.span)),
            None if matches!(demand.wants, Wants::NameOrAbsent(_)) => return,
            None => format!("`{section}` has no `{key}`: {why}"),
        };
        self.error(demand.code, entry.map(line), message, remedy(key, demand.wants));
    }

    /// What is wrong with the line of a key, or with its absence.
    fn wrong(&self, section: &str, key: &str, entry: Option<&Entry>) -> String {
        match entry {
            Some(entry) => format!("`{section}.{key}` is `{}`", self.shown(entry.value.span)),
            None => format!("`{section}` has no `{key}`"),
        }
    }

    fn musharakah_mutanaqisah(&mut self) {
        match self.block("rent") {
            None => self.error(
                RENT_2,
                None,
                "`returns` has no block `rent` for the use of the financier's share",
                "add `returns { rent { basis: bank.share; rate: 1 per_bps_period; } }`",
            ),
            Some(rent) => self.living_rent(rent),
        }
        match self.block("buyout") {
            None => self.error(
                BUYOUT_2,
                None,
                "`returns` has no block `buyout`, by which the partnership diminishes",
                "add `returns { buyout { price: oracle.fairValue * bps; } }`",
            ),
            Some(buyout) => match buyout.entries.get("price") {
                None => {
                    self.error(BUYOUT_1, None, "`buyout` has no `price`", "write `price: oracle.fairValue * bps;`");
                }
                Some(price) if !self.is_attested(price) => {
                    let message = format!("the price `{}` does not come from the oracle", self.shown(price.value.span));
                    self.error(GHARAR_1, Some(line(price)), message, "write `price: oracle.fairValue * bps;`");
                }
                Some(_) => {}
            },
        }
        self.capital(2);
        let message = "a rent that is reckoned to return the capital with a yield is a loan in substance";
        self.warn(MAQASID_2, None, message, "have the economic basis of the rent looked at");
    }

    fn living_rent(&mut self, rent: &Block) {
        let financier = self.party("financier").unwrap_or("financier");
        let help = format!("write `basis: {financier}.share;`");
        let Some(basis) = rent.entries.get("basis") else {
            return self.error(RENT_1, None, "`rent` has no `basis`", help);
        };
        let shown = self.shown(basis.value.span);
        if is_money(&basis.value) {
            let message = format!("rent on `{shown}` is an increase on a loan");
            return self.error(RIBA_2, Some(line(basis)), message, help);
        }
        let path = basis.value.as_path().unwrap_or_default();
        if !matches!(path, [party, share] if party.text == financier && share.text == "share") {
            let message = format!("rent falls on `{shown}`, not on the share that `{financier}` still owns");
            self.warn(RIBA_2, Some(line(basis)), message, help);
        }
    }

    /// Capital in whole, from at least so many.
    fn capital(&mut self, contributors: usize) {
        let shares = self.own.capital.as_ref().map_or(&[][..], |capital| &capital.shares);
        let sum: u128 = shares.iter().map(|share| u128::from(share.bps)).sum();
        let place = self.own.capital.as_ref().map(|capital| capital.span);
        if sum != u128::from(WHOLE_BPS) {
            let message = format!("the shares of capital total {sum} bps");
            self.error(CAP_1, place, message, "let them total 10000 bps");
        }
        let above_zero = shares.iter().filter(|share| share.bps > 0).count();
        if above_zero < contributors {
            let message = format!("{above_zero} of at least {contributors} parties contribute capital");
            self.error(CAP_2, place, message, "give each partner a share above 0");
        }
    }

    fn share_of(&self, party: &str) -> Option<&'a crate::ast::Share> {
        self.own.capital.as_ref()?.shares.iter().find(|share| share.name.text == party)
    }

    fn mudarabah(&mut self, profit: Option<&Block>) {
        for (role, code) in [("rabb_al_mal", MUD_2), ("mudarib", MUD_3)] {
            if self.party(role).is_none() {
                let message = format!("no party has the role `{role}`");
                self.error(code, None, message, format!("add a line such as `somebody: {role};` to `parties`"));
            }
        }
        if let Some(share) = self.party("mudarib").and_then(|name| self.share_of(name)).filter(|share| share.bps > 0) {
            let message = format!("the mudarib `{}` gives {} bps of the capital", share.name.text, share.bps);
            self.error(MUD_1, Some(share.span), message, "write `0 bps`, or make it a `musharakah`");
        }
        if let Some(name) = self.party("rabb_al_mal") {
            let share = self.share_of(name);
            if share.map(|share| share.bps) != Some(WHOLE_BPS) {
                let given = share.map_or(0, |share| share.bps);
                let message = format!("the rabb al-mal `{name}` gives {given} bps of the capital");
                self.error(MUD_4, share.map(|share| share.span), message, format!("write `{name}: 10000 bps;`"));
            }
        }
        if let Some(profit) = profit {
            let source = profit.entries.get("source");
            if !source.is_some_and(|source| self.is_attested(source)) {
                let message = format!("{}: profit is attested by the oracle", self.wrong("profit", "source", source));
                self.error(GHARAR_2, source.map(line), message, "write `source: oracle.realizedProfit;`");
            }
        }
        self.capital(0);
    }

    fn ijarah(&mut self, rent: Option<&Block>) {
        if let Some(rent) = rent {
            match rent.entries.get("basis") {
                None => self.error(RENT_1, None, "`rent` has no `basis`", "write `basis: usufruct;`"),
                Some(basis) if is_money(&basis.value) => {
                    let message = format!("rent on `{}` is an increase on a loan", self.shown(basis.value.span));
                    self.error(RIBA_2, Some(line(basis)), message, "write `basis: usufruct;`");
                }
                Some(basis) if basis.value.as_name() != Some("usufruct") => {
                    let message = format!("rent falls on `{}`, not on the use", self.shown(basis.value.span));
                    self.warn(IJARAH_1, Some(line(basis)), message, "write `basis: usufruct;`");
                }
                Some(_) => {}
            }
        }
        if self.class == Class::IjarahImbt && self.step("transferOwnership").is_none() {
            let message = "the lifecycle has no step `transferOwnership`: sale and lease are two contracts";
            self.error(IJARAH_2, None, message, "add `transferOwnership;` to `lifecycle`");
        }
    }

    /// Where in the lifecycle a step stands.
    fn step(&self, name: &str) -> Option<usize> {
        self.own.lifecycle.as_ref()?.steps.iter().position(|step| step.name.text == name)
    }

    fn ordered(&mut self, code: Code, first: &str, then: &str) {
        let (earlier, later) = (self.step(first), self.step(then));
        if earlier.zip(later).is_some_and(|(earlier, later)| earlier < later) {
            return;
        }
        let message = match (earlier, later) {
            (Some(_), Some(_)) => format!("`{then}` comes before `{first}`"),
            (None, _) => format!("the lifecycle has no step `{first}`"),
            (Some(_), None) => format!("the lifecycle has no step `{then}`"),
        };
        let steps = self.own.lifecycle.as_ref().map(|lifecycle| &lifecycle.steps);
        let span = later.filter(|_| earlier.is_some()).zip(steps).map(|(at, steps)| steps[at].name.span);
        self.error(code, span, message, format!("write `lifecycle {{ {first}; {then}; … }}`"));
    }

    fn murabahah(&mut self, sale: Option<&Block>) {
        if let Some(sale) = sale {
            let basis = sale.entries.get("markup_basis");
            let help = "write `markup_basis: fixed;`";
            match basis {
                Some(entry) if entry.value.as_name() == Some("fixed") => {}
                Some(entry) if entry.value.as_name() != Some("time") && !is_money(&entry.value) => {
                    let message = format!("the markup follows `{}`, and is not `fixed`", self.shown(entry.value.span));
                    self.warn(RIBA_2, Some(line(entry)), message, help);
                }
                _ => {
                    let wrong = self.wrong("sale", "markup_basis", basis);
                    let message = format!("{wrong}: a markup that grows with time or money is an increase on a loan");
                    self.error(RIBA_2, basis.map(line), message, help);
                }
            }
        }
        self.ordered(MUR_2, "acquireAsset", "sell");
        let message = "a markup that follows a rate of interest, on a thing nobody wants, is a loan in substance";
        self.warn(MAQASID_1, None, message, "have it confirmed that the buyer wants the thing");
    }

    fn istisna(&mut self, block: Option<&Block>) {
        let Some(block) = block else { return };
        let day = block.entries.get("delivery_date");
        if !day.is_some_and(|day| fulfils(&day.value, Wants::Day)) {
            let message = self.wrong("istisna", "delivery_date", day);
            self.warn(ISTISNA_4, day.map(line), message, remedy("delivery_date", Wants::Day));
        }
    }

    fn sarf(&mut self, exchange: Option<&Block>) {
        let Some(exchange) = exchange else { return };
        let amount = |key: &str| exchange.entries.value(key).and_then(Expr::as_number);
        let same = exchange.entries.get("same_genus");
        match same.and_then(|same| same.value.as_name()) {
            Some("no") => {}
            Some("yes") => {
                if let (Some(give), Some(take)) = (amount("give_amount"), amount("take_amount"))
                    && give != take
                {
                    let place = exchange.entries.get("take_amount").map(line);
                    let message = format!("{give} are exchanged for {take} of the same kind");
                    self.error(SARF_2, place, message, format!("write `take_amount: {give};`"));
                }
            }
            _ => {
                let message = self.wrong("exchange", "same_genus", same);
                self.error(SARF_2, same.map(line), message, "write `same_genus: yes;` or `same_genus: no;`");
            }
        }
    }

    fn tawarruq(&mut self, sale: Option<&Block>) {
        if let Some(sale) = sale {
            let third = self.party("third_party").unwrap_or("third_party");
            let buyer = sale.entries.get("buyer");
            let name = buyer.and_then(|buyer| buyer.value.as_name());
            if !name.is_some_and(|name| name == third || name == "third_party") {
                let message = format!("{}: only the third party may buy", self.wrong("spot_sale", "buyer", buyer));
                self.error(TAWARRUQ_1, buyer.map(line), message, format!("write `buyer: {third};`"));
            }
            let financier = self.party("financier");
            if let Some(arranger) = sale.entries.get("arranged_by")
                && arranger.value.as_name().is_some_and(|name| Some(name) == financier || name == "financier")
            {
                let message = "the financier arranges the sale";
                self.error(TAWARRUQ_3, Some(line(arranger)), message, "let the mustawriq sell: remove the line");
            }
        }
        self.ordered(TAWARRUQ_2, "takePossession", "sellSpot");
        let message = "each sale may be sound, and the whole still a loan of money";
        self.warn(MAQASID_1, None, message, "have it confirmed that the thing is needed");
    }

    fn hawala(&mut self, transfer: Option<&Block>) {
        let Some(transfer) = transfer else { return };
        let number = |key: &str| transfer.entries.value(key).and_then(Expr::as_number);
        let amount = transfer.entries.get("amount");
        let same = amount.is_some_and(|own| own.value.as_name() == Some("debt"));
        match (number("debt"), number("amount")) {
            (Some(debt), other) if debt > 0 && (other == Some(debt) || same) => {}
            (Some(debt), Some(other)) if debt > 0 => {
                let message = format!("a debt of {debt} is transferred as {other}");
                self.error(HAWALA_1, amount.map(line), message, format!("write `amount: {debt};`"));
            }
            _ => {
                let message = "`transfer` has no `debt` above 0 and an equal `amount`";
                self.error(HAWALA_1, None, message, "write `debt: 1000; amount: 1000;`");
            }
        }
    }

    fn pool(&mut self) {
        let members = self.own.pool.as_ref().map_or(&[][..], |pool| &pool.entries);
        let place = self.own.pool.as_ref().map(|pool| pool.span);
        let shares = || members.iter().filter_map(|member| member.value.as_number());
        let sum: u128 = shares().map(u128::from).sum();
        if sum != u128::from(WHOLE_BPS) || shares().count() < members.len() {
            let message = format!("the shares of the pool total {sum} bps");
            self.error(POOL_1, place, message, "write `name: N bps;` for each member, 10000 bps in all");
        }
        let above_zero = shares().filter(|share| *share > 0).count();
        if above_zero < 2 {
            let message = format!("the pool has {above_zero} of at least 2 members");
            self.error(POOL_2, place, message, "add `pool { first: 5000 bps; second: 5000 bps; }`");
        }
    }

    fn dispute(&mut self) {
        let remedy = self.own.dispute.as_ref().and_then(|dispute| dispute.get("remedy"));
        if remedy.and_then(|remedy| remedy.value.as_name()) != Some("arbiter_ruling") {
            let message = self.wrong("dispute", "remedy", remedy);
            self.error(
                DISPUTE_1,
                remedy.map(line),
                message,
                "add `dispute { forum: arbiter; remedy: arbiter_ruling; }`",
            );
        }
    }
}

/// What sums of money are called, of which nothing may be rented.
pub(crate) const MONEY: [&str; 2] = ["principal", "capital"];

/// Whether a basis is a sum of money, or a path that ends in one.
fn is_money(value: &Expr) -> bool {
    let last = value.as_path().and_then(<[_]>::last);
    last.is_some_and(|name| MONEY.contains(&name.text.as_str()))
}

/// Whether a value says that there is no such thing.
fn denies(value: &Expr) -> bool {
    value.as_name().is_some_and(|own| ["no", "false", "not_applicable"].contains(&own)) || value.as_number() == Some(0)
}

/// Whether two numbers are equal, and of one unit where both have one.
fn is_same_sum(one: &Expr, other: &Expr) -> bool {
    one.as_number().is_some_and(|own| Some(own) == other.as_number())
        && one.unit().zip(other.unit()).is_none_or(|(one, other)| one == other)
}

fn fulfils(value: &Expr, wants: Wants) -> bool {
    match wants {
        Wants::Name(name) | Wants::NameOrAbsent(name) | Wants::Same(name) => value.as_name() == Some(name),
        Wants::Positive | Wants::Day => value.as_number().is_some_and(|number| number > 0),
        Wants::UpTo(most) => value.as_number().is_some_and(|number| (1..=most).contains(&number)),
        Wants::Number => value.as_number().is_some(),
        Wants::Described => match &value.kind {
            ExprKind::Text(text) => !text.trim().is_empty(),
            ExprKind::Path(_) => true,
            _ => false,
        },
    }
}

/// What to write for a demand.
fn remedy(key: &str, wants: Wants) -> String {
    let unit = if wants == Wants::Day { ", in seconds of Unix time" } else { "" };
    format!("write `{key}: {};`{unit}", example(wants))
}

/// A value that fulfils a demand, for remedies.
fn example(wants: Wants) -> String {
    match wants {
        Wants::Name(name) | Wants::NameOrAbsent(name) | Wants::Same(name) => name.to_owned(),
        Wants::Positive => "1000".to_owned(),
        Wants::Day => "1893456000".to_owned(),
        Wants::UpTo(most) => most.to_string(),
        Wants::Number => "0".to_owned(),
        Wants::Described => "described".to_owned(),
    }
}
