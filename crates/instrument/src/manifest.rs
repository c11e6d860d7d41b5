//! The manifest: what was checked, as terms that any runtime can hold an agreement to, without this compiler.

mod clauses;
mod numbers;
mod read;

pub use clauses::{FIELDS, field};
pub use numbers::inexact;
pub use read::{MAX_CONSTRAINTS, MAX_MANIFEST};

use crate::ast::Instrument;
use crate::class::Class;
use crate::codes::CLASS_1;
use crate::rules::RuleSet;
use clauses::Given;
use etymon_diagnostics::{Code, Diagnostic, Report};
use etymon_emit::Artifact;
use serde::{Deserialize, Serialize, Serializer};
use serde_json::Number;
use std::cmp::Ordering;

/// The form of manifests that this program writes, in their key `schema`.
pub const SCHEMA: &str = "instrument-manifest/1";
/// What a manifest's file name ends with.
pub const SUFFIX: &str = ".manifest.json";
/// A manifest that cannot be used.
pub const MANIFEST_INVALID: Code = Code::new("MANIFEST_INVALID");

/// What an agreement's terms must fulfil.
#[derive(Clone, Debug, PartialEq, Serialize)]
pub struct Manifest {
    /// The class of the instrument.
    pub contract: String,
    /// The body of rules.
    pub regime: String,
    /// Whose standards the rules are.
    pub authority: String,
    /// What must hold, in the order in which violations are told.
    pub constraints: Vec<Constraint>,
    /// The instrument's name.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub name: Option<String>,
    /// Who must be able to bind themselves: roles, or names where several have one role.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub principals: Option<Vec<String>>,
    /// [`SCHEMA`] in manifests of this program.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub schema: Option<String>,
}

/// One thing that must hold.
#[derive(Clone, Debug, PartialEq, Serialize)]
pub struct Constraint {
    /// The rule that it states, such as `RIBA-1`.
    pub code: String,
    /// The term, with dots between the names of nested ones.
    pub field: String,
    /// How the term is compared.
    pub op: Operator,
    /// With what.
    pub value: Scalar,
    /// Where the rule comes from.
    pub citation: String,
}

/// How a term is compared with a constraint's value.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash, Serialize, Deserialize)]
#[serde(rename_all = "lowercase")]
pub enum Operator {
    /// Equal.
    Eq,
    /// Not equal.
    Ne,
    /// Greater.
    Gt,
    /// Less.
    Lt,
    /// Greater or equal.
    Ge,
    /// Less or equal.
    Le,
}

impl Operator {
    /// All of them.
    pub const ALL: [Operator; 6] = [Operator::Eq, Operator::Ne, Operator::Gt, Operator::Lt, Operator::Ge, Operator::Le];

    /// Its name in manifests.
    pub const fn name(self) -> &'static str {
        match self {
            Operator::Eq => "eq",
            Operator::Ne => "ne",
            Operator::Gt => "gt",
            Operator::Lt => "lt",
            Operator::Ge => "ge",
            Operator::Le => "le",
        }
    }

    /// The operator of a name.
    pub fn from_name(name: &str) -> Option<Operator> {
        Operator::ALL.into_iter().find(|own| own.name() == name)
    }

    /// Whether a value that compares so with a constraint's fulfils it.
    pub const fn admits(self, compared: Ordering) -> bool {
        match self {
            Operator::Eq => compared.is_eq(),
            Operator::Ne => compared.is_ne(),
            Operator::Gt => compared.is_gt(),
            Operator::Lt => compared.is_lt(),
            Operator::Ge => compared.is_ge(),
            Operator::Le => compared.is_le(),
        }
    }

    /// Whether it compares sizes, which only numbers have.
    pub const fn orders(self) -> bool {
        !matches!(self, Operator::Eq | Operator::Ne)
    }
}

/// What a term is compared with.
#[derive(Clone, Debug, PartialEq)]
pub enum Scalar {
    /// True or false.
    Bool(bool),
    /// A number.
    Number(Number),
    /// A text.
    Text(String),
}

impl Serialize for Scalar {
    fn serialize<S: Serializer>(&self, serializer: S) -> Result<S::Ok, S::Error> {
        match self {
            Scalar::Bool(truth) => serializer.serialize_bool(*truth),
            Scalar::Number(number) => number.serialize(serializer),
            Scalar::Text(text) => serializer.serialize_str(text),
        }
    }
}

impl Manifest {
    /// The manifest of an instrument that was checked, under the rule module that its `meta.rules` names, if it does.
    ///
    /// # Errors
    /// As [`Manifest::under`].
    pub fn of(instrument: &Instrument) -> Result<Manifest, Report> {
        Manifest::under(instrument, None)
    }

