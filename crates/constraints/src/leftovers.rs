//! What must not outlive this process when a signal ends it: groups of processes that it started, and folders that it made.
//!
//! Everything here is also ended or removed when its value is dropped; a signal drops nothing. Sandboxed processes need no entry, because
//! the kernel ends them with this one.

use nix::sys::signal::{Signal, killpg};
use nix::unistd::Pid;
use std::collections::BTreeSet;
use std::io;
use std::os::unix::process::CommandExt;
use std::path::{Path, PathBuf};
use std::process::{Child, Command};
use std::sync::{Mutex, MutexGuard, PoisonError};
use std::thread;
use std::time::Duration;
use tempfile::TempDir;

struct Kept {
    groups: BTreeSet<i32>,
    folders: BTreeSet<PathBuf>,
}

static KEPT: Mutex<Kept> = Mutex::new(Kept { groups: BTreeSet::new(), folders: BTreeSet::new() });

/// How often a folder is removed that somebody else is still filling.
const TRIES: usize = 50;

fn kept() -> MutexGuard<'static, Kept> {
    // Sets of names cannot be left half changed.
    KEPT.lock().unwrap_or_else(PoisonError::into_inner)
}

/// Ends and removes everything. Whoever wants to start or make more of it afterwards waits for ever, so the process has to end next.
pub fn sweep() {
    let kept = kept();
    for group in &kept.groups {
        end(*group);
    }
    for folder in &kept.folders {
        for _ in 0..TRIES {
            let _ = std::fs::remove_dir_all(folder);
            if !folder.exists() {
                break;
            }
            thread::sleep(Duration::from_millis(2));
        }
    }
    std::mem::forget(kept);
}

fn end(group: i32) {
    // Nobody may be left, which is as good.
    let _ = killpg(Pid::from_raw(group), Signal::SIGKILL);
}

/// A command and all that it started, which are ended with the value.
#[derive(Debug)]
pub(crate) struct Group {
    /// The command itself.
    pub child: Child,
    id: i32,
}

impl Group {
    /// Starts `command` as the head of a group.
    pub fn start(command: &mut Command) -> io::Result<Group> {
        // Held meanwhile, so that nothing is started after a sweep, or before it and yet unknown.
        let mut kept = kept();
        let child = command.process_group(0).spawn()?;
        let id = i32::try_from(child.id()).map_err(io::Error::other)?;
        kept.groups.insert(id);
        Ok(Group { child, id })
    }
}

impl Drop for Group {
    fn drop(&mut self) {
        end(self.id);
        // Its number may be somebody else's once it is waited for.
        kept().groups.remove(&self.id);
        let _ = self.child.wait();
    }
}

/// A temporary folder, which goes away with the value.
#[derive(Debug)]
pub(crate) struct Folder(TempDir);

impl Folder {
    /// An empty one whose name begins with `prefix`.
    pub fn new(prefix: &str) -> io::Result<Folder> {
        let mut kept = kept();
        let folder = tempfile::Builder::new().prefix(prefix).tempdir()?;
        kept.folders.insert(folder.path().to_owned());
        Ok(Folder(folder))
    }

    /// Where it is.
    pub fn path(&self) -> &Path {
        self.0.path()
    }
}

impl Drop for Folder {
    fn drop(&mut self) {
        let path = self.path().to_owned();
        // As it would happen a moment later; whoever sweeps meanwhile finds it still named.
        let _ = std::fs::remove_dir_all(&path);
        kept().folders.remove(&path);
    }
}
