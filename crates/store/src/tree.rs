use std::collections::{BTreeSet, HashSet};
use std::io;
use std::path::Path;

use rustix::fs::FlockOperation;

use crate::dir::{Dir, Durability, Folders};
use crate::path::{MANIFEST_FILE, TEMP_PREFIX};
use crate::{Digest, Emission, Manifest, StoreError};

/// Paths that a writer is about to make, which no manifest names yet. It outlives a writer that is killed.
const UNFINISHED: &str = ".etymon-tmp-unfinished";

/// What writing a tree changed.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct TreeChanges {
    /// Files that were new or different, the manifest included.
    pub written: Vec<String>,
    /// How many files were as they should be.
    pub unchanged: usize,
    /// Files that the previous manifest named and nothing emits any more.
    pub removed: Vec<String>,
    /// Files like those, left alone because someone changed them since.
    pub kept: Vec<String>,
}

impl TreeChanges {
    /// Whether the folder was already as it should be.
    pub fn is_empty(&self) -> bool {
        self.written.is_empty() && self.removed.is_empty()
    }
}

/// Makes a folder hold an emission and its manifest, touching only what differs.
///
/// Each file is replaced as a whole; the manifest comes last. Files that the previous manifest does not name are never touched.
/// A second writer of the same folder waits. The tree is not synced to the disk: unlike the store, it can always be made again.
///
/// # Errors
/// `STORE_FULL`, `STORE_READ_ONLY`, `STORE_FOREIGN` when a link, a folder or a file of someone else is in the way, or another failure of the
/// file system. A refusal for `STORE_FOREIGN` of a file comes before anything is written.
pub fn write_tree(dir: &Path, emission: &Emission) -> Result<TreeChanges, StoreError> {
    write_tree_after(dir, emission, || Ok(()))
}

/// As [`write_tree`], with something to do first while no other writer of the folder is at work: what `first` records is then what the folder holds.
///
/// # Errors
/// As [`write_tree`], and those of `first`, after which nothing is written.
pub fn write_tree_after(
    dir: &Path,
    emission: &Emission,
    first: impl FnOnce() -> Result<(), StoreError>,
) -> Result<TreeChanges, StoreError> {
    let root = Dir::create(dir).map_err(|e| StoreError::write(dir, e))?;
    root.lock(FlockOperation::LockExclusive).map_err(|e| StoreError::write(dir, e))?;
    let former = former(&root)?;
    let new = spare_others(&root, emission, &former)?;
    first()?;
    sweep(&root).map_err(|e| StoreError::write(dir, e))?;
    note_unfinished(&root, new).map_err(|e| StoreError::write(dir, e))?;

    let mut writer =
        Writer { root: &root, folders: Folders::new(&root, Durability::Left), changes: TreeChanges::default() };
    // Before writing, because a former file may stand where a folder is needed now, or the other way round.
    if let Former::Manifest(former) = &former {
        writer.remove_former(former, emission)?;
    }
    for artifact in emission.artifacts() {
        writer.write(artifact.path(), artifact.bytes())?;
    }
    writer.write(MANIFEST_FILE, emission.manifest_bytes())?;
    root.remove(UNFINISHED).map_err(|e| StoreError::write(dir, e))?;
    Ok(writer.changes)
}

/// What the folder says about who wrote it.
enum Former {
    Manifest(Box<Manifest>),
    /// A manifest that cannot be read any more; what it listed shows up as residue at the gate.
    Damaged,
    Nothing,
}

fn former(root: &Dir) -> Result<Former, StoreError> {
    let path = root.join(MANIFEST_FILE);
    let Some((_, bytes)) = root.read(MANIFEST_FILE).map_err(|e| StoreError::write(&path, e))? else {
        return Ok(Former::Nothing);
    };
    if let Ok(manifest) = Manifest::read(&bytes, "") {
        return Ok(Former::Manifest(Box::new(manifest)));
    }
    // Merge conflicts and edits leave the keys; other programs call files by this name, too.
    let text = String::from_utf8_lossy(&bytes);
    if bytes.is_empty() || text.contains("\"artifacts\"") && text.contains("\"generator\"") {
        return Ok(Former::Damaged);
    }
    Err(StoreError::Others { path: path.display().to_string() })
}

/// Refuses to replace files that no build wrote; answers the paths that the folder's manifest does not name.
fn spare_others(root: &Dir, emission: &Emission, former: &Former) -> Result<BTreeSet<String>, StoreError> {
    let listed: HashSet<&str> = match former {
        Former::Manifest(manifest) => manifest.artifacts.iter().map(|entry| entry.path.as_str()).collect(),
        Former::Damaged | Former::Nothing => HashSet::new(),
    };
    let unlisted = || emission.artifacts().iter().filter(|artifact| !listed.contains(artifact.path()));
    let mut new: BTreeSet<String> = unlisted().map(|artifact| artifact.path().to_owned()).collect();
    if matches!(former, Former::Damaged) || new.is_empty() {
        return Ok(new);
    }
    let begun = unfinished(root);
    for artifact in unlisted().filter(|artifact| !begun.contains(artifact.path())) {
        let (folders, name) = split(artifact.path());
        // A link or file in the way of a folder is refused when it is written to.
        let Ok(Some(folder)) = root.descend(&folders) else { continue };
        let Ok(Some((_, found))) = folder.read(name) else { continue };
        if found != artifact.bytes() && !looks_emitted(&found) {
            return Err(StoreError::Others { path: root.join(artifact.path()).display().to_string() });
        }
    }
    new.extend(begun);
    Ok(new)
}

