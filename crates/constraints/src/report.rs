//! The report of the verify stage: what of a candidate holds, requirement by requirement.

use crate::model::Pin;
use serde::{Deserialize, Serialize};

/// A verdict. On the whole it is never [`Verdict::Skip`].
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "lowercase")]
pub enum Verdict {
    /// Everything hard holds.
    Pass,
    /// Something hard does not.
    Fail,
    /// Not judged: not enforced, or a dependency failed.
    Skip,
}

impl Verdict {
    /// The name in reports.
    pub const fn name(self) -> &'static str {
        match self {
            Verdict::Pass => "pass",
            Verdict::Fail => "fail",
            Verdict::Skip => "skip",
        }
    }
}

/// What is said of one requirement, or of one phrase pin.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "camelCase", deny_unknown_fields)]
pub struct Outcome {
    /// The requirement's id; of a phrase pin `pin:` and its id.
    pub constraint_id: String,
    /// The verdict.
    pub status: Verdict,
    /// One `[backend:status] text` for each backend that ran, each on lines of its own.
    pub evidence: String,
}

/// The id of a phrase pin's outcome.
pub(crate) fn outcome_of_pin(pin: &Pin) -> String {
    format!("pin:{}", pin.id)
}

/// Verdicts of one candidate. Part of the materialization, so it holds nothing that varies between runs.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct Report {
    /// Passes when every requirement and pin that was judged passed.
    pub verdict: Verdict,
    /// Pins first, as the manifest has them, then requirements in the order in which they were checked.
    #[serde(rename = "results")]
    pub requirements: Vec<Outcome>,
}

impl Report {
    /// The report of these outcomes.
    pub fn of(requirements: Vec<Outcome>) -> Report {
        let failed = requirements.iter().any(|outcome| outcome.status == Verdict::Fail);
        Report { verdict: if failed { Verdict::Fail } else { Verdict::Pass }, requirements }
    }

    /// What is said of the requirement `id`.
    pub fn outcome(&self, id: &str) -> Option<&Outcome> {
        self.requirements.iter().find(|outcome| outcome.constraint_id == id)
    }
}
