//! The engine: the stages, one after the other, with an event before and after each.

use crate::canonicalize::{Canonical, canonicalize};
use crate::clock::{Clock, stamp};
use crate::codes;
use crate::event::{Event, Progress, Stage};
use crate::materialization::Receipt;
use crate::model::{Document, Target};
use crate::parse::{Parsed, parse};
use crate::report::Report as Verification;
use crate::resolve::{Library, ResolvedImport, expect_modules, resolve};
use crate::validate::{fits, validate};
use etymon_attest::{SigningKey, Trust};
use etymon_diagnostics::{Report, Severity};
use serde_json::{Map, Value, json};
use std::path::{Path, PathBuf};

/// Facts of an event.
macro_rules! detail {
    ($($key:literal: $value:expr),* $(,)?) => {
        Map::from_iter([$(($key.to_owned(), json!($value))),*])
    };
}

mod back;

/// What a run is given.
#[derive(Clone, Copy)]
pub struct Request<'a> {
    /// The file.
    pub path: &'a Path,
    /// The last stage to run.
    pub until: Stage,
    /// The time; the only way by which a clock enters.
    pub clock: Clock,
    /// Where files come from.
    pub library: &'a dyn Library,
    /// Whose signatures count, on imports and on what may be used again.
    pub trust: &'a Trust,
    /// What derives and verifies; without it the run ends after canonicalize.
    pub workshop: Option<&'a dyn Supply>,
    /// The language of the code.
    pub target: Target,
    /// What signs.
    pub key: Option<&'a SigningKey>,
}

/// What derives candidates and verifies them.
pub trait Workshop {
    /// Who answers, such as `replay`.
    fn substrate_id(&self) -> String;

    /// With which model.
    fn model_id(&self) -> String;

    /// The version of prompt template, import threading and output extraction.
    fn derivation_function(&self) -> String;

    /// Stage 6: asks for code.
    ///
    /// # Errors
    /// `DERIVE_…`.
    fn derive(&self, task: &Task<'_>) -> Result<Candidate, Report>;

    /// Stage 7: the verdict on code, whoever wrote it.
    ///
    /// # Errors
    /// When there is none, because a backend cannot work here.
    fn verify(&self, code: &str, task: &Task<'_>) -> Result<Verification, Report>;
}

impl<W: Workshop + ?Sized> Workshop for &W {
    fn substrate_id(&self) -> String {
        (**self).substrate_id()
    }

    fn model_id(&self) -> String {
        (**self).model_id()
    }

    fn derivation_function(&self) -> String {
        (**self).derivation_function()
    }

    fn derive(&self, task: &Task<'_>) -> Result<Candidate, Report> {
        (**self).derive(task)
    }

    fn verify(&self, code: &str, task: &Task<'_>) -> Result<Verification, Report> {
        (**self).verify(code, task)
    }
}

/// What makes a workshop when the engine first wants one, so that a file that is refused before costs none.
pub trait Supply {
    /// A workshop for the file that says this. Asked for once in a run, at stage 6.
    ///
    /// # Errors
    /// When there can be none here; the run ends at derive.
    fn workshop<'s>(&'s self, parsed: &Parsed) -> Result<Box<dyn Workshop + 's>, Report>;
}

/// A workshop that is there already.
impl<W: Workshop> Supply for W {
    fn workshop<'s>(&'s self, _: &Parsed) -> Result<Box<dyn Workshop + 's>, Report> {
        Ok(Box::new(self))
    }
}

/// What a candidate is derived from and verified against.
#[derive(Clone, Copy, Debug)]
pub struct Task<'a> {
    /// What the file says.
    pub document: &'a Document,
    /// Its canonical form.
    pub canonical: &'a Canonical,
    /// Its imports.
    pub imports: &'a [ResolvedImport],
    /// The language wanted.
    pub target: Target,
}

/// Code, and how it came about.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Candidate {
    /// The text of one module.
    pub code: String,
    /// The call that it came from.
    pub receipt: Receipt,
    /// The calls of its parts, in multi-call mode.
    pub calls: Vec<Receipt>,
}

/// Why a run did not succeed.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Failure {
    /// The candidate failed its verification.
    Check,
    /// Something could not be read, written or reached.
    Io,
    /// The file, or one that it imports, is refused.
    Refused,
}

/// What came of a run.
#[derive(Clone, Debug, Default)]
pub struct Outcome {
    /// Everything that was found, warnings included.
    pub report: Report,
    /// Why it did not succeed, if it did not.
    pub failure: Option<Failure>,
    /// What the file says, if that much is known.
    pub document: Option<Document>,
    /// The file's identity, if it has one; known also where an import is refused.
    pub canonical: Option<Canonical>,
    /// The imports, if all of them are accepted.
    pub imports: Vec<ResolvedImport>,
    /// The code, if there is any.
    pub code: Option<String>,
    /// The verdict on it, if there is one.
    pub verification: Option<Verification>,
    /// Where the signed artifact or the record of the failure lies.
    pub artifact: Option<PathBuf>,
}

/// Runs the stages up to the last one wanted and tells `sink` of each.
pub fn run(request: Request<'_>, sink: &mut dyn FnMut(&Event)) -> Outcome {
    let mut engine = Engine { request, sink, seq: 0, outcome: Outcome::default() };
    engine.run();
    engine.outcome
}

struct Engine<'a> {
    request: Request<'a>,
    sink: &'a mut dyn FnMut(&Event),
    seq: u64,
    outcome: Outcome,
}

