use std::collections::BTreeMap;
use std::fs::File;
use std::io;
use std::os::fd::OwnedFd;
use std::path::PathBuf;
use std::sync::OnceLock;

use rustix::fs::FlockOperation;

use crate::dir::{self, Dir, Durability, Folders, in_parallel};
use crate::{Backend, Entry, Held, Key, LockMode, StoreError};

/// Temporary files wait here, on the same file system as the objects.
const TEMP: &str = "tmp";
const LOCK: &str = "lock";
/// Files held open between writing and renaming; far below the lowest usual limit of 256 descriptors.
const GROUP: usize = 64;
/// Folders below a top one; no entry of a store lies deeper.
const MAX_DEPTH: usize = 3;

/// A store in a folder.
///
/// Entries are written to a temporary file, synced, renamed, and the folders synced; a killed writer leaves at most temporary files.
#[derive(Debug)]
pub struct Local {
    path: PathBuf,
    root: OnceLock<Dir>,
}

impl Local {
    /// The store in this folder, which is made when something is first written.
    pub fn new(path: impl Into<PathBuf>) -> Self {
        Self { path: path.into(), root: OnceLock::new() }
    }

    fn root(&self) -> Result<Option<&Dir>, StoreError> {
        if let Some(dir) = self.root.get() {
            return Ok(Some(dir));
        }
        let opened = Dir::open(&self.path).map_err(|e| StoreError::read(&self.path, e))?;
        Ok(opened.map(|dir| self.root.get_or_init(|| dir)))
    }

    fn make_root(&self) -> Result<&Dir, StoreError> {
        if let Some(dir) = self.root()? {
            return Ok(dir);
        }
        let made = Dir::create(&self.path).map_err(|e| StoreError::write(&self.path, e))?;
        Ok(self.root.get_or_init(|| made))
    }

    /// Runs `look` in the folder of a key, if that folder exists.
    fn inside<T>(
        &self,
        key: &Key,
        look: impl FnOnce(&Dir, &str) -> io::Result<Option<T>>,
    ) -> Result<Option<T>, StoreError> {
        let Some(root) = self.root()? else {
            return Ok(None);
        };
        let (folders, name) = key.split();
        let found = match root.descend(&folders) {
            Ok(Some(folder)) => look(&folder, name),
            Ok(None) => Ok(None),
            Err(error) => Err(error),
        };
        found.map_err(|e| StoreError::read(&root.join(key.as_str()), e))
    }

    fn temp(&self) -> Result<Option<Dir>, StoreError> {
        let Some(root) = self.root()? else {
            return Ok(None);
        };
        root.child(TEMP).map_err(|e| StoreError::read(&root.join(TEMP), e))
    }
}

impl Backend for Local {
    fn address(&self) -> String {
        self.path.display().to_string()
    }

    fn get(&self, key: &Key) -> Result<Option<Vec<u8>>, StoreError> {
        self.inside(key, |folder, name| Ok(folder.read(name)?.map(|(_, bytes)| bytes)))
    }

    fn size(&self, key: &Key) -> Result<Option<u64>, StoreError> {
        let meta = self.inside(key, |folder, name| folder.meta(name))?;
        match meta {
            Some(meta) if !meta.is_file() => {
                Err(StoreError::Foreign { path: self.path.join(key.as_str()).display().to_string() })
            }
            other => Ok(other.map(|meta| meta.size)),
        }
    }

    fn put(&self, entries: &[(Key, &[u8])]) -> Result<(), StoreError> {
        if entries.is_empty() {
            return Ok(());
        }
        let root = self.make_root()?;
        let failed = |e| StoreError::write(root.path(), e);
        let (temp, _) = root.make_child(TEMP).map_err(failed)?;
        let mut folders = Folders::new(root, Durability::Synced);
        for group in entries.chunks(GROUP) {
            put_group(&temp, &mut folders, group).map_err(|(key, e)| StoreError::write(&root.join(key.as_str()), e))?;
        }
        folders.sync().map_err(failed)
    }

    fn delete(&self, keys: &[Key]) -> Result<(), StoreError> {
        let Some(root) = self.root()? else {
            return Ok(());
        };
        let mut touched = BTreeMap::new();
        for key in keys {
            let failed = |e| StoreError::write(&root.join(key.as_str()), e);
            let (segments, name) = key.split();
            if let Some(folder) = root.descend(&segments).map_err(failed)? {
                folder.remove(name).map_err(failed)?;
                touched.insert(segments.join("/"), folder);
            }
        }
        for folder in touched.values() {
            folder.sync().map_err(|e| StoreError::write(folder.path(), e))?;
        }
        for name in touched.keys() {
            root.prune(name, 1).map_err(|e| StoreError::write(&root.join(name), e))?;
        }
        Ok(())
    }

