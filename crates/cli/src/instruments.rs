//! From `.fiqh` files to an emission.

use crate::input::read;
use crate::output::Failure;
use crate::tree::former;
use etymon_diagnostics::{Code, Diagnostic, Origin, Report, SourceFile};
use etymon_instrument::ast::Unit;
use etymon_instrument::rules::{MAX_MODULE, RuleSet};
use etymon_instrument::target::{self, KIND, RULES, SOURCE, SUFFIX, Target};
use etymon_instrument::{parser, sema};
use etymon_spec::canonical;
use etymon_store::{Artifact, ArtifactEntry, Class, Digest, Emission, GeneratorRef, Manifest, SpecRef};
use rayon::prelude::*;
use serde::Serialize;
use std::collections::{BTreeMap, BTreeSet};
use std::fs;
use std::path::{Path, PathBuf};
use std::sync::Arc;

/// Two files are of one name, so that what they become would have the same paths.
const NAME_REPEATED: Code = Code::new("NAME_REPEATED");

/// What several instruments together are called, unless a flag says it.
const TOGETHER: &str = "instruments";

/// What several instruments have an artifact from.
pub const SHARED: &str = "-";

/// A file that was checked, and what is to be made of it.
pub struct Planned {
    /// The file.
    pub source: Arc<SourceFile>,
    /// What it says.
    pub unit: Unit,
    /// What was found in it: warnings.
    pub found: Report,
    /// The rule module that it was checked under, if another than it names itself.
    pub rules: Option<RuleSet>,
    /// What is made of it.
    pub targets: BTreeSet<Target>,
}

impl Planned {
    /// Its instrument's or bundle's name.
    pub fn name(&self) -> &str {
        target::name(&self.unit)
    }

    fn header(&self) -> Origin {
        let span = match &self.unit {
            Unit::Instrument(own) => own.header,
            Unit::Bundle(own) => own.header,
        };
        Origin::span(&self.source, span)
    }

    /// Whether all is made of it that can be.
    fn is_whole(&self) -> bool {
        target::is_whole(&self.unit, &self.targets)
    }
}

/// A file as it is shown, what it says, and what is found in it.
pub fn examine(path: &str, bytes: &[u8], module: Option<&RuleSet>) -> (Option<Arc<SourceFile>>, Option<Unit>, Report) {
    let parsed: Result<(Arc<SourceFile>, Unit), Report> =
        parser::source(path, bytes).and_then(|source| parser::parse(&source).map(|unit| (source, unit)));
    let (source, unit) = match parsed {
        Ok(parsed) => parsed,
        Err(report) => return (None, None, report),
    };
    let found = match module {
        Some(_) => sema::check(&source, &unit, module),
        None => sema::check_as_declared(&source, &unit),
    };
    (Some(source), Some(unit), found)
}

/// Reads and checks a file; `-` is standard input.
///
/// # Errors
/// When it cannot be read, or contradicts its rules.
pub fn plan(path: &str, module: Option<&RuleSet>, targets: &BTreeSet<Target>) -> Result<Planned, Failure> {
    let bytes = read(path, parser::MAX_INPUT)?;
    match examine(path, &bytes, module) {
        (Some(source), Some(unit), found) if !found.has_errors() => {
            Ok(Planned { source, unit, found, rules: module.cloned(), targets: targets.clone() })
        }
        (_, _, found) => Err(Failure::Refused(found)),
    }
}

/// Reads and checks several files, and tells what is wrong with any of them.
///
/// # Errors
/// As [`plan`], for all files at once.
pub fn plan_all(paths: &[PathBuf], targets: &BTreeSet<Target>) -> Result<Vec<Planned>, Failure> {
    let each: Vec<_> = paths.par_iter().map(|path| plan(&path.display().to_string(), None, targets)).collect();
    let (mut planned, mut refused) = (Vec::new(), Report::new());
    for one in each {
        match one {
            Ok(own) => planned.push(own),
            Err(Failure::Refused(report)) => refused.merge(report),
            Err(other) => return Err(other),
        }
    }
    if refused.has_errors() { Err(Failure::Refused(refused)) } else { Ok(planned) }
}

