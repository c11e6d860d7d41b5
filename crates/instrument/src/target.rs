//! What a checked file becomes, target by target.

use crate::ast::{Instrument, Unit};
use crate::class::Class;
use crate::rules::RuleSet;
use crate::{bundle, manifest, oracle, solidity, zk};
use etymon_diagnostics::{Report, SourceFile};
use etymon_emit::Artifact;
use std::collections::BTreeSet;
use std::sync::Arc;

/// The kind of spec that instruments are.
pub const KIND: &str = "instrument";

/// What the target of a file's own text is called: the tree that is emitted from it says so by itself.
pub const SOURCE: &str = "fiqh";

/// What the target of a rule module's text is called, where an instrument was checked under one that it does not name itself.
pub const RULES: &str = "rules";

/// What files of instruments and bundles end with.
pub const SUFFIX: &str = ".fiqh";

/// SHA-256, in hex, of everything that shapes artifacts besides the files they are made of.
pub fn generator_version() -> &'static str {
    env!("ETYMON_INSTRUMENT_GENERATOR")
}

/// A target.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord)]
pub enum Target {
    /// `<Name>Gen.sol`, its test, its deployment, and the contracts it needs.
    Solidity,
    /// `<Name>.manifest.json`; of a bundle `<Name>.composite.json`.
    Manifest,
    /// A circuit, its Groth16 manifest and the gate, for classes that share losses.
    Zk,
}

impl Target {
    /// All of them.
    pub const ALL: [Target; 3] = [Target::Solidity, Target::Manifest, Target::Zk];

    /// Its name in flags and manifests.
    pub const fn name(self) -> &'static str {
        match self {
            Target::Solidity => "solidity",
            Target::Manifest => "manifest",
            Target::Zk => "zk",
        }
    }

    /// The target of a name.
    pub fn from_name(name: &str) -> Option<Target> {
        Target::ALL.into_iter().find(|own| own.name() == name)
    }
}

/// The name of a file's instrument or bundle.
pub fn name(unit: &Unit) -> &str {
    match unit {
        Unit::Instrument(own) => &own.name.text,
        Unit::Bundle(own) => &own.name.text,
    }
}

/// Whether targets make all of a file that can be made of it.
pub fn is_whole(unit: &Unit, targets: &BTreeSet<Target>) -> bool {
    match unit {
        Unit::Instrument(own) => Target::ALL.iter().all(|target| match target {
            Target::Zk => targets.contains(target) || !proves(own),
            _ => targets.contains(target),
        }),
        Unit::Bundle(_) => true,
    }
}

/// What the targets make of a file that was checked, its own text as `<Name>.fiqh` included, and that of the rule module that it was
/// checked under, `<Name>.rules.json`; sorted by path. A bundle has one form, whatever the targets.
///
/// # Errors
/// What a target refuses: `SOL-5` for terms that a contract would not keep, `NO_CIRCUIT` for a class without a circuit, unless all targets are asked for.
pub fn emit(
    source: &Arc<SourceFile>,
    unit: &Unit,
    rules: Option<&RuleSet>,
    targets: &BTreeSet<Target>,
) -> Result<Vec<Artifact>, Report> {
    let mut artifacts = match unit {
        Unit::Instrument(own) => instrument(source, own, rules, targets)?,
        Unit::Bundle(own) => vec![bundle::composite(source, own)?],
    };
    let name = name(unit);
    let mut push = |suffix: &str, target, text: &str| {
        artifacts.push(Artifact {
            path: format!("{name}{suffix}"),
            class: etymon_emit::Class::Protocol,
            layer: KIND.to_owned(),
            target,
            source: name.to_owned(),
            bytes: text.as_bytes().to_vec(),
        });
    };
    push(SUFFIX, SOURCE, source.text());
    if let Some(rules) = rules {
        push(".rules.json", RULES, rules.text());
    }
    artifacts.sort_by(|a, b| a.path.cmp(&b.path));
    Ok(artifacts)
}

fn instrument(
    source: &Arc<SourceFile>,
    instrument: &Instrument,
    rules: Option<&RuleSet>,
    targets: &BTreeSet<Target>,
) -> Result<Vec<Artifact>, Report> {
    let mut artifacts = Vec::new();
    if targets.contains(&Target::Solidity) {
        solidity::terms::expect(source, instrument)?;
        let contracts = solidity::emit(instrument)?;
        let is_valued =
            contracts.iter().any(|own| String::from_utf8_lossy(&own.bytes).contains(oracle::INTERFACE.file));
        artifacts.extend(contracts);
        if is_valued {
            artifacts.extend(oracle::artifacts(&instrument.name.text));
        }
    }
    if targets.contains(&Target::Manifest) {
        artifacts.extend(manifest::emit_under(instrument, rules)?);
    }
    // A class without a share in losses has no circuit: asked for by name it is refused, among all it is left out.
    if targets.contains(&Target::Zk) && (proves(instrument) || targets.len() < Target::ALL.len()) {
        artifacts.extend(zk::emit(instrument)?);
    }
    Ok(artifacts)
}

fn proves(instrument: &Instrument) -> bool {
    Class::from_name(&instrument.class.text).is_some_and(zk::applies)
}
