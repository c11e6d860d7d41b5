//! The stages after the file's identity is known: derive, verify, sign.

use super::{Candidate, Engine, Failure, Request, Supply, Task, Workshop};
use crate::artifact;
use crate::clock::stamp;
use crate::codes;
use crate::event::{Progress, Stage};
use crate::materialization::{ImportRef, Materialization, MaterializationError, Origins};
use crate::parse::Parsed;
use crate::report::{Outcome, Report as Verification, Verdict, outcome_of_pin};
use etymon_attest::SigningKey;
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
    /// Whether that lies beside the file.
    beside: bool,
}

impl Engine<'_> {
    pub(super) fn back(&mut self, parsed: &Parsed) -> Option<()> {
        let supply = self.request.workshop.filter(|_| self.request.until >= Stage::Derive)?;
        let workshop = self.workshop(supply, parsed)?;
        let workshop = &*workshop;
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
        if verification.verdict == Verdict::Fail {
            // Before signing, because what failed the check stays failed, whatever comes of its record.
            self.refuse(parsed, &verification);
        }
        self.sign(derivation, verification)
    }

    fn workshop<'s>(&mut self, supply: &'s dyn Supply, parsed: &Parsed) -> Option<Box<dyn Workshop + 's>> {
        let own = supply.workshop(parsed);
        own.map_err(|report| {
            self.tell(Stage::Derive, Progress::Start, Map::new());
            self.fail(Stage::Derive, &report);
            self.outcome.report.merge(report);
        })
        .ok()
    }

    /// What a workshop says, at the file where it has no place of its own.
    fn placed(&self, mut report: Report) -> Report {
        for own in report.iter_mut().filter(|own| own.origin.file().is_none()) {
            own.origin = Origin::path(self.request.path.display().to_string());
        }
        report
    }

    fn derive(&mut self, workshop: &dyn Workshop, task: &Task<'_>) -> Option<Derivation> {
        let origins = origins(workshop, task);
        let detail = detail! { "substrate": origins.substrate_id, "model": origins.model_id };
        if let Some((earlier, beside)) = self.earlier(&origins) {
            self.tell(Stage::Derive, Progress::Start, detail);
            let lines = earlier.code.lines().count();
            self.tell(Stage::Derive, Progress::Skip, detail! { "cacheKey": origins.cache_key(), "codeLines": lines });
            let own = &earlier.provenance;
            let (receipt, calls) = (own.receipt.clone(), own.calls.clone());
            let candidate = Candidate { code: earlier.code.clone(), receipt, calls };
            return Some(Derivation { origins, candidate, earlier: Some(earlier), beside });
        }
        let candidate = self.stage(Stage::Derive, detail, |engine| {
            if engine.request.until >= Stage::Sign {
                // An answer that could not be signed would be paid for in vain.
                engine.key()?;
            }
            let candidate = workshop.derive(task).map_err(|report| engine.placed(report))?;
            let detail = detail! { "codeLines": candidate.code.lines().count() };
            Ok((candidate, detail))
        })?;
        Some(Derivation { origins, candidate, earlier: None, beside: false })
    }

    /// An accepted artifact that was derived from the very same, and whether it lies beside the file, where it is looked for first. What is
    /// wrong with another one does not matter here.
    fn earlier(&self, origins: &Origins) -> Option<(Materialization, bool)> {
        let Request { library, path, trust, .. } = self.request;
        let key = origins.cache_key();
        let accepted = |bytes: Vec<u8>| {
            let (own, _) = Materialization::read(&bytes, trust).ok()?;
            (own.origins().cache_key() == key && own.provenance.verdict == Verdict::Pass).then_some(own)
        };
        if let Some(own) = library.materialization(path).ok().flatten().and_then(accepted) {
            return Some((own, true));
        }
        library.elsewhere(&origins.constraint_set_hash).into_iter().find_map(accepted).map(|own| (own, false))
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
                let report = self.placed(report);
                self.fail(Stage::Verify, &report);
                self.outcome.report.merge(report);
                None
            }
        }
    }

    /// Signs a pass as the file's artifact and a failure for the record.
    fn sign(&mut self, derivation: Derivation, verification: Verification) -> Option<()> {
        let unchanged = |own: &Materialization| own.verification == verification;
        let Derivation { origins, candidate, earlier, beside } = derivation;
        let earlier = earlier.filter(unchanged);
        if self.request.until >= Stage::Sign && beside && earlier.is_some() {
            self.tell(Stage::Sign, Progress::Skip, detail! { "verdict": verification.verdict.name() });
            self.outcome.artifact = Some(crate::resolve::beside(self.request.path, crate::resolve::MATERIALIZATION));
            return Some(());
        }
        let path = self.stage(Stage::Sign, Map::new(), |engine| {
            let shown = engine.request.path.display().to_string();
            let placed = |error: MaterializationError| Report::from(Diagnostic::from(error).at(Origin::path(&shown)));
            let verdict = verification.verdict.name();
            let own = match earlier {
                // It was signed already; what is missing is the file.
                Some(own) => own,
                None => {
                    let key = engine.key()?;
                    let Candidate { code, receipt, calls } = candidate;
                    let timestamp = stamp((engine.request.clock)());
                    Materialization::sign(origins, (receipt, calls), (code, verification), timestamp, key)
                        .map_err(placed)?
                }
            };
            let path = artifact::write(engine.request.path, &own).map_err(placed)?;
            let detail =
                detail! { "verdict": verdict, "keyId": own.signature.key_id, "path": path.display().to_string() };
            Ok((path, detail))
        })?;
        self.outcome.artifact = Some(path);
        Some(())
    }

    /// What signs.
    fn key(&self) -> Result<&SigningKey, Report> {
        self.request.key.ok_or_else(|| {
            let shown = self.request.path.display().to_string();
            let own = Diagnostic::error(SIGN_NO_KEY, "no signing key was given").at(Origin::path(shown));
            Report::from(own.help("make one with `etymon keys new NAME`, and give it with `--key NAME`"))
        })
    }

    /// Tells of every requirement that failed.
    fn refuse(&mut self, parsed: &Parsed, verification: &Verification) {
        let failed = |(_, own): &(usize, &Outcome)| own.status == Verdict::Fail;
        for (nth, outcome) in verification.requirements.iter().enumerate().filter(failed) {
            let id = &outcome.constraint_id;
            let at = parsed.document.requirements.iter().position(|own| own.id == *id);
            // Pins come first, and may have one id.
            let pin = parsed.document.manifest.pins.get(nth).filter(|own| outcome_of_pin(own) == *id);
            let (what, origin) = match (at, pin) {
                (Some(at), _) => {
                    let kind = parsed.document.requirements[at].kind.name();
                    (format!("{kind} `{id}`"), parsed.origin(parsed.places.requirements[at].id))
                }
                (None, Some(_)) => (format!("`{id}`"), parsed.origin(parsed.places.pins[nth])),
                (None, None) => (format!("`{id}`"), Origin::path(parsed.file.path())),
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
