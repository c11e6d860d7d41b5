//! Stage events: the interface that terminals, CI and the browser share.

use serde::Serialize;
use serde_json::{Map, Value};
use std::fmt;

/// A stage of the pipeline, in order.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Hash, Serialize)]
#[serde(rename_all = "lowercase")]
pub enum Stage {
    /// From a path to text.
    Read,
    /// From text to a document.
    Parse,
    /// Whether the document fits together.
    Validate,
    /// The files that it imports.
    Resolve,
    /// Its identity.
    Canonicalize,
    /// Candidate code.
    Derive,
    /// The verdict on it.
    Verify,
    /// The signed artifact.
    Sign,
}

impl Stage {
    /// All of them, in order.
    pub const ALL: [Stage; 8] = [
        Stage::Read,
        Stage::Parse,
        Stage::Validate,
        Stage::Resolve,
        Stage::Canonicalize,
        Stage::Derive,
        Stage::Verify,
        Stage::Sign,
    ];

    /// The name in events and flags.
    pub const fn name(self) -> &'static str {
        match self {
            Stage::Read => "read",
            Stage::Parse => "parse",
            Stage::Validate => "validate",
            Stage::Resolve => "resolve",
            Stage::Canonicalize => "canonicalize",
            Stage::Derive => "derive",
            Stage::Verify => "verify",
            Stage::Sign => "sign",
        }
    }

    /// The stage of a name.
    pub fn from_name(name: &str) -> Option<Stage> {
        Stage::ALL.into_iter().find(|stage| stage.name() == name)
    }
}

/// What happened to a stage.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize)]
#[serde(rename_all = "lowercase")]
pub enum Progress {
    /// It began.
    Start,
    /// It did what it is for.
    Complete,
    /// It did not; the detail names the code.
    Error,
    /// There was nothing to do.
    Skip,
}

impl Progress {
    /// The name in events.
    pub const fn name(self) -> &'static str {
        match self {
            Progress::Start => "start",
            Progress::Complete => "complete",
            Progress::Error => "error",
            Progress::Skip => "skip",
        }
    }
}

/// One event. As JSON, `{"seq","stage","status","at","detail"}`.
#[derive(Clone, Debug, PartialEq, Serialize)]
pub struct Event {
    /// Number in its run, from 0, without gaps.
    pub seq: u64,
    /// The stage.
    pub stage: Stage,
    /// What happened to it.
    pub status: Progress,
    /// When, as the caller's clock says it: ISO 8601, UTC.
    pub at: String,
    /// Facts; the keys depend on stage and status.
    pub detail: Map<String, Value>,
}

impl fmt::Display for Event {
    /// `[stage] status key=value …`, without the time. Lists and objects are told by their length; message and place of an error are left to
    /// its diagnostic.
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "[{}] {}", self.stage.name(), self.status.name())?;
        let left = |key: &str| self.status == Progress::Error && matches!(key, "message" | "line" | "column");
        for (key, value) in self.detail.iter().filter(|(key, _)| !left(key)) {
            match value {
                Value::String(text) => write!(f, " {key}={text}")?,
                Value::Array(items) => write!(f, " {key}={}", items.len())?,
                Value::Object(fields) => write!(f, " {key}={}", fields.len())?,
                other => write!(f, " {key}={other}")?,
            }
        }
        Ok(())
    }
}
