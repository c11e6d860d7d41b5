//! From a head to files in a folder.

use crate::object::Content;
use crate::{Object, Repository, WireError};
use etymon_attest::write_file;
use etymon_constraints::canonicalize::canonicalize;
use etymon_constraints::materialization::MAX_BYTES;
use etymon_constraints::parse::parse;
use etymon_constraints::read::decode;
use etymon_constraints::resolve::{MATERIALIZATION, beside};
use etymon_constraints::validate::validate;
use etymon_store::Digest;
use std::collections::BTreeSet;
use std::fs::{self, File, OpenOptions};
use std::io::{self, Read, Write};
use std::path::{Component, Path, PathBuf};

/// Ends the name of every file that is written, apart from materializations.
const ENDING: &str = ".constraints.md";

/// Most files of one head. Two imports of each file, at two paths, double with every level, so a few objects could become any number of files.
pub const MAX_CHECKOUT: usize = 10_000;
/// Most bytes of them.
pub const MAX_CHECKOUT_BYTES: usize = 1 << 30;

/// What was written, and what was not.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct CheckedOut {
    /// The files.
    pub written: Vec<PathBuf>,
    /// Paths that would lead out of the folder or hide in it, or that another head has taken.
    pub left: Vec<String>,
    /// Paths where something else is that the repository does not have.
    pub kept: Vec<String>,
}

/// Writes the constraint set of a composition as `<name>.constraints.md`, what it imports at the paths that it names, and a materialization
/// beside each, in the language `target` where there is one. Nothing lies outside the folder, and nothing has a hidden name.
///
/// A file that is there already stays as it is when it says the same. It is brought forward when it is, byte for byte, something that the
/// repository has, as what an earlier checkout wrote; anything else is never overwritten.
///
/// # Errors
/// As [`Repository::composition`]; `HTTP_REQUEST` when a file cannot be written; `WIRE_LIMIT` for more than [`MAX_CHECKOUT`] files or
/// [`MAX_CHECKOUT_BYTES`], those before being written.
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
    let mut bytes = 0_usize;
    while let Some((digest, path)) = open.pop() {
        if !met.insert((digest, path.clone())) {
            continue;
        }
        if met.len() > MAX_CHECKOUT {
            return Err(WireError::Limit { what: "files of one head", max: MAX_CHECKOUT });
        }
        let own = repository.composition(&digest)?;
        let (_, text) = repository.object(&own.constraint_set)?;
        let made = materialization(repository, &own.materializations, target)?;
        bytes = bytes.saturating_add(text.len() + made.as_ref().map_or(0, Vec::len));
        if bytes > MAX_CHECKOUT_BYTES {
            return Err(WireError::Limit { what: "bytes in the files of one head", max: MAX_CHECKOUT_BYTES });
        }
        if !put(repository, folder, &path, &text, done)? {
            continue;
        }
        if let Some(made) = made {
            put(repository, folder, &beside(&path, MATERIALIZATION), &made, done)?;
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

/// Writes a file; tells whether it says this now.
fn put(
    repository: &Repository,
    folder: &Path,
    path: &Path,
    bytes: &[u8],
    done: &mut CheckedOut,
) -> Result<bool, WireError> {
    if linked(folder, path) {
        done.left.push(path.display().to_string());
        return Ok(false);
    }
    let whole = folder.join(path);
    let failed = |reason: String| WireError::Request { status: 500, reason };
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
    if write().map_err(|error| failed(format!("`{}`: {error}", whole.display())))? {
        done.written.push(whole);
        return Ok(true);
    }
    let found = bounded(&whole);
    if found.as_deref().is_some_and(|found| says(found) == says(bytes)) {
        return Ok(true);
    }
    if done.written.contains(&whole) {
        done.left.push(path.display().to_string());
        return Ok(false);
    }
    let known = match &found {
        Some(found) => repository.missing(&[Digest::of(found)])?.is_empty(),
        None => false,
    };
    let Some(text) = std::str::from_utf8(bytes).ok().filter(|_| known) else {
        done.kept.push(path.display().to_string());
        return Ok(false);
    };
    write_file(&whole, text).map_err(|error| failed(error.to_string()))?;
    done.written.push(whole);
    Ok(true)
}

/// Whether a folder on the way is a link, which may lead out.
fn linked(folder: &Path, path: &Path) -> bool {
    let mut above = path.ancestors().skip(1).filter(|own| !own.as_os_str().is_empty());
    above.any(|own| fs::symlink_metadata(folder.join(own)).is_ok_and(|about| about.is_symlink()))
}

/// The bytes of a plain file, unless they are more than any that is written.
fn bounded(path: &Path) -> Option<Vec<u8>> {
    fs::symlink_metadata(path).ok().filter(|own| own.is_file())?;
    let mut bytes = Vec::new();
    File::open(path).ok()?.take(MAX_BYTES as u64 + 1).read_to_end(&mut bytes).ok()?;
    (bytes.len() <= MAX_BYTES).then_some(bytes)
}

/// What a file says, however it says it: the hash of its constraint set, for a materialization too, which any of the same set may stand for.
fn says(bytes: &[u8]) -> (bool, String) {
    if let Ok(object) = Object::read(bytes, None)
        && let Content::Materialization(own) = object.content
    {
        return (true, own.provenance.constraint_set_hash.clone());
    }
    let document = decode("", bytes.to_vec()).ok().map(|source| parse(&source.file));
    let sound = document.filter(|parsed| !parsed.report.has_errors() && !validate(parsed).has_errors());
    (false, sound.map_or_else(|| Digest::of(bytes).to_string(), |parsed| canonicalize(&parsed.document).sha256))
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
