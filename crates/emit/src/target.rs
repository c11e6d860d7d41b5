//! Targets, and running them all.

use crate::artifact::Artifact;
use crate::sources;
use etymon_diagnostics::{Code, Diagnostic, Origin, Report};
use etymon_spec::{Module, Spec};
use rayon::prelude::*;

/// Two artifacts with one path.
pub const PATH_REPEATED: Code = Code::new("PATH_REPEATED");

/// A pure function from a checked spec to artifacts. What it returns depends on its arguments only.
pub trait Target: Sync {
    /// Its name on the command line and in manifests.
    fn name(&self) -> &'static str;

    /// The artifacts of one module.
    ///
    /// # Errors
    /// What cannot be expressed in the target, as coded diagnostics.
    fn module(&self, spec: &Spec, module: &Module) -> Result<Vec<Artifact>, Report>;

    /// The artifacts that the spec has once.
    ///
    /// # Errors
    /// As [`Target::module`].
    fn whole(&self, spec: &Spec) -> Result<Vec<Artifact>, Report>;
}

/// SHA-256, lower-case hex, over everything that shapes output besides the image: this crate, the runtime it copies, the Lean sources.
pub fn generator_version() -> &'static str {
    sources::VERSION
}

/// All artifacts of `targets`, sorted by path. Modules and targets run in parallel; the result does not show it.
///
/// # Errors
/// Every refusal of a target, with its module, and `PATH_REPEATED` when two artifacts have one path.
pub fn emit_all(spec: &Spec, targets: &[&dyn Target]) -> Result<Vec<Artifact>, Report> {
    let wholes = targets.par_iter().map(|target| target.whole(spec));
    let modules =
        targets.par_iter().flat_map(|target| spec.modules.par_iter().map(move |module| one(*target, spec, module)));
    let results: Vec<Result<Vec<Artifact>, Report>> = wholes.chain(modules).collect();

    let mut report = Report::new();
    let mut artifacts = Vec::new();
    for result in results {
        match result {
            Ok(some) => artifacts.extend(some),
            Err(refused) => report.merge(refused),
        }
    }
    artifacts.sort_by(|a, b| a.path.cmp(&b.path).then_with(|| a.source.cmp(&b.source)));
    for pair in artifacts.windows(2).filter(|pair| pair[0].path == pair[1].path) {
        let message =
            format!("`{}` and `{}` would both be emitted to `{}`", pair[0].source, pair[1].source, pair[0].path);
        let file = spec.module(&pair[1].source).map_or(&pair[1].source, |module| &module.file);
        report.push(
            Diagnostic::error(PATH_REPEATED, message)
                .at(Origin::path(file).at_json("$.module.name"))
                .help("rename one of the modules: file names do not tell capitals and `_` apart"),
        );
    }
    report.sort();
    report.into_result(artifacts)
}

fn one(target: &dyn Target, spec: &Spec, module: &Module) -> Result<Vec<Artifact>, Report> {
    target.module(spec, module).map_err(|refused| {
        let placed = refused
            .into_iter()
            .map(|own| if own.origin.file().is_none() { own.at(Origin::path(&module.file)) } else { own });
        placed.collect()
    })
}
