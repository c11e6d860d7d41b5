//! A contract under construction: what the clauses of a class put together before anything is printed.
//!
//! Texts are templates: `$seller` and `${seller}` stand for the identifier of an actor, `$Seller` for the same with a capital.

use std::cell::RefCell;
use std::collections::{BTreeMap, BTreeSet};

use crate::ast::{Entry, Expr, Instrument, Party};
use crate::class::Class;

use super::script::Script;
use super::undo::window_seconds;

/// Somebody with an address.
#[derive(Clone, Debug)]
pub(super) struct Actor {
    /// What templates call it.
    pub key: String,
    /// Its name in the file.
    pub party: String,
    /// Its role in the file.
    pub role: String,
    /// Its identifier, known once all templates are.
    pub ident: String,
}

/// A value that is fixed when the contract is made.
#[derive(Clone, Debug)]
pub(super) struct Parameter {
    pub kind: &'static str,
    pub name: String,
    pub doc: String,
    /// What the tests and the description of the deployment give for it.
    pub value: super::script::Arg,
}

/// A declaration with its comment.
#[derive(Clone, Debug)]
pub(super) struct Item {
    pub doc: String,
    pub code: String,
}

/// A function.
#[derive(Clone, Debug, Default)]
pub(super) struct Function {
    pub name: String,
    pub parameters: Vec<(&'static str, &'static str, String)>,
    /// `external`, `external payable`, `public view`, …
    pub kind: String,
    /// Roles that may call it; empty for everybody.
    pub by: Vec<String>,
    /// Whose estates have something by it that is owed already: who judged the death may call it then.
    pub collects_for: Vec<String>,
    pub modifiers: Vec<String>,
    pub returns: Option<(String, String)>,
    pub notice: String,
    pub invariants: Vec<&'static str>,
    pub body: String,
}

impl Function {
    /// One that changes state. All of these are guarded against re-entry, so nothing can happen in the middle of a payment.
    pub fn call(name: &str, notice: &str) -> Function {
        Function {
            name: name.to_owned(),
            kind: "external".to_owned(),
            notice: notice.to_owned(),
            modifiers: vec!["nonReentrant".to_owned()],
            ..Function::default()
        }
    }

    /// One that takes money.
    pub fn pay(name: &str, notice: &str) -> Function {
        Function { kind: "external payable".to_owned(), ..Function::call(name, notice) }
    }

    /// One that only reads.
    pub fn view(name: &str, notice: &str, returns: &str, what: &str) -> Function {
        Function {
            name: name.to_owned(),
            kind: "public view".to_owned(),
            notice: notice.to_owned(),
            returns: Some((returns.to_owned(), what.to_owned())),
            ..Function::default()
        }
    }

    /// One for the contract itself.
    pub fn internal(name: &str, notice: &str) -> Function {
        Function {
            name: name.to_owned(),
            kind: "internal".to_owned(),
            notice: notice.to_owned(),
            ..Function::default()
        }
    }

    /// Who may call it.
    pub fn by(mut self, actors: &[&str]) -> Function {
        self.by = actors.iter().map(|actor| (*actor).to_owned()).collect();
        self
    }

    /// Once one of these has died, who judged so may call it, because money would be stuck otherwise. It may only perform or collect what is
    /// owed already: no claim, consent, option or refusal, and nothing that takes money.
    pub fn collects_for(mut self, actors: &[&str]) -> Function {
        self.collects_for = actors.iter().map(|actor| (*actor).to_owned()).collect();
        self
    }

    /// Only in a phase.
    pub fn during(self, phase: &str) -> Function {
        self.with(&format!("during(Phase.{phase})"))
    }

    /// A modifier more.
    pub fn with(mut self, modifier: &str) -> Function {
        self.modifiers.push(modifier.to_owned());
        self
    }

    /// A parameter more.
    pub fn takes(mut self, kind: &'static str, name: &'static str, doc: &str) -> Function {
        self.parameters.push((kind, name, doc.to_owned()));
        self
    }

