//! Writing a generated tree.

mod common;

use std::fs;
use std::os::unix::fs::symlink;
use std::path::Path;

use etymon_store::drift::compare;
use etymon_store::{MANIFEST_FILE, codes, write_tree};

fn write(dir: &Path, files: &[(&str, &str)]) -> etymon_store::TreeChanges {
    let emission = common::emission("s", files);
    let changes = write_tree(dir, &emission).unwrap();
    let drift = compare(dir, &emission).unwrap();
    let mut foreign = drift.findings.iter().map(|f| f.path.as_str());
    let spared = |path: &str| path.starts_with("own") || changes.kept.iter().any(|k| k == path);
    assert!(foreign.all(spared), "{drift:#?}");
    changes
}

#[test]
fn writing_twice_changes_nothing() {
    let dir = tempfile::tempdir().unwrap();
    let root = dir.path().join("a/b/out");
    let files = [("js/a.js", "a"), ("js/deep/er/b.js", "b"), ("c", "")];
    let first = write(&root, &files);
    assert_eq!(first.written, ["c", "js/a.js", "js/deep/er/b.js", MANIFEST_FILE]);
    let before = fs::metadata(root.join("c")).unwrap().modified().unwrap();
    let second = write(&root, &files);
    assert!(second.is_empty());
    assert_eq!(second.unchanged, 4);
    let after = fs::metadata(root.join("c")).unwrap().modified().unwrap();
    assert_eq!(before, after, "an unchanged file is not touched");
}

#[test]
fn only_what_changed_is_written() {
    let dir = tempfile::tempdir().unwrap();
    write(dir.path(), &[("a", "1"), ("b", "1")]);
    let changes = write(dir.path(), &[("a", "1"), ("b", "2")]);
    assert_eq!(changes.written, ["b", MANIFEST_FILE]);
    assert_eq!(changes.unchanged, 1);
}

#[test]
fn files_of_others_are_not_replaced() {
    let refused = |files: &[(&str, &str)]| {
        let dir = tempfile::tempdir().unwrap();
        fs::create_dir(dir.path().join("js")).unwrap();
        for (path, text) in files {
            fs::write(dir.path().join(path), text).unwrap();
        }
        let error = write_tree(dir.path(), &common::emission("s", &[("c", "1"), ("js/a.js", "1")])).unwrap_err();
        assert_eq!(error.code(), codes::STORE_FOREIGN, "{error}");
        assert!(!dir.path().join("c").exists(), "nothing was written");
        for (path, text) in files {
            assert_eq!(fs::read_to_string(dir.path().join(path)).unwrap(), *text);
        }
    };
    refused(&[("js/a.js", "mine")]);
    refused(&[("manifest.json", "{\"short_name\":\"my web application\"}")]);

    let dir = tempfile::tempdir().unwrap();
    write(dir.path(), &[("a", "1")]);
    fs::write(dir.path().join("b"), "mine").unwrap();
    let error = write_tree(dir.path(), &common::emission("s", &[("a", "2"), ("b", "2")])).unwrap_err();
    assert_eq!(error.code(), codes::STORE_FOREIGN, "{error}");
    assert_eq!(fs::read_to_string(dir.path().join("a")).unwrap(), "1");
}

#[test]
fn what_a_killed_build_left_is_replaced() {
    let dir = tempfile::tempdir().unwrap();
    fs::write(dir.path().join("a"), "half an earlier state").unwrap();
    fs::write(dir.path().join(".etymon-tmp-unfinished"), "a\nb\n").unwrap();
    fs::write(dir.path().join("b"), "1").unwrap();
    let changes = write(dir.path(), &[("a", "1"), ("b", "1")]);
    assert_eq!(changes.written, ["a", MANIFEST_FILE]);
    assert!(!dir.path().join(".etymon-tmp-unfinished").exists());
    fs::write(dir.path().join(MANIFEST_FILE), "<<<<<<< {\"artifacts\": [], \"generator\": {}").unwrap();
    fs::write(dir.path().join("a"), "<<<<<<<").unwrap();
    assert_eq!(write(dir.path(), &[("a", "1"), ("b", "1")]).written, ["a", MANIFEST_FILE]);
}

