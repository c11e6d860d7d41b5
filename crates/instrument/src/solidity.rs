//! The Solidity target: a contract in which every checked invariant is a mechanism, its test, and how to deploy it.
//!
//! A class puts clauses together into a draft; one printer each writes the contract, the test and the description of the deployment from it.

mod class;
mod clauses;
mod deploy;
mod draft;
mod face;
mod hardhat;
mod names;
mod print;
mod script;
pub mod terms;
mod undo;
mod words;

use etymon_diagnostics::{Code, Diagnostic, Report};
use etymon_emit::{Artifact, Class as Kind};

use crate::ast::Instrument;
pub(crate) use face::{Face, Parameter, face};

/// A party that the class needs is not declared, so that there is nobody to give its role to.
pub const MISSING_PARTY: Code = Code::new("SOL-1");
/// The class is not one that contracts are written for.
pub const UNKNOWN_CLASS: Code = Code::new("SOL-2");
/// A share or list is too long for the contract.
pub const TOO_MANY: Code = Code::new("SOL-3");
/// An option to rescind lasts longer than a contract takes.
pub const TOO_LONG: Code = Code::new("SOL-4");

/// The target's name.
pub const TARGET: &str = "solidity";

/// The currency that tests of an exchange give; never part of a deployment.
const MOCK_CURRENCY: &str = include_str!("solidity/MockCurrency.sol");

/// Writes the contract of an instrument that was checked before.
///
/// # Errors
/// `SOL-1` where a party is missing, `SOL-2` for an unknown class, `SOL-3` where there are too many members,
/// `SOL-4` for an option to rescind that lasts too long.
pub fn emit(spec: &Instrument) -> Result<Vec<Artifact>, Report> {
    let mut draft = class::draft(spec).map_err(one)?;
    names::settle(&mut draft);
    let name = &spec.name.text;
    let artifact = |class: Kind, path: String, text: String| Artifact {
        path,
        class,
        layer: "instrument".to_owned(),
        target: TARGET,
        source: name.clone(),
        bytes: text.into_bytes(),
    };
    let mut artifacts = vec![
        artifact(Kind::Protocol, format!("{name}Gen.sol"), print::contract(&draft)),
        artifact(Kind::Platform, format!("{name}Gen.test.js"), hardhat::test(&draft)),
        artifact(Kind::Operational, format!("{name}.deploy.json"), deploy::description(&draft)),
    ];
    if draft.tokens {
        artifacts.push(artifact(Kind::Platform, "MockCurrency.sol".to_owned(), MOCK_CURRENCY.to_owned()));
    }
    Ok(artifacts)
}

fn one(diagnostic: Diagnostic) -> Report {
    let mut report = Report::new();
    report.push(diagnostic);
    report
}
