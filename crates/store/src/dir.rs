use std::collections::BTreeMap;
use std::ffi::{OsStr, OsString};
use std::fs::{self, File};
use std::io::{self, Read, Write};
use std::os::fd::OwnedFd;
use std::os::unix::ffi::OsStrExt;
use std::path::{Path, PathBuf};
use std::sync::atomic::{AtomicU64, Ordering};

use rustix::fs::{AtFlags, FileType, FlockOperation, Mode, OFlags, Stat};
use rustix::io::Errno;

/// An open folder. Everything below the root is reached through it without following a symbolic link, so no entry that someone plants can lead outside.
#[derive(Debug)]
pub(crate) struct Dir {
    fd: OwnedFd,
    path: PathBuf,
}

/// What a folder entry is, seen without following links.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) struct Meta {
    pub kind: FileType,
    pub mode: u32,
    pub size: u64,
}

impl Meta {
    fn of(stat: &Stat) -> Self {
        Self {
            kind: FileType::from_raw_mode(stat.st_mode),
            mode: stat.st_mode & 0o7777,
            size: u64::try_from(stat.st_size).unwrap_or(0),
        }
    }

    pub fn is_file(&self) -> bool {
        self.kind == FileType::RegularFile
    }

    pub fn is_executable(&self) -> bool {
        self.mode & 0o111 != 0
    }
}

/// Numbers the temporary files of this process.
static COUNTER: AtomicU64 = AtomicU64::new(0);

/// What [`Dir::walk`] calls: the folder, the name in it, the path from the root, and what is there.
pub(crate) type Visit<'v> = dyn FnMut(&Dir, &OsStr, &str, Meta) -> io::Result<()> + 'v;

const FOLDER: OFlags = OFlags::DIRECTORY.union(OFlags::RDONLY).union(OFlags::CLOEXEC);

impl Dir {
    /// Opens the root of a tree; `None` when it does not exist. The root itself may be a link.
    pub fn open(path: &Path) -> io::Result<Option<Self>> {
        absent(rustix::fs::open(path, FOLDER, Mode::empty())).map(|fd| fd.map(|fd| Self::at(fd, path)))
    }

    /// Opens the root of a tree, making it and its parents first.
    pub fn create(path: &Path) -> io::Result<Self> {
        fs::create_dir_all(path)?;
        Ok(Self::at(rustix::fs::open(path, FOLDER, Mode::empty())?, path))
    }

    fn at(fd: OwnedFd, path: &Path) -> Self {
        Self { fd, path: path.to_owned() }
    }

    pub fn path(&self) -> &Path {
        &self.path
    }

    pub fn join(&self, name: &str) -> PathBuf {
        self.path.join(name)
    }

    /// The folder `name` in this one, if it exists.
    pub fn child(&self, name: impl AsRef<OsStr>) -> io::Result<Option<Self>> {
        let name = name.as_ref();
        let fd = rustix::fs::openat(&self.fd, name, FOLDER | OFlags::NOFOLLOW, Mode::empty());
        absent(fd).map(|fd| fd.map(|fd| Self::at(fd, &self.path.join(name))))
    }

    /// The folder `name` in this one, made if it does not exist; tells whether it was made.
    pub fn make_child(&self, name: &str) -> io::Result<(Self, bool)> {
        if let Some(found) = self.child(name)? {
            return Ok((found, false));
        }
        match rustix::fs::mkdirat(&self.fd, name, Mode::from_raw_mode(0o777)) {
            Ok(()) | Err(Errno::EXIST) => {}
            Err(error) => return Err(error.into()),
        }
        let found = self.child(name)?.ok_or(Errno::NOENT)?;
        Ok((found, true))
    }

    /// The folder below this one at the given segments, if it exists.
    pub fn descend(&self, segments: &[&str]) -> io::Result<Option<Self>> {
        let mut here = self.again()?;
        for segment in segments {
            match here.child(segment)? {
                Some(next) => here = next,
                None => return Ok(None),
            }
        }
        Ok(Some(here))
    }

    fn again(&self) -> io::Result<Self> {
        Ok(Self::at(self.fd.try_clone()?, &self.path))
    }

    /// What `name` is, if it exists.
    pub fn meta(&self, name: impl AsRef<OsStr>) -> io::Result<Option<Meta>> {
        let stat = rustix::fs::statat(&self.fd, name.as_ref(), AtFlags::SYMLINK_NOFOLLOW);
        absent(stat).map(|stat| stat.as_ref().map(Meta::of))
    }

