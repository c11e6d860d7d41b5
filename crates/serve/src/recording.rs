//! Runs that happen elsewhere, of which only the events come here: live, or from a file.

use crate::runs::{Run, Runs};
use etymon_constraints::event::Stage;
use serde_json::{Value, json};
use std::collections::BTreeSet;
use std::sync::Arc;

/// Events of one run after the other, shown as they come.
#[derive(Debug)]
pub struct Recording {
    runs: Arc<Runs>,
    title: String,
    run: Arc<Run>,
    course: Course,
}

impl Recording {
    /// The recording's first run, of which nothing is known yet.
    pub fn start(runs: &Arc<Runs>, title: &str) -> Self {
        let run = runs.start(title);
        Self { runs: Arc::clone(runs), title: title.to_owned(), run, course: Course::default() }
    }

    /// Tells an event. One that begins a run ends the run before it, which has a verdict of its own.
    pub fn tell(&mut self, event: &Value) {
        let begins = event["stage"] == Stage::Read.name() && event["status"] == "start";
        if begins && self.course.next > 0 {
            self.run.end(&std::mem::take(&mut self.course).outcome());
            self.run = self.runs.start(&self.title);
        }
        self.course.follow(event);
        self.run.tell_recorded(event);
    }

    /// There are no more events.
    pub fn end(self) {
        self.run.end(&self.course.outcome());
    }

    /// There are no more events, and the last was cut off. Of a run that is over, it was none.
    pub fn break_off(mut self) {
        self.course.cut = !self.course.is_over();
        self.end();
    }
}

/// How far a run came, as its events tell it.
#[derive(Debug, Default)]
struct Course {
    /// The number of the next event.
    next: u64,
    /// Stages that began.
    begun: BTreeSet<Stage>,
    /// Stages that ended.
    over: BTreeSet<Stage>,
    /// The last stage that ended.
    last: Option<Stage>,
    /// The verdict of verify.
    passed: Option<bool>,
    /// Why a stage did not do what it is for: the first reason.
    error: Option<String>,
    /// Why these cannot be the events of one run. From then on nobody knows whose they are, so nothing is taken from them.
    disorder: Option<String>,
    /// Whether an event was cut off.
    cut: bool,
}

impl Course {
    fn follow(&mut self, event: &Value) {
        if self.disorder.is_none() {
            self.disorder = self.check(event);
        }
        self.next += 1;
        if self.disorder.is_some() {
            return;
        }
        let text = |key: &str| event[key].as_str().unwrap_or_default();
        let Some(stage) = Stage::from_name(text("stage")) else { return };
        let status = text("status");
        if status == "start" {
            self.begun.insert(stage);
            return;
        }
        self.over.insert(stage);
        self.last = Some(stage);
        let verdict = event["detail"]["verdict"].as_str();
        match (stage, status, verdict) {
            (Stage::Verify, "complete", Some("pass")) => self.passed = Some(true),
            (Stage::Verify, "complete" | "error", Some("fail")) => self.passed = Some(false),
            (Stage::Verify, "complete", _) => self.fail("`verify` tells no verdict".to_owned()),
            (_, "error", _) => self.fail(reason(stage, &event["detail"])),
            _ => {}
        }
    }

    /// Why an event cannot be this run's next one, if it cannot. Runs number their events, and a stage begins once and ends once.
    fn check(&self, event: &Value) -> Option<String> {
        let next = self.next;
        match event["seq"].as_u64() {
            None => {
                return Some(format!("events are missing, or are no run's: the one after {next} others has no number"));
            }
            Some(seq) if seq < next => {
                return Some(format!("events of several runs are mixed: number {seq} comes where {next} should"));
            }
            Some(seq) if seq > next => {
                let told = format!("number {seq} comes where {next} should");
                return Some(format!("events are missing, or those of several runs are mixed: {told}"));
            }
            Some(_) => {}
        }
        let stage = Stage::from_name(event["stage"].as_str()?)?;
        let mixed = |how: &str| Some(format!("events of several runs are mixed: `{}` {how}", stage.name()));
        let starts = event["status"] == "start";
        match (self.begun.contains(&stage), self.over.contains(&stage)) {
            (_, true) => mixed(if starts { "begins again" } else { "ends again" }),
            (true, false) if starts => mixed("begins again"),
            (false, false) if matches!(event["status"].as_str(), Some("complete" | "error")) => {
                mixed("ends and did not begin")
            }
            _ => None,
        }
    }

    /// Whether the run's last stage ended.
    fn is_over(&self) -> bool {
        self.over.contains(&Stage::Sign)
    }

    fn fail(&mut self, reason: String) {
        self.error.get_or_insert(reason);
    }

    /// What the run came to. It passes only if verify said so and nothing else went wrong; what failed stays failed.
    fn outcome(self) -> Value {
        let none = |message: String| json!({ "verdict": "none", "recorded": true, "message": message });
        let error = |message: String| json!({ "verdict": "error", "recorded": true, "message": message });
        let verdict = |own: &str| json!({ "verdict": own, "recorded": true });
        if self.passed == Some(false) {
            let mut fail = verdict("fail");
            if let Some(reason) = self.disorder {
                fail["message"] = reason.into();
            }
            return fail;
        }
        if let Some(reason) = self.disorder.or(self.error) {
            return error(reason);
        }
        if let Some(stage) = self.begun.difference(&self.over).last() {
            return error(format!("the run broke off during `{}`", stage.name()));
        }
        if self.cut {
            return error("the run broke off in the middle of an event".to_owned());
        }
        match (self.last, self.passed) {
            (None, _) => error("no stage was told: the run never began".to_owned()),
            (Some(_), Some(_)) => verdict("pass"),
            (Some(stage), None) => none(format!("the run ended after `{}`, so nothing was verified", stage.name())),
        }
    }
}

/// Why a stage did not do what it is for, as far as its event tells.
fn reason(stage: Stage, detail: &Value) -> String {
    let code = detail["code"].as_str().filter(|code| !code.is_empty());
    let told = code.map_or_else(String::new, |code| format!(": {code}"));
    let message = detail["message"].as_str().map_or_else(String::new, |message| format!(": {message}"));
    let place = detail["line"].as_u64().map_or_else(String::new, |line| format!(" (line {line})"));
    format!("`{}` ended without success{told}{message}{place}", stage.name())
}
