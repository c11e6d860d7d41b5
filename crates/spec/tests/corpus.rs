//! What fuzzing kept, fed again to the same questions; the targets themselves need a compiler of their own.

#[path = "../fuzz/questions.rs"]
mod questions;

use std::fs;
use std::path::Path;

fn feed(target: &str, question: fn(&[u8])) {
    let folder = Path::new(env!("CARGO_MANIFEST_DIR")).join("fuzz/corpus").join(target);
    let files: Vec<_> = fs::read_dir(&folder).expect("a corpus").map(|entry| entry.expect("a file").path()).collect();
    assert!(files.len() > 20, "{} holds {} files", folder.display(), files.len());
    for file in files {
        question(&fs::read(&file).expect("a readable file"));
    }
}

#[test]
fn the_corpus_of_images_is_answered() {
    feed("image", questions::image);
}

#[test]
fn the_corpus_of_programs_is_answered() {
    feed("program", questions::program);
}

#[test]
fn the_corpus_of_requests_is_answered() {
    feed("request", questions::request);
}
