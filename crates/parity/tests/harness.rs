//! The harness sees a defect in any one testee: one operation is damaged in each in turn.
//!
//! These tests compile emitted code, so they need Node and a wasm32 toolchain (`tests/setup`). The one for the referee is ignored by default, because
//! its stand-in takes a minute to start: `cargo test -p etymon-parity -- --ignored`.

use etymon_kernel_rt::Op;
use etymon_parity::{FuzzOptions, Kind, ParityReport, RunOptions, Sabotage, Tools, fuzz, run};
use std::fs;
use std::path::{Path, PathBuf};

fn root() -> PathBuf {
    let here = Path::new(env!("CARGO_MANIFEST_DIR"));
    here.ancestors().nth(2).unwrap().to_path_buf()
}

/// The tools of the checkout, with a working folder of this test's own that keeps compiled dependencies.
fn tools(name: &str) -> Tools {
    Tools { work: Path::new(env!("CARGO_TARGET_TMPDIR")).join(name), ..Tools::of(&root()) }
}

/// The committed vectors of a few operations, copied to a folder of their own.
fn vectors(tools: &Tools) -> PathBuf {
    let folder = tools.work.join("vectors");
    fs::create_dir_all(&folder).unwrap();
    let text = fs::read_to_string(root().join("golden/vectors/operations.jsonl")).unwrap();
    let few = ["lt", "le", "add", "concatStr"].map(|op| format!("{{\"id\":\"operations/{op}("));
    let lines: Vec<&str> = text.lines().filter(|line| few.iter().any(|own| line.starts_with(own.as_str()))).collect();
    assert!(lines.len() > 500, "{}", lines.len());
    fs::write(folder.join("operations.jsonl"), lines.join("\n") + "\n").unwrap();
    fs::write(folder.join("parity-exceptions.json"), "{\"exceptions\":[]}\n").unwrap();
    folder
}

fn options(name: &str, testees: &[Kind], sabotage: Option<Sabotage>) -> RunOptions {
    let tools = tools(name);
    // The smallest spec there is: what is asked is in the vectors.
    let spec = tools.work.join("spec");
    fs::create_dir_all(spec.join("kernel")).unwrap();
    fs::copy(root().join("golden/spec/kernel/Found.json"), spec.join("kernel/Found.json")).unwrap();
    RunOptions { vectors: vectors(&tools), spec, testees: testees.to_vec(), sabotage, ..RunOptions::of(tools) }
}

fn text(testee: Kind, file: &str, from: &str, to: &str) -> Option<Sabotage> {
    Some(Sabotage::Text { testee, file: file.to_owned(), from: from.to_owned(), to: to.to_owned() })
}

/// The damaged testees are red in the matrix, the others green, and the smallest difference is small.
fn seen(report: &ParityReport, damaged: &[Kind]) {
    assert!(!report.ok);
    assert!(report.different > 0);
    for (testee, cell) in &report.matrix[0].cells {
        let expected = damaged.iter().any(|kind| kind.name() == *testee);
        assert_eq!(cell.failed > 0, expected, "{testee}: {}", report.to_text());
    }
    let smallest = report.smallest.as_ref().unwrap();
    assert!(damaged.iter().any(|kind| kind.name() == smallest.testee), "{}", report.to_text());
    assert!(smallest.nodes <= 8, "{}", smallest.to_text());
}

const RUST_LT: [&str; 3] = ["rt/op.rs", "|a, b| Val::Bool(a < b)", "|a, b| Val::Bool(a <= b)"];

#[test]
fn a_defect_in_the_evaluator_is_seen() {
    let sabotage = Some(Sabotage::Operation { from: Op::Lt, to: Op::Le });
    let report = run(&options("evaluator", &[Kind::Evaluator, Kind::Js], sabotage)).unwrap();
    seen(&report, &[Kind::Evaluator]);
}

#[test]
fn a_defect_in_javascript_is_seen() {
    let sabotage = text(Kind::Js, "rt/index.js", "nats(a, b) ? a < b : null", "nats(a, b) ? a <= b : null");
    let report = run(&options("js", &[Kind::Evaluator, Kind::Js], sabotage)).unwrap();
    seen(&report, &[Kind::Js]);
}

#[test]
fn a_defect_in_native_rust_is_seen() {
    let sabotage = text(Kind::Native, RUST_LT[0], RUST_LT[1], RUST_LT[2]);
    let report = run(&options("rust", &[Kind::Evaluator, Kind::Js, Kind::Native], sabotage)).unwrap();
    seen(&report, &[Kind::Native]);
}

#[test]
fn a_defect_in_wasm_is_seen() {
    let sabotage = text(Kind::WasmNode, RUST_LT[0], RUST_LT[1], RUST_LT[2]);
    let testees = [Kind::Evaluator, Kind::Js, Kind::WasmWasmtime, Kind::WasmNode];
    let report = run(&options("wasm", &testees, sabotage)).unwrap();
    seen(&report, &[Kind::WasmWasmtime, Kind::WasmNode]);
}

