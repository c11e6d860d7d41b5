use crate::AttestError;
use std::fs::{File, Permissions};
use std::io::{self, Write};
use std::os::unix::fs::PermissionsExt;
use std::path::Path;

/// Writes a signed document whole or not at all, replacing what is there.
///
/// # Errors
/// `SIGN_WRITE`.
pub fn write_file(path: &Path, text: &str) -> Result<(), AttestError> {
    let folder = match path.parent() {
        Some(folder) if !folder.as_os_str().is_empty() => folder,
        _ => Path::new("."),
    };
    let write = || -> io::Result<()> {
        // Temporary files are private, but a signed document is there to be read.
        let readable = Permissions::from_mode(0o644);
        let mut file = tempfile::Builder::new().prefix(".etymon-").permissions(readable).tempfile_in(folder)?;
        file.write_all(text.as_bytes())?;
        file.as_file().sync_all()?;
        file.persist(path).map_err(|error| error.error)?;
        File::open(folder)?.sync_all()
    };
    write().map_err(|source| AttestError::Write { path: path.display().to_string(), source })
}
