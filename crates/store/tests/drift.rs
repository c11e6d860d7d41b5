//! What the gate finds.

mod common;

use std::fs;
use std::os::unix::fs::{PermissionsExt, symlink};
use std::path::Path;

use etymon_store::drift::{Drift, Finding, Kind, compare};
use etymon_store::{ACCEPTED_FILE, BuiltEntry, Digest, Emission, MANIFEST_FILE, write_tree};

struct Tree {
    dir: tempfile::TempDir,
    emission: Emission,
}

impl Tree {
    fn new() -> Self {
        let emission = common::emission(
            "s",
            &[
                ("js/kernel/a.js", "one\ntwo\nthree\n"),
                ("js/kernel/b.js", "b\n"),
                ("rust/src/lib.rs", "fn main() {}\n"),
            ],
        );
        let dir = tempfile::tempdir().unwrap();
        write_tree(dir.path(), &emission).unwrap();
        Self { dir, emission }
    }

    fn path(&self, name: &str) -> std::path::PathBuf {
        self.dir.path().join(name)
    }

    fn write(&self, name: &str, text: &str) {
        fs::write(self.path(name), text).unwrap();
    }

    fn drift(&self) -> Drift {
        compare(self.dir.path(), &self.emission).unwrap()
    }

    /// The one finding there must be.
    fn only(&self) -> Finding {
        let mut findings = self.drift().findings;
        assert_eq!(findings.len(), 1, "{findings:#?}");
        findings.remove(0)
    }
}

#[test]
fn a_committed_tree_is_clean() {
    let tree = Tree::new();
    let drift = tree.drift();
    assert!(drift.is_clean(), "{drift:#?}");
    assert_eq!((drift.compared, drift.accepted), (4, 0));
}

#[test]
fn one_byte_changed() {
    let tree = Tree::new();
    tree.write("js/kernel/a.js", "one\ntwX\nthree\n");
    let found = tree.only();
    assert_eq!((found.kind, found.path.as_str()), (Kind::Changed, "js/kernel/a.js"));
    assert!(found.diff.as_ref().unwrap().contains("-twX\n+two"));
    let shown = found.diagnostic(Path::new("golden"), "etymon build").to_string();
    assert!(
        shown.starts_with("golden/js/kernel/a.js: error[DRIFT_CHANGED]: content differs from line 2 on"),
        "{shown}"
    );
    assert!(shown.ends_with("help: run `etymon build` and commit the result"), "{shown}");
    assert!(shown.contains("\n    +two\n"), "{shown}");
}

#[test]
fn same_length_and_time_do_not_hide_a_change() {
    let tree = Tree::new();
    let path = tree.path("js/kernel/b.js");
    let time = fs::metadata(&path).unwrap().modified().unwrap();
    tree.write("js/kernel/b.js", "c\n");
    fs::File::open(&path).unwrap().set_modified(time).unwrap();
    assert_eq!(tree.only().kind, Kind::Changed);
}

#[test]
fn line_endings() {
    let tree = Tree::new();
    tree.write("js/kernel/a.js", "one\r\ntwo\r\nthree\r\n");
    let found = tree.only();
    assert_eq!(found.kind, Kind::Changed);
    assert!(found.message.starts_with("only the line endings differ"), "{}", found.message);
}

#[test]
fn missing_files() {
    let tree = Tree::new();
    fs::remove_file(tree.path("js/kernel/b.js")).unwrap();
    assert_eq!(tree.only().kind, Kind::Missing);
    let tree = Tree::new();
    fs::remove_file(tree.path(MANIFEST_FILE)).unwrap();
    let found = tree.only();
    assert_eq!((found.kind, found.path.as_str()), (Kind::Missing, MANIFEST_FILE));
    let tree = Tree::new();
    fs::remove_dir_all(tree.dir.path()).unwrap();
    assert_eq!(tree.only().kind, Kind::Missing);
}

#[test]
fn residue() {
    let tree = Tree::new();
    tree.write("js/kernel/old.js", "");
    let found = tree.only();
    assert_eq!((found.kind, found.path.as_str()), (Kind::Residue, "js/kernel/old.js"));
    fs::remove_file(tree.path("js/kernel/old.js")).unwrap();
    fs::create_dir_all(tree.path("d/e")).unwrap();
    tree.write("d/e/.hidden", "");
    assert_eq!(tree.only().path, "d/e/.hidden");
    fs::remove_file(tree.path("d/e/.hidden")).unwrap();
    assert!(tree.drift().is_clean(), "an empty folder is nothing that can be committed");
    symlink("/etc", tree.path("etc")).unwrap();
    let found = tree.only();
    assert_eq!((found.kind, found.path.as_str()), (Kind::Residue, "etc"));
}

#[test]
fn accepted_residue() {
    let tree = Tree::new();
    tree.write("README.md", "by hand");
    tree.write(ACCEPTED_FILE, "[\n  {\"path\": \"README.md\", \"reason\": \"written by people\"}\n]\n");
    let drift = tree.drift();
    assert!(drift.is_clean(), "{drift:#?}");
    assert_eq!(drift.accepted, 1);

    fs::remove_file(tree.path("README.md")).unwrap();
    let found = tree.only();
    assert_eq!(found.kind, Kind::Accepted);
    assert!(found.message.contains("is not there"), "{}", found.message);
}

