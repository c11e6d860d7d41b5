//! Where materializations lie: beside the file, with the failures apart and the whole history in a log.

use crate::materialization::{Materialization, MaterializationError};
use crate::report::Verdict;
use crate::resolve::{MATERIALIZATION, beside};
use etymon_attest::{AttestError, write_file};
use std::fs::{self, OpenOptions};
use std::io::{self, Write};
use std::path::{Path, PathBuf};

/// Ends the name of the last failure's record.
pub const FAILURE: &str = ".materialization.fail.json";
/// Ends the name of the log: every materialization of a file, passed or failed, one canonical JSON a line, the latest last.
pub const HISTORY: &str = ".materialization.history.ndjson";

/// Writes a materialization beside its file and into the log; tells where.
///
/// A failure never touches what passed: it has a file of its own, which the next pass removes.
///
/// # Errors
/// `SIGN_WRITE`.
pub fn write(path: &Path, own: &Materialization) -> Result<PathBuf, MaterializationError> {
    let text = own.to_text()?;
    append(&beside(path, HISTORY), &text)?;
    let failure = beside(path, FAILURE);
    if own.provenance.verdict != Verdict::Pass {
        write_file(&failure, &text)?;
        return Ok(failure);
    }
    let passed = beside(path, MATERIALIZATION);
    write_file(&passed, &text)?;
    match fs::remove_file(&failure) {
        Err(error) if error.kind() != io::ErrorKind::NotFound => Err(failed(&failure, error).into()),
        _ => Ok(passed),
    }
}

fn failed(path: &Path, source: io::Error) -> AttestError {
    AttestError::Write { path: path.display().to_string(), source }
}

/// Adds a line in one go, so that two processes never mix theirs.
fn append(path: &Path, text: &str) -> Result<(), AttestError> {
    let write = || -> io::Result<()> {
        let mut file = OpenOptions::new().append(true).create(true).open(path)?;
        file.write_all(format!("{text}\n").as_bytes())?;
        file.sync_all()
    };
    write().map_err(|error| failed(path, error))
}