#[test]
fn former_files_go_and_others_stay() {
    let dir = tempfile::tempdir().unwrap();
    write(dir.path(), &[("js/old/a.js", "1"), ("js/old/b.js", "1"), ("keep", "1"), ("edited", "1")]);
    fs::write(dir.path().join("own.txt"), "mine").unwrap();
    fs::write(dir.path().join("edited"), "by hand").unwrap();
    let changes = write(dir.path(), &[("keep", "1")]);
    assert_eq!(changes.removed, ["js/old/a.js", "js/old/b.js"]);
    assert_eq!(changes.kept, ["edited"]);
    assert!(!dir.path().join("js").exists(), "empty folders go too");
    assert_eq!(fs::read(dir.path().join("own.txt")).unwrap(), b"mine");
    assert_eq!(fs::read(dir.path().join("edited")).unwrap(), b"by hand");
}

#[test]
fn a_file_may_become_a_folder_and_back() {
    let dir = tempfile::tempdir().unwrap();
    write(dir.path(), &[("x", "file")]);
    let changes = write(dir.path(), &[("x/y", "inside")]);
    assert_eq!(changes.removed, ["x"]);
    write(dir.path(), &[("x", "file")]);
    assert_eq!(fs::read(dir.path().join("x")).unwrap(), b"file");
}

#[test]
fn leftovers_of_a_killed_writer_are_swept() {
    let dir = tempfile::tempdir().unwrap();
    let left = dir.path().join(".etymon-tmp-1-1");
    fs::write(&left, "half").unwrap();
    write(dir.path(), &[("a", "1")]);
    assert!(!left.exists());
}

#[test]
fn a_link_leads_nowhere() {
    let dir = tempfile::tempdir().unwrap();
    let outside = dir.path().join("outside");
    fs::create_dir(&outside).unwrap();
    fs::write(outside.join("victim"), "safe").unwrap();
    let root = dir.path().join("out");
    fs::create_dir(&root).unwrap();
    symlink(&outside, root.join("js")).unwrap();
    let emission = common::emission("s", &[("js/victim", "evil")]);
    let refused = write_tree(&root, &emission).unwrap_err();
    assert_eq!(refused.code(), codes::STORE_FOREIGN, "{refused}");
    assert_eq!(fs::read(outside.join("victim")).unwrap(), b"safe");

    // A link in place of the file itself is replaced, not followed.
    fs::remove_file(root.join("js")).unwrap();
    fs::create_dir(root.join("js")).unwrap();
    symlink(outside.join("victim"), root.join("js/victim")).unwrap();
    write_tree(&root, &emission).unwrap();
    assert_eq!(fs::read(outside.join("victim")).unwrap(), b"safe");
    assert_eq!(fs::read(root.join("js/victim")).unwrap(), b"evil");
    assert!(compare(&root, &emission).unwrap().is_clean());
}

#[test]
fn a_former_manifest_cannot_reach_through_a_link() {
    let dir = tempfile::tempdir().unwrap();
    let root = dir.path().join("out");
    write(&root, &[("js/a.js", "same")]);
    let outside = dir.path().join("outside");
    fs::rename(root.join("js"), &outside).unwrap();
    symlink(&outside, root.join("js")).unwrap();
    write_tree(&root, &common::emission("s", &[("b", "")])).unwrap();
    assert!(outside.join("a.js").exists());
}

#[test]
fn a_broken_manifest_removes_nothing() {
    let dir = tempfile::tempdir().unwrap();
    write(dir.path(), &[("own-a", "1"), ("b", "1")]);
    let manifest = dir.path().join(MANIFEST_FILE);
    let text = fs::read_to_string(&manifest).unwrap();
    fs::write(&manifest, text.replacen(':', ": ", 1)).unwrap();
    let changes = write(dir.path(), &[("b", "1")]);
    assert!(changes.removed.is_empty());
    assert!(dir.path().join("own-a").exists());
}

#[test]
fn many_folders_need_few_descriptors() {
    let dir = tempfile::tempdir().unwrap();
    let artifacts = (0..3_000).map(|n| common::artifact(&format!("m{n}/f"), n.to_string())).collect();
    let emission = etymon_store::Emission::new(common::spec("s"), common::generator(), artifacts, Vec::new());
    let changes = write_tree(dir.path(), &emission.unwrap()).unwrap();
    assert_eq!(changes.written.len(), 3_001);
}
