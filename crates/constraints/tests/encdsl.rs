//! Images as candidates: the deterministic substrate, the spec checker as type checker, and the emitted JavaScript under evidence.

mod tools;

use etymon_constraints::codes::DERIVE_IMAGE;
use etymon_constraints::derive::{EncdslSubstrate, Mode, Substrate, Task, derive};
use etymon_constraints::model::{Backend, Document, Target};
use etymon_constraints::parse::parse;
use etymon_constraints::report::Verdict;
use etymon_diagnostics::{Origin, Report, SourceFile};
use std::path::{Path, PathBuf};
use std::time::SystemTime;
use tools::{candidate, document, providing, requirement, verify, with};

fn folder() -> PathBuf {
    Path::new(env!("CARGO_MANIFEST_DIR")).join("../../examples/consumer/spec")
}

fn of(document: &Document, folder: &Path) -> Result<EncdslSubstrate, Report> {
    EncdslSubstrate::of(document, folder, &|_| Origin::none())
}

/// The last finding, which is about the file that names the image.
fn last(result: Result<EncdslSubstrate, Report>) -> (String, String) {
    let report = result.unwrap_err();
    let own = report.iter().last().unwrap();
    (own.code.to_string(), own.message.clone())
}

fn file(image: &str) -> Document {
    let mut own = with(
        "A1",
        Backend::Assert,
        "total([{ amount: 2n }, { amount: 3n }]) === 5n\nmayPay(1n, 51n)\nmayPay(1n, 52n) === false",
    );
    own.unknown.insert("image".to_owned(), image.to_owned());
    let property = with(
        "A2",
        Backend::Property,
        "const list = rand.array((r) => ({ amount: BigInt(r.int(0, 1000)) }), 5);\nreturn total(list) === list.reduce((sum, own) => sum + own.amount, 0n);",
    );
    document(vec![own, property])
}

#[test]
#[ignore = "runs candidates: `just candidates`"]
fn an_image_is_derived_and_judged() {
    let file = Document { manifest: providing(&["total", "mayPay"]), ..file("kernel/Ledger.json") };
    let substrate = of(&file, &folder()).unwrap();
    let text = |_: &Document| String::new();
    let task = Task {
        document: &file,
        canonical: &text,
        target: Target::Encdsl,
        imports: &[],
        mode: Mode::Single,
        clock: || SystemTime::UNIX_EPOCH,
    };
    let answer = derive(&task, &substrate).unwrap();
    assert_eq!((substrate.id(), answer.receipts.len()), ("encdsl", 1));
    assert_eq!(derive(&task, &substrate).unwrap().code, answer.code);
    let report = verify(&file, &candidate(Target::Encdsl, &answer.code));
    assert_eq!(report.outcome("A1").unwrap().evidence, "[types:pass] no errors\n[assert:pass] 3 of 3 hold");
    assert_eq!(report.verdict, Verdict::Pass, "{report:?}");
    // The same evidence sees a change of the image.
    let report = verify(&file, &candidate(Target::Encdsl, &answer.code.replace("\"50\"", "\"49\"")));
    let evidence = &report.outcome("A1").unwrap().evidence;
    assert!(evidence.ends_with("line 11: `mayPay(1n, 51n)` is false"), "{evidence}");
}

