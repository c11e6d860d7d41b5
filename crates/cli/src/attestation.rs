//! Keys, signers, and the statement about a manifest.

use crate::args::TrustArgs;
use crate::output::{Failure, Output};
use etymon_attest::{AttestError, SigningKey, Statement, Subject, Trust, read_key_file};
use etymon_constraints::{read::read, signers::read_signers};
use etymon_diagnostics::Report;
use etymon_store::Manifest;
use std::path::{Path, PathBuf};

/// What kind of predicate an artifact manifest is.
pub const MANIFEST_PREDICATE: &str = "urn:etymon:manifest:1";

/// Where the signers manifest stands when nothing else is said.
const DEFAULT_SIGNERS: &str = "signers.constraints.md";

/// A failure of signing: I/O where nothing is wrong with the input.
pub fn failure(error: AttestError) -> Failure {
    let io = error.is_io() || matches!(error, AttestError::BadKey { .. });
    let report = Report::from(error);
    if io { Failure::Usage(report) } else { Failure::Refused(report) }
}

/// The file of a key that is called by its name, or by its path.
pub fn key_path(folder: &Path, name: &str) -> PathBuf {
    let is_path = name.contains('/') || Path::new(name).extension().is_some_and(|ending| ending == "pem");
    if is_path { PathBuf::from(name) } else { folder.join(format!("{name}.pem")) }
}

/// The key of that name.
///
/// # Errors
/// `SIGN_NO_KEY`, `SIGN_BAD_KEY`.
pub fn key(folder: &Path, name: &str) -> Result<SigningKey, Failure> {
    read_key_file(&key_path(folder, name)).map_err(failure)
}

/// Whom to trust; nobody where there is no signers manifest.
///
/// # Errors
/// What reading the signers manifest finds.
pub fn trust(args: &TrustArgs, output: &Output) -> Result<Trust, Failure> {
    let default = Path::new(DEFAULT_SIGNERS);
    let path = match &args.signers {
        Some(path) => path,
        None if default.is_file() => default,
        None => return Ok(Trust::nobody()),
    };
    let source = read(path).map_err(unreadable)?;
    let (trust, warnings) = read_signers(&source).map_err(Failure::Refused)?;
    output.report(&warnings);
    Ok(trust)
}

/// A file that cannot be read is a matter of I/O, one that can be is refused.
pub fn unreadable(report: Report) -> Failure {
    use etymon_constraints::codes::{READ_NOT_FOUND, READ_PERMISSION};
    let io = report.has(READ_NOT_FOUND) || report.has(READ_PERMISSION);
    if io { Failure::Usage(report) } else { Failure::Refused(report) }
}

/// The artifacts that a manifest names.
pub fn subjects(manifest: &Manifest) -> Vec<Subject> {
    let emitted = manifest.artifacts.iter().map(|own| Subject::new(&own.path, own.sha256.to_string()));
    let built = manifest.built.iter().map(|own| Subject::new(&own.path, own.sha256.to_string()));
    let mut subjects: Vec<Subject> = emitted.chain(built).collect();
    subjects.sort();
    subjects
}

/// The statement about a manifest.
pub fn statement(manifest: Manifest) -> Statement<Manifest> {
    Statement::new(subjects(&manifest), MANIFEST_PREDICATE, manifest)
}