impl Engine<'_> {
    fn run(&mut self) -> Option<()> {
        let source = self.stage(Stage::Read, Map::new(), |engine| {
            let source = engine.request.library.source(engine.request.path)?;
            let bytes = source.bytes;
            engine.outcome.report.merge(source.warnings.clone());
            Ok((source, detail! { "bytes": bytes }))
        })?;
        let parsed = self.parse(&source.file)?;
        self.validate(&parsed)?;
        self.outcome.document = Some(parsed.document.clone());
        let resolved = self.resolve(&parsed);
        let canonical = self.stage(Stage::Canonicalize, Map::new(), |_| {
            let canonical = canonicalize(&parsed.document);
            let detail = detail! { "constraintSetHash": canonical.sha256, "bytes": canonical.text.len() };
            Ok((canonical, detail))
        });
        self.outcome.canonical = canonical;
        self.outcome.imports = resolved?;
        self.back(&parsed)
    }

    /// Parse tells everything and goes on; only what comes after validate needs a document without errors.
    fn parse(&mut self, file: &std::sync::Arc<etymon_diagnostics::SourceFile>) -> Option<Parsed> {
        if self.request.until < Stage::Parse {
            return None;
        }
        self.tell(Stage::Parse, Progress::Start, Map::new());
        let parsed = parse(file);
        self.outcome.report.merge(parsed.report.clone());
        if parsed.report.has_errors() {
            self.fail(Stage::Parse, &parsed.report);
        } else {
            let manifest = &parsed.document.manifest;
            self.tell(
                Stage::Parse,
                Progress::Complete,
                detail! {
                    "constraintCount": parsed.document.requirements.len(),
                    "importCount": manifest.imports.len(),
                    "pinCount": manifest.pins.len(),
                },
            );
        }
        Some(parsed)
    }

    /// What parse could not read is not valid either, and has been told.
    fn validate(&mut self, parsed: &Parsed) -> Option<()> {
        if self.request.until < Stage::Validate {
            return None;
        }
        self.tell(Stage::Validate, Progress::Start, Map::new());
        let mut found = validate(parsed);
        found.merge(fits(parsed, self.request.target));
        let refused = [&found, &parsed.report].into_iter().find(|own| own.has_errors());
        match refused {
            Some(own) => self.fail(Stage::Validate, own),
            None => self.tell(Stage::Validate, Progress::Complete, Map::new()),
        }
        let valid = refused.is_none();
        self.outcome.report.merge(found);
        valid.then_some(())
    }

    fn resolve(&mut self, parsed: &Parsed) -> Option<Vec<ResolvedImport>> {
        let count = parsed.document.manifest.imports.len();
        if count == 0 && self.request.until >= Stage::Resolve {
            self.tell(Stage::Resolve, Progress::Skip, detail! { "importCount": 0 });
            return Some(Vec::new());
        }
        let start = detail! { "importCount": count };
        self.stage(Stage::Resolve, start.clone(), |engine| {
            let request = engine.request;
            let imports = resolve(request.path, parsed, request.library, request.trust)?;
            // The identity has no language.
            let target = (request.until >= Stage::Derive).then_some(request.target);
            expect_modules(&imports, target, parsed)?;
            Ok((imports, start))
        })
    }

    /// Runs a stage between its two events, unless the run ends before it.
    fn stage<T>(
        &mut self,
        stage: Stage,
        start: Map<String, Value>,
        work: impl FnOnce(&mut Self) -> Result<(T, Map<String, Value>), Report>,
    ) -> Option<T> {
        if self.request.until < stage {
            return None;
        }
        self.tell(stage, Progress::Start, start);
        match work(self) {
            Ok((value, detail)) => {
                self.tell(stage, Progress::Complete, detail);
                Some(value)
            }
            Err(report) => {
                self.fail(stage, &report);
                self.outcome.report.merge(report);
                None
            }
        }
    }

    /// Tells of an error: the first code of the stage's own, or else the first, and how many there are.
    fn fail(&mut self, stage: Stage, report: &Report) {
        let errors = || report.iter().filter(|own| own.severity == Severity::Error);
        let prefix = format!("{}_", stage.name().to_uppercase());
        // Resolve tells of what is wrong inside imported files, too.
        let own = errors().find(|own| own.code.as_str().starts_with(&prefix));
        let first = own.or_else(|| errors().next());
        let mut detail = detail! { "code": first.map_or("", |own| own.code.as_str()), "errors": errors().count() };
        if let Some(first) = first {
            detail.insert("message".to_owned(), json!(first.message));
            let here = self.request.path.display().to_string();
            // A line of another file would be looked up in this one.
            if let Some(at) = first.origin.position().filter(|_| first.origin.file() == Some(&here)) {
                detail.extend(detail! { "line": at.line, "column": at.column });
            }
        }
        self.tell(stage, Progress::Error, detail);
        let unreadable = report.has(codes::READ_NOT_FOUND) || report.has(codes::READ_PERMISSION);
        let refused = matches!(stage, Stage::Parse | Stage::Validate | Stage::Resolve | Stage::Canonicalize)
            || stage == Stage::Read && !unreadable
            || report.has(codes::DERIVE_IMAGE);
        let failure = if refused { Failure::Refused } else { Failure::Io };
        self.outcome.failure.get_or_insert(failure);
    }

    fn tell(&mut self, stage: Stage, status: Progress, detail: Map<String, Value>) {
        let event = Event { seq: self.seq, stage, status, at: stamp((self.request.clock)()), detail };
        self.seq += 1;
        (self.sink)(&event);
    }
}
