//! Every way in which stages 1 to 3 refuse a file or warn of it: code and place.

mod support;

use etymon_constraints::parse::parse;
use etymon_constraints::read::decode;
use etymon_constraints::validate::validate;
use support::{block, findings};

/// The findings of parse and validate.
fn told(text: &str) -> Vec<String> {
    let source = decode("f", text.into()).expect("text");
    let parsed = parse(&source.file);
    let mut report = parsed.report.clone();
    report.merge(validate(&parsed));
    findings(&report)
}

fn good() -> String {
    block("A1", "", "x")
}

#[test]
fn metadata() {
    let with = |from: &str, to: &str| told(&good().replacen(from, to, 1));
    assert!(told(&good()).is_empty());
    assert_eq!(with("type: predicate\n", ""), ["1:4 PARSE_METADATA!"]);
    assert_eq!(with("type: predicate\n", "type:\n"), ["2:1 PARSE_METADATA!"]);
    assert_eq!(with("predicate", "predikate"), ["2:7 PARSE_TYPE!", "2:7 VALIDATE_TYPE!"]);
    assert_eq!(with("human-authored", "human"), ["3:12 PARSE_METADATA!"]);
    assert_eq!(with("status: active", "status: on"), ["5:9 PARSE_METADATA!"]);
    assert_eq!(with("scope: module\n", "scope: module\nscope: module\n"), ["5:1 PARSE_METADATA!"]);
    assert_eq!(with("scope: module\n", "scope: module\nowner: a\nowner: b\n"), ["6:1 PARSE_METADATA!"]);
    assert_eq!(with("scope: module\n", "scope: module\nsome prose\n"), ["5:1 PARSE_METADATA!"]);
    assert_eq!(with("scope: module\n", "scope: module\nid: A1\n"), [""; 0]);
    assert_eq!(with("scope: module\n", "scope: module\nid: A2\n"), ["5:5 PARSE_METADATA!"]);
    assert_eq!(with("scope: module\n", "scope: module\nscopes: x\n"), ["5:1 PARSE_KEY"]);
    assert_eq!(with("[]", "A1"), ["6:13 PARSE_METADATA!"]);
    assert_eq!(with("[]", "[,]"), ["6:14 PARSE_METADATA!", "6:15 PARSE_METADATA!"]);
    assert_eq!(with("depends-on: []\n\n", "\n"), [""; 0]);
    // Everything at once.
    assert_eq!(
        told("## A\ntype: x\nauthority: y\n\n## B\n"),
        [
            "1:4 PARSE_METADATA!",
            "1:4 PARSE_METADATA!",
            "2:7 PARSE_TYPE!",
            "3:12 PARSE_METADATA!",
            "5:4 PARSE_METADATA!",
            "5:4 PARSE_METADATA!",
            "5:4 PARSE_METADATA!",
            "5:4 PARSE_METADATA!",
            "2:7 VALIDATE_TYPE!",
        ]
    );
}

#[test]
fn fences_and_headings() {
    let body = |text: &str| told(&(good() + text));
    assert_eq!(body("```assert\ntrue\n"), ["10:1 PARSE_FENCE!"]);
    assert_eq!(body("~~~~\n~~~\n"), ["10:1 PARSE_FENCE!"]);
    assert_eq!(body("- ```ts\n  x\n\ny\n"), ["10:3 PARSE_FENCE!"]);
    assert_eq!(body("> ```ts\n> x\n> ```\n"), [""; 0]);
    assert_eq!(body("```assert\n## A1\n```\n~~~\n## A1\n~~~~\n"), [""; 0]);
    assert_eq!(body("    ## A1\n\n### A1\n\n```\n    ```\n```\n"), [""; 0]);
    assert_eq!(body("```pin\nx\n```\n"), ["10:1 PARSE_EVIDENCE"]);
    assert_eq!(body("```asert\nx\n```\n"), ["10:1 PARSE_EVIDENCE"]);
    assert_eq!(body("```js\nx\n```\n```\nx\n```\n```yaml\nx\n```\n"), [""; 0]);
    assert_eq!(body("<!--\n## A2\n-->\n"), ["11:1 PARSE_HIDDEN!"]);
    assert_eq!(body(" ## A2\n##A2\n##\n"), ["10:1 PARSE_HEADING", "11:1 PARSE_HEADING", "12:1 PARSE_HEADING"]);
}

