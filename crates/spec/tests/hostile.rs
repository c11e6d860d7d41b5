//! Images that a checker must refuse, each with its code and place.

use etymon_diagnostics::Report;
use etymon_spec::{ImageFile, Spec};

fn file(path: &str, text: &str) -> ImageFile {
    ImageFile { file: format!("{path}.json"), path: path.to_owned(), bytes: text.as_bytes().to_vec() }
}

fn module(name: &str, rest: &str) -> String {
    format!("{{\"module\":{{\"name\":\"{name}\",\"header\":\"h\",\"imports\":[]{rest}}}}}")
}

fn refusal(files: &[ImageFile]) -> Report {
    Spec::from_files("test", files).expect_err("the spec should be refused")
}

fn assert_refused(files: &[ImageFile], code: &str, place: &str) {
    let report = refusal(files);
    let found = report.iter().any(|d| d.code.as_str() == code && d.origin.json_path().unwrap_or_default() == place);
    assert!(found, "wanted {code} at {place}, got:\n{report}");
}

fn function(body: &str) -> String {
    format!(",\"functions\":[{{\"name\":\"f\",\"params\":[\"x\"],\"body\":{body}}}]")
}

fn one(body: &str, code: &str, below: &str) {
    let text = module("M", &function(body));
    assert_refused(&[file("kernel/M", &text)], code, &format!("$.module.functions[0].body{below}"));
}

#[test]
fn bodies() {
    one("{\"op\":[\"add\",[{\"var\":\"x\"}]]}", "ARITY", "");
    one("{\"list\":[{\"prim\":[\"sha256\",[]]}]}", "ARITY", ".list[0]");
    one("{\"get\":[{\"call\":[\"f\",[{\"var\":\"x\"}]]},\"k\"]}", "CALL_ORDER", ".get[0]");
    one("{\"ifE\":[{\"call\":[\"g\",[]]},{\"var\":\"x\"},{\"var\":\"x\"}]}", "NOT_PORTABLE", ".ifE[0]");
    one("{\"lam\":[\"y\",{\"var\":\"y\"}]}", "NOT_PORTABLE", "");
    one("{\"rawExpr\":\"process.exit()\"}", "NOT_PORTABLE", "");
    one("{\"op\":[\"plus\",[]]}", "UNKNOWN_NODE", ".op[0]");
    one("{\"vr\":\"x\"}", "UNKNOWN_NODE", "");
    one("{\"lit\":{\"nat\":\"01\"}}", "BAD_IMAGE", ".lit.nat");
    one("{\"lit\":{\"bytes\":\"0G\"}}", "BAD_IMAGE", ".lit.bytes");
    one("{\"lit\":{\"bytes\":\"FF\"}}", "BAD_IMAGE", ".lit.bytes");
    one("{\"var\":\"x\",\"lit\":{\"none\":null}}", "BAD_IMAGE", "");
    one("{\"letE\":[\"x\",{\"var\":\"x\"}]}", "BAD_IMAGE", ".letE");
}

#[test]
fn nesting_beyond_what_targets_parse() {
    let deep = format!("{}{{\"var\":\"x\"}}{}", "{\"op\":[\"not\",[".repeat(300), "]]}".repeat(300));
    one(&deep, "LIMIT_DEPTH", "");
    let fits = format!("{}{{\"var\":\"x\"}}{}", "{\"op\":[\"not\",[".repeat(255), "]]}".repeat(255));
    assert!(Spec::from_files("test", &[file("kernel/M", &module("M", &function(&fits)))]).is_ok());
}

#[test]
fn literals_count_towards_nesting() {
    let literal = |levels: usize| {
        let lists = "{\"list\":[".repeat(levels - 1) + "{\"none\":null}" + &"]}".repeat(levels - 1);
        format!("{{\"op\":[\"not\",[{{\"lit\":{lists}}}]]}}")
    };
    one(&literal(256), "LIMIT_DEPTH", "");
    assert!(Spec::from_files("test", &[file("kernel/M", &module("M", &function(&literal(255))))]).is_ok());
}

