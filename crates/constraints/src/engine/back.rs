//! The stages after the file's identity is known: derive, verify, sign.

use super::{Candidate, Engine, Failure, Task, Workshop};
use crate::artifact;
use crate::codes;
use crate::event::{Progress, Stage};
use crate::materialization::{ImportRef, Materialization, MaterializationError, Origins};
use crate::parse::Parsed;
use crate::report::{Report as Verification, Verdict};
use etymon_attest::codes::SIGN_NO_KEY;
use etymon_diagnostics::{Diagnostic, Origin, Report};
use etymon_spec::canonical::sha256_hex;
use serde_json::{Map, json};

/// Code to be verified, and whether it was derived before.
struct Derivation {
    origins: Origins,
    candidate: Candidate,
    /// The accepted artifact that the code comes from, if it does.
    earlier: Option<Materialization>,
}

impl Engine<'_> {
    pub(super) fn back(&mut self, parsed: &Parsed) -> Option<()> {
        let workshop = self.request.workshop?;
        let canonical = self.outcome.canonical.clone()?;
        let imports = std::mem::take(&mut self.outcome.imports);
        let target = self.request.target;
        let task = Task { document: &parsed.document, canonical: &canonical, imports: &imports, target };
        let derivation = self.derive(workshop, &task);
        let verification = derivation.as_ref().and_then(|own| self.verify(workshop, &own.candidate.code, &task));
        if let Some(own) = &derivation {
            self.outcome.code = Some(own.candidate.code.clone());
        }
        self.outcome.imports = imports.clone();
        let (derivation, verification) = (derivation?, verification?);
        self.outcome.verification = Some(verification.clone());
        let signed = self.sign(derivation, verification.clone());
        if verification.verdict == Verdict::Fail {
            self.refuse(parsed, &verification);
        }
        signed
    }

    fn derive(&mut self, workshop: &dyn Workshop, task: &Task<'_>) -> Option<Derivation> {
        if self.request.until < Stage::Derive {
            return None;
        }
        let origins = origins(workshop, task);
        let detail = detail! { "substrate": origins.substrate_id, "model": origins.model_id };
        if let Some(earlier) = self.earlier(&origins) {
            self.tell(Stage::Derive, Progress::Start, detail);
            let lines = earlier.code.lines().count();
            self.tell(Stage::Derive, Progress::Skip, detail! { "cacheKey": origins.cache_key(), "codeLines": lines });
            let own = &earlier.provenance;
            let (receipt, calls) = (own.receipt.clone(), own.calls.clone());
            let candidate = Candidate { code: earlier.code.clone(), receipt, calls };
            return Some(Derivation { origins, candidate, earlier: Some(earlier) });
        }
        let candidate = self.stage(Stage::Derive, detail, |_| {
            let candidate = workshop.derive(task)?;
            let detail = detail! { "codeLines": candidate.code.lines().count() };
            Ok((candidate, detail))
        })?;
        Some(Derivation { origins, candidate, earlier: None })
    }

    /// The accepted artifact beside the file, if it was derived from the very same. What is wrong with another one does not matter here.
    fn earlier(&self, origins: &Origins) -> Option<Materialization> {
        let bytes = self.request.library.materialization(self.request.path).ok()??;
        let (own, _) = Materialization::read(&bytes, self.request.trust).ok()?;
        let same = own.origins().cache_key() == origins.cache_key();
        (same && own.provenance.verdict == Verdict::Pass).then_some(own)
    }

    fn verify(&mut self, workshop: &dyn Workshop, code: &str, task: &Task<'_>) -> Option<Verification> {
        if self.request.until < Stage::Verify {
            return None;
        }
        let pins = task.document.manifest.pins.len();
        let start = detail! { "constraintCount": task.document.requirements.len(), "pinCount": pins };
        self.tell(Stage::Verify, Progress::Start, start);
        match workshop.verify(code, task) {
            Ok(report) => {
                let failed = report.verdict == Verdict::Fail;
                let mut detail = detail! { "verdict": report.verdict.name(), "results": report.requirements };
                if failed {
                    detail.insert("code".to_owned(), json!(codes::VERIFY_FAILED.as_str()));
                }
                let status = if failed { Progress::Error } else { Progress::Complete };
                self.tell(Stage::Verify, status, detail);
                Some(report)
            }
            Err(report) => {
                self.fail(Stage::Verify, &report);
                self.outcome.report.merge(report);
                None
            }
        }
    }

    /// Signs a pass as the file's artifact and a failure for the record.
    fn sign(&mut self, derivation: Derivation, verification: Verification) -> Option<()> {
        let unchanged = |own: &Materialization| own.verification == verification;
        if self.request.until >= Stage::Sign && derivation.earlier.as_ref().is_some_and(unchanged) {
            self.tell(Stage::Sign, Progress::Skip, detail! { "verdict": verification.verdict.name() });
            self.outcome.artifact = Some(crate::resolve::beside(self.request.path, crate::resolve::MATERIALIZATION));
            return Some(());
        }
        let path = self.stage(Stage::Sign, Map::new(), |engine| {
            let shown = engine.request.path.display().to_string();
            let placed = |error: MaterializationError| Report::from(Diagnostic::from(error).at(Origin::path(&shown)));
            let no_key = || {
                let own = Diagnostic::error(SIGN_NO_KEY, "no signing key was given").at(Origin::path(&shown));
                Report::from(own.help("make one with `etymon keys new NAME`, and give it with `--key NAME`"))
            };
            let key = engine.request.key.ok_or_else(no_key)?;
            let verdict = verification.verdict.name();
            let Candidate { code, receipt, calls } = derivation.candidate;
            let timestamp = (engine.request.clock)();
            let own = Materialization::sign(derivation.origins, (receipt, calls), (code, verification), timestamp, key)
                .map_err(placed)?;
            let path = artifact::write(engine.request.path, &own).map_err(placed)?;
            let detail =
                detail! { "verdict": verdict, "keyId": own.signature.key_id, "path": path.display().to_string() };
            Ok((path, detail))
        })?;
        self.outcome.artifact = Some(path);
        Some(())
    }

    /// Tells of every requirement that failed.
    fn refuse(&mut self, parsed: &Parsed, verification: &Verification) {
        for outcome in verification.requirements.iter().filter(|own| own.status == Verdict::Fail) {
            let at = parsed.document.requirements.iter().position(|own| own.id == outcome.constraint_id);
            let (what, origin) = match at {
                Some(at) => {
                    let kind = parsed.document.requirements[at].kind.name();
                    (format!("{kind} `{}`", outcome.constraint_id), parsed.origin(parsed.places.requirements[at].id))
                }
                None => (format!("`{}`", outcome.constraint_id), Origin::path(parsed.file.path())),
            };
            self.outcome.report.push(
                Diagnostic::error(codes::VERIFY_FAILED, format!("{what} does not hold"))
                    .at(origin)
                    .note(outcome.evidence.clone())
                    .help("derive again, or mend the requirement"),
            );
        }
        self.outcome.failure.get_or_insert(Failure::Check);
    }
}

fn origins(workshop: &dyn Workshop, task: &Task<'_>) -> Origins {
    let mut imports: Vec<ImportRef> = task
        .imports
        .iter()
        .map(|own| ImportRef { property: own.property.clone(), constraint_set_hash: own.constraint_set_hash.clone() })
        .collect();
    imports.sort();
    Origins {
        constraint_set_hash: task.canonical.sha256.clone(),
        derivation_function_hash: sha256_hex(workshop.derivation_function().as_bytes()),
        substrate_id: workshop.substrate_id(),
        model_id: workshop.model_id(),
        target_lang: task.target.name().to_owned(),
        imports,
    }
}
