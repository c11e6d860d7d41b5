//! What keeps a parity run from giving a verdict.

use etymon_diagnostics::Report;
use std::path::{Path, PathBuf};

/// A run that could not be done. A difference between testees is no error but a finding.
#[derive(Debug, thiserror::Error)]
#[non_exhaustive]
pub enum Error {
    /// A file or folder cannot be used.
    #[error("cannot {what} `{}`: {source}", path.display())]
    Io {
        /// What was tried.
        what: &'static str,
        /// Where.
        path: PathBuf,
        /// Why not.
        source: std::io::Error,
    },
    /// A program that a testee needs does not start.
    #[error("cannot start `{program}` for testee `{testee}`: {source}; {help}")]
    Start {
        /// The program.
        program: String,
        /// Who needs it.
        testee: &'static str,
        /// Why not.
        source: std::io::Error,
        /// How to get it.
        help: &'static str,
    },
    /// A testee's program does not build.
    #[error("testee `{testee}` cannot be set up: {reason}")]
    Setup {
        /// Which.
        testee: &'static str,
        /// Why not, with the last lines of the tool.
        reason: String,
    },
    /// A package that emitted JavaScript imports is not there. No program's fault.
    #[error(
        "emitted JavaScript imports `{name}` {version}, which `{}` does not hold; run `npm ci` in the checkout, or let ETYMON_NODE_MODULES name a folder that holds it",
        folder.display()
    )]
    Package {
        /// The package.
        name: &'static str,
        /// The version wanted.
        version: &'static str,
        /// Where it was looked for last.
        folder: PathBuf,
    },
    /// A testee dies again and again.
    #[error("testee `{testee}` crashed {times} times, last at `{id}`: {reason}")]
    Crashes {
        /// Which.
        testee: &'static str,
        /// How often.
        times: usize,
        /// The request it was given last.
        id: String,
        /// What it said.
        reason: String,
    },
    /// A suite that no vector belongs to.
    #[error("no vector is of suite `{name}`; there are {}", known.join(", "))]
    Suite {
        /// The name asked for.
        name: String,
        /// The names there are.
        known: Vec<String>,
    },
    /// A vector file that is not as it must be.
    #[error("`{}`, line {line}: {reason}", path.display())]
    Vector {
        /// The file.
        path: PathBuf,
        /// One-based.
        line: usize,
        /// What is wrong.
        reason: String,
    },
    /// Pinning would change or contradict what is pinned.
    #[error("{} pinned answers would change, first {}", changes.len(), changes.first().map_or("none", String::as_str))]
    Pins {
        /// One line each: id, old, new.
        changes: Vec<String>,
    },
    /// A spec, or a program of a vector or of the generator, that the front end or a target refuses.
    #[error("refused: {0}")]
    Spec(Report),
}

impl Error {
    pub(crate) fn io(what: &'static str, path: &Path) -> impl FnOnce(std::io::Error) -> Error {
        let path = path.to_path_buf();
        move |source| Error::Io { what, path, source }
    }

    pub(crate) fn spec(report: &Report) -> Error {
        Error::Spec(report.clone())
    }
}