    /// The bytes of the plain file `name` and what it is, if it exists.
    pub fn read(&self, name: impl AsRef<OsStr>) -> io::Result<Option<(Meta, Vec<u8>)>> {
        // Without `NONBLOCK`, a pipe planted under this name would hang the reader.
        let flags = OFlags::RDONLY | OFlags::CLOEXEC | OFlags::NOFOLLOW | OFlags::NONBLOCK;
        let Some(fd) = absent(rustix::fs::openat(&self.fd, name.as_ref(), flags, Mode::empty()))? else {
            return Ok(None);
        };
        let meta = Meta::of(&rustix::fs::fstat(&fd)?);
        if !meta.is_file() {
            return Err(Errno::LOOP.into());
        }
        let mut bytes = Vec::with_capacity(usize::try_from(meta.size).unwrap_or(0).min(1 << 24));
        File::from(fd).read_to_end(&mut bytes)?;
        Ok(Some((meta, bytes)))
    }

    /// Makes a new file `<prefix><process>-<number>` with these bytes; it is removed again if they cannot be written.
    pub fn write_temp(&self, prefix: &str, bytes: &[u8]) -> io::Result<(File, String)> {
        let flags = OFlags::WRONLY | OFlags::CREATE | OFlags::EXCL | OFlags::CLOEXEC | OFlags::NOFOLLOW;
        loop {
            let number = COUNTER.fetch_add(1, Ordering::Relaxed);
            let name = format!("{prefix}{}-{number}", std::process::id());
            let fd = match rustix::fs::openat(&self.fd, &name, flags, Mode::from_raw_mode(0o644)) {
                // Left by an earlier process with the same number.
                Err(Errno::EXIST) => continue,
                other => other?,
            };
            let mut file = File::from(fd);
            return match file.write_all(bytes) {
                Ok(()) => Ok((file, name)),
                Err(error) => {
                    let _ = self.remove(&name);
                    Err(error)
                }
            };
        }
    }

    /// Moves `from` in this folder to `name` in another, replacing what is there.
    pub fn rename(&self, from: &str, to: &Dir, name: &str) -> io::Result<()> {
        Ok(rustix::fs::renameat(&self.fd, from, &to.fd, name)?)
    }

    /// Removes the file `name`; tells whether it was there.
    pub fn remove(&self, name: impl AsRef<OsStr>) -> io::Result<bool> {
        absent(rustix::fs::unlinkat(&self.fd, name.as_ref(), AtFlags::empty())).map(|done| done.is_some())
    }

    /// Removes the folder `name` if it is empty; tells whether it is gone.
    pub fn remove_empty(&self, name: &str) -> io::Result<bool> {
        match rustix::fs::unlinkat(&self.fd, name, AtFlags::REMOVEDIR) {
            Ok(()) | Err(Errno::NOENT) => Ok(true),
            Err(Errno::NOTEMPTY | Errno::EXIST) => Ok(false),
            Err(error) => Err(error.into()),
        }
    }

    /// Makes the folder's entries durable.
    pub fn sync(&self) -> io::Result<()> {
        match rustix::fs::fsync(&self.fd) {
            // Some network file systems cannot sync folders, and need not.
            Ok(()) | Err(Errno::INVAL) => Ok(()),
            Err(error) => Err(error.into()),
        }
    }

    /// The names in this folder, sorted.
    pub fn names(&self) -> io::Result<Vec<OsString>> {
        let mut names = Vec::new();
        for entry in rustix::fs::Dir::read_from(&self.fd)? {
            let name = OsStr::from_bytes(entry?.file_name().to_bytes()).to_owned();
            if name != "." && name != ".." {
                names.push(name);
            }
        }
        names.sort();
        Ok(names)
    }

    /// Visits everything that is no folder, and folders more than `depth` levels down as if they were none, with its path from the root.
    pub fn walk(&self, prefix: &str, depth: usize, visit: &mut Visit<'_>) -> io::Result<()> {
        for name in self.names()? {
            // Gone since it was listed: another process collected or replaced it.
            let Some(meta) = self.meta(&name)? else {
                continue;
            };
            let shown = name.to_string_lossy();
            let path = if prefix.is_empty() { shown.into_owned() } else { format!("{prefix}/{shown}") };
            if meta.kind == FileType::Directory && depth > 0 {
                if let Some(child) = self.child(&name)? {
                    child.walk(&path, depth - 1, visit)?;
                }
            } else {
                visit(self, &name, &path, meta)?;
            }
        }
        Ok(())
    }

