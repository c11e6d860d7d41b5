//! From the flags that name a spec and targets to an emission.

use crate::args::SpecArgs;
use crate::output::Failure;
use crate::source;
use etymon_diagnostics::closest;
use etymon_emit::targets::{ALL, by_name};
use etymon_emit::{Class, Target, emit_all, generator_version};
use etymon_spec::Spec;
use etymon_store::{Artifact, Digest, Emission, GeneratorRef, SpecRef};
use rayon::ThreadPoolBuilder;
use rayon::prelude::*;

/// Reads the spec and emits it.
///
/// # Errors
/// What the spec, a target or a flag is refused for.
pub fn emit(args: &SpecArgs) -> Result<(Spec, Emission), Failure> {
    let targets = targets(&args.targets)?;
    let pool = match args.jobs {
        // Where the system grants no threads, this one does the work.
        None => ThreadPoolBuilder::new()
            .build()
            .or_else(|_| ThreadPoolBuilder::new().num_threads(1).use_current_thread().build()),
        Some(jobs) => ThreadPoolBuilder::new().num_threads(jobs).build(),
    };
    let pool = pool.map_err(|error| Failure::usage(error.to_string(), "give a smaller number with `--jobs`"))?;
    pool.install(|| {
        let spec = source::load(args.spec.as_deref(), args.name.as_deref())?;
        let artifacts = emit_all(&spec, &targets)?;
        let emission = describe(&spec, artifacts, &targets)?;
        Ok((spec, emission))
    })
}

fn targets(names: &[String]) -> Result<Vec<&'static dyn Target>, Failure> {
    if names.is_empty() {
        return Ok(ALL.to_vec());
    }
    let mut chosen: Vec<&'static dyn Target> = Vec::new();
    for name in names {
        let Some(target) = by_name(name) else {
            let known: Vec<&str> = ALL.iter().map(|target| target.name()).collect();
            let help = match closest(name, known.iter().copied()) {
                Some(near) => format!("did you mean `{near}`?"),
                None => format!("known: {}", known.join(", ")),
            };
            return Err(Failure::usage(format!("unknown target `{name}`"), &help));
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
