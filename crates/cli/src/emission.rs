//! From the flags that name a spec and targets to an emission.

use crate::args::SpecArgs;
use crate::output::Failure;
use crate::source;
use etymon_cli::instruments::{self, Planned};
use etymon_cli::tree::quoted;
use etymon_diagnostics::{Report, closest};
use etymon_emit::targets::{ALL, by_name};
use etymon_emit::{Class, Target, emit_all, generator_version};
use etymon_instrument::target as instrument;
use etymon_spec::Spec;
use etymon_store::{Artifact, Digest, Emission, GeneratorRef, SpecRef};
use rayon::ThreadPoolBuilder;
use rayon::prelude::*;
use std::collections::BTreeSet;
use std::path::{Path, PathBuf};

/// Where the artifacts of the protocol stand in a repository.
const ARTIFACTS: &str = "golden/artifacts";

/// Where those of instruments do.
const INSTRUMENTS: &str = "golden/instruments";

/// What a spec emits.
pub struct Emitted {
    /// The artifacts.
    pub emission: Emission,
    /// The folder that they belong in.
    pub tree: PathBuf,
    /// What was found in the spec: warnings.
    pub found: Report,
}

/// Reads the spec and emits it, for `tree` or the folder that is usual for its kind.
///
/// # Errors
/// What the spec, a target or a flag is refused for.
pub fn emit(args: &SpecArgs, tree: Option<&Path>) -> Result<Emitted, Failure> {
    let pool = match args.jobs {
        // Where the system grants no threads, this one does the work.
        None => ThreadPoolBuilder::new()
            .build()
            .or_else(|_| ThreadPoolBuilder::new().num_threads(1).use_current_thread().build()),
        Some(jobs) => ThreadPoolBuilder::new().num_threads(jobs).build(),
    };
    let pool = pool.map_err(|error| Failure::usage(error.to_string(), "give a smaller number with `--jobs`"))?;
    let in_folder = args.spec.as_deref().map(instruments::files_in).transpose()?.unwrap_or_default();
    let tree = |usual: &str| tree.map_or_else(|| PathBuf::from(usual), Path::to_path_buf);
    pool.install(|| {
        if !args.files.is_empty() {
            let tree = tree(INSTRUMENTS);
            let mut planned = instruments::plan_all(&args.files, &instrument_targets(&args.targets)?)?;
            instruments::join_former(&tree, &mut planned)?;
            return of_instruments(planned, args, tree);
        }
        if !in_folder.is_empty() {
            let planned = instruments::plan_all(&in_folder, &instrument_targets(&args.targets)?)?;
            return of_instruments(planned, args, tree(INSTRUMENTS));
        }
        let targets = targets(&args.targets)?;
        let spec = source::load(args.spec.as_deref(), args.name.as_deref())?;
        let artifacts = emit_all(&spec, &targets)?;
        let emission = describe(&spec, artifacts, &targets)?;
        Ok(Emitted { emission, tree: tree(ARTIFACTS), found: Report::new() })
    })
}

fn of_instruments(planned: Vec<Planned>, args: &SpecArgs, tree: PathBuf) -> Result<Emitted, Failure> {
    let found = planned.iter().flat_map(|own| own.found.iter().cloned()).collect();
    Ok(Emitted { emission: instruments::emission(planned, args.name.as_deref())?, tree, found })
}

/// The command that makes a tree what it should be.
pub fn repair(args: &SpecArgs, tree: Option<&Path>) -> String {
    let mut words = vec!["etymon build".to_owned()];
    words.extend(args.files.iter().map(|file| quoted(&file.display().to_string())));
    if let Some(spec) = &args.spec {
        words.push(format!("--spec {}", quoted(&spec.display().to_string())));
    }
    if let Some(name) = &args.name {
        words.push(format!("--name {}", quoted(name)));
    }
    words.extend(args.targets.iter().map(|target| format!("--target {}", quoted(target))));
    if let Some(tree) = tree.filter(|tree| *tree != Path::new(ARTIFACTS)) {
        words.push(format!("--out {}", quoted(&tree.display().to_string())));
    }
    words.join(" ")
}

fn unknown_target(name: &str, known: &[&str]) -> Failure {
    let help = match closest(name, known.iter().copied()) {
        Some(near) => format!("did you mean `{near}`?"),
        None => format!("known: {}", known.join(", ")),
    };
    Failure::usage(format!("unknown target `{name}`"), &help)
}

fn instrument_targets(names: &[String]) -> Result<BTreeSet<instrument::Target>, Failure> {
    if names.is_empty() {
        return Ok(instrument::Target::ALL.into());
    }
    let known = instrument::Target::ALL.map(instrument::Target::name);
    names.iter().map(|name| instrument::Target::from_name(name).ok_or_else(|| unknown_target(name, &known))).collect()
}

fn targets(names: &[String]) -> Result<Vec<&'static dyn Target>, Failure> {
    if names.is_empty() {
        return Ok(ALL.to_vec());
    }
    let mut chosen: Vec<&'static dyn Target> = Vec::new();
    for name in names {
        let Some(target) = by_name(name) else {
            let known: Vec<&str> = ALL.iter().map(|target| target.name()).collect();
            return Err(unknown_target(name, &known));
        };
        if !chosen.iter().any(|other| other.name() == target.name()) {
            chosen.push(target);
        }
    }
    Ok(chosen)
}

fn digest(hex: &str) -> Result<Digest, Failure> {
    hex.parse().map_err(|error| Failure::usage(format!("`{hex}`: {error}"), "this is a defect of the program"))
}

/// The generator's version; for some of the targets, or another name of the spec, one of its own: all that shapes the output is in the key of the store.
fn version(spec: &Spec, targets: &[&dyn Target]) -> Result<Digest, Failure> {
    let version = generator_version();
    if targets.len() == ALL.len() && spec.name == spec.about.name {
        return digest(version);
    }
    let mut names: Vec<&str> = targets.iter().map(|target| target.name()).collect();
    names.sort_unstable();
    Ok(Digest::of(format!("{version}\0{}\0{}", spec.name, names.join(" ")).as_bytes()))
}

fn describe(spec: &Spec, artifacts: Vec<etymon_emit::Artifact>, targets: &[&dyn Target]) -> Result<Emission, Failure> {
    let artifacts = artifacts
        .into_par_iter()
        .map(|own| {
            let class = match own.class {
                Class::Protocol => etymon_store::Class::Protocol,
                Class::Platform => etymon_store::Class::Platform,
                Class::Operational => etymon_store::Class::Operational,
            };
            Artifact::new(own.path, class, own.layer, own.target, own.source, own.bytes)
        })
        .collect();
    let version = version(spec, targets)?;
    let spec = SpecRef { kind: spec.kind.to_owned(), name: spec.name.clone(), sha256: digest(&spec.sha256)? };
    let generator = GeneratorRef { name: "etymon".to_owned(), version };
    Emission::new(spec, generator, artifacts, Vec::new()).map_err(|error| Failure::Refused(error.into()))
}
