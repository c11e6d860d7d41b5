//! A full disk, a read-only place, and strangers in the store.

mod common;

use std::fs;
use std::os::unix::fs::symlink;
use std::path::{Path, PathBuf};
use std::process::Command;

use etymon_store::{Digest, Key, Local, Store, StoreError, Verify, codes, write_tree};

/// Set where processes may neither mount nor change attributes; `tests/run` says so in its last line.
const UNPRIVILEGED: &str = "ETYMON_UNPRIVILEGED";

fn unprivileged() -> bool {
    std::env::var_os(UNPRIVILEGED).is_some()
}

/// A small file system of its own, or nothing where this process may not mount one.
struct Mount(PathBuf);

impl Mount {
    fn new(dir: &Path, options: &str) -> Option<Self> {
        let path = dir.join("mount");
        fs::create_dir(&path).unwrap();
        let mounted = run("mount", &["-t", "tmpfs", "-o", options, "tmpfs", path.to_str()?]);
        assert!(mounted || unprivileged(), "cannot mount; {UNPRIVILEGED}=1 leaves out what needs it");
        mounted.then_some(Self(path))
    }

    fn remount(&self, options: &str) {
        let path = self.0.to_str().unwrap();
        assert!(run("mount", &["-o", &format!("remount,{options}"), path]));
    }
}

impl Drop for Mount {
    fn drop(&mut self) {
        run("umount", &["-l", self.0.to_str().unwrap_or_default()]);
    }
}

fn run(program: &str, arguments: &[&str]) -> bool {
    let status = Command::new(program).args(arguments).status();
    status.is_ok_and(|status| status.success())
}

fn open(path: &Path) -> Store {
    Store::new(Local::new(path))
}

#[test]
fn a_full_disk_is_told_and_leaves_a_whole_store() {
    let dir = tempfile::tempdir().unwrap();
    let Some(mount) = Mount::new(dir.path(), "size=600k") else {
        return;
    };
    let store = open(&mount.0.join("store"));
    let small = common::many("small", 10);
    store.record(&small, Verify::Size).unwrap();
    store.keep_manifest("small", small.manifest()).unwrap();

    let large = common::many("large", 500);
    let error = store.record(&large, Verify::Size).unwrap_err();
    assert_eq!(error.code(), codes::STORE_FULL, "{error}");
    assert!(error.diagnostic().help.is_some());
    let check = store.fsck().unwrap();
    assert!(check.is_whole(), "{}", check.report);
    assert_eq!(store.backend().leftovers().unwrap(), [""; 0]);
    assert_eq!(store.manifests().unwrap(), [small.manifest().clone()]);

    let tree = write_tree(&mount.0.join("out"), &large).unwrap_err();
    assert_eq!(tree.code(), codes::STORE_FULL, "{tree}");
    let hidden = || -> Vec<String> {
        let names = fs::read_dir(mount.0.join("out")).unwrap().map(|e| e.unwrap().file_name().into_string().unwrap());
        names.filter(|name| name.starts_with('.')).collect()
    };
    // What says which files the next writer may replace, and nothing half-written.
    assert_eq!(hidden(), [".etymon-tmp-unfinished"]);

    // What was written before the disk filled up is collected, and then there is room again.
    store.gc(false).unwrap();
    mount.remount("size=16m");
    store.record(&large, Verify::Size).unwrap();
    assert!(store.fsck().unwrap().is_whole());
    write_tree(&mount.0.join("out"), &common::many("other", 500)).unwrap();
    assert_eq!(hidden(), [""; 0]);
}

#[test]
fn a_read_only_store_is_told_and_still_read() {
    let dir = tempfile::tempdir().unwrap();
    let Some(mount) = Mount::new(dir.path(), "size=4m") else {
        return;
    };
    let emission = common::many("a", 10);
    open(&mount.0.join("store")).record(&emission, Verify::Size).unwrap();
    mount.remount("ro");

    let store = open(&mount.0.join("store"));
    let error = store.record(&common::many("b", 10), Verify::Size).unwrap_err();
    assert_eq!(error.code(), codes::STORE_READ_ONLY, "{error}");
    assert!(error.to_string().contains("read-only"), "{error}");
    assert_eq!(open(&mount.0.join("new")).record(&emission, Verify::Size).unwrap_err().code(), codes::STORE_READ_ONLY);
    let tree = write_tree(&mount.0.join("out"), &emission).unwrap_err();
    assert_eq!(tree.code(), codes::STORE_READ_ONLY);

    assert!(store.fsck().unwrap().is_whole());
    assert_eq!(store.get(&emission.artifacts()[0].digest()).unwrap(), emission.artifacts()[0].bytes());
    assert_eq!(store.manifests().unwrap().len(), 1);
    store.record(&emission, Verify::Hash).expect("nothing to write");
}

