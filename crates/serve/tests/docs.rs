//! `docs/wire.md` says what the program does: its examples are made again, its numbers compared.

use etymon_attest::SigningKey;
use etymon_serve::auth::{self, Request};
use etymon_serve::{Kind, frame, server};
use std::fs;
use std::path::Path;

/// The page, or nothing where the crates are built alone.
fn page() -> Option<String> {
    fs::read_to_string(Path::new(env!("CARGO_MANIFEST_DIR")).join("../../docs/wire.md")).ok()
}

#[test]
fn the_frame_is_the_one_that_is_shown() {
    let Some(text) = page() else { return };
    let payload = b"## A\nid: A\ntype: predicate\nauthority: human-authored\nscope: module\nstatus: active\ndepends-on: []\n\nIt holds.\n";
    assert!(text.contains(std::str::from_utf8(payload).expect("text")), "the payload is not shown");
    let mut bytes = Vec::new();
    frame::push(&mut bytes, Kind::ConstraintSet, payload);
    let hex: String = bytes[..frame::HEADER].iter().map(|byte| format!("{byte:02x}")).collect();
    let shown = format!("{} {} {}", &hex[..2], &hex[2..66], &hex[66..]);
    assert!(text.contains(&shown), "{shown}");
    assert!(etymon_serve::Object::read(payload, None).is_ok());
}

#[test]
fn the_authorization_is_the_one_that_is_shown() {
    let Some(text) = page() else { return };
    let request = Request {
        authority: "127.0.0.1:7474",
        body: "e3b0c44298fc1c149afbf4c8996fb92427ae41e4649b934ca495991b7852b855",
        date: "2026-01-01T00:00:00Z",
        method: "POST",
        nonce: "000102030405060708090a0b0c0d0e0f",
        path: "/repo/objects",
        session: "f0f1f2f3f4f5f6f7f8f9fafbfcfdfeff",
    };
    let header = request.authorize(&SigningKey::from_seed(&[1; 32]));
    assert!(text.contains(&header), "{header}");
    let signed = etymon_spec::canonical::to_string(&request).expect("canonical");
    assert!(
        text.contains(&format!("DSSEv1 {} {} {} {signed}", auth::REQUEST_TYPE.len(), auth::REQUEST_TYPE, signed.len())),
        "{signed}"
    );
}

#[test]
fn the_limits_are_those_of_the_program() {
    let Some(text) = page() else { return };
    let rows = [
        ("bytes in an object", frame::MAX_OBJECT),
        ("bytes in a body of frames", frame::MAX_BODY),
        ("hashes in one request", server::MAX_WANTED),
        ("objects behind one ref", etymon_serve::MAX_CLOSURE),
        ("seconds between a date and the server's clock", usize::try_from(auth::WINDOW).expect("small")),
        ("connections at a time", server::MAX_CONNECTIONS),
        ("runs that are remembered", etymon_serve::runs::MAX_RUNS),
        ("bytes of request line and headers", server::MAX_HEAD),
        ("seconds for the headers", usize::try_from(server::HEAD_TIME.as_secs()).expect("small")),
        ("seconds for the body", usize::try_from(server::BODY_TIME.as_secs()).expect("small")),
        ("seconds that a connection lasts", usize::try_from(server::CONNECTION_TIME.as_secs()).expect("small")),
    ];
    for (what, value) in rows {
        assert!(text.contains(&format!("| {what} | {value} |")), "{what}: {value}");
    }
}