#[test]
fn names() {
    for name in ["default", "a-b", "1a", "", "_", "__proto__ ", "rt", "é", "then"] {
        let text =
            module("M", &format!(",\"functions\":[{{\"name\":\"{name}\",\"params\":[],\"body\":{{\"var\":\"x\"}}}}]"));
        assert_refused(&[file("kernel/M", &text)], "NAME_INVALID", "$.module.functions[0]");
    }
    let twice = module(
        "M",
        ",\"constants\":[[\"f\",{\"var\":\"x\"}]],\"functions\":[{\"name\":\"f\",\"params\":[],\"body\":{\"var\":\"x\"}}]",
    );
    assert_refused(&[file("kernel/M", &twice)], "NAME_REPEATED", "$.module.functions[0]");
    let params = module("M", ",\"functions\":[{\"name\":\"f\",\"params\":[\"a\",\"a\"],\"body\":{\"var\":\"x\"}}]");
    assert_refused(&[file("kernel/M", &params)], "NAME_REPEATED", "$.module.functions[0].params[1]");
}

#[test]
fn classes_are_not_called_like_types() {
    for name in ["string", "any", "unknown", "symbol", "then"] {
        let text = module("M", &format!(",\"classes\":[{{\"name\":\"{name}\"}}]"));
        assert_refused(&[file("kernel/M", &text)], "NAME_INVALID", "$.module.classes[0]");
    }
    let function = module("M", &function("{\"var\":\"x\"}").replace("\"f\"", "\"string\""));
    assert!(Spec::from_files("test", &[file("kernel/M", &function)]).is_ok(), "only classes are types");
}

#[test]
fn findings_point_into_the_text() {
    let bare = "{\"name\":\"M\",\"header\":\"\",\"imports\":[],\n\"functions\":[\n  {\"name\":\"then\",\"params\":[],\"body\":{\"var\":\"x\"}}]}";
    for (text, path) in
        [(format!("{{\"module\":{bare}}}"), "$.module.functions[0]"), (bare.to_owned(), "$.functions[0]")]
    {
        let report = refusal(&[file("kernel/M", &text)]);
        let place = &report.iter().next().expect("a finding").origin;
        let at = place.position().expect("a position");
        assert_eq!((place.file(), at.line, at.column), (Some("kernel/M.json"), 3, 3));
        assert_eq!(place.json_path(), Some(path));
    }
}

#[test]
fn paths() {
    for name in ["../../etc/passwd", "a/b", "..", "C:", "nul\\u0000"] {
        assert_refused(&[file("kernel/M", &module(name, ""))], "BAD_PATH", "$.module.name");
    }
    assert_refused(&[file("kernel/Other", &module("M", ""))], "BAD_PATH", "$.module.name");
    assert_refused(&[file("roof/M", &module("M", ""))], "BAD_PATH", "$.module.name");
}

#[test]
fn imports() {
    let importing = |name: &str, source: &str| {
        format!(
            "{{\"module\":{{\"name\":\"{name}\",\"header\":\"\",\"imports\":[[[\"f\"],\"{source}\"]],\"functions\":[{{\"name\":\"g\",\"params\":[],\"body\":{{\"var\":\"x\"}}}}]}}}}"
        )
    };
    let exporting =
        |name: &str| module(name, ",\"functions\":[{\"name\":\"f\",\"params\":[],\"body\":{\"var\":\"x\"}}]");
    assert_refused(&[file("kernel/A", &importing("A", "kernel/B"))], "IMPORT_UNKNOWN", "$.module.imports[0]");
    let upward = [file("kernel/A", &importing("A", "node/B")), file("node/B", &exporting("B"))];
    assert_refused(&upward, "IMPORT_LAYER", "$.module.imports[0]");
    let appgen = [file("appgen/A", &importing("A", "deployment/B")), file("deployment/B", &exporting("B"))];
    assert_refused(&appgen, "IMPORT_LAYER", "$.module.imports[0]");
    let missing = [file("kernel/A", &importing("A", "kernel/B")), file("kernel/B", &module("B", ""))];
    assert_refused(&missing, "IMPORT_NOT_EXPORTED", "$.module.imports[0][0][0]");
    for source in ["kernel/B", "B", "./b.js", "../kernel/b.js", "../../sdk/core/b.js", "./B.js"] {
        let fine = [file("kernel/A", &importing("A", source)), file("kernel/B", &exporting("B"))];
        assert!(Spec::from_files("test", &fine).is_ok(), "{source}");
    }
    let empty = |name: &str, other: &str| {
        format!("{{\"module\":{{\"name\":\"{name}\",\"header\":\"\",\"imports\":[[[],\"kernel/{other}\"]]}}}}")
    };
    let hidden = [file("kernel/A", &empty("A", "B")), file("kernel/B", &empty("B", "A"))];
    assert_refused(&hidden, "IMPORT_EMPTY", "$.module.imports[0][0]");
    assert_refused(&[file("kernel/A", &empty("A", "A"))], "IMPORT_EMPTY", "$.module.imports[0][0]");
    let cycle = |name: &str, own: &str, other: &str| {
        format!(
            "{{\"module\":{{\"name\":\"{name}\",\"header\":\"\",\"imports\":[[[\"f{other}\"],\"kernel/{other}\"]],\"functions\":[{{\"name\":\"f{own}\",\"params\":[],\"body\":{{\"var\":\"x\"}}}}]}}}}"
        )
    };
    let circle = [file("kernel/A", &cycle("A", "A", "B")), file("kernel/B", &cycle("B", "B", "A"))];
    assert_refused(&circle, "IMPORT_CYCLE", "$.module.imports");
    assert_refused(&[file("kernel/A", &cycle("A", "A", "A"))], "IMPORT_CYCLE", "$.module.imports");
}

