//! From a head to files in a new folder.

use crate::object::Content;
use crate::{Repository, WireError};
use etymon_constraints::resolve::{MATERIALIZATION, beside};
use etymon_store::Digest;
use std::collections::BTreeSet;
use std::fs::{self, OpenOptions};
use std::io::{self, Write};
use std::path::{Component, Path, PathBuf};

/// Ends the name of every file that is written, apart from materializations.
const ENDING: &str = ".constraints.md";

/// What was written, and what was not.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct CheckedOut {
    /// The files.
    pub written: Vec<PathBuf>,
    /// Paths that are there already with something else in them, or that would lead out of the folder or hide in it.
    pub left: Vec<String>,
}

/// Writes the constraint set of a composition as `<name>.constraints.md`, what it imports at the paths that it names, and a materialization
/// beside each, in the language `target` where there is one. Nothing is overwritten, nothing lies outside the folder, and nothing has a hidden name.
///
/// # Errors
/// As [`Repository::composition`]; `HTTP_REQUEST` when a file cannot be written.
pub fn checkout(
    repository: &Repository,
    head: Digest,
    folder: &Path,
    name: &str,
    target: Option<&str>,
    done: &mut CheckedOut,
) -> Result<(), WireError> {
    let mut open = vec![(head, PathBuf::from(format!("{name}{ENDING}")))];
    let mut met = BTreeSet::new();
    while let Some((digest, path)) = open.pop() {
        if !met.insert((digest, path.clone())) {
            continue;
        }
        let own = repository.composition(&digest)?;
        let (_, text) = repository.object(&own.constraint_set)?;
        if !put(folder, &path, &text, done)? {
            continue;
        }
        if let Some(bytes) = materialization(repository, &own.materializations, target)? {
            put(folder, &beside(&path, MATERIALIZATION), &bytes, done)?;
        }
        for import in own.imports {
            match inside(path.parent().unwrap_or(Path::new("")), &import.path) {
                Some(path) => open.push((import.composition, path)),
                None => done.left.push(import.path),
            }
        }
    }
    Ok(())
}

/// The materialization in that language; without such a one, the first.
fn materialization(
    repository: &Repository,
    all: &[Digest],
    target: Option<&str>,
) -> Result<Option<Vec<u8>>, WireError> {
    let mut found = None;
    for digest in all {
        let (object, bytes) = repository.object(digest)?;
        let Content::Materialization(own) = object.content else { continue };
        if target.is_none_or(|target| own.provenance.target_lang == target) {
            return Ok(Some(bytes));
        }
        found.get_or_insert(bytes);
    }
    Ok(found)
}

/// The path below the folder that an import leads to, if it stays there and is plain.
fn inside(from: &Path, path: &str) -> Option<PathBuf> {
    let mut parts: Vec<&str> = from.iter().map(|part| part.to_str()).collect::<Option<_>>()?;
    for part in Path::new(path).components() {
        match part {
            Component::Normal(name) => {
                let name = name.to_str().filter(|name| !name.starts_with('.') && !name.contains(char::is_control))?;
                parts.push(name);
            }
            Component::CurDir => {}
            Component::ParentDir => drop(parts.pop()?),
            Component::RootDir | Component::Prefix(_) => return None,
        }
    }
    parts.last().filter(|name| name.ends_with(ENDING))?;
    Some(parts.iter().collect())
}

/// Writes a file that is not there; tells whether it holds these bytes now.
fn put(folder: &Path, path: &Path, bytes: &[u8], done: &mut CheckedOut) -> Result<bool, WireError> {
    let whole = folder.join(path);
    let write = || -> io::Result<bool> {
        if let Some(parent) = whole.parent() {
            fs::create_dir_all(parent)?;
        }
        match OpenOptions::new().write(true).create_new(true).open(&whole) {
            Ok(mut file) => file.write_all(bytes).map(|()| true),
            Err(error) if error.kind() == io::ErrorKind::AlreadyExists => Ok(false),
            Err(error) => Err(error),
        }
    };
    let failed =
        |error: io::Error| WireError::Request { status: 500, reason: format!("`{}`: {error}", whole.display()) };
    if write().map_err(failed)? {
        done.written.push(whole);
        return Ok(true);
    }
    let same = fs::read(&whole).is_ok_and(|found| found == bytes);
    if !same {
        done.left.push(path.display().to_string());
    }
    Ok(same)
}

#[cfg(test)]
mod tests {
    use super::inside;
    use std::path::Path;

    #[test]
    fn imports_stay_in_the_folder() {
        let at = |path| inside(Path::new("a/b"), path).map(|path| path.display().to_string());
        assert_eq!(at("x.constraints.md").as_deref(), Some("a/b/x.constraints.md"));
        assert_eq!(at("./../x.constraints.md").as_deref(), Some("a/x.constraints.md"));
        for bad in [
            "../../../x.constraints.md",
            "/etc/x.constraints.md",
            "../../../../etc/passwd",
            ".git/x.constraints.md",
            ".x.constraints.md",
            "x.md",
            "..",
            "",
            "a\u{1b}/x.constraints.md",
        ] {
            assert_eq!(at(bad), None, "{bad}");
        }
    }
}