#[test]
#[ignore = "runs candidates: `just candidates`"]
fn images_that_are_none() {
    let own = document(vec![requirement("A1")]);
    let image = std::fs::read_to_string(folder().join("kernel/Ledger.json")).unwrap();
    let sum = r#"{"op":["add",[{"var":"balance"},{"var":"OVERDRAFT"}]]}"#;
    assert!(image.contains(sum));
    for (image, why) in [
        ("{", "module.json:1:1 - error: EOF while parsing"),
        ("{}", "module.json:1:1 - error: the image names no module"),
        (&image.replace(sum, r#"{"rawExpr":"1"}"#), "error[NOT_PORTABLE]"),
        (&image.replace(sum, r#"{"op":["add",[{"var":"balance"}]]}"#), "error["),
    ] {
        let report = verify(&own, &candidate(Target::Encdsl, image));
        let evidence = &report.outcome("A1").unwrap().evidence;
        assert!(evidence.starts_with("[types:fail] module.json") && evidence.contains(why), "{image}: {evidence}");
    }
}

#[test]
#[ignore = "runs candidates: `just candidates`"]
fn one_image_inside_the_folder() {
    let told = |file: &Document| last(of(file, &folder()));
    for named in ["../x.json", "/etc/passwd", "kernel/../../x.json"] {
        let (code, message) = told(&file(named));
        assert!(code == DERIVE_IMAGE.as_str() && message.contains("is outside of the folder"), "{message}");
    }
    assert_eq!(told(&document(vec![requirement("A1")])).1, "the requirements name 0 images instead of one");
    let (code, message) = told(&file("kernel/Gone.json"));
    assert!(code == DERIVE_IMAGE.as_str() && message.contains("Gone.json` cannot be read"), "{message}");
}

/// What is wrong with an image is the file's affair: it is refused with the place, and nothing is derived.
#[test]
fn an_image_that_is_none_is_refused_in_its_place() {
    let site = tempfile::tempdir().unwrap();
    let path = site.path().join("a.constraints.md");
    let text = "## A1\ntype: predicate\nauthority: human-authored\nscope: module\nstatus: active\ndepends-on: []\nimage: a.json\n\nIt holds.\n";
    std::fs::write(&path, text).unwrap();
    let parsed = parse(&SourceFile::new("a.constraints.md", text));
    let refused = |image: Option<&str>| -> Vec<String> {
        match image {
            Some(image) => std::fs::write(site.path().join("a.json"), image).unwrap(),
            None => drop(std::fs::remove_file(site.path().join("a.json"))),
        }
        let report = EncdslSubstrate::of(&parsed.document, site.path(), &|at| parsed.image_origin(at)).unwrap_err();
        let place =
            |own: &etymon_diagnostics::Diagnostic| own.origin.position().map_or((0, 0), |at| (at.line, at.column));
        report.iter().map(|own| format!("{:?} {}", place(own), own.code)).collect()
    };
    assert_eq!(refused(None), ["(7, 8) DERIVE_IMAGE"]);
    assert_eq!(refused(Some("{\n \"module\": x }")), ["(2, 12) DERIVE_IMAGE", "(7, 8) DERIVE_IMAGE"]);
    assert_eq!(refused(Some("{}")), ["(1, 1) DERIVE_IMAGE", "(7, 8) DERIVE_IMAGE"]);
    let wrong = std::fs::read_to_string(folder().join("kernel/Ledger.json")).unwrap();
    let sum = r#"{"op":["add",[{"var":"balance"},{"var":"OVERDRAFT"}]]}"#;
    let told = refused(Some(&wrong.replace(sum, r#"{"op":["add",[{"var":"balance"}]]}"#)));
    assert_eq!(told.last().unwrap(), "(7, 8) DERIVE_IMAGE");
    assert!(told.len() > 1 && !told[0].contains("DERIVE_"), "{told:?}");
}

#[test]
fn another_image_is_another_model() {
    let folder = tempfile::tempdir().unwrap();
    let (path, file) = (folder.path().join("a.json"), file("a.json"));
    let of = |text: &str| {
        std::fs::write(&path, text).unwrap();
        of(&file, folder.path()).unwrap()
    };
    let image = std::fs::read_to_string(self::folder().join("kernel/Ledger.json")).unwrap();
    let longer = format!("{image} ");
    let (one, other) = (of(&image), of(&longer));
    assert_ne!(one.model(), other.model());
    assert_eq!(of(&image).model(), one.model());
    // What was read is what is answered, whatever happens to the file.
    assert_eq!((one.complete("").unwrap(), other.complete("").unwrap()), (image, longer));
}