#[test]
fn an_immutable_folder_is_told() {
    let dir = tempfile::tempdir().unwrap();
    let path = dir.path().join("store");
    fs::create_dir(&path).unwrap();
    let folder = path.to_str().unwrap();
    if !run("chattr", &["+i", folder]) {
        assert!(unprivileged(), "cannot make a folder immutable; {UNPRIVILEGED}=1 leaves out what needs it");
        return;
    }
    let error = open(&path).record(&common::many("a", 3), Verify::Size).unwrap_err();
    assert!(run("chattr", &["-i", folder]));
    assert_eq!(error.code(), codes::STORE_READ_ONLY, "{error}");
}

#[test]
fn a_file_where_the_store_should_be() {
    let dir = tempfile::tempdir().unwrap();
    let path = dir.path().join("store");
    fs::write(&path, "").unwrap();
    let error = open(&path).record(&common::many("a", 3), Verify::Size).unwrap_err();
    assert_eq!(error.code(), codes::STORE_FOREIGN, "{error}");
}

#[test]
fn links_in_the_store_are_not_followed() {
    let dir = tempfile::tempdir().unwrap();
    let path = dir.path().join("store");
    let store = open(&path);
    let emission = common::emission("s", &[("a", "text")]);
    store.record(&emission, Verify::Size).unwrap();
    let digest = Digest::of(b"text");
    let object = path.join(Key::object(&digest).as_str());
    let outside = dir.path().join("outside");
    fs::rename(&object, &outside).unwrap();
    symlink(&outside, &object).unwrap();

    assert_eq!(store.get(&digest).unwrap_err().code(), codes::STORE_FOREIGN);
    let report = store.fsck().unwrap().report;
    assert!(report.has(codes::STORE_MISPLACED), "{report}");
    let refused = store.record(&emission, Verify::Hash).unwrap_err();
    assert_eq!(refused.code(), codes::STORE_FOREIGN);

    fs::remove_file(&object).unwrap();
    let shard = object.parent().unwrap();
    fs::remove_dir(shard).unwrap();
    let elsewhere = dir.path().join("elsewhere");
    fs::create_dir(&elsewhere).unwrap();
    symlink(&elsewhere, shard).unwrap();
    let refused = store.record(&emission, Verify::Size).unwrap_err();
    assert_eq!(refused.code(), codes::STORE_FOREIGN);
    assert_eq!(fs::read_dir(&elsewhere).unwrap().count(), 0);
}

#[test]
fn leftovers_are_noted_and_swept_by_the_next_build() {
    let dir = tempfile::tempdir().unwrap();
    let path = dir.path().join("store");
    let store = open(&path);
    store.record(&common::many("a", 3), Verify::Size).unwrap();
    fs::write(path.join("tmp/1-1"), "half").unwrap();
    let check = store.fsck().unwrap();
    assert!(check.is_whole() && check.report.has(codes::STORE_LEFTOVER));

    let building = store.begin().unwrap();
    fs::write(path.join("tmp/1-1"), "half").unwrap();
    let second = open(&path);
    second.record(&common::many("b", 3), Verify::Size).unwrap();
    assert!(path.join("tmp/1-1").exists(), "it may belong to the other build");
    drop(building);
    store.record(&common::many("c", 3), Verify::Size).unwrap();
    assert!(!path.join("tmp/1-1").exists());
}

#[test]
fn addresses() {
    assert_eq!(Store::open("memory:").unwrap().address(), "memory:");
    assert_eq!(Store::open("/some/folder").unwrap().address(), "/some/folder");
    for bad in ["", "ftp://host/x"] {
        assert!(matches!(Store::open(bad), Err(StoreError::Address { .. })), "{bad}");
    }
}
