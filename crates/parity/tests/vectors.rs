//! The committed vectors are what the generator makes, and pinned answers do not change unseen.

use etymon_parity::{Error, PinOptions, Tools, Vector, pin, vector};
use std::fs;
use std::path::{Path, PathBuf};

fn root() -> PathBuf {
    let here = Path::new(env!("CARGO_MANIFEST_DIR"));
    here.ancestors().nth(2).unwrap().to_path_buf()
}

fn golden() -> PathBuf {
    root().join("golden/vectors")
}

fn options(name: &str) -> PinOptions {
    let work = Path::new(env!("CARGO_TARGET_TMPDIR")).join(name);
    let vectors = work.join("vectors");
    fs::create_dir_all(&vectors).unwrap();
    for entry in fs::read_dir(golden()).unwrap() {
        let path = entry.unwrap().path();
        if path.is_dir() {
            // The scripts of the wire have a folder of their own.
            continue;
        }
        fs::copy(&path, vectors.join(path.file_name().unwrap())).unwrap();
    }
    let tools = Tools { work, ..Tools::of(&root()) };
    PinOptions { tools, spec: root().join("golden/spec"), vectors, witnesses: Vec::new(), replace: false }
}

fn committed() -> Vec<Vector> {
    vector::read_folder(&golden()).unwrap()
}

#[test]
fn there_are_enough_and_every_published_value_has_a_source() {
    let vectors = committed();
    assert!(vectors.len() >= 3000, "{}", vectors.len());
    let published: Vec<_> = vectors.iter().filter(|own| own.case.suite == "published").collect();
    assert!(published.len() > 30 && published.iter().all(|own| own.source.is_some()));
}

#[test]
fn pinning_again_changes_no_byte() {
    let options = options("pin-again");
    let report = pin(&options).unwrap();
    assert!(report.changed.is_empty());
    for (name, _) in report.files {
        let same = fs::read(options.vectors.join(&name)).unwrap() == fs::read(golden().join(&name)).unwrap();
        assert!(same, "`etymon parity --pin` would change golden/vectors/{name}");
    }
}

#[test]
fn a_changed_answer_is_refused_unless_asked_for() {
    let mut options = options("pin-changed");
    let path = options.vectors.join("operations.jsonl");
    let text = fs::read_to_string(&path).unwrap();
    let changed = text.replacen("\"expect\":{\"nat\":\"0\"}", "\"expect\":{\"nat\":\"7\"}", 1);
    assert_ne!(text, changed);
    fs::write(&path, &changed).unwrap();
    let Err(Error::Pins { changes }) = pin(&options) else { panic!("pinned over a contradiction") };
    assert_eq!(changes.len(), 1);
    assert!(changes[0].contains("{\"nat\":\"7\"} becomes {\"nat\":\"0\"}"), "{}", changes[0]);
    assert_eq!(fs::read_to_string(&path).unwrap(), changed);
    options.replace = true;
    assert_eq!(pin(&options).unwrap().changed, changes);
    assert_eq!(fs::read_to_string(&path).unwrap(), text);
}
