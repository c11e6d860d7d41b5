//! Where materializations lie: beside the file, with the failures apart and the whole history in a log.

use crate::materialization::{Materialization, MaterializationError};
use crate::report::Verdict;
use crate::resolve::{MATERIALIZATION, beside};
use etymon_attest::{AttestError, write_file};
use nix::fcntl::{Flock, FlockArg};
use std::fs::{self, File, OpenOptions};
use std::io::{self, Write};
use std::os::unix::fs::FileExt;
use std::path::{Path, PathBuf};

/// Ends the name of the last failure's record.
pub const FAILURE: &str = ".materialization.fail.json";
/// Ends the name of the log: every materialization of a file, passed or failed, one canonical JSON a line, the latest last.
pub const HISTORY: &str = ".materialization.history.ndjson";

/// Writes a materialization beside its file and into the log; tells where.
///
/// A failure never touches what passed: it has a file of its own, which the next pass removes. What cannot be written beside the file does
/// not stay in the log either.
///
/// # Errors
/// `SIGN_WRITE`.
pub fn write(path: &Path, own: &Materialization) -> Result<PathBuf, MaterializationError> {
    let text = own.to_text()?;
    let log = Log::open(&beside(path, HISTORY))?;
    log.append(&text)?;
    put(path, own.provenance.verdict, &text).inspect_err(|_| log.undo())
}

fn put(path: &Path, verdict: Verdict, text: &str) -> Result<PathBuf, MaterializationError> {
    let failure = beside(path, FAILURE);
    if verdict != Verdict::Pass {
        write_file(&failure, text)?;
        return Ok(failure);
    }
    let passed = beside(path, MATERIALIZATION);
    write_file(&passed, text)?;
    match fs::remove_file(&failure) {
        Err(error) if error.kind() != io::ErrorKind::NotFound => Err(failed(&failure, error).into()),
        _ => Ok(passed),
    }
}

fn failed(path: &Path, source: io::Error) -> AttestError {
    AttestError::Write { path: path.display().to_string(), source }
}

/// The log, which is this process's alone until the value is dropped.
struct Log {
    path: PathBuf,
    file: Flock<File>,
    /// How long it was.
    length: u64,
}

impl Log {
    fn open(path: &Path) -> Result<Log, AttestError> {
        let open = || -> io::Result<Log> {
            let file = OpenOptions::new().read(true).append(true).create(true).open(path)?;
            let file = Flock::lock(file, FlockArg::LockExclusive).map_err(|(_, error)| error)?;
            let length = file.metadata()?.len();
            Ok(Log { path: path.to_owned(), file, length })
        };
        open().map_err(|error| failed(path, error))
    }

    /// Adds a line, or nothing.
    fn append(&self, text: &str) -> Result<(), AttestError> {
        let write = || -> io::Result<()> {
            let mut last = [b'\n'];
            if let Some(at) = self.length.checked_sub(1) {
                self.file.read_exact_at(&mut last, at)?;
            }
            // A line that somebody else left without its end must not become part of this one.
            let before = if last == [b'\n'] { "" } else { "\n" };
            (&*self.file).write_all(format!("{before}{text}\n").as_bytes())?;
            self.file.sync_all()
        };
        write().map_err(|error| {
            self.undo();
            failed(&self.path, error)
        })
    }

    /// As it was. Where even that is refused, a line is left that nobody can read, and the next one starts anew.
    fn undo(&self) {
        let _ = self.file.set_len(self.length);
    }
}
