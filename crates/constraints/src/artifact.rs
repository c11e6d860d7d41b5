//! Where materializations lie: beside the file, with the failures apart and the whole history in a log.

use crate::materialization::{Materialization, MaterializationError};
use crate::report::Verdict;
use crate::resolve::{MATERIALIZATION, beside};
use etymon_attest::{AttestError, write_file};
use nix::errno::Errno;
use nix::fcntl::{Flock, FlockArg};
use std::fs::{self, File, OpenOptions};
use std::io::{self, Write};
use std::os::unix::fs::FileExt;
use std::path::{Path, PathBuf};
use std::thread;
use std::time::{Duration, Instant};

/// Ends the name of the last failure's record.
pub const FAILURE: &str = ".materialization.fail.json";
/// Ends the name of the log: every materialization of a file, passed or failed, one canonical JSON a line, the latest last.
pub const HISTORY: &str = ".materialization.history.ndjson";

/// Longest wait for the log: who writes it needs it for a line only.
const PATIENCE: Duration = Duration::from_secs(10);

/// Writes a materialization beside its file and into the log; tells where.
///
/// A failure never touches what passed: it has a file of its own, which the next pass removes. What cannot be written beside the file does
/// not stay in the log either.
///
/// # Errors
/// `SIGN_WRITE`.
pub fn write(path: &Path, own: &Materialization) -> Result<PathBuf, MaterializationError> {
    let text = own.to_text()?;
    let failure = beside(path, FAILURE);
    let passed = own.provenance.verdict == Verdict::Pass;
    let place = if passed { beside(path, MATERIALIZATION) } else { failure.clone() };
    let log = Log::open(&beside(path, HISTORY))?;
    log.append(&text)?;
    write_file(&place, &text).inspect_err(|_| log.undo())?;
    if passed {
        fs::remove_file(&failure).or_else(absent).map_err(|error| failed(&failure, error))?;
    }
    Ok(place)
}

fn absent(error: io::Error) -> io::Result<()> {
    if error.kind() == io::ErrorKind::NotFound { Ok(()) } else { Err(error) }
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
            let file = lock(file)?;
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

    /// As it was. Where even that is refused, it tells of what was not written, or the next line starts anew after a torn one.
    fn undo(&self) {
        let _ = self.file.set_len(self.length);
    }
}

fn lock(mut file: File) -> io::Result<Flock<File>> {
    let deadline = Instant::now() + PATIENCE;
    loop {
        file = match Flock::lock(file, FlockArg::LockExclusiveNonblock) {
            Ok(locked) => return Ok(locked),
            Err((file, Errno::EWOULDBLOCK)) if Instant::now() < deadline => file,
            Err((_, Errno::EWOULDBLOCK)) => {
                let reason = format!("another process has locked it for {} s", PATIENCE.as_secs());
                return Err(io::Error::new(io::ErrorKind::WouldBlock, reason));
            }
            Err((_, error)) => return Err(error.into()),
        };
        thread::sleep(Duration::from_millis(20));
    }
}
