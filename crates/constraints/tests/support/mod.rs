//! A folder with files, and a workshop that answers what it is told to.
#![allow(dead_code)] // Every suite takes what it needs.

pub mod workshop;

use etymon_attest::{SigningKey, Trust};
use etymon_constraints::Target;
use etymon_constraints::engine::{self, Outcome, Request, Supply};
use etymon_constraints::event::{Event, Stage};
use etymon_constraints::resolve::Folder;
use etymon_diagnostics::{Report, Severity};
use std::path::PathBuf;
use tempfile::TempDir;
use workshop::at;

/// A folder of constraints files.
pub struct Files(TempDir);

impl Files {
    pub fn new() -> Self {
        Self(tempfile::tempdir().expect("a folder"))
    }

    pub fn path(&self, name: &str) -> PathBuf {
        self.0.path().join(name)
    }

    pub fn put(&self, name: &str, text: &str) -> PathBuf {
        std::fs::write(self.path(name), text).expect("writable");
        self.path(name)
    }

    pub fn get(&self, name: &str) -> Option<String> {
        std::fs::read_to_string(self.path(name)).ok()
    }
}

/// A requirement.
pub fn block(id: &str, depends_on: &str, body: &str) -> String {
    format!(
        "## {id}\ntype: predicate\nauthority: human-authored\nscope: module\nstatus: active\ndepends-on: [{depends_on}]\n\n{body}\n\n"
    )
}

/// A file that provides `property` and imports the given properties, each from the file of its name.
pub fn module(property: &str, imports: &[&str]) -> String {
    let mut text = format!(
        "@provides: {property}\n  threshold: T1\n  interface: [{property}]\n@imports: {}\n",
        if imports.is_empty() { "[]" } else { "" }
    );
    for import in imports {
        text += &format!("  - property: {import}\n    from: path\n    path: ./{import}.constraints.md\n");
    }
    text + "\n" + &block("T1", "", "It holds.") + &block("T2", "T1", "It holds too.")
}

pub fn key(seed: u8) -> SigningKey {
    SigningKey::from_seed(&[seed; 32])
}

pub fn trust(seed: u8) -> Trust {
    Trust::in_key("test", key(seed).public())
}

/// Runs all stages over a file; tells the lines of its events too.
pub fn run(files: &Files, name: &str, workshop: &dyn Supply) -> (Outcome, Vec<String>) {
    run_until(files, name, Stage::Sign, Some(workshop), &trust(1))
}

pub fn run_until(
    files: &Files,
    name: &str,
    until: Stage,
    workshop: Option<&dyn Supply>,
    trust: &Trust,
) -> (Outcome, Vec<String>) {
    run_with(files, name, (until, workshop, trust), Some(&key(1)))
}

pub fn run_with(
    files: &Files,
    name: &str,
    (until, workshop, trust): (Stage, Option<&dyn Supply>, &Trust),
    key: Option<&SigningKey>,
) -> (Outcome, Vec<String>) {
    let path = files.path(name);
    let request = Request { path: &path, until, clock: at, library: &Folder, trust, workshop, target: Target::Ts, key };
    let mut lines = Vec::new();
    let mut last = None;
    let outcome = engine::run(request, &mut |event: &Event| {
        assert_eq!(event.seq, last.map_or(0, |seq: u64| seq + 1));
        last = Some(event.seq);
        lines.push(event.to_string().replace(&format!("{}/", files.path("").display()).replace("//", "/"), ""));
    });
    (outcome, lines)
}

/// `line:column CODE` of every finding, with `!` for errors.
pub fn findings(report: &Report) -> Vec<String> {
    let told = |own: &etymon_diagnostics::Diagnostic| {
        let place = own.origin.position().map_or("-".to_owned(), |at| format!("{}:{}", at.line, at.column));
        let mark = if own.severity == Severity::Error { "!" } else { "" };
        format!("{place} {}{mark}", own.code)
    };
    report.iter().map(told).collect()
}