/// What writers that were killed had set out to make.
fn unfinished(root: &Dir) -> BTreeSet<String> {
    let noted = root.read(UNFINISHED).ok().flatten().map(|(_, bytes)| bytes).unwrap_or_default();
    String::from_utf8_lossy(&noted).lines().map(str::to_owned).collect()
}

fn note_unfinished(root: &Dir, paths: BTreeSet<String>) -> io::Result<()> {
    if paths.is_empty() {
        return Ok(());
    }
    let text: String = paths.into_iter().map(|path| path + "\n").collect();
    let (_, temp) = root.write_temp(TEMP_PREFIX, text.as_bytes())?;
    root.rename(&temp, root, UNFINISHED)
}

/// Whether a file says of itself that a build wrote it, as one does that came with a merge of branches.
fn looks_emitted(bytes: &[u8]) -> bool {
    let head = String::from_utf8_lossy(&bytes[..bytes.len().min(1024)]);
    bytes.is_empty() || head.contains("enerated by etymon") || head.starts_with("{\"module\":")
}

/// Removes what a killed writer left; the lock says that none is alive.
fn sweep(root: &Dir) -> io::Result<()> {
    for name in root.names()? {
        let name_text = name.to_string_lossy();
        if name_text.starts_with(TEMP_PREFIX) && name_text != UNFINISHED {
            root.remove(&name)?;
        }
    }
    Ok(())
}

struct Writer<'r> {
    root: &'r Dir,
    folders: Folders<'r>,
    changes: TreeChanges,
}

impl Writer<'_> {
    fn remove_former(&mut self, former: &Manifest, emission: &Emission) -> Result<(), StoreError> {
        let failed = |path: &str, e| StoreError::write(&self.root.join(path), e);
        for entry in &former.artifacts {
            let path = entry.path.as_str();
            if emission.artifact(path).is_some() {
                continue;
            }
            match remove_if_own(self.root, path, &entry.sha256).map_err(|e| failed(path, e))? {
                Some(true) => self.changes.removed.push(path.to_owned()),
                Some(false) => self.changes.kept.push(path.to_owned()),
                None => {}
            }
        }
        Ok(())
    }

    fn write(&mut self, path: &str, bytes: &[u8]) -> Result<(), StoreError> {
        let (folders, name) = split(path);
        let shown = self.root.join(path);
        let written = self.folders.reach(&folders).and_then(|folder| replace(self.root, folder, name, bytes));
        if written.map_err(|e| StoreError::write(&shown, e))? {
            self.changes.written.push(path.to_owned());
        } else {
            self.changes.unchanged += 1;
        }
        Ok(())
    }
}

/// Writes `name` unless it is a plain file with these bytes already; tells whether it wrote.
fn replace(root: &Dir, folder: &Dir, name: &str, bytes: &[u8]) -> io::Result<bool> {
    let there = match folder.meta(name)? {
        Some(meta) if meta.is_file() && !meta.is_executable() && meta.size == bytes.len() as u64 => {
            folder.read(name)?
        }
        _ => None,
    };
    if there.is_some_and(|(_, found)| found == bytes) {
        return Ok(false);
    }
    let (_, temp) = root.write_temp(TEMP_PREFIX, bytes)?;
    if let Err(error) = root.rename(&temp, folder, name) {
        let _ = root.remove(&temp);
        return Err(error);
    }
    Ok(true)
}

/// Removes a file whose bytes are still those that were written; `None` when nothing is there.
fn remove_if_own(root: &Dir, path: &str, digest: &Digest) -> io::Result<Option<bool>> {
    let (folders, name) = split(path);
    let folder = match root.descend(&folders) {
        Ok(Some(folder)) => folder,
        Ok(None) => return Ok(None),
        // Someone put a link or a file in place of a folder: nothing below it is ours.
        Err(error) if is_foreign(&error) => return Ok(None),
        Err(error) => return Err(error),
    };
    match folder.meta(name)? {
        None => return Ok(None),
        Some(meta) if !meta.is_file() => return Ok(Some(false)),
        Some(_) => {}
    }
    let own = folder.read(name)?.is_some_and(|(_, bytes)| Digest::of(&bytes) == *digest);
    if own {
        folder.remove(name)?;
        if !folders.is_empty() {
            root.prune(&folders.join("/"), 0)?;
        }
    }
    Ok(Some(own))
}

fn is_foreign(error: &io::Error) -> bool {
    use rustix::io::Errno;
    matches!(Errno::from_io_error(error), Some(Errno::LOOP | Errno::NOTDIR))
}

fn split(path: &str) -> (Vec<&str>, &str) {
    let mut segments: Vec<&str> = path.split('/').collect();
    let name = segments.pop().unwrap_or_default();
    (segments, name)
}