    /// The declared invariants that it enforces.
    pub fn keeps(mut self, invariants: &[&'static str]) -> Function {
        self.invariants.extend_from_slice(invariants);
        self
    }

    /// Its statements.
    pub fn does(mut self, body: &str) -> Function {
        self.body = body.to_owned();
        self
    }
}

/// The whole.
pub(super) struct Draft<'a> {
    pub spec: &'a Instrument,
    pub class: Class,
    /// In the order of the constructor; the first is who deploys.
    pub actors: Vec<Actor>,
    pub oracle: bool,
    pub imports: Vec<&'static str>,
    pub using: Vec<&'static str>,
    pub parameters: Vec<Parameter>,
    /// Values of parameters that the constructor refuses, and its error.
    pub refused: Vec<(String, super::script::Arg, &'static str)>,
    pub state: Vec<Item>,
    pub events: Vec<Item>,
    pub errors: Vec<Item>,
    pub modifiers: Vec<Item>,
    pub checks: Vec<String>,
    pub phases: Vec<&'static str>,
    pub functions: Vec<Function>,
    pub scripts: Vec<Script>,
    /// Whether the tests need another currency.
    pub tokens: bool,
    /// Members of a pool, by name; scripts call them `member:NAME`.
    pub members: Vec<String>,
    /// Whether it ever holds or moves money.
    pub money: bool,
    /// What the file declares and this contract has no mechanism for.
    pub unenforced: Vec<String>,
    /// What the file declares and this contract keeps because there is nothing that could break it.
    pub vacuous: Vec<String>,
    /// Whether heirs may take a party's place.
    pub heirs: bool,
    /// The first value that the tests' oracle gives.
    pub worth: u128,
    /// Blocks and keys of `returns` of which numbers were taken.
    pub taken: RefCell<BTreeSet<(String, String)>>,
    /// Those of which another place said something else.
    pub unequal: RefCell<BTreeSet<(String, String)>>,
    /// Blocks and keys of `returns` of which lengths of time were taken.
    pub timed: RefCell<BTreeSet<(String, String)>>,
}

impl<'a> Draft<'a> {
    /// An empty one.
    pub fn new(spec: &'a Instrument, class: Class) -> Draft<'a> {
        Draft {
            spec,
            class,
            actors: Vec::new(),
            oracle: false,
            imports: Vec::new(),
            using: Vec::new(),
            parameters: Vec::new(),
            refused: Vec::new(),
            state: Vec::new(),
            events: Vec::new(),
            errors: Vec::new(),
            modifiers: Vec::new(),
            checks: Vec::new(),
            phases: Vec::new(),
            functions: Vec::new(),
            scripts: Vec::new(),
            tokens: false,
            members: Vec::new(),
            money: true,
            unenforced: Vec::new(),
            vacuous: Vec::new(),
            heirs: false,
            worth: 1_000_000,
            taken: RefCell::default(),
            unequal: RefCell::default(),
            timed: RefCell::default(),
        }
    }

    /// The actor of a key.
    pub fn actor(&self, key: &str) -> Option<&Actor> {
        self.actors.iter().find(|actor| actor.key == key)
    }

    /// Whether there is somebody of that key.
    pub fn has(&self, key: &str) -> bool {
        self.actor(key).is_some()
    }

    /// The key of the actor that an expression names by party or role.
    pub fn named(&self, expr: &Expr) -> Option<String> {
        let name = &expr.as_path()?[0].text;
        let own = |actor: &&Actor| actor.party == *name;
        let role = |actor: &&Actor| actor.role == *name;
        self.actors.iter().find(own).or_else(|| self.actors.iter().find(role)).map(|actor| actor.key.clone())
    }

    /// Adds an actor for a party of the file.
    pub fn add_party(&mut self, key: &str, party: &Party, suffix: &'static str) {
        self.add_actor(key, &party.name.text, &party.role.text, suffix);
    }

    /// Adds an actor.
    pub fn add_actor(&mut self, key: &str, party: &str, role: &str, suffix: &'static str) {
        self.actors.push(Actor {
            key: key.to_owned(),
            party: party.to_owned(),
            role: role.to_owned(),
            ident: format!("{party}{suffix}"),
        });
    }

    /// A line of a block of `returns`.
    fn entry(&self, block: &str, key: &str) -> Option<&Entry> {
        self.spec.returns.as_ref()?.get(block)?.entries.get(key)
    }

    /// A number that stands in a block of `returns`, if the file says it.
    pub fn stated(&self, block: &str, key: &str) -> Option<u128> {
        let entry = self.entry(block, key)?;
        self.taken.borrow_mut().insert((block.to_owned(), key.to_owned()));
        entry.value.as_number().map(u128::from)
    }

    /// A number that stands in a block of `returns`, or what to take where the file leaves it open.
    pub fn number(&self, block: &str, key: &str, otherwise: u128) -> u128 {
        self.stated(block, key).unwrap_or(otherwise)
    }

    /// The first number that any of `(block, key)` has, which may be zero; all must say the same.
    pub fn first_stated(&self, places: &[(&str, &str)], otherwise: u128) -> u128 {
        let said = places.iter().filter(|(block, key)| self.entry(block, key).is_some());
        let said: Vec<(&str, &str, Option<u128>)> =
            said.map(|(block, key)| (*block, *key, self.stated(block, key))).collect();
        let first = said.iter().find_map(|own| own.2);
        for (block, key, _) in said.iter().filter(|own| own.2.is_some() && own.2 != first) {
            self.unequal.borrow_mut().insert(((*block).to_owned(), (*key).to_owned()));
        }
        first.unwrap_or(otherwise)
    }

    /// The first number that any of `(block, key)` has; zero, which is refused elsewhere, is none.
    pub fn first_number(&self, places: &[(&str, &str)], otherwise: u128) -> u128 {
        Some(self.first_stated(places, otherwise)).filter(|own| *own > 0).unwrap_or(otherwise)
    }

    /// The first length of time that any of `(block, key)` has, in seconds; all must say the same. A plain number may be a day instead, and
    /// so may what a date counts in seconds or a unit of its own.
    pub fn time(&self, places: &[(&str, &str)]) -> Option<u128> {
        let said: Vec<((String, String), u128)> = places
            .iter()
            .filter_map(|(block, key)| {
                let value = &self.entry(block, key)?.value;
                let unit = value.unit()?.to_lowercase();
                let seconds = window_seconds(value);
                let day = key.ends_with("_date") && (unit.starts_with("second") || seconds.is_none());
                (!day).then(|| (((*block).to_owned(), (*key).to_owned()), seconds.unwrap_or_default()))
            })
            .collect();
        let first = said.first().map(|own| own.1);
        for (place, seconds) in said {
            if Some(seconds) != first {
                self.unequal.borrow_mut().insert(place.clone());
            }
            self.timed.borrow_mut().insert(place);
        }
        first
    }

    /// The part of an actor in a block of `returns`, under its name or role, or what the parts of others leave.
    pub fn part(&self, block: &str, key: &str, otherwise: u128) -> u128 {
        let Some(actor) = self.actor(key) else { return otherwise };
        let own = [&actor.party, &actor.role].into_iter().find_map(|name| self.entry(block, name));
        if let Some(bps) = own.and_then(|own| own.value.as_number()) {
            return u128::from(bps);
        }
        let block = self.spec.returns.as_ref().and_then(|own| own.get(block));
        let others = block.iter().flat_map(|own| &own.entries.entries);
        let others = others.filter(|own| own.value.says_bps() || self.divides(&own.key.text));
        let others: Vec<u128> = others.filter_map(|own| own.value.as_number()).map(u128::from).collect();
        if others.is_empty() { otherwise } else { 10_000_u128.saturating_sub(others.iter().sum()) }
    }

    /// Whether a name is of somebody who makes the contract, among whom it divides, or of the pool.
    pub fn divides(&self, name: &str) -> bool {
        let makes = |own: &&Actor| !["arbiter", "fund"].contains(&own.key.as_str()) && !own.key.starts_with("party");
        self.class == Class::MudarabahPool && name == "pool"
            || self.actors.iter().filter(makes).any(|own| own.party == name || own.role == name)
    }

    /// The shares that the section `capital` gives to actors, by key.
    pub fn shares(&self) -> BTreeMap<String, u64> {
        let mut shares = BTreeMap::new();
        for share in self.spec.capital.iter().flat_map(|capital| &capital.shares) {
            let own = |actor: &&Actor| actor.party == share.name.text || actor.role == share.name.text;
            if let Some(actor) = self.actors.iter().find(own) {
                shares.insert(actor.key.clone(), share.bps);
            }
        }
        shares
    }

    /// A value that is fixed when the contract is made.
    pub fn parameter(&mut self, kind: &'static str, name: &str, doc: &str, value: super::script::Arg) {
        self.parameters.push(Parameter { kind, name: name.to_owned(), doc: doc.to_owned(), value });
    }

    /// An amount that is fixed when the contract is made and may not be zero.
    pub fn amount(&mut self, name: &str, doc: &str, value: u128) {
        self.parameter("uint256", name, doc, super::script::Arg::Number(value));
        self.checks.push(format!("if ({name}_ == 0) revert NothingToPay();"));
        self.error("NothingToPay()", "The amount would be zero.");
        self.refuse(name, super::script::Arg::Number(0), "NothingToPay");
    }

    /// What a parameter is given in tests and deployments, if it is a number; zero where there is none of that name.
    pub fn number_of(&self, name: &str) -> u128 {
        match self.parameters.iter().find(|own| own.name == name).map(|own| &own.value) {
            Some(super::script::Arg::Number(value)) => *value,
            _ => 0,
        }
    }

    /// A value of a parameter that the constructor refuses.
    pub fn refuse(&mut self, name: &str, value: super::script::Arg, error: &'static str) {
        self.refused.push((name.to_owned(), value, error));
    }

    /// A state variable.
    pub fn state(&mut self, code: &str, doc: &str) {
        self.state.push(Item { doc: doc.to_owned(), code: code.to_owned() });
    }

    /// An event.
    pub fn event(&mut self, code: &str, doc: &str) {
        push_once(&mut self.events, &format!("event {code};"), doc);
    }

    /// An error.
    pub fn error(&mut self, code: &str, doc: &str) {
        push_once(&mut self.errors, &format!("error {code};"), doc);
    }

    /// A modifier.
    pub fn modifier(&mut self, code: &str, doc: &str) {
        push_once(&mut self.modifiers, code, doc);
    }

    /// An import.
    pub fn import(&mut self, line: &'static str) {
        if !self.imports.contains(&line) {
            self.imports.push(line);
        }
    }

    /// The phases of its life, the first being where it begins.
    pub fn phases(&mut self, phases: &[&'static str]) {
        self.phases = phases.to_vec();
        self.error("WrongPhase(Phase current)", "The call does not belong to the phase that the contract is in.");
        self.modifier(
            "modifier during(Phase wanted) {\n  if (phase != wanted) revert WrongPhase(phase);\n  _;\n}",
            "Only in one phase.",
        );
    }
}

fn push_once(items: &mut Vec<Item>, code: &str, doc: &str) {
    if !items.iter().any(|item| item.code == code) {
        items.push(Item { doc: doc.to_owned(), code: code.to_owned() });
    }
}

impl Actor {
    /// What tests and deployments call it: its name in the file.
    pub fn key_in_tests(&self) -> String {
        self.party.clone()
    }
}
