//! The request decoder, where its inputs are too long for vectors: `golden/vectors/request.jsonl` has the others.

use etymon_kernel_rt::decoder::{MAX_BODY, MAX_BODY_DEPTH, MAX_TARGET, find, frame, octets, request};
use etymon_kernel_rt::{Val, wire};

fn field(value: &Val, key: &str) -> Val {
    match value {
        Val::Record(record) => record.get(key).cloned().expect("the field"),
        other => panic!("{other:?} is no record"),
    }
}

fn code(value: &Val) -> Option<String> {
    match field(value, "problem") {
        Val::None => None,
        Val::Str(code) => {
            assert_eq!(field(value, "body"), Val::None, "a problem leaves no body");
            Some(code.to_string())
        }
        other => panic!("{other:?} is no problem"),
    }
}

fn body_code(body: impl AsRef<[u8]>) -> Option<String> {
    let code_of_frame = code(&frame(body.as_ref()));
    assert_eq!(code(&request("POST", "/", body.as_ref())), code_of_frame);
    code_of_frame
}

#[test]
fn bodies_end_at_their_limit() {
    let padded = |length: usize| " ".repeat(length - 1) + "7";
    assert_eq!(body_code(padded(MAX_BODY)), None);
    assert_eq!(body_code(padded(MAX_BODY + 1)).as_deref(), Some("too_large"));
    assert_eq!(body_code(vec![0xff; MAX_BODY]).as_deref(), Some("bad_json"));
    assert_eq!(body_code(vec![0xff; MAX_BODY + 1]).as_deref(), Some("too_large"));
    assert_eq!(body_code("1".repeat(MAX_BODY)).as_deref(), Some("bad_number"));
    assert_eq!(body_code("[".repeat(MAX_BODY)).as_deref(), Some("bad_json"));
    let escapes = format!("\"{}\"", "\\n".repeat(MAX_BODY / 2 - 1));
    assert_eq!(field(&frame(escapes.as_bytes()), "body"), Val::Str("\n".repeat(MAX_BODY / 2 - 1).into()));
    let numbers = format!("[{}0]", "0,".repeat(MAX_BODY / 2 - 2));
    assert_eq!(body_code(numbers), None);
}

#[test]
fn targets_end_at_their_limit() {
    let target_code = |target: &str| code(&request("GET", target, b""));
    assert_eq!(target_code(&"/".repeat(MAX_TARGET)), None);
    assert_eq!(target_code(&"/".repeat(MAX_TARGET + 1)).as_deref(), Some("too_large"));
    assert_eq!(target_code(&"é".repeat(MAX_TARGET / 2)).as_deref(), Some("bad_target"));
    assert_eq!(target_code(&"é".repeat(MAX_TARGET / 2 + 1)).as_deref(), Some("too_large"));
    let digits = format!("/?n={}", "9".repeat(MAX_TARGET - 4));
    assert_eq!(field(&field(&request("GET", &digits, b""), "query"), "n"), Val::Str("9".repeat(MAX_TARGET - 4).into()));
}

#[test]
fn of_several_problems_the_first_counts() {
    let long_body = vec![b'['; MAX_BODY + 1];
    let long_target = "/".repeat(MAX_TARGET + 1);
    let cases: [(&str, &[u8], &str); 7] = [
        ("/é", &long_body, "too_large"),
        ("/?a&a", &long_body, "too_large"),
        (&long_target, b"[", "too_large"),
        ("/é", b"[", "bad_target"),
        ("/?a&a", b"-1", "bad_target"),
        ("/", b"[-1", "bad_json"),
        ("/", b"[-1]", "bad_number"),
    ];
    for (target, body, expected) in cases {
        assert_eq!(
            code(&request("POST", target, body)).as_deref(),
            Some(expected),
            "{}",
            &target[..target.len().min(9)]
        );
    }
    let own = request("POST", "/a?b=1", &long_body);
    assert_eq!(wire::encode(&field(&own, "path")), r#"{"list":[{"str":"a"}]}"#, "the target is good");
    assert_eq!(wire::encode(&field(&own, "query")), r#"{"record":[["b",{"nat":"1"}]]}"#);
    let own = request("POST", "/é?b=1", &long_body);
    assert_eq!(wire::encode(&field(&own, "path")), r#"{"list":[]}"#, "the target is not");
    assert_eq!(wire::encode(&field(&own, "query")), r#"{"record":[]}"#);
}

#[test]
fn depth_is_counted_at_the_opening_bracket() {
    let nested = |depth: usize, open: &str, close: &str| open.repeat(depth) + "0" + &close.repeat(depth);
    assert_eq!(body_code(nested(MAX_BODY_DEPTH, "[", "]")), None);
    assert_eq!(body_code(nested(MAX_BODY_DEPTH + 1, "[", "]")).as_deref(), Some("bad_json"));
    assert_eq!(body_code(nested(MAX_BODY_DEPTH, "{\"a\":", "}")), None);
    assert_eq!(body_code(nested(MAX_BODY_DEPTH + 1, "{\"a\":", "}")).as_deref(), Some("bad_json"));
    let empty = |depth: usize| "[".repeat(depth) + &"]".repeat(depth);
    assert_eq!(body_code(empty(MAX_BODY_DEPTH)), None);
    assert_eq!(body_code(empty(MAX_BODY_DEPTH + 1)).as_deref(), Some("bad_json"), "an empty one counts");
}

#[test]
fn calls_have_the_names_and_types_of_the_page() {
    for (name, arity) in [("rt.request", 3), ("rt.frame", 1), ("rt.octets", 1), ("rt.letters", 1)] {
        let (own, run) = find(name).expect("a call");
        assert_eq!(own, arity, "{name}");
        assert_eq!(run(&vec![Val::None; arity]), Val::None, "{name}");
    }
    assert!(find("rt.decode").is_none() && find("request").is_none() && find("").is_none());
    assert_eq!(octets("0F"), Val::None);
}
