//! Nesting of any depth is printed or refused, never followed on the machine stack.

mod common;

use common::{node, text};
use etymon_emit::{Language, Profile, lower};

const DEPTH: usize = 100_000;

fn nested(open: &str, core: &str, close: &str) -> String {
    [&open.repeat(DEPTH), core, &close.repeat(DEPTH)].concat()
}

fn all(image: &str) -> Vec<String> {
    let node = node(image);
    let pairs = Profile::ALL.into_iter().flat_map(|profile| Language::ALL.map(|to| (profile, to)));
    let texts = pairs.map(|(profile, to)| lower(&node, profile, to));
    texts.map(|text| text.unwrap_or_else(|refused| refused.code.to_string())).collect()
}

#[test]
fn expressions() {
    let core = r#"{"var":"x"}"#;
    for (open, close) in [
        (r#"{"op":["not",["#, "]]}"),
        (r#"{"list":["#, "]}"),
        (r#"{"record":[["k","#, "]]}"),
        (r#"{"get":["#, r#","k"]}"#),
        (r#"{"set":[{"var":"x"},"k","#, "]}"),
        (r#"{"ifE":[{"var":"x"},"#, r#",{"var":"x"}]}"#),
        (r#"{"ifE":["#, r#",{"var":"x"},{"var":"x"}]}"#),
        (r#"{"dispatch":[{"var":"x"},[["a","#, r#"]],{"var":"x"}]}"#),
        (r#"{"prim":["sha256",["#, "]]}"),
    ] {
        for text in all(&nested(open, core, close)) {
            assert!(text.len() > DEPTH, "{open}");
        }
    }
}

#[test]
fn bindings_of_one_name() {
    for (open, close) in [
        (r#"{"letE":["x",{"var":"x"},"#, "]}"),
        (r#"{"letE":["x","#, r#",{"var":"x"}]}"#),
        (r#"{"fold":[{"var":"x"},{"var":"x"},"x","x","#, "]}"),
    ] {
        for text in all(&nested(open, r#"{"var":"x"}"#, close)) {
            assert!(text.len() > DEPTH, "{open}");
        }
    }
}

#[test]
fn bodies_of_functions() {
    let core = r#"{"var":"x"}"#;
    for (open, close) in [
        (r#"{"letE":["x",{"var":"x"},"#, "]}"),
        (r#"{"letE":["x","#, r#",{"var":"x"}]}"#),
        (r#"{"ifE":[{"var":"x"},"#, r#",{"var":"x"}]}"#),
        (r#"{"ifE":[{"lit":{"bool":true}},{"var":"x"},"#, "]}"),
        (r#"{"ifE":["#, r#",{"lit":{"bool":true}},{"lit":{"bool":true}}]}"#),
        (r#"{"dispatch":[{"var":"x"},[["a","#, r#"]],{"var":"x"}]}"#),
        (r#"{"fold":[{"var":"x"},{"var":"x"},"x","x","#, "]}"),
        (r#"{"fold":[{"var":"x"},{"lit":{"bool":true}},"x","y","#, "]}"),
    ] {
        let body = nested(open, core, close);
        let image = format!(r#"{{"func":{{"name":"f","params":["x"],"body":{body}}}}}"#);
        let text = text(&image, Profile::Strict, Language::Js);
        assert!(text.len() > DEPTH && text.len() < 200 * DEPTH, "{open}");
    }
}

#[test]
fn literals() {
    let list = nested(r#"{"list":["#, r#"{"nat":"1"}"#, "]}");
    for text in all(&format!(r#"{{"lit":{list}}}"#)) {
        assert!(text.len() > DEPTH);
    }
}

#[test]
fn statements_side_by_side_are_printed() {
    let core = r#"{"ret":{"var":"x"}}"#;
    let long = nested(r#"{"letS":["x",{"var":"x"},"#, core, "]}");
    for text in all(&format!(r#"{{"stmt":{long}}}"#)) {
        assert!(text.len() > DEPTH);
    }
}

#[test]
fn statements_inside_each_other_are_refused() {
    let core = r#"{"ret":{"var":"x"}}"#;
    for open in [r#"{"ifS":[{"var":"x"},"#, r#"{"seq":["#] {
        let deep = nested(open, core, &format!(",{core}]}}"));
        for text in all(&format!(r#"{{"stmt":{deep}}}"#)) {
            assert!(["LIMIT_DEPTH", "NO_LOWERING"].contains(&&*text) || text.len() > DEPTH);
        }
        assert_eq!(text(&format!(r#"{{"stmt":{deep}}}"#), Profile::Strict, Language::Js), "LIMIT_DEPTH");
    }
}