    fn list(&self, folder: &str) -> Result<Vec<Entry>, StoreError> {
        let Some(root) = self.root()? else {
            return Ok(Vec::new());
        };
        let failed = |e| StoreError::read(&root.join(folder), e);
        let mut entries = Vec::new();
        if let Some(top) = root.child(folder).map_err(failed)? {
            top.walk(folder, MAX_DEPTH, &mut |_, name, path, meta| {
                entries.push(Entry {
                    plain: meta.is_file() && name.to_str().is_some(),
                    name: path.to_owned(),
                    size: meta.size,
                });
                Ok(())
            })
            .map_err(failed)?;
        }
        entries.sort();
        Ok(entries)
    }

    fn lock(&self, mode: LockMode) -> Result<Box<dyn Held>, StoreError> {
        let root = match (mode, self.root()?) {
            (LockMode::Read, None) => return Ok(Box::new(LocalLock { _file: None })),
            (_, Some(root)) => root,
            (_, None) => self.make_root()?,
        };
        let failed = |e| StoreError::write(&root.join(LOCK), e);
        let Some(file) = root.lock_file(LOCK).map_err(failed)? else {
            return match mode {
                LockMode::Read => Ok(Box::new(LocalLock { _file: None })),
                _ => Err(StoreError::ReadOnly { path: self.address(), reason: "its lock cannot be made".to_owned() }),
            };
        };
        if mode == LockMode::Build {
            self.sweep_if_alone(&file)?;
        }
        let operation = match mode {
            LockMode::Collect => FlockOperation::LockExclusive,
            LockMode::Read | LockMode::Build => FlockOperation::LockShared,
        };
        dir::flock(&file, operation).map_err(failed)?;
        Ok(Box::new(LocalLock { _file: Some(file) }))
    }

    fn leftovers(&self) -> Result<Vec<String>, StoreError> {
        let Some(temp) = self.temp()? else {
            return Ok(Vec::new());
        };
        let names = temp.names().map_err(|e| StoreError::read(temp.path(), e))?;
        Ok(names.iter().map(|name| format!("{TEMP}/{}", name.to_string_lossy())).collect())
    }

    fn sweep(&self) -> Result<usize, StoreError> {
        let Some(temp) = self.temp()? else {
            return Ok(0);
        };
        let failed = |e| StoreError::write(temp.path(), e);
        let mut swept = 0;
        for name in temp.names().map_err(failed)? {
            swept += usize::from(temp.remove(&name).map_err(failed)?);
        }
        Ok(swept)
    }
}

impl Local {
    /// Clears up after killed builds, unless someone else is working here.
    fn sweep_if_alone(&self, lock: &OwnedFd) -> Result<(), StoreError> {
        if self.leftovers()?.is_empty() {
            return Ok(());
        }
        if dir::flock(lock, FlockOperation::NonBlockingLockExclusive).is_ok() {
            self.sweep()?;
        }
        Ok(())
    }
}

/// The kernel lets go when the file is closed, also when the process is killed.
struct LocalLock {
    _file: Option<OwnedFd>,
}

impl Held for LocalLock {}

/// A temporary file that is removed unless it was moved to its place.
struct Temp<'d, 'k> {
    dir: &'d Dir,
    name: String,
    file: File,
    key: &'k Key,
    moved: bool,
}

impl Drop for Temp<'_, '_> {
    fn drop(&mut self) {
        if !self.moved {
            // The write that failed is what the caller hears of; the next build sweeps what stays.
            let _ = self.dir.remove(&self.name);
        }
    }
}

fn put_group<'k>(temp: &Dir, folders: &mut Folders<'_>, group: &'k [(Key, &[u8])]) -> Result<(), (&'k Key, io::Error)> {
    let mut files = Vec::with_capacity(group.len());
    for (key, bytes) in group {
        let (file, name) = temp.write_temp("", bytes).map_err(|e| (key, e))?;
        files.push(Temp { dir: temp, name, file, key, moved: false });
    }
    in_parallel(&files, |temp| temp.file.sync_all()).map_err(|(temp, e)| (temp.key, e))?;
    for file in &mut files {
        let (segments, name) = file.key.split();
        let folder = folders.reach(&segments).map_err(|e| (file.key, e))?;
        temp.rename(&file.name, folder, name).map_err(|e| (file.key, e))?;
        file.moved = true;
    }
    Ok(())
}
