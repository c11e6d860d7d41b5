//! The one workshop of the tests: it answers fixed code and judges as it is told. Other crates' tests take this file, too.

use etymon_constraints::engine::{Candidate, Task, Workshop};
use etymon_constraints::materialization::Receipt;
use etymon_constraints::report::{Outcome, Report as Verification, Verdict};
use etymon_diagnostics::Report;
use std::sync::atomic::{AtomicUsize, Ordering};
use std::time::SystemTime;

/// When it was asked.
pub const AT: &str = "2026-01-02T03:04:05.006Z";

/// The clock that says so.
pub fn at() -> SystemTime {
    humantime::parse_rfc3339(AT).expect("a time")
}

/// The verdict on a requirement of that id, or why there is none on any.
type Verdicts = Box<dyn Fn(&str) -> Result<Verdict, Report> + Send + Sync>;

/// Answers fixed code, and counts how often it is asked.
pub struct Fixed {
    pub model: &'static str,
    pub code: String,
    verdicts: Verdicts,
    derived: AtomicUsize,
    verified: AtomicUsize,
}

impl Fixed {
    pub fn judging(verdicts: impl Fn(&str) -> Result<Verdict, Report> + Send + Sync + 'static) -> Self {
        let (derived, verified) = (AtomicUsize::new(0), AtomicUsize::new(0));
        let code = "export const x = 1;\n".to_owned();
        Self { model: "none", code, verdicts: Box::new(verdicts), derived, verified }
    }

    pub fn passing() -> Self {
        Self::judging(|_| Ok(Verdict::Pass))
    }

    pub fn failing(ids: &'static [&'static str]) -> Self {
        Self::judging(|id| Ok(if ids.contains(&id) { Verdict::Fail } else { Verdict::Pass }))
    }

    /// How often code was asked for.
    pub fn derived(&self) -> usize {
        self.derived.load(Ordering::SeqCst)
    }

    /// How often a verdict was asked for.
    pub fn verified(&self) -> usize {
        self.verified.load(Ordering::SeqCst)
    }
}

impl Workshop for Fixed {
    fn substrate_id(&self) -> String {
        "fixed".to_owned()
    }

    fn model_id(&self) -> String {
        self.model.to_owned()
    }

    fn derivation_function(&self) -> String {
        "test/1".to_owned()
    }

    fn derive(&self, _: &Task<'_>) -> Result<Candidate, Report> {
        self.derived.fetch_add(1, Ordering::SeqCst);
        let receipt = Receipt { prompt_hash: "0".repeat(64), started_at: AT.to_owned(), duration_ms: 7 };
        Ok(Candidate { code: self.code.clone(), receipt, calls: Vec::new() })
    }

    fn verify(&self, _: &str, task: &Task<'_>) -> Result<Verification, Report> {
        self.verified.fetch_add(1, Ordering::SeqCst);
        let judged = task.document.requirements.iter().map(|own| {
            let status = (self.verdicts)(&own.id)?;
            let evidence = format!("[assert:{}] x", status.name());
            Ok(Outcome { constraint_id: own.id.clone(), status, evidence })
        });
        Ok(Verification::of(judged.collect::<Result<_, Report>>()?))
    }
}
