//! Whether terms fulfil a manifest. No clock, no files, no recursion: the same question always has the same answer.

use crate::manifest::{Constraint, Manifest, Operator, Scalar};
use serde::Serialize;
use serde_json::{Map, Number, Value};
use std::borrow::Cow;
use std::cmp::Ordering;

/// The terms of an agreement: a JSON object.
pub type Terms = Map<String, Value>;

/// A manifest that is ready to be asked.
#[derive(Clone, Debug)]
pub struct Enforcer {
    manifest: Manifest,
}

/// What becomes of terms.
#[derive(Clone, Debug, PartialEq, Serialize)]
pub struct Answer<'m> {
    /// Whether nothing is violated.
    pub allowed: bool,
    /// The same in a word.
    pub decision: Decision,
    /// The class of the instrument.
    pub instrument: &'m str,
    /// The body of rules.
    pub regime: &'m str,
    /// What is violated, in the manifest's order.
    pub violations: Vec<Violation<'m>>,
}

/// Yes or no.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize)]
#[serde(rename_all = "lowercase")]
pub enum Decision {
    /// Yes.
    Allow,
    /// No.
    Deny,
}

/// A constraint that terms do not fulfil.
#[derive(Clone, Debug, PartialEq, Serialize)]
pub struct Violation<'m> {
    /// The rule.
    pub code: &'m str,
    /// The term.
    pub field: Cow<'m, str>,
    /// How it was compared.
    pub op: Operator,
    /// With what.
    pub expected: Scalar,
    /// The term's value; nothing where it is missing.
    pub got: Value,
    /// Where the rule comes from.
    pub citation: &'m str,
}

impl<'m> Answer<'m> {
    /// The answer that these violations make.
    pub fn new(manifest: &'m Manifest, violations: Vec<Violation<'m>>) -> Self {
        let allowed = violations.is_empty();
        let decision = if allowed { Decision::Allow } else { Decision::Deny };
        Answer { allowed, decision, instrument: &manifest.contract, regime: &manifest.regime, violations }
    }
}

impl Enforcer {
    /// Makes a manifest ready.
    pub fn new(manifest: Manifest) -> Self {
        Enforcer { manifest }
    }

    /// The manifest.
    pub fn manifest(&self) -> &Manifest {
        &self.manifest
    }

    /// Whether the manifest constrains a term.
    pub fn constrains(&self, field: &str) -> bool {
        self.manifest.constraints.iter().any(|own| own.field == field)
    }

    /// Decides on terms. What is missing, `null` or of another type than its constraint's value is denied, whatever the operator.
    /// `lenient` lets texts stand for the truth values and numbers that they spell.
    pub fn enforce(&self, terms: &Terms, lenient: bool) -> Answer<'_> {
        let broken = self.manifest.constraints.iter().filter_map(|constraint| violation(constraint, terms, lenient));
        Answer::new(&self.manifest, broken.collect())
    }
}

fn violation<'m>(constraint: &'m Constraint, terms: &Terms, lenient: bool) -> Option<Violation<'m>> {
    let got = lookup(terms, &constraint.field);
    if got.is_some_and(|got| holds(constraint.op, got, &constraint.value, lenient)) {
        return None;
    }
    Some(Violation {
        code: &constraint.code,
        field: Cow::Borrowed(&constraint.field),
        op: constraint.op,
        expected: constraint.value.clone(),
        got: got.cloned().unwrap_or(Value::Null),
        citation: &constraint.citation,
    })
}

/// The term of that very name, or else the one that its dots lead to through nested objects.
pub fn lookup<'t>(terms: &'t Terms, field: &str) -> Option<&'t Value> {
    if let Some(exact) = terms.get(field) {
        return Some(exact);
    }
    let (mut names, mut within) = (field.split('.').peekable(), terms);
    while let Some(name) = names.next() {
        let found = within.get(name)?;
        if names.peek().is_none() {
            return Some(found);
        }
        within = found.as_object()?;
    }
    None
}

fn holds(op: Operator, got: &Value, expected: &Scalar, lenient: bool) -> bool {
    let compared = match (got, expected) {
        (Value::Bool(got), Scalar::Bool(expected)) => Some(got.cmp(expected)),
        (Value::String(got), Scalar::Text(expected)) => Some(got.cmp(expected)),
        (Value::Number(got), Scalar::Number(expected)) => compare(got, expected),
        (Value::String(got), Scalar::Bool(expected)) if lenient => spelled_bool(got).map(|got| got.cmp(expected)),
        (Value::Bool(got), Scalar::Text(expected)) if lenient => spelled_bool(expected).map(|own| got.cmp(&own)),
        (Value::String(got), Scalar::Number(expected)) if lenient => {
            spelled_number(got).and_then(|got| compare(&got, expected))
        }
        (Value::Number(got), Scalar::Text(expected)) if lenient => {
            spelled_number(expected).and_then(|expected| compare(got, &expected))
        }
        _ => None,
    };
    compared.is_some_and(|ordering| op.admits(ordering))
}

fn spelled_bool(text: &str) -> Option<bool> {
    match text {
        "true" => Some(true),
        "false" => Some(false),
        _ => None,
    }
}

/// A number as JSON spells it.
fn spelled_number(text: &str) -> Option<Number> {
    let digit = text.ends_with(|last: char| last.is_ascii_digit());
    let sign = text.starts_with(|first: char| first.is_ascii_digit() || first == '-');
    if digit && sign { text.parse().ok() } else { None }
}

/// Compares numbers as numbers: `250` is `250.0`, and whole ones are never rounded.
fn compare(one: &Number, other: &Number) -> Option<Ordering> {
    match (whole(one), whole(other)) {
        (Some(one), Some(other)) => Some(one.cmp(&other)),
        (Some(one), None) => beside(other.as_f64()?, one).map(Ordering::reverse),
        (None, Some(other)) => beside(one.as_f64()?, other),
        (None, None) => one.as_f64()?.partial_cmp(&other.as_f64()?),
    }
}

fn whole(number: &Number) -> Option<i128> {
    number.as_u64().map(i128::from).or_else(|| number.as_i64().map(i128::from))
}

/// A floating number beside a whole one.
fn beside(float: f64, whole: i128) -> Option<Ordering> {
    // The whole one has 64 bits; beyond 2^100 only the sign counts, and below it the floor is exact.
    const FAR: f64 = (1_u128 << 100) as f64;
    if float.abs() >= FAR {
        return float.partial_cmp(&0.0);
    }
    let floor = float.floor();
    let fraction = if float > floor { Ordering::Greater } else { Ordering::Equal };
    Some((floor as i128).cmp(&whole).then(fraction))
}

#[cfg(test)]
mod tests;