#[test]
fn manifests() {
    let before = |text: &str| told(&format!("{text}\n{}", good()));
    let provides = "@provides: p\n  threshold: A1\n  interface: [a, b.c, d]\n";
    assert!(before(provides).is_empty());
    assert_eq!(before("@provides: p\n"), ["1:1 PARSE_MANIFEST!"]);
    assert_eq!(before("@provides:\n  threshold: A1\n"), ["1:1 PARSE_MANIFEST!"]);
    assert_eq!(before("@provides p\n"), ["1:1 PARSE_MANIFEST!"]);
    assert_eq!(before(&provides.repeat(2)), ["4:1 PARSE_MANIFEST!"]);
    assert_eq!(before("@provides: p\n  threshold: A1\n  threshold: A1\n"), ["3:3 PARSE_MANIFEST!"]);
    assert_eq!(before("@provides: p\n  threshold: A1\n  nonsense\n"), ["3:3 PARSE_MANIFEST!"]);
    assert_eq!(before("@provides: p\n  threshold: A1\n  interface: a, b\n"), ["3:14 PARSE_MANIFEST!"]);
    assert_eq!(before("@provides: p\n  threshold: A1\n  interface: [a,,b]\n"), ["3:17 PARSE_MANIFEST!"]);
    assert_eq!(before("@provides: p\n  threshold: A1\n  interface: [a.b, c, a.b]\n"), ["3:23 PARSE_REPEATED"]);
    assert_eq!(before("@provide: p\n"), ["1:1 PARSE_MANIFEST!"]);
    assert_eq!(before("@someone: please look\n"), [""; 0]);
    assert_eq!(before("@provides: p\n  threshold: A2\n"), ["2:14 VALIDATE_MANIFEST_REF!"]);
    assert_eq!(before("<!--\n@provides: p\n-->\n"), ["2:1 PARSE_HIDDEN!"]);
    assert_eq!(before("```\n@provides: p\n```\n"), [""; 0]);

    let import = "@imports:\n  - property: x\n    path: ./x\n";
    assert!(before(import).is_empty());
    assert_eq!(before("@imports: [x]\n"), ["1:11 PARSE_MANIFEST!"]);
    assert_eq!(before("@imports: []\n  - property: x\n    path: ./x\n"), ["2:3 PARSE_MANIFEST!"]);
    assert_eq!(before("@imports:\n  property: x\n"), ["2:3 PARSE_MANIFEST!"]);
    assert_eq!(before("@imports:\n  - path: ./x\n"), ["2:3 PARSE_MANIFEST!"]);
    assert_eq!(before("@imports:\n  - property: x\n"), ["2:3 PARSE_MANIFEST!"]);
    assert_eq!(before(&format!("{import}    from: tag\n")), ["4:11 PARSE_MANIFEST!"]);
    assert_eq!(before(&format!("{import}    from: path\n    # a comment\n    as: y\n")), [""; 0]);
    assert_eq!(before(&format!("{import}    pin: ABC\n")), ["4:10 PARSE_MANIFEST!"]);
    assert_eq!(before(&format!("{import}  - property: x\n    path: ./y\n")), ["4:15 VALIDATE_REPEATED"]);

    assert_eq!(before("@pins:\n  - id: i\n"), ["2:3 PARSE_MANIFEST!"]);
    assert_eq!(before("@pins:\n  - id: i\n    must-contain: \"\"\n"), ["3:19 PARSE_MANIFEST!"]);
    assert_eq!(before("@pins:\n  - id: i\n    must-contain: a\n    mustContain: b\n"), ["4:18 PARSE_MANIFEST!"]);
    assert_eq!(before("@pins: []\n\n- a list of the prose\n    id: x\n"), [""; 0]);
    // What looks like part of the manifest and has no effect.
    assert_eq!(before("@pins:\n\nProse.\n  - id: i\n    must-contain: a\n"), ["4:3 PARSE_STRAY"]);
    assert_eq!(before(" @pins:\n  - id: i\n    must-contain: a\n"), ["1:2 PARSE_STRAY"]);
    assert_eq!(before(&format!("{import}Prose.\n    pin: {}\n", "0".repeat(64))), ["5:5 PARSE_STRAY"]);
    assert_eq!(before(&format!("{import}\nProse.\n  - from: path\n    property: x\n")), ["6:3 PARSE_STRAY"]);
    assert_eq!(before(&format!("{import}\nProse.\n  -\n    property: x\n")), [""; 0]);
    assert_eq!(before(&format!("{import}\nProse:\n\n    - property: x\n      path: ./x\n")), [""; 0]);
    assert_eq!(before(&format!("{import}\n- a list\n  pin: of the prose\n  - path: too\n")), [""; 0]);
    assert_eq!(before(&format!("{import}\n```\n- property: i\n```\n")), [""; 0]);
    assert_eq!(before("---\n- id: i\n---\n\n- property: of the page\n"), [""; 0]);
    assert_eq!(before("@pins: []\n@tags:\n  - id: i\n"), [""; 0]);
    assert_eq!(before("@pins: []\n@pin:\n  - id: i\n"), ["2:1 PARSE_MANIFEST!"]);
    assert_eq!(told(&(good() + "\n@pins:\n  - id: i\n    must-contain: a\n")), ["11:1 PARSE_STRAY"]);
    assert_eq!(told(&(good() + "\n```\n@pins:\n```\n")), [""; 0]);
}