    /// Removes the folder at `path` and those above it as long as they are empty, except the `spared` topmost ones.
    pub fn prune(&self, path: &str, spared: usize) -> io::Result<()> {
        let mut segments: Vec<&str> = path.split('/').collect();
        while segments.len() > spared {
            let Some(name) = segments.pop() else {
                break;
            };
            match self.descend(&segments)? {
                Some(parent) if parent.remove_empty(name)? => {}
                _ => break,
            }
        }
        Ok(())
    }

    /// Locks the folder itself against other holders in any process, waiting for them.
    pub fn lock(&self, operation: FlockOperation) -> io::Result<()> {
        flock(&self.fd, operation)
    }

    /// Opens the lock file `name`, making it if possible; `None` when it is not there and cannot be made.
    pub fn lock_file(&self, name: &str) -> io::Result<Option<OwnedFd>> {
        // Without waiting: a pipe in its place would wait for a writer.
        let flags = OFlags::RDONLY | OFlags::CLOEXEC | OFlags::NOFOLLOW | OFlags::NONBLOCK;
        match rustix::fs::openat(&self.fd, name, flags, Mode::empty()) {
            Err(Errno::NOENT) => {}
            other => return Ok(Some(other?)),
        }
        let made = rustix::fs::openat(&self.fd, name, flags | OFlags::CREATE, Mode::from_raw_mode(0o666));
        match made {
            Err(Errno::ROFS | Errno::ACCESS | Errno::PERM) => Ok(None),
            other => Ok(Some(other?)),
        }
    }
}

/// Folders held open at once; with the files of a write well below the lowest usual limit of 256 descriptors.
const MAX_OPEN: usize = 96;

/// The folders that a write touches, opened once and synced once.
pub(crate) struct Folders<'r> {
    root: &'r Dir,
    open: BTreeMap<String, Dir>,
    durability: Durability,
}

/// Whether what is written must survive a power failure.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) enum Durability {
    /// Yes, so every touched folder is synced.
    Synced,
    /// No; the system writes it when it likes.
    Left,
}

impl<'r> Folders<'r> {
    pub fn new(root: &'r Dir, durability: Durability) -> Self {
        Self { root, open: BTreeMap::new(), durability }
    }

    /// Opens a folder, making what is missing on the way.
    pub fn reach(&mut self, segments: &[&str]) -> io::Result<&Dir> {
        if self.open.len() >= MAX_OPEN {
            self.sync()?;
            self.open.clear();
        }
        let mut path = String::new();
        for segment in segments {
            let next = if path.is_empty() { (*segment).to_owned() } else { format!("{path}/{segment}") };
            if !self.open.contains_key(&next) {
                let parent = self.open.get(&path).unwrap_or(self.root);
                let (child, _) = parent.make_child(segment)?;
                self.open.insert(next.clone(), child);
            }
            path = next;
        }
        Ok(self.open.get(&path).unwrap_or(self.root))
    }

    /// Syncs the touched folders and those above them, which another process may have made a moment ago and not yet synced.
    pub fn sync(&self) -> io::Result<()> {
        if self.durability == Durability::Left {
            return Ok(());
        }
        let folders: Vec<&Dir> = self.open.values().chain([self.root]).collect();
        in_parallel(&folders, |folder| folder.sync()).map_err(|(_, e)| e)
    }
}

/// Threads that wait for the disk; a file system commits what several of them ask for in one go.
const SYNCERS: usize = 16;

/// Runs `work` on every item on a few threads and answers the first failure in the items' order.
pub(crate) fn in_parallel<T: Sync>(
    items: &[T],
    work: impl Fn(&T) -> io::Result<()> + Sync,
) -> Result<(), (&T, io::Error)> {
    let share = items.len().div_ceil(SYNCERS).max(1);
    std::thread::scope(|scope| {
        let work = &work;
        let tasks: Vec<_> = items
            .chunks(share)
            .map(|part| scope.spawn(move || part.iter().try_for_each(|item| work(item).map_err(|e| (item, e)))))
            .collect();
        tasks.into_iter().try_for_each(|task| task.join().unwrap_or_else(|p| std::panic::resume_unwind(p)))
    })
}

/// Waits for a lock on an open file; signals do not end the wait.
pub(crate) fn flock(fd: &OwnedFd, operation: FlockOperation) -> io::Result<()> {
    loop {
        match rustix::fs::flock(fd, operation) {
            Err(Errno::INTR) => {}
            other => return Ok(other?),
        }
    }
}

fn absent<T>(result: Result<T, Errno>) -> io::Result<Option<T>> {
    match result {
        Ok(value) => Ok(Some(value)),
        Err(Errno::NOENT) => Ok(None),
        Err(error) => Err(error.into()),
    }
}