/// The `.fiqh` files in a folder, sorted by name; none where it holds a spec of another kind.
///
/// # Errors
/// When the folder cannot be read.
pub fn files_in(folder: &Path) -> Result<Vec<PathBuf>, Failure> {
    let failed = |error| Failure::io(folder.display(), error);
    let mut files = Vec::new();
    if !folder.is_dir() || folder.join("spec.json").exists() {
        return Ok(files);
    }
    for entry in fs::read_dir(folder).map_err(failed)? {
        let path = entry.map_err(failed)?.path();
        if path.extension().is_some_and(|own| own == &SUFFIX[1..]) {
            files.push(path);
        }
    }
    files.sort();
    Ok(files)
}

/// Adds what an earlier build put into `out`: other instruments, by their own text there, and other targets of these. Who builds one instrument
/// after another into a folder finds them all there, as they are now made, under one manifest. An instrument whose text is no longer what
/// the manifest there pins is not among them.
///
/// # Errors
/// When such a text can no longer be read or is now refused.
pub fn join_former(out: &Path, planned: &mut Vec<Planned>) -> Result<(), Failure> {
    let Some(manifest) = former(out).filter(|manifest| manifest.spec.kind == KIND) else { return Ok(()) };
    for entry in manifest.artifacts.iter().filter(|entry| entry.target == SOURCE) {
        let earlier = targets_of(&manifest, &entry.source);
        if let Some(own) = planned.iter_mut().find(|own| own.name() == entry.source) {
            own.targets.extend(earlier);
            continue;
        }
        if pinned(out, entry, parser::MAX_INPUT)?.is_none() {
            continue;
        }
        let module = manifest.artifacts.iter().find(|own| own.target == RULES && own.source == entry.source);
        let module = match module {
            None => None,
            Some(own) => match pinned(out, own, MAX_MODULE)? {
                Some((path, bytes)) => {
                    Some(RuleSet::from_json(&path, &bytes).map_err(|found| Failure::Refused((*found).into()))?)
                }
                None => continue,
            },
        };
        planned.push(plan(&out.join(&entry.path).display().to_string(), module.as_ref(), &earlier)?);
    }
    Ok(())
}

/// Path and content of an artifact in a folder, if it still is what its manifest pins.
fn pinned(out: &Path, entry: &ArtifactEntry, most: usize) -> Result<Option<(String, Vec<u8>)>, Failure> {
    let path = out.join(&entry.path);
    if !path.is_file() {
        return Ok(None);
    }
    let path = path.display().to_string();
    let bytes = read(&path, most)?;
    Ok((Digest::of(&bytes) == entry.sha256).then_some((path, bytes)))
}

fn targets_of(manifest: &Manifest, name: &str) -> BTreeSet<Target> {
    let own = manifest.artifacts.iter().filter(|entry| entry.source == name);
    own.filter_map(|entry| Target::from_name(&entry.target)).collect()
}

/// What the planned files become. `name` is what to call them together.
///
/// # Errors
/// `NAME_REPEATED`, and what a target refuses.
pub fn emission(mut planned: Vec<Planned>, name: Option<&str>) -> Result<Emission, Failure> {
    planned.sort_by(|a, b| a.name().cmp(b.name()));
    refuse_repeated(&planned)?;
    let emit = |own: &Planned| {
        target::emit(&own.source, &own.unit, own.rules.as_ref(), &own.targets).map_err(|found| placed(found, own))
    };
    let emitted: Vec<_> = match &planned[..] {
        [one] => vec![emit(one)],
        _ => planned.par_iter().map(emit).collect(),
    };
    let (mut by_path, mut refused) = (BTreeMap::new(), Report::new());
    for artifacts in emitted {
        match artifacts {
            Ok(artifacts) => artifacts.into_iter().for_each(|own| share(&mut by_path, own)),
            Err(found) => refused.merge(found),
        }
    }
    if refused.has_errors() {
        return Err(Failure::Refused(refused));
    }
    let spec = spec(&planned, name)?;
    let generator = GeneratorRef { name: "etymon".to_owned(), version: version(&planned, name)? };
    let artifacts = by_path.into_values().flatten().map(stored).collect();
    Emission::new(spec, generator, artifacts, Vec::new()).map_err(|error| Failure::Refused(error.into()))
}