#[test]
#[ignore = "the referee's stand-in takes a minute to start"]
fn a_defect_in_the_referee_is_seen() {
    let sabotage = text(
        Kind::Lean,
        "Referee.lean",
        "| .lt => onNats (fun a b => .bool (a < b))",
        "| .lt => onNats (fun a b => .bool (a ≤ b))",
    );
    let report = run(&options("lean", &[Kind::Evaluator, Kind::Lean], sabotage)).unwrap();
    seen(&report, &[Kind::Lean]);
}

#[test]
fn damage_that_does_not_apply_is_an_error() {
    let sabotage = text(Kind::Js, "rt/index.js", "no such text", "");
    let error = run(&options("none", &[Kind::Evaluator, Kind::Js], sabotage)).unwrap_err();
    assert!(error.to_string().contains("not there"), "{error}");
}

#[test]
fn a_testee_that_cannot_be_set_up_is_an_error() {
    let mut options = options("missing", &[Kind::Evaluator, Kind::Js], None);
    options.tools.node = PathBuf::from("/no/such/node");
    let error = run(&options).unwrap_err().to_string();
    assert!(error.contains("/no/such/node") && error.contains("install Node.js"), "{error}");
}

#[test]
fn a_crash_names_its_request_and_the_rest_is_answered() {
    let sabotage = text(
        Kind::Js,
        "rt/index.js",
        "nats(a, b) ? a < b : null",
        "nats(a, b) && a === 3n && b === 3n ? process.exit(7) : nats(a, b) ? a < b : null",
    );
    let report = run(&options("crash", &[Kind::Evaluator, Kind::Js], sabotage)).unwrap();
    assert_eq!(report.different, 1);
    assert!(report.differences[0].id.contains("lt(3, 3)"), "{}", report.to_text());
    assert!(report.differences[0].got.contains("crashed"), "{}", report.to_text());
}

#[test]
fn a_listed_difference_must_differ() {
    let mut listed = options("listed", &[Kind::Evaluator, Kind::Js], None);
    assert!(run(&listed).unwrap().ok);
    let exceptions = listed.vectors.join("parity-exceptions.json");
    let entry = "{\"exceptions\":[{\"id\":\"operations/lt(3, 3)\",\"testee\":\"js\",\"reason\":\"known\"}]}\n";
    fs::write(&exceptions, entry).unwrap();
    let report = run(&listed).unwrap();
    assert!(!report.ok && report.different == 0 && report.exceptions[0].stale, "{}", report.to_text());
    listed.sabotage = text(
        Kind::Js,
        "rt/index.js",
        "nats(a, b) ? a < b : null",
        "nats(a, b) ? a < b || (a === 3n && b === 3n) : null",
    );
    let report = run(&listed).unwrap();
    assert!(report.ok && !report.exceptions[0].stale, "{}", report.to_text());
}

#[test]
fn fuzzing_finds_and_shrinks_a_defect_in_javascript() {
    let from = "if (typeof a !== 'string') return null\n  let count = a.length";
    let tools = tools("fuzz-js");
    let sabotage =
        text(Kind::Js, "rt/index.js", from, "if (typeof a !== 'string') return null\n  let count = a.length + 1");
    let options = FuzzOptions { testees: vec![Kind::Js], sabotage, ..FuzzOptions::of(tools, 2000, 1) };
    let report = fuzz(&options, &mut |_| {}).unwrap();
    assert!(!report.ok);
    assert!(report.differences[0].nodes <= 4, "{}", report.to_text());
    assert!(report.differences[0].program.contains("lengthStr"), "{}", report.to_text());
}

#[test]
fn fuzzing_finds_and_shrinks_a_defect_in_native_rust() {
    let tools = tools("fuzz-rust");
    let sabotage = text(Kind::Native, RUST_LT[0], RUST_LT[1], RUST_LT[2]);
    let options = FuzzOptions { testees: vec![Kind::Native], sabotage, ..FuzzOptions::of(tools, 2000, 2) };
    let report = fuzz(&options, &mut |_| {}).unwrap();
    assert!(!report.ok);
    assert!(report.differences[0].nodes <= 6, "{}", report.to_text());
}

#[test]
fn fuzzing_names_the_program_that_no_testee_can_be_made_of() {
    let sabotage = text(Kind::Js, ".js", "rt.lengthBytes(", "rt lengthBytes(");
    let options = FuzzOptions { testees: vec![Kind::Js], sabotage, ..FuzzOptions::of(tools("fuzz-broken"), 300, 4) };
    let report = fuzz(&options, &mut |_| {}).unwrap();
    assert!(!report.ok);
    let found = &report.differences[0];
    assert!(found.program.contains("lengthBytes"), "{}", report.to_text());
    assert!(found.note.as_ref().unwrap().contains("SyntaxError"), "{}", report.to_text());
}

#[test]
fn fuzzing_finds_nothing_where_nothing_is() {
    let options = FuzzOptions { testees: vec![Kind::Js], ..FuzzOptions::of(tools("fuzz-clean"), 500, 3) };
    let report = fuzz(&options, &mut |_| {}).unwrap();
    assert!(report.ok, "{}", report.to_text());
    assert!(report.programs == 500 && report.calls > 1500, "{}", report.to_text());
    assert!(report.skipped < 50, "{}", report.to_text());
}
