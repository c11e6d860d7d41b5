//! What a contract that extends an emitted one has to know of it.

use etymon_diagnostics::Diagnostic;

use super::names::fill;
use super::print::{modifier_of, oracle_at};
use super::{class, names};
use crate::ast::Instrument;
use crate::class::Class;

/// A parameter of a constructor.
#[derive(Clone, Debug, PartialEq, Eq)]
pub(crate) struct Parameter {
    /// Its Solidity type.
    pub kind: String,
    /// Its name, without the underscore after it.
    pub name: String,
}

/// The face of an emitted contract.
#[derive(Clone, Debug, PartialEq, Eq)]
pub(crate) struct Face {
    /// What its constructor takes.
    pub parameters: Vec<Parameter>,
    /// The modifiers of whatever settles: who may, and when.
    pub settles: String,
    /// Whether the value comes from an oracle; else it is what whoever settles pays in.
    pub oracle: bool,
    /// Whether the value is paid in when it is settled, instead of lying in the pool.
    pub paid_in: bool,
    /// What the value is less than where there is a loss.
    pub whole: &'static str,
    /// The identifiers that come from the file.
    pub parties: Vec<String>,
    /// The two partners, as the file names them.
    pub partners: [String; 2],
    /// What gives the shares of both partners.
    pub shares: [String; 2],
}

/// The face of the contract of a partnership of two, diminishing or not.
pub(crate) fn face(spec: &Instrument) -> Result<Face, Diagnostic> {
    let mut draft = class::draft(spec)?;
    names::settle(&mut draft);
    let parameter = |kind: &str, name: String| Parameter { kind: kind.to_owned(), name };
    let mut parameters: Vec<Parameter> =
        draft.actors[1..].iter().map(|actor| parameter("address", actor.ident.clone())).collect();
    if draft.oracle {
        parameters.insert(oracle_at(&draft), parameter("IValuationOracle", "oracle".to_owned()));
    }
    parameters.extend(draft.parameters.iter().map(|own| parameter(own.kind, fill(&draft.actors, &own.name))));
    let paid_in = draft.class == Class::Musharakah;
    let (settles, whole, keys, shares) = if paid_in {
        let shares = ["${first}CapitalBps", "BPS - ${first}CapitalBps"];
        ("nonReentrant during(Phase.Working)", "capital", ["first", "second"], shares)
    } else {
        ("nonReentrant live", "pool", ["bank", "client"], ["${bank}ShareBps", "${client}ShareBps"])
    };
    let settle = draft.functions.iter().find(|function| function.name == "settle");
    let settlers = settle.map_or_else(String::new, |function| modifier_of(&draft, function));
    Ok(Face {
        parameters,
        settles: format!("{settlers} {settles}"),
        oracle: draft.oracle,
        paid_in,
        whole,
        parties: draft.actors.iter().map(|actor| actor.ident.clone()).collect(),
        partners: keys.map(|key| draft.actor(key).map_or_else(String::new, |own| own.party.clone())),
        shares: shares.map(|template| fill(&draft.actors, template)),
    })
}
