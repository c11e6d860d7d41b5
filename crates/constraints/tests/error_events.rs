//! What the event of a stage that failed tells, for those who see events and no diagnostics.

mod support;

use etymon_constraints::Target;
use etymon_constraints::engine::{self, Request};
use etymon_constraints::event::{Event, Progress, Stage};
use etymon_constraints::resolve::Folder;
use serde_json::{Value, json};
use support::{Files, block, module, trust};

/// The first error event of a run over the file, as JSON and as text.
fn failed(files: &Files) -> (Value, String) {
    let (path, trust) = (files.path("a.constraints.md"), trust(1));
    let request = Request {
        path: &path,
        until: Stage::Canonicalize,
        clock: support::workshop::at,
        library: &Folder,
        trust: &trust,
        workshop: None,
        target: Target::Ts,
        key: None,
    };
    let mut found = None;
    engine::run(request, &mut |event: &Event| {
        if event.status == Progress::Error {
            found.get_or_insert((json!(event.detail), event.to_string()));
        }
    });
    found.expect("an error")
}

#[test]
fn the_first_error_is_told_with_its_place() {
    let files = Files::new();
    let text =
        block("A1", "", "x") + &block("A2", "", "x").replace("type: predicate\n", "").replace("scope: ", "scope ");
    files.put("a.constraints.md", &text);
    let (detail, text) = failed(&files);
    assert_eq!((&detail["code"], &detail["line"]), (&json!("PARSE_METADATA"), &json!(10)), "{detail}");
    assert!(detail["column"].as_u64().is_some_and(|column| column > 0), "{detail}");
    assert!(detail["message"].as_str().is_some_and(|message| message.contains('`')), "{detail}");
    // A terminal shows the diagnostic itself.
    assert_eq!(text, format!("[parse] error code=PARSE_METADATA errors={}", detail["errors"]));
}

#[test]
fn a_line_is_told_only_of_the_file_itself() {
    let files = Files::new();
    let (detail, _) = failed(&files);
    let keys: Vec<&str> = detail.as_object().expect("an object").keys().map(String::as_str).collect();
    assert_eq!(keys, ["code", "errors", "message"], "{detail}");
    files.put("a.constraints.md", &module("a", &["b"]));
    files.put("b.constraints.md", "## X\ntype: no\n");
    let (detail, _) = failed(&files);
    assert_eq!(detail["code"], "RESOLVE_INVALID");
    assert!(detail["line"].as_u64().is_some_and(|line| line >= 5), "{detail}");
}
