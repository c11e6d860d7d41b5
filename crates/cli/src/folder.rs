//! Folders that a command fills for whoever begins something.

use crate::output::Failure;
use std::collections::BTreeSet;
use std::ffi::OsString;
use std::fs;
use std::path::Path;

/// Makes a folder where there is none.
///
/// # Errors
/// When it cannot be made or read, or holds anything already.
pub fn claim(dir: &Path) -> Result<(), Failure> {
    let failed = |error| Failure::io(dir.display(), error);
    fs::create_dir_all(dir).map_err(failed)?;
    let entries = fs::read_dir(dir).and_then(|entries| entries.map(|entry| Ok(entry?.file_name())).collect());
    let names: BTreeSet<OsString> = entries.map_err(failed)?;
    // A repository may be there before its first file.
    if let Some(name) = names.iter().find(|name| *name != ".git") {
        let why = format!("holds `{}` already; nothing was written", name.to_string_lossy());
        return Err(Failure::unusable(dir.display(), why, "give a new or empty folder"));
    }
    Ok(())
}

/// Writes files into it, and the folders above them.
///
/// # Errors
/// When one cannot be written.
pub fn fill<'f>(dir: &Path, files: impl IntoIterator<Item = (&'f str, &'f [u8])>) -> Result<(), Failure> {
    for (path, bytes) in files {
        let file = dir.join(path);
        let written = file.parent().map_or(Ok(()), fs::create_dir_all).and_then(|()| fs::write(&file, bytes));
        written.map_err(|error| Failure::io(file.display(), error))?;
    }
    Ok(())
}
