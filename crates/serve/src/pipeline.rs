//! The pipeline as a server's engine: what a composition leads to becomes files, and a run of them is like any other.

use crate::checkout::{CheckedOut, checkout};
use crate::server::{Derived, Engine, Job};
use crate::{Repository, WireError, codes};
use etymon_attest::{SigningKey, Trust};
use etymon_constraints::clock::Clock;
use etymon_constraints::engine::{Failure, Request, Workshop, run};
use etymon_constraints::event::{Event, Stage};
use etymon_constraints::report::Verdict;
use etymon_constraints::resolve::Folder;
use etymon_diagnostics::{Diagnostic, Report};
use serde_json::Value;
use std::path::Path;

/// Folders above the file, so that imports may lead upwards that far.
const ROOM: &str = "0/0/0/0/0/0/0/0/spec";

/// The pipeline, with what it needs besides a file.
pub struct Pipeline {
    /// The same store that the server shows.
    pub repository: Repository,
    /// What derives and verifies.
    pub workshop: Box<dyn Workshop + Send + Sync>,
    /// Whose signatures count on imports; the server's own key belongs here, or nothing that it made can be imported.
    pub trust: Trust,
    /// What signs.
    pub key: SigningKey,
    /// What tells the time.
    pub clock: Clock,
}

impl Engine for Pipeline {
    fn derive(&self, job: &Job, tell: &mut dyn FnMut(&Event)) -> Result<Derived, Report> {
        let lost = |error: std::io::Error| {
            let reason = format!("a folder for the run cannot be made: {error}");
            Report::from(WireError::Request { status: 500, reason })
        };
        let folder = tempfile::tempdir().map_err(lost)?;
        let mut done = CheckedOut::default();
        checkout(&self.repository, job.digest, folder.path(), ROOM, Some(job.target.name()), &mut done)?;
        if let Some(path) = done.left.iter().chain(&done.kept).next() {
            let finding =
                Diagnostic::error(codes::DERIVE_CHECKOUT, format!("the import `{path}` cannot become a file here"));
            let help = "a server follows paths that go up eight folders at most, end in `.constraints.md`, and lead to one text each";
            return Err(finding.help(help).into());
        }
        let path = folder.path().join(format!("{ROOM}.constraints.md"));
        let workshop = &*self.workshop;
        let request = Request {
            path: &path,
            until: Stage::Sign,
            clock: self.clock,
            library: &Folder,
            trust: &self.trust,
            workshop: Some(&workshop),
            target: job.target,
            key: Some(&self.key),
        };
        let outcome = run(request, &mut |event| tell(&public(event, folder.path())));
        let verified = outcome.verification.as_ref().map(|own| own.verdict);
        if verified == Some(Verdict::Fail) && outcome.failure == Some(Failure::Check) {
            return Ok(Derived { passed: false, materialization: Vec::new() });
        }
        match (outcome.failure, outcome.artifact) {
            (None, Some(path)) => Ok(Derived { passed: true, materialization: std::fs::read(path).map_err(lost)? }),
            _ => Err(without(outcome.report, folder.path())),
        }
    }
}

/// An event without places of this machine.
fn public(event: &Event, folder: &Path) -> Event {
    let mut event = event.clone();
    event.detail.remove("path");
    if let Some(Value::String(message)) = event.detail.get_mut("message") {
        *message = bare(message, folder);
    }
    event
}

/// A text without the folder of the run.
fn bare(text: &str, folder: &Path) -> String {
    let room = ROOM.strip_suffix("spec").unwrap_or_default();
    text.replace(&format!("{}/", folder.display()), "").replace(room, "")
}

/// A report without places of this machine.
fn without(mut report: Report, folder: &Path) -> Report {
    let clean = |text: &str| bare(text, folder);
    for own in report.iter_mut() {
        own.message = clean(&own.message);
        own.help = own.help.as_deref().map(clean);
        own.notes = own.notes.iter().map(|note| clean(note)).collect();
        if let Some(file) = own.origin.file().map(clean) {
            own.origin = std::mem::take(&mut own.origin).in_file(file);
        }
    }
    if report.is_empty() {
        report.push(Diagnostic::error(codes::DERIVE_UNAVAILABLE, "the pipeline of this server ends before it derives"));
    }
    report
}

#[cfg(test)]
mod tests {
    use super::{ROOM, public};
    use etymon_constraints::event::{Event, Progress, Stage};
    use serde_json::{Map, json};
    use std::path::Path;

    #[test]
    fn an_event_names_no_place_of_this_machine() {
        let message = format!("`/tmp/x/{ROOM}.constraints.md` and `/tmp/x/0/0/0/0/0/0/0/0/other.constraints.md`");
        let detail = Map::from_iter([("message".to_owned(), json!(message)), ("path".to_owned(), json!("/tmp/x/y"))]);
        let (stage, status) = (Stage::Resolve, Progress::Error);
        let event = Event { seq: 0, stage, status, at: String::new(), detail };
        let detail = json!(public(&event, Path::new("/tmp/x")).detail);
        assert_eq!(detail, json!({ "message": "`spec.constraints.md` and `other.constraints.md`" }));
    }
}
