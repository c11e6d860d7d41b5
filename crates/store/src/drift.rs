//! The gate's engine: how a committed folder differs from a fresh emission.

mod accepted;
mod diff;
mod manifest;

use std::collections::{BTreeMap, BTreeSet};
use std::io;
use std::path::Path;

use etymon_diagnostics::{Code, Diagnostic, Origin};
use rustix::fs::FileType;

use crate::dir::{Dir, Meta};
use crate::error::codes;
use crate::path::{ACCEPTED_FILE, MANIFEST_FILE};
use crate::{Emission, StoreError};

/// Folders deeper than this hold nothing of ours and are reported as a whole.
const MAX_DEPTH: usize = 64;
/// A committed file may be this much longer than the fresh one and still be read.
const MAX_READ: u64 = 64 << 20;

/// What kind of difference a finding is.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord)]
pub enum Kind {
    /// A file has other bytes.
    Changed,
    /// A file is not there.
    Missing,
    /// A file is there that nothing emits.
    Residue,
    /// The manifest says something else.
    Manifest,
    /// A file is executable, a link, or not a plain file.
    Mode,
    /// An entry of `accepted-residue.json` is malformed or no longer applies.
    Accepted,
}

impl Kind {
    /// The code of its diagnostics.
    pub const fn code(self) -> Code {
        match self {
            Self::Changed => codes::DRIFT_CHANGED,
            Self::Missing => codes::DRIFT_MISSING,
            Self::Residue => codes::DRIFT_RESIDUE,
            Self::Manifest => codes::DRIFT_MANIFEST,
            Self::Mode => codes::DRIFT_MODE,
            Self::Accepted => codes::DRIFT_ACCEPTED,
        }
    }
}

/// One difference.
#[derive(Clone, Debug, PartialEq, Eq, PartialOrd, Ord)]
pub struct Finding {
    /// The path in the tree; empty for the tree itself.
    pub path: String,
    /// The kind.
    pub kind: Kind,
    /// What is different, in words.
    pub message: String,
    /// A unified diff from the committed to the fresh text, if both are text.
    pub diff: Option<String>,
}

impl Finding {
    fn new(kind: Kind, path: &str, message: impl Into<String>) -> Self {
        Self { path: path.to_owned(), kind, message: message.into(), diff: None }
    }

    /// The finding as a diagnostic. `tree` is the folder as a person names it, `repair` the command that mends it.
    pub fn diagnostic(&self, tree: &Path, repair: &str) -> Diagnostic {
        let place = tree.join(&self.path).display().to_string();
        let help = match self.kind {
            Kind::Residue => {
                format!("delete it, or name it with a reason in `{ACCEPTED_FILE}`")
            }
            Kind::Accepted => format!("correct `{ACCEPTED_FILE}`"),
            _ => format!("run `{repair}` and commit the result"),
        };
        let bare = Diagnostic::error(self.kind.code(), &self.message).at(Origin::path(place)).help(help);
        match &self.diff {
            Some(diff) => bare.note(format!("from committed to fresh\n{diff}")),
            None => bare,
        }
    }
}

/// How a folder differs from an emission.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct Drift {
    /// The differences, sorted by path.
    pub findings: Vec<Finding>,
    /// How many files were compared.
    pub compared: usize,
    /// How many extra files are accepted.
    pub accepted: usize,
}

impl Drift {
    /// Whether the folder is what it should be.
    pub fn is_clean(&self) -> bool {
        self.findings.is_empty()
    }
}

/// Compares a committed folder with a fresh emission: file set, bytes, modes and manifest.
///
/// # Errors
/// When the folder cannot be read; differences are no errors.
pub fn compare(dir: &Path, emission: &Emission) -> Result<Drift, StoreError> {
    let root = Dir::open(dir).map_err(|e| StoreError::read(dir, e))?;
    let Some(root) = root else {
        let finding = Finding::new(Kind::Missing, "", "the generated tree does not exist");
        return Ok(Drift { findings: vec![finding], ..Drift::default() });
    };
    let mut seen = Seen::default();
    root.walk("", MAX_DEPTH, &mut |folder, name, path, meta| seen.visit(emission, folder, name, path, meta))
        .map_err(|e| StoreError::read(dir, e))?;
    Ok(seen.conclude(emission))
}

