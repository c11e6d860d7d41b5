use crate::{AttestError, SigningKey};
use std::fs::{self, DirBuilder, File, OpenOptions};
use std::io::{self, Read, Write};
use std::os::unix::fs::{DirBuilderExt, OpenOptionsExt, PermissionsExt};
use std::path::Path;

/// Permissions of a key file: its owner alone reads and writes it.
pub const KEY_FILE_MODE: u32 = 0o600;
/// A PKCS#8 PEM of an Ed25519 key is 119 bytes.
const MAX_BYTES: u64 = 4096;

/// Writes a key to a new file that only its owner may read, making its folder if need be.
///
/// # Errors
/// As [`create_private_file`].
pub fn create_key_file(path: &Path, key: &SigningKey) -> Result<(), AttestError> {
    key.with_pem(|text| create_private_file(path, text)).unwrap_or_else(|| {
        let source = io::Error::other("the key has no PEM");
        Err(AttestError::Write { path: path.display().to_string(), source })
    })
}

/// Writes a secret to a new file that only its owner may read, making its folder if need be.
///
/// # Errors
/// `SIGN_WRITE` when the file is there already, or cannot be written.
pub fn create_private_file(path: &Path, text: &str) -> Result<(), AttestError> {
    let shown = || path.display().to_string();
    let failed = |source: io::Error| match source.kind() {
        io::ErrorKind::AlreadyExists => AttestError::Exists { path: shown() },
        _ => AttestError::Write { path: shown(), source },
    };
    if let Some(folder) = path.parent().filter(|folder| !folder.as_os_str().is_empty() && !folder.is_dir()) {
        DirBuilder::new().recursive(true).mode(0o700).create(folder).map_err(failed)?;
    }
    let mut file = OpenOptions::new().write(true).create_new(true).mode(KEY_FILE_MODE).open(path).map_err(failed)?;
    file.write_all(text.as_bytes()).and_then(|()| file.sync_all()).map_err(|source| {
        // Half a key is of no use, and would stand in the way of a whole one.
        let _ = fs::remove_file(path);
        failed(source)
    })
}

/// Reads a key file.
///
/// # Errors
/// `SIGN_NO_KEY` when it is not there, `SIGN_BAD_KEY` when it cannot be read, when others may read it, or when it is not byte for byte what
/// [`create_key_file`] writes for the key in it.
pub fn read_key_file(path: &Path) -> Result<SigningKey, AttestError> {
    let text = read_private_file(path)?;
    let bad = |reason: &str| AttestError::BadKey { path: path.display().to_string(), reason: reason.to_owned() };
    let key = SigningKey::from_pem(&text).ok_or_else(|| bad("it holds no Ed25519 key in PKCS#8 PEM"))?;
    if key.with_pem(|own| own == text) != Some(true) {
        return Err(bad("it is not in the form in which keys are written"));
    }
    Ok(key)
}

/// Reads a secret that only the owner of its file may read, of at most 4 KiB.
///
/// # Errors
/// `SIGN_NO_KEY` when it is not there, `SIGN_BAD_KEY` when it cannot be read or others may read it.
pub fn read_private_file(path: &Path) -> Result<String, AttestError> {
    let shown = path.display().to_string();
    let bad = |reason: &str| AttestError::BadKey { path: shown.clone(), reason: reason.to_owned() };
    let unreadable = |error: io::Error| match error.kind() {
        io::ErrorKind::NotFound => AttestError::NoKey { path: shown.clone() },
        _ => bad(&error.to_string()),
    };
    let meta = fs::metadata(path).map_err(unreadable)?;
    if !meta.is_file() {
        return Err(bad("it is no plain file"));
    }
    let file = File::open(path).map_err(unreadable)?;
    // Of the open file: the path may lead elsewhere by now.
    let mode = file.metadata().map_err(unreadable)?.permissions().mode() & 0o777;
    if mode & 0o077 != 0 {
        return Err(bad(&format!("others may use it too, its mode is {mode:o}; run `chmod 600` on it")));
    }
    let mut text = String::new();
    file.take(MAX_BYTES + 1).read_to_string(&mut text).map_err(|_| bad("it is no text"))?;
    if text.len() as u64 > MAX_BYTES {
        return Err(bad("it is too long for a key"));
    }
    Ok(text)
}