#[test]
fn repeated_keys_and_extra_keys() {
    let repeated = "{\"module\":{\"name\":\"M\",\"name\":\"M\",\"header\":\"\",\"imports\":[]}}";
    assert!(refusal(&[file("kernel/M", repeated)]).iter().any(|d| d.code.as_str() == "BAD_JSON"));
    assert_refused(&[file("kernel/M", &module("M", ",\"extra\":1"))], "UNKNOWN_NODE", "$.module.extra");
    let lone = module("\\ud800", "");
    assert!(refusal(&[file("kernel/M", &lone)]).iter().any(|d| d.code.as_str() == "BAD_JSON"));
    let broken = ImageFile { file: "x".into(), path: "kernel/M".into(), bytes: vec![0xff, 0xfe] };
    assert!(refusal(&[broken]).iter().any(|d| d.code.as_str() == "BAD_JSON"));
}

#[test]
fn effects_and_constructors() {
    let class = module(
        "M",
        ",\"classes\":[{\"name\":\"C\",\"constructorBody\":{\"emit\":[\"timer.schedule\",[[\"at\",{\"var\":\"x\"}],[\"kind\",{\"var\":\"x\"}]],{\"ret\":{\"var\":\"x\"}}]}}]",
    );
    assert_refused(&[file("kernel/M", &class)], "CONSTRUCTOR_EMITS", "$.module.classes[0].constructorBody");
    let effect = module(
        "M",
        ",\"effectFunctions\":[{\"name\":\"e\",\"params\":[],\"body\":{\"seq\":[{\"ret\":{\"var\":\"x\"}},{\"emit\":[\"storage.writeState\",[],{\"ret\":{\"var\":\"x\"}}]}]}}]",
    );
    assert_refused(&[file("kernel/M", &effect)], "EFFECT_PAYLOAD", "$.module.effectFunctions[0].body.seq[1]");
}

#[test]
fn ten_thousand_modules_are_checked_in_a_chain() {
    let files: Vec<ImageFile> = (0..10_000)
        .map(|at| {
            let (imports, body) = match at {
                0 => ("[]".to_owned(), "{\"lit\":{\"nat\":\"0\"}}".to_owned()),
                _ => (format!("[[[\"f{}\"],\"kernel/M{}\"]]", at - 1, at - 1), format!("{{\"call\":[\"f{}\",[]]}}", at - 1)),
            };
            let text = format!("{{\"module\":{{\"name\":\"M{at}\",\"header\":\"\",\"imports\":{imports},\"functions\":[{{\"name\":\"f{at}\",\"params\":[],\"body\":{body}}}]}}}}");
            file(&format!("kernel/M{at}"), &text)
        })
        .collect();
    let spec = Spec::from_files("chain", &files).expect("a chain is fine");
    assert_eq!(spec.modules.len(), 10_000);
}