/// Adds an artifact; what is there already with the same bytes belongs to all.
fn share(all: &mut BTreeMap<String, Vec<etymon_emit::Artifact>>, own: etymon_emit::Artifact) {
    let same = all.entry(own.path.clone()).or_default();
    match same.iter_mut().find(|other| other.bytes == own.bytes) {
        Some(other) if other.source != own.source => SHARED.clone_into(&mut other.source),
        Some(_) => {}
        // A path with two contents is refused when the emission is made.
        None => same.push(own),
    }
}

fn stored(own: etymon_emit::Artifact) -> Artifact {
    let class = match own.class {
        etymon_emit::Class::Protocol => Class::Protocol,
        etymon_emit::Class::Platform => Class::Platform,
        etymon_emit::Class::Operational => Class::Operational,
    };
    Artifact::new(own.path, class, own.layer, own.target, own.source, own.bytes)
}

fn refuse_repeated(planned: &[Planned]) -> Result<(), Failure> {
    let twice = planned.windows(2).filter(|pair| pair[0].name() == pair[1].name());
    let report: Report = twice
        .map(|pair| {
            let (first, second) = (pair[0].source.path(), &pair[1]);
            let message = format!("`{}` is the name of what `{first}` says, too", second.name());
            Diagnostic::error(NAME_REPEATED, message).at(second.header()).help("give one of the two another name")
        })
        .collect();
    if report.has_errors() { Err(Failure::Refused(report)) } else { Ok(()) }
}

/// What a target refuses without a place stands at the header.
fn placed(mut report: Report, own: &Planned) -> Report {
    for found in report.iter_mut().filter(|found| found.origin.position().is_none()) {
        found.origin = own.header();
    }
    report
}

fn spec<'p>(planned: &'p [Planned], name: Option<&str>) -> Result<SpecRef, Failure> {
    #[derive(Serialize)]
    struct Spec<'t> {
        kind: &'static str,
        modules: Vec<Vec<&'t str>>,
    }
    let texts = |own: &'p Planned| {
        [own.name(), own.source.text()].into_iter().chain(own.rules.as_ref().map(RuleSet::text)).collect()
    };
    let modules = planned.iter().map(texts).collect();
    let canonical = canonical::to_string(&Spec { kind: KIND, modules })?;
    let name = match (name, planned) {
        (Some(name), _) => name,
        (None, [one]) => one.name(),
        (None, _) => TOGETHER,
    };
    Ok(SpecRef { kind: KIND.to_owned(), name: name.to_owned(), sha256: Digest::of(canonical.as_bytes()) })
}

/// The generator's version; for some of the targets, or a name that a flag says, one of its own: all that shapes the output is in the key of
/// the store.
fn version(planned: &[Planned], name: Option<&str>) -> Result<Digest, Failure> {
    let version = target::generator_version();
    if name.is_none() && planned.iter().all(Planned::is_whole) {
        return version
            .parse()
            .map_err(|error| Failure::usage(format!("`{version}`: {error}"), "this is a defect of the program"));
    }
    let chosen = planned.iter().filter(|own| !own.is_whole()).map(|own| {
        let targets: Vec<&str> = own.targets.iter().map(|target| target.name()).collect();
        format!("\0{} {}", own.name(), targets.join(" "))
    });
    let chosen: String = chosen.collect();
    Ok(Digest::of(format!("{version}\0{}{chosen}", name.unwrap_or_default()).as_bytes()))
}