#[test]
fn accepted_residue_that_is_wrong() {
    let cases = [
        (r#"[{"path":"js/kernel/b.js","reason":"r"}]"#, "is emitted"),
        (r#"[{"path":"x","reason":" "}]"#, "without a reason"),
        (r#"[{"path":"x","reason":"r"},{"path":"x","reason":"r"}]"#, "named twice"),
        (r#"[{"path":"x"}]"#, "missing field `reason`"),
        (r#"[{"path":"x","reason":"r","why":""}]"#, "unknown field"),
        ("{", "is not a list"),
        (r#"[{"path":"../x","reason":"r"}]"#, "is not there"),
    ];
    for (text, expected) in cases {
        let tree = Tree::new();
        tree.write("x", "");
        tree.write(ACCEPTED_FILE, text);
        let drift = tree.drift();
        let hit = drift.findings.iter().find(|f| f.message.contains(expected));
        assert_eq!(hit.map(|f| f.kind), Some(Kind::Accepted), "{text}: {drift:#?}");
    }
}

#[test]
fn an_edited_manifest() {
    let tree = Tree::new();
    let text = fs::read_to_string(tree.path(MANIFEST_FILE)).unwrap();
    let (right, wrong) = (Digest::of(b"b\n").to_string(), Digest::of(b"x").to_string());
    tree.write(MANIFEST_FILE, &text.replace(&right, &wrong));
    let found = tree.only();
    assert_eq!(found.kind, Kind::Manifest);
    assert_eq!(found.message, format!("`sha256` of `js/kernel/b.js` is `{wrong}`, should be `{right}`"));
    let spec = Digest::of(b"s").to_string();
    tree.write(MANIFEST_FILE, &text.replace(&spec, &wrong));
    assert!(tree.only().message.starts_with("`spec.sha256` is"));
    for (from, to) in
        [("\"layer\":\"kernel\"", "\"layer\":\"node\""), ("\"protocol\":3", "\"protocol\":4"), ("}", "} ")]
    {
        tree.write(MANIFEST_FILE, &text.replacen(from, to, 1));
        assert_eq!(tree.only().kind, Kind::Manifest, "{from}");
    }
}

#[test]
fn a_manifest_of_another_emission() {
    let tree = Tree::new();
    let other = common::emission("s", &[("js/kernel/a.js", "one\ntwo\nthree\n"), ("z", "z")]);
    tree.write(MANIFEST_FILE, std::str::from_utf8(other.manifest_bytes()).unwrap());
    let messages: Vec<String> = tree.drift().findings.into_iter().map(|f| f.message).collect();
    for expected in
        ["`z` is named, but nothing emits it", "`js/kernel/b.js` is not named", "`rust/src/lib.rs` is not named"]
    {
        assert!(messages.iter().any(|m| m == expected), "{messages:#?}");
    }
}

#[test]
fn modes() {
    let tree = Tree::new();
    let path = tree.path("js/kernel/b.js");
    fs::set_permissions(&path, fs::Permissions::from_mode(0o755)).unwrap();
    assert_eq!(tree.only().kind, Kind::Mode);
    write_tree(tree.dir.path(), &tree.emission).unwrap();
    assert!(tree.drift().is_clean(), "writing the tree repairs the mode");

    fs::rename(&path, tree.path("elsewhere")).unwrap();
    symlink("../../elsewhere", &path).unwrap();
    let kinds: Vec<Kind> = tree.drift().findings.iter().map(|f| f.kind).collect();
    assert_eq!(kinds, [Kind::Residue, Kind::Mode], "same bytes, but through a link");

    fs::set_permissions(tree.path(MANIFEST_FILE), fs::Permissions::from_mode(0o755)).unwrap();
    assert!(tree.drift().findings.iter().any(|f| f.path == MANIFEST_FILE));
}

#[test]
fn a_pipe_does_not_hang_the_gate() {
    let tree = Tree::new();
    let path = tree.path("js/kernel/b.js");
    fs::remove_file(&path).unwrap();
    let made = std::process::Command::new("mkfifo").arg(&path).status().unwrap();
    assert!(made.success());
    assert_eq!(tree.only().kind, Kind::Mode);
}

#[test]
fn built_artifacts_are_gated_like_the_rest() {
    let tree = Tree::new();
    let built = |text: &str| BuiltEntry {
        path: "wasm/k.wasm".to_owned(),
        toolchain: "rustc".to_owned(),
        sha256: Digest::of(text.as_bytes()),
    };
    let committed = tree.emission.clone().with_built(vec![built("1")]).unwrap();
    write_tree(tree.dir.path(), &committed).unwrap();
    assert!(compare(tree.dir.path(), &committed).unwrap().is_clean());
    let other = tree.emission.clone().with_built(vec![built("2")]).unwrap();
    for fresh in [&tree.emission, &other] {
        let drift = compare(tree.dir.path(), fresh).unwrap();
        assert_eq!(drift.findings.len(), 1);
        assert_eq!(drift.findings[0].kind, Kind::Manifest);
    }
}

#[test]
fn many_findings_come_sorted() {
    let tree = Tree::new();
    tree.write("zz", "");
    tree.write("aa", "");
    tree.write("js/kernel/a.js", "");
    let paths: Vec<String> = tree.drift().findings.into_iter().map(|f| f.path).collect();
    assert_eq!(paths, ["aa", "js/kernel/a.js", "zz"]);
}

#[test]
fn a_huge_file_is_not_read() {
    let tree = Tree::new();
    let file = fs::File::create(tree.path("js/kernel/b.js")).unwrap();
    file.set_len(1 << 40).unwrap();
    let found = tree.only();
    assert_eq!(found.kind, Kind::Changed);
    assert!(found.message.contains("far too long"), "{}", found.message);
}
