//! Targets, and running them all.

use crate::artifact::Artifact;
use crate::sources;
use etymon_diagnostics::{Diagnostic, Origin, Report};
pub use etymon_spec::codes::PATH_REPEATED;
use etymon_spec::path::{Clash, clashes};
use etymon_spec::{Module, Spec, Template};
use rayon::prelude::*;
use std::collections::BTreeSet;

/// A pure function from a checked spec to artifacts. What it returns depends on its arguments only.
pub trait Target: Sync {
    /// Its name on the command line and in manifests.
    fn name(&self) -> &'static str;

    /// The artifacts of one module.
    ///
    /// # Errors
    /// What cannot be expressed in the target, as coded diagnostics.
    fn module(&self, spec: &Spec, module: &Module) -> Result<Vec<Artifact>, Report>;

    /// The artifacts of one template: none, but for a target that is about them.
    ///
    /// # Errors
    /// As [`Target::module`].
    fn template(&self, spec: &Spec, template: &Template) -> Result<Vec<Artifact>, Report> {
        let _ = (spec, template);
        Ok(Vec::new())
    }

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

/// All artifacts of `targets`, sorted by path. Modules, templates and targets run in parallel; the result does not show it.
///
/// # Errors
/// Every refusal of a target, with its module, and `PATH_REPEATED` when two artifacts have one path, or paths that some file systems take for one.
pub fn emit_all(spec: &Spec, targets: &[&dyn Target]) -> Result<Vec<Artifact>, Report> {
    let wholes = targets.par_iter().map(|target| target.whole(spec));
    let modules =
        targets.par_iter().flat_map(|target| spec.modules.par_iter().map(move |module| one(*target, spec, module)));
    let templates = targets
        .par_iter()
        .flat_map(|target| spec.templates.par_iter().map(move |template| target.template(spec, template)));
    let results: Vec<Result<Vec<Artifact>, Report>> = wholes.chain(modules).chain(templates).collect();

    let mut report = Report::new();
    let mut artifacts = Vec::new();
    for result in results {
        match result {
            Ok(some) => artifacts.extend(some),
            Err(refused) => report.merge(refused),
        }
    }
    artifacts.sort_by(|a, b| a.path.cmp(&b.path).then_with(|| a.source.cmp(&b.source)));
    refuse_clashes(spec, &artifacts, &mut report);
    report.sort();
    report.into_result(artifacts)
}

/// Refuses artifacts that cannot stand together: at the template that states its path, else at the module that is called like another.
fn refuse_clashes(spec: &Spec, artifacts: &[Artifact], report: &mut Report) {
    let paths: Vec<&str> = artifacts.iter().map(|artifact| artifact.path.as_str()).collect();
    let template = |source: &str| spec.templates.iter().find(|own| own.source == source);
    let mut said = BTreeSet::new();
    for (first, second, how) in clashes(&paths) {
        let (first, second) = (&artifacts[first], &artifacts[second]);
        let stated = template(&second.source).or_else(|| template(&first.source));
        // One path may be in the way of a whole folder.
        if let Some(stated) = stated
            && !said.insert(&stated.source)
        {
            continue;
        }
        let made = |own: &Artifact| match own.source.as_str() {
            "-" => format!("target `{}`", own.target),
            source => format!("`{source}`"),
        };
        let (one, other) = (made(first), made(second));
        let message = match how {
            Clash::Same => format!("{one} and {other} would both be emitted to `{}`", first.path),
            Clash::Case => format!("{one} and {other} would be emitted to `{}` and `{}`", first.path, second.path),
            Clash::Under => {
                format!("{other} would be emitted to `{}`, below the file `{}` of {one}", second.path, first.path)
            }
        };
        let (place, help) = match stated {
            Some(stated) => (Origin::path(&stated.file).at_json("$.template.path"), "give the template another path"),
            None => {
                let file = spec.module(&second.source).map_or(&second.source, |module| &module.file);
                let help = "rename one of the modules: file names do not tell capitals and `_` apart";
                (Origin::path(file).at_json("$.module.name"), help)
            }
        };
        report.push(Diagnostic::error(PATH_REPEATED, message).at(place).help(help));
    }
}

fn one(target: &dyn Target, spec: &Spec, module: &Module) -> Result<Vec<Artifact>, Report> {
    target.module(spec, module).map_err(|refused| {
        let placed = refused
            .into_iter()
            .map(|own| if own.origin.file().is_none() { own.at(Origin::path(&module.file)) } else { own });
        placed.collect()
    })
}
