//! What a manifest reader accepts.

mod common;

use etymon_diagnostics::Code;
use etymon_store::{Artifact, BuiltEntry, Class, Counts, Digest, Emission, Manifest, codes};

fn sample() -> Emission {
    let artifacts = vec![
        Artifact::new("rust/lib.rs", Class::Protocol, "kernel", "rust", "kernel/a", b"fn".to_vec()),
        Artifact::new("js/b.js", Class::Operational, "host", "js", "host/b", b"b".to_vec()),
        Artifact::new("js/a.js", Class::Platform, "node", "js", "node/a", Vec::new()),
    ];
    let built = BuiltEntry {
        path: "wasm/a.wasm".to_owned(),
        toolchain: "rustc 1.95.0".to_owned(),
        sha256: Digest::of(b"wasm"),
    };
    Emission::new(common::spec("é\u{1}\"s"), common::generator(), artifacts, vec![built]).unwrap()
}

fn refusal(bytes: &[u8]) -> Code {
    Manifest::read(bytes, "m.json").unwrap_err().code()
}

fn edited(from: &str, to: &str) -> Code {
    let text = String::from_utf8(sample().manifest_bytes().to_vec()).unwrap();
    assert!(text.contains(from), "{from} in {text}");
    refusal(text.replacen(from, to, 1).as_bytes())
}

#[test]
fn canonical_bytes() {
    let empty = Emission::new(common::spec("s"), common::generator(), Vec::new(), Vec::new()).unwrap();
    let expected = format!(
        "{{\"artifacts\":[],\"built\":[],\"counts\":{{\"operational\":0,\"platform\":0,\"protocol\":0}},\
         \"generator\":{{\"name\":\"etymon\",\"version\":\"{}\"}},\
         \"spec\":{{\"kind\":\"encdsl\",\"name\":\"s\",\"sha256\":\"{}\"}},\"version\":1}}",
        Digest::of(b"generator"),
        Digest::of(b"s")
    );
    assert_eq!(String::from_utf8_lossy(empty.manifest_bytes()), expected);
}

#[test]
fn round_trip_is_sorted_and_counted() {
    let emission = sample();
    let manifest = Manifest::read(emission.manifest_bytes(), "m.json").unwrap();
    assert_eq!(&manifest, emission.manifest());
    let paths: Vec<&str> = manifest.artifacts.iter().map(|e| e.path.as_str()).collect();
    assert_eq!(paths, ["js/a.js", "js/b.js", "rust/lib.rs"]);
    let counts = Counts { operational: 1, platform: 1, protocol: 1 };
    assert_eq!(manifest.counts, counts);
    assert_eq!(manifest.artifact("js/b.js").unwrap().sha256, Digest::of(b"b"));
    assert!(manifest.artifact("js/c.js").is_none());
}

#[test]
fn other_spellings_are_refused() {
    let bytes = sample().manifest_bytes().to_vec();
    let mut newline = bytes.clone();
    newline.push(b'\n');
    assert_eq!(refusal(&newline).as_str(), "NOT_CANONICAL");
    assert_eq!(edited(":[", ": [").as_str(), "NOT_CANONICAL");
    assert_eq!(edited("é", "\\u00e9").as_str(), "NOT_CANONICAL");
    assert_eq!(edited("\"version\":1}", "\"version\":1.0}").as_str(), "BAD_DOCUMENT");
    for bad in [&b""[..], b"{}", b"null", b"\xff", &bytes[..bytes.len() - 1]] {
        assert_eq!(refusal(bad).as_str(), "BAD_DOCUMENT");
    }
}

#[test]
fn false_statements_are_refused() {
    assert_eq!(edited("\"protocol\":1", "\"protocol\":2"), codes::MANIFEST_INVALID);
    assert_eq!(edited("\"version\":1}", "\"version\":2}"), codes::MANIFEST_INVALID);
    assert_eq!(edited("js/a.js", "js/x.js"), codes::MANIFEST_INVALID);
    assert_eq!(edited("js/a.js", "js/b.js"), codes::ARTIFACT_PATH);
    assert_eq!(edited("js/a.js", "../a.js"), codes::ARTIFACT_PATH);
    assert_eq!(edited("js/a.js", "/js/a.js"), codes::ARTIFACT_PATH);
    assert_eq!(edited("js/a.js", "js\\\\a.js"), codes::ARTIFACT_PATH);
    assert_eq!(edited("wasm/a.wasm", "rust/lib.rs"), codes::ARTIFACT_PATH);
    assert_eq!(edited("\"bytes\":2", "\"bytes\":9007199254740992").as_str(), "BAD_DOCUMENT");
    assert_eq!(edited("\"platform\",\"layer", "\"unknown\",\"layer").as_str(), "BAD_DOCUMENT");
    assert_eq!(edited("\"kind\"", "\"extra\":0,\"kind\"").as_str(), "BAD_DOCUMENT");
    assert_eq!(edited("\"kind\"", "\"kind\":\"x\",\"kind\"").as_str(), "BAD_DOCUMENT");
}

#[test]
fn refusals_name_the_file_and_the_place() {
    let text = String::from_utf8(sample().manifest_bytes().to_vec()).unwrap();
    let wrong = text.replacen("\"protocol\":1", "\"protocol\":7", 1);
    let diagnostic = Manifest::read(wrong.as_bytes(), "golden/m.json").unwrap_err().diagnostic();
    assert_eq!(diagnostic.origin.file(), Some("golden/m.json"));
    assert_eq!(diagnostic.origin.json_path(), Some("$.counts"));
}

#[test]
fn clashing_artifacts_make_no_emission() {
    for files in [["a", "a"], ["a/b", "A/B"], ["a", "a/b"]] {
        let artifacts = files.map(|path| common::artifact(path, "x")).to_vec();
        let made = Emission::new(common::spec("s"), common::generator(), artifacts, Vec::new());
        assert_eq!(made.unwrap_err().code(), codes::ARTIFACT_PATH, "{files:?}");
    }
}

#[test]
fn ten_thousand_artifacts_are_read_and_written() {
    let artifacts = (0..10_000).map(|n| common::artifact(&format!("d{}/f{n}", n % 100), n.to_string())).collect();
    let emission = Emission::new(common::spec("s"), common::generator(), artifacts, Vec::new()).unwrap();
    let read = Manifest::read(emission.manifest_bytes(), "m.json").unwrap();
    assert_eq!(read.counts.protocol, 10_000);
}
