//! The target `zk`: a circuit, its manifest, and a contract that settles a loss only with a proof.

pub mod circuit;
mod gate;
mod manifest;
pub mod r1cs;
pub mod sigma;

use crate::ast::Instrument;
use crate::class::Class as Kind;
use crate::solidity::{Face, face};
use etymon_diagnostics::{Code, Diagnostic, Report};
use etymon_emit::{Artifact, Class};

/// The class shares no loss between two partners, so there is nothing that a circuit could prove.
pub const NO_CIRCUIT: Code = Code::new("NO_CIRCUIT");

/// A party is named like something that the gate declares.
pub const NAME_TAKEN: Code = Code::new("NAME_TAKEN");

const TARGET: &str = "zk";

/// Whether instruments of a class have a circuit: `--target all` leaves the others without one.
pub fn applies(class: Kind) -> bool {
    matches!(class, Kind::MusharakahMutanaqisah | Kind::Musharakah)
}

/// Emits `<Name>LossShare.circom`, `<Name>LossShare.zk.json` and `<Name>ZkGate.sol`.
///
/// # Errors
/// [`NO_CIRCUIT`] for a class that [`applies`] denies, [`NAME_TAKEN`], and what the contract itself is refused for; without a place, so callers show them at
/// the header.
pub fn emit(instrument: &Instrument) -> Result<Vec<Artifact>, Report> {
    let (name, class) = (&instrument.name.text, &instrument.class.text);
    if !Kind::from_name(class).is_some_and(applies) {
        return Err(no_circuit(class).into());
    }
    let base = face(instrument)?;
    refuse_names(&base)?;
    let manifest = manifest::manifest(name)
        .map_err(|error| Diagnostic::error(NO_CIRCUIT, format!("the circuit's manifest cannot be written: {error}")))?;
    let artifact = |path: String, class: Class, text: String| Artifact {
        path,
        class,
        layer: "instrument".to_owned(),
        target: TARGET,
        source: name.clone(),
        bytes: text.into_bytes(),
    };
    Ok(vec![
        artifact(format!("{name}LossShare.circom"), Class::Protocol, circuit::circom(name, class, &base.partners)),
        artifact(format!("{name}LossShare.zk.json"), Class::Platform, manifest),
        artifact(format!("{name}ZkGate.sol"), Class::Protocol, gate::gate(name, class, &base)),
    ])
}

/// Names of parties are identifiers of the contract, which the gate must not declare again.
fn refuse_names(base: &Face) -> Result<(), Diagnostic> {
    match base.parties.iter().find(|party| gate::MEMBERS.contains(&party.as_str())) {
        None => Ok(()),
        Some(name) => {
            Err(Diagnostic::error(NAME_TAKEN, format!("party `{name}` has a name that the gate itself declares"))
                .help("give the party another name"))
        }
    }
}

fn no_circuit(class: &str) -> Diagnostic {
    let known: Vec<_> =
        Kind::ALL.into_iter().filter(|kind| applies(*kind)).map(|kind| format!("`{}`", kind.name())).collect();
    Diagnostic::error(NO_CIRCUIT, format!("class `{class}` shares no loss between two partners, so it has no circuit"))
        .help(format!("leave `--target zk` out; circuits exist for {}", known.join(", ")))
}

#[cfg(test)]
mod tests;