    /// The manifest of an instrument that was checked under a rule module; without one, under that of its `meta.rules`. What the module
    /// requires beside the built-in rules follows theirs.
    ///
    /// # Errors
    /// `CLASS-1` where its class is unknown and `RULE_MODULE` where its rule module is, which a checked instrument's are not.
    pub fn under(instrument: &Instrument, rules: Option<&RuleSet>) -> Result<Manifest, Report> {
        let class = Class::from_name(&instrument.class.text).ok_or_else(|| {
            let message = format!("`{}` is no class of instruments", instrument.class.text);
            Report::from(Diagnostic::error(CLASS_1, message).help("check the instrument before building it"))
        })?;
        let named = if rules.is_none() { named(instrument)? } else { None };
        let rules = rules.or(named.as_ref());
        Ok(Manifest {
            contract: class.name().to_owned(),
            regime: class.regime().name().to_owned(),
            authority: rules.map_or_else(|| clauses::authority(class).to_owned(), |own| own.authority.clone()),
            constraints: constraints(instrument, class, rules),
            name: Some(instrument.name.text.clone()),
            principals: Some(principals(instrument, class)),
            schema: Some(SCHEMA.to_owned()),
        })
    }

    /// Who must be able to bind themselves: as it says itself, or else the roles of its class; nothing where neither is known.
    pub fn bound(&self) -> Option<Vec<&str>> {
        match &self.principals {
            Some(own) => Some(own.iter().map(String::as_str).collect()),
            None => Class::from_name(&self.contract).map(|class| clauses::principals(class).to_vec()),
        }
    }

    /// Its file: two spaces a level, keys in the order of the fields here, a line feed at the end.
    pub fn to_text(&self) -> String {
        // Texts, numbers and truth values always have a JSON form.
        let mut text = serde_json::to_string_pretty(self).unwrap_or_default();
        text.push('\n');
        text
    }
}

/// `<Name>.manifest.json` of an instrument that was checked.
///
/// # Errors
/// As [`Manifest::of`].
pub fn emit(instrument: &Instrument) -> Result<Vec<Artifact>, Report> {
    emit_under(instrument, None)
}

/// `<Name>.manifest.json` of an instrument that was checked under a rule module.
///
/// # Errors
/// As [`Manifest::under`].
pub fn emit_under(instrument: &Instrument, rules: Option<&RuleSet>) -> Result<Vec<Artifact>, Report> {
    let name = &instrument.name.text;
    Ok(vec![Artifact {
        path: format!("{name}{SUFFIX}"),
        class: etymon_emit::artifact::Class::Platform,
        layer: "instrument".to_owned(),
        target: "manifest",
        source: name.clone(),
        bytes: Manifest::under(instrument, rules)?.to_text().into_bytes(),
    }])
}

/// The rule module that `meta.rules` names.
fn named(instrument: &Instrument) -> Result<Option<RuleSet>, Report> {
    let Some(rules) = instrument.meta.as_ref().and_then(|meta| meta.value("rules")) else { return Ok(None) };
    let name = rules.as_name().or_else(|| rules.as_text()).unwrap_or_default();
    RuleSet::embedded(name).map(Some).map_err(|error| Report::from(*error))
}

fn constraints(instrument: &Instrument, class: Class, rules: Option<&RuleSet>) -> Vec<Constraint> {
    let made = clauses::of_class(class).into_iter().filter_map(|clause| {
        let value = match clause.value {
            Given::Bool(truth) => Scalar::Bool(truth),
            Given::Number(number) => Scalar::Number(number.into()),
            Given::Text(text) => Scalar::Text(text.to_owned()),
            Given::AsDeclared => declared(instrument, &clause.path)?,
        };
        Some(Constraint {
            code: clause.code.as_str().to_owned(),
            field: field(&clause.path).to_owned(),
            op: clause.op,
            value,
            citation: clauses::citation(class, clause.code).to_owned(),
        })
    });
    let mut all: Vec<Constraint> = made.collect();
    for mut own in rules.into_iter().flat_map(|rules| rules.constraints(class)) {
        // What a section that may be left out must say holds only where it is there.
        if own.field.starts_with("zakat.") && instrument.zakat.is_none() {
            continue;
        }
        own.value = clauses::term(&own.field, own.value);
        own.field = field(&own.field).to_owned();
        if !all.iter().any(|known| (&known.field, known.op, &known.value) == (&own.field, own.op, &own.value)) {
            all.push(own);
        }
    }
    all
}

/// What an optional section says under a key, if it is there.
fn declared(instrument: &Instrument, path: &str) -> Option<Scalar> {
    let (section, key) = path.split_once('.')?;
    let section = match section {
        "zakat" => &instrument.zakat,
        "contingency" => &instrument.contingency,
        _ => return None,
    };
    let value = section.as_ref()?.value(key)?;
    let text = || value.as_name().or_else(|| value.as_text()).map(|text| Scalar::Text(text.to_owned()));
    value.as_number().map(|number| Scalar::Number(number.into())).or_else(text)
}

/// The parties that bind themselves, in the order of the file.
fn principals(instrument: &Instrument, class: Class) -> Vec<String> {
    let roles = clauses::principals(class);
    let parties = instrument.parties.iter().flat_map(|parties| &parties.parties);
    let bound: Vec<_> = parties.filter(|party| roles.contains(&party.role.text.as_str())).collect();
    let shared = |role: &str| bound.iter().filter(|party| party.role.text == role).count() > 1;
    let named = |party: &&crate::ast::Party| {
        let name = if shared(&party.role.text) { &party.name } else { &party.role };
        name.text.clone()
    };
    bound.iter().map(named).collect()
}

#[cfg(test)]
mod tests;