/// What the walk has found so far.
#[derive(Default)]
struct Seen {
    findings: Vec<Finding>,
    present: BTreeSet<String>,
    extra: BTreeMap<String, Meta>,
    manifest: Option<Vec<u8>>,
    accepted: Option<Vec<u8>>,
}

impl Seen {
    fn visit(
        &mut self,
        emission: &Emission,
        folder: &Dir,
        name: &std::ffi::OsStr,
        path: &str,
        meta: Meta,
    ) -> io::Result<()> {
        let own = path == MANIFEST_FILE || path == ACCEPTED_FILE;
        let artifact = emission.artifact(path);
        if !own && artifact.is_none() {
            self.extra.insert(path.to_owned(), meta);
            return Ok(());
        }
        self.present.insert(path.to_owned());
        if let Some(why) = wrong_mode(meta) {
            self.findings.push(Finding::new(Kind::Mode, path, why));
        }
        if !meta.is_file() {
            return Ok(());
        }
        if meta.size > MAX_READ + artifact.map_or(0, |a| a.bytes().len() as u64) {
            let message = format!("the file is far too long ({} bytes)", meta.size);
            self.findings.push(Finding::new(Kind::Changed, path, message));
            return Ok(());
        }
        let bytes = folder.read(name)?.map(|(_, bytes)| bytes);
        match artifact {
            Some(artifact) => {
                let committed = bytes.unwrap_or_default();
                if committed != artifact.bytes() {
                    let told = diff::tell(path, &committed, artifact.bytes());
                    self.findings.push(Finding { diff: told.diff, ..Finding::new(Kind::Changed, path, told.words) });
                }
            }
            None if path == MANIFEST_FILE => self.manifest = bytes,
            None => self.accepted = bytes,
        }
        Ok(())
    }

    fn conclude(mut self, emission: &Emission) -> Drift {
        let expected = emission.artifacts().iter().map(|artifact| artifact.path());
        for path in expected.chain([MANIFEST_FILE]) {
            if !self.present.contains(path) {
                let finding = Finding::new(Kind::Missing, path, "the file is missing");
                self.findings.push(finding);
            }
        }
        let compared = self.present.len();
        let accepted = self.conclude_residue();
        if let Some(committed) = self.manifest.take() {
            let told: BTreeSet<String> = self.findings.iter().map(|f| f.path.clone()).collect();
            let edits = manifest::compare(&committed, emission, &told);
            self.findings.extend(edits);
        }
        self.findings.sort();
        Drift { findings: self.findings, compared, accepted }
    }

    /// Reports the extra files that are not accepted and answers how many are.
    fn conclude_residue(&mut self) -> usize {
        let listed = match self.accepted.take() {
            Some(bytes) => accepted::read(&bytes, &mut self.findings),
            None => BTreeSet::new(),
        };
        for path in &listed {
            if !self.extra.contains_key(path) {
                let why = if self.present.contains(path) { "is emitted" } else { "is not there" };
                let message = format!("`{path}` is accepted as residue, but it {why}");
                self.findings.push(Finding::new(Kind::Accepted, ACCEPTED_FILE, message));
            }
        }
        let extras = self.extra.len();
        self.extra.retain(|path, _| !listed.contains(path));
        for (path, meta) in &self.extra {
            let message = match meta.kind {
                FileType::RegularFile => "nothing emits this file",
                FileType::Symlink => "nothing emits this symbolic link",
                _ => "nothing emits this, and it is not a plain file",
            };
            self.findings.push(Finding::new(Kind::Residue, path, message));
        }
        extras - self.extra.len()
    }
}

fn wrong_mode(meta: Meta) -> Option<String> {
    match meta.kind {
        FileType::RegularFile if meta.is_executable() => {
            Some(format!("the file is executable (mode {:o}), and should not be", meta.mode))
        }
        FileType::RegularFile => None,
        FileType::Symlink => Some("a symbolic link stands where a plain file belongs".to_owned()),
        _ => Some("something else stands where a plain file belongs".to_owned()),
    }
}
