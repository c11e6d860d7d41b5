//! What is asked of every input, by the fuzzer and by the test that feeds its corpus again.

use etymon_kernel_rt::decoder::{self, MAX_BODY, MAX_BODY_DEPTH, MAX_TARGET};
use etymon_kernel_rt::json::{ErrorKind, Tape};
use etymon_kernel_rt::{MAX_JSON_NAT, Record, Val, json_text, wire};
use etymon_spec::eval::{Limits, run};
use etymon_spec::image::{Source, node_image, read_node, read_program};
use etymon_spec::{ImageFile, Spec};

/// Reading never panics, what is read can be written and read again, and checking ends.
pub fn image(bytes: &[u8]) {
    if let Ok(node) = read_node(Source { path: "fuzz", bytes }) {
        let written = node_image(&node);
        let again =
            read_node(Source { path: "fuzz", bytes: written.as_bytes() }).expect("what was written can be read");
        assert_eq!(written, node_image(&again));
    }
    let file = ImageFile { file: "fuzz".into(), path: "kernel/M".into(), bytes: bytes.to_vec() };
    let _ = Spec::from_files("fuzz", &[file]);
}

/// Evaluation within small limits ends in an answer or a refusal, the same one twice.
pub fn program(bytes: &[u8]) {
    let Ok(program) = read_program(Source { path: "fuzz", bytes }) else { return };
    let limits = Limits { steps: 100_000, size: 1 << 20 };
    let answer = || {
        run(&program, None, limits).map(|answer| wire::encode(&answer.into_val())).map_err(|report| report.to_string())
    };
    assert_eq!(answer(), answer());
}

/// A request of a target, a line end and a body: decoding never panics, what it gives is within bounds and reads back from its own text, and
/// another reader of JSON agrees.
pub fn request(bytes: &[u8]) {
    let (target, body) = match bytes.iter().position(|byte| *byte == b'\n') {
        Some(at) => (String::from_utf8_lossy(&bytes[..at]).into_owned(), &bytes[at + 1..]),
        None => ("/".to_owned(), bytes),
    };
    let whole = record(decoder::request("POST", &target, body));
    let frame = record(decoder::frame(body));
    assert_eq!((text(&whole, "kind"), text(&frame, "kind")), (Some("http"), Some("frame")));
    assert_eq!((whole.fields().len(), frame.fields().len(), text(&whole, "method")), (6, 3, Some("POST")));
    if text(&whole, "problem") == Some("bad_target") || target.len() > MAX_TARGET {
        assert_eq!(record(field(&whole, "query")).fields(), []);
        assert_eq!(field(&whole, "body"), Val::None);
    } else {
        assert_eq!(field(&whole, "body"), field(&frame, "body"));
        assert_eq!(field(&whole, "problem"), field(&frame, "problem"));
        let again = target_of(&whole);
        if again.len() <= MAX_TARGET {
            assert_eq!(decoder::request("POST", &again, body), Val::Record(whole.clone()), "{again}");
        }
    }
    match text(&frame, "problem") {
        None => body_is_read_again(body, &field(&frame, "body")),
        Some("too_large") => assert!(body.len() > MAX_BODY),
        Some("bad_number") => assert!(Tape::read(body, MAX_BODY_DEPTH).is_ok()),
        Some("bad_json") => {
            let why = Tape::read(body, MAX_BODY_DEPTH).expect_err("bad JSON").kind;
            let ours = matches!(why, ErrorKind::RepeatedKey | ErrorKind::Depth);
            assert!(ours || serde_json::from_slice::<serde_json::Value>(body).is_err(), "{why:?}");
        }
        Some(other) => panic!("{other} is no problem of a body"),
    }
}

fn body_is_read_again(body: &[u8], value: &Val) {
    let printed = json_text(value).expect("a number within bounds");
    if body.is_empty() {
        return assert_eq!(*value, Val::None);
    }
    if printed.len() <= MAX_BODY {
        assert_eq!(field(&record(decoder::frame(printed.as_bytes())), "body"), *value);
    }
    let other: serde_json::Value = serde_json::from_slice(body).expect("JSON");
    assert_eq!(serde_json::from_str::<serde_json::Value>(&printed).expect("JSON"), other);
}

/// The target that path and query spell.
fn target_of(whole: &Record) -> String {
    let Val::List(path) = field(whole, "path") else { panic!("the path is a list") };
    let mut target = String::new();
    for segment in path.items() {
        let Val::Str(segment) = segment else { panic!("a segment is text") };
        assert!(!segment.is_empty() && !segment.contains(['/', '?']));
        target = target + "/" + segment;
    }
    target.push('?');
    for (name, value) in record(field(whole, "query")).fields() {
        assert!(!name.contains(['&', '=']));
        let value = match value {
            Val::Nat(nat) => {
                assert!(nat.as_u64().is_some_and(|nat| nat <= MAX_JSON_NAT));
                nat.digits()
            }
            Val::Str(text) => text.to_string(),
            other => panic!("{other:?} is no parameter"),
        };
        target += &format!("{name}={value}&");
    }
    target
}

fn record(value: Val) -> Record {
    match value {
        Val::Record(record) => record,
        other => panic!("{other:?} is no record"),
    }
}

fn field(record: &Record, key: &str) -> Val {
    record.get(key).cloned().unwrap_or_else(|| panic!("no `{key}`"))
}

fn text<'r>(record: &'r Record, key: &str) -> Option<&'r str> {
    match record.get(key) {
        Some(Val::Str(text)) => Some(text),
        _ => None,
    }
}
