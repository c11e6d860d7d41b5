//! The strict JSON reader.

use etymon_kernel_rt::json::{ErrorKind, Tape};

fn refusal(text: &[u8]) -> Option<ErrorKind> {
    Tape::read(text, 64).err().map(|error| error.kind)
}

#[test]
fn refuses_what_other_readers_let_through() {
    let syntax: [&[u8]; 24] = [
        b"",
        b" ",
        b"[",
        b"]",
        b"{",
        b"[1,]",
        b"{\"a\":1,}",
        b"{a:1}",
        b"01",
        b"+1",
        b"1.",
        b".5",
        b"1e",
        b"-",
        b"tru",
        b"nulll",
        b"[1 2]",
        b"\"\t\"",
        b"\"\\x\"",
        b"\"\\u12\"",
        b"\"",
        b"1 1",
        b"{\"a\" 1}",
        b"'a'",
    ];
    for text in syntax {
        assert_eq!(refusal(text), Some(ErrorKind::Syntax), "{}", String::from_utf8_lossy(text));
    }
    assert_eq!(refusal(b"\"\xff\""), Some(ErrorKind::Utf8));
    assert_eq!(refusal(b"\"\xed\xa0\x80\""), Some(ErrorKind::Utf8), "a surrogate in UTF-8");
    for text in ["\"\\ud800\"", "\"\\udc00\"", "\"\\ud800\\u0041\"", "\"\\ud800x\"", "\"\\ud800\\ud800\""] {
        assert_eq!(refusal(text.as_bytes()), Some(ErrorKind::LoneSurrogate), "{text}");
    }
    assert_eq!(refusal(b"{\"a\":1,\"b\":2,\"\\u0061\":3}"), Some(ErrorKind::RepeatedKey));
    assert_eq!(refusal(b"{\"a\":{\"a\":1},\"b\":{\"a\":2}}"), None);
}

#[test]
fn depth_is_counted_at_the_opening_bracket() {
    let nested = |depth: usize| [b"[".repeat(depth), b"]".repeat(depth)].concat();
    assert_eq!(refusal(&nested(64)), None);
    assert_eq!(refusal(&nested(65)), Some(ErrorKind::Depth));
    assert!(Tape::read(&nested(1_000_000), usize::MAX).is_ok());
}

#[test]
fn strings_are_decoded() {
    let tape = Tape::read(r#"["a\u00e9\ud83d\ude00\n\/","plain"]"#.as_bytes(), 8).expect("valid");
    let texts: Vec<&str> = tape.children(0).filter_map(|node| tape.as_str(node)).collect();
    assert_eq!(texts, ["aé😀\n/", "plain"]);
}

#[test]
fn paths_name_the_place() {
    let tape = Tape::read(br#"{"a":[1,{"b c":[true]}],"d":2}"#, 8).expect("valid");
    let path = |wanted: &str| {
        let node = (0..tape.len()).find(|node| tape.text(*node) == wanted).expect("there");
        tape.path(node)
    };
    assert_eq!(path("true"), "$.a[1][\"b c\"][0]");
    assert_eq!(path("2"), "$.d");
    assert_eq!(tape.path(0), "$");
}
