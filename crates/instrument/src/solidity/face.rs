//! What a contract that extends an emitted one has to know of it.

use etymon_diagnostics::Diagnostic;

use super::names::fill;
use super::print::{modifier_of, oracle_at};
use super::{class, names};
use crate::ast::Instrument;

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
    /// The modifier that lets those in who may settle.
    pub settlers: String,
    /// The identifiers that come from the file.
    pub parties: Vec<String>,
    /// The state variables of the shares of the bank and of the client.
    pub shares: [String; 2],
}

/// The face of the contract of a diminishing partnership.
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
    let settle = draft.functions.iter().find(|function| function.name == "settle");
    Ok(Face {
        parameters,
        settlers: settle.map_or_else(String::new, |function| modifier_of(&draft, &function.by)),
        parties: draft.actors.iter().map(|actor| actor.ident.clone()).collect(),
        shares: ["${bank}ShareBps", "${client}ShareBps"].map(|template| fill(&draft.actors, template)),
    })
}