#[test]
fn what_does_not_fit_together() {
    assert_eq!(told(&(good() + &good())), ["10:4 VALIDATE_DUP_ID!"]);
    // Reports call a phrase pin so.
    let pin = "@pins:\n  - id: x\n    must-contain: a\n\n";
    assert_eq!(told(&format!("{pin}{}", block("pin:x", "", "x"))), ["5:4 VALIDATE_DUP_ID!"]);
    assert_eq!(told(&format!("{pin}{}", block("pin:y", "", "x"))), [""; 0]);
    assert_eq!(told(&block("A1", "A2", "x")), ["6:14 VALIDATE_UNKNOWN_DEP!"]);
    assert_eq!(told(&block("A1", "A1", "x")), ["1:4 VALIDATE_CYCLE!"]);
    assert_eq!(told(&(block("A1", "A2", "x") + &block("A2", "A1", "x"))), ["1:4 VALIDATE_CYCLE!"]);
    assert_eq!(told(&(good() + &block("A2", "A1, A1", "x"))), ["15:18 PARSE_REPEATED"]);
    assert_eq!(told("# A page\n\nwith prose only\n"), ["1:1 VALIDATE_EMPTY!"]);
    let retracted = good().replace("active", "retracted");
    assert_eq!(told(&format!("@provides: p\n  threshold: A1\n\n{retracted}")), ["2:14 VALIDATE_THRESHOLD"]);
}

#[test]
fn a_file_as_generators_write_them() {
    let mut text = String::from(
        "# Bundle\n\n*One paragraph in italics.*\n\n@provides: bundle\n  threshold: BUND1\n  interface: [A.one, A.two, A.one]\n@imports: []\n@pins: []\n\nAnother paragraph.\n\n",
    );
    for nr in 1..=840 {
        text += &block(&format!("BUND{nr}"), "", "The module states it.").replace("human-authored", "derived");
    }
    assert_eq!(told(&text), ["7:29 PARSE_REPEATED"]);
}

#[test]
fn a_hostile_file_is_told_in_bounds() {
    // Each line is a finding of its own; they are counted, and only so many kept.
    let many = told(&"## A\n".repeat(20_000));
    assert_eq!(many.len(), 2_000 - 1_000, "{}", many.len());
    let deep = format!("{}{}", good(), "> ".repeat(50_000));
    assert!(told(&deep).is_empty());
    let wide = block("A", &(0..50_000).map(|nr| format!("B{nr}")).collect::<Vec<_>>().join(", "), "x");
    assert_eq!(told(&wide).len(), 1_000);
    let lists = format!("{}{}", good(), "- ".repeat(50_000));
    assert!(told(&lists).is_empty());
    // A name as long as the file, in as many findings as are kept.
    let long = wide.replacen("## A", &format!("## {}", "A".repeat(1 << 20)), 1);
    let parsed = parse(&decode("f", long.into_bytes()).expect("text").file);
    let found = validate(&parsed);
    let bytes: usize = found.iter().map(|own| own.message.len()).sum();
    assert!(found.iter().count() == 1_000 && bytes < 5 << 20, "{bytes}");
}
