//! Images as candidates: the deterministic substrate, the spec checker as type checker, and the emitted JavaScript under evidence.

mod tools;

use etymon_constraints::codes::DERIVE_API;
use etymon_constraints::derive::{EncdslSubstrate, Mode, Substrate, Task, derive};
use etymon_constraints::model::{Backend, Document, Target};
use etymon_constraints::report::Verdict;
use std::path::{Path, PathBuf};
use std::time::SystemTime;
use tools::{candidate, document, providing, requirement, verify, with};

fn folder() -> PathBuf {
    Path::new(env!("CARGO_MANIFEST_DIR")).join("../../examples/consumer/spec")
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
    let substrate = EncdslSubstrate::of(&file, &folder()).unwrap();
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
    for named in ["../x.json", "/etc/passwd", "kernel/../../x.json"] {
        let error = EncdslSubstrate::of(&file(named), &folder()).unwrap_err();
        assert!(error.code == DERIVE_API && error.message.contains("is outside of the folder"), "{}", error.message);
    }
    let none = EncdslSubstrate::of(&document(vec![requirement("A1")]), &folder()).unwrap_err();
    assert_eq!(none.message, "the requirements name 0 images instead of one");
    let missing = EncdslSubstrate::of(&file("kernel/Gone.json"), &folder()).unwrap_err();
    assert!(missing.code == DERIVE_API && missing.message.contains("Gone.json` cannot be read"), "{}", missing.message);
}

#[test]
fn another_image_is_another_model() {
    let folder = tempfile::tempdir().unwrap();
    let (path, file) = (folder.path().join("a.json"), file("a.json"));
    let of = |text: &str| {
        std::fs::write(&path, text).unwrap();
        EncdslSubstrate::of(&file, folder.path()).unwrap()
    };
    let (one, other) = (of("{}"), of("{ }"));
    assert_ne!(one.model(), other.model());
    assert_eq!(of("{}").model(), one.model());
    // What was read is what is answered, whatever happens to the file.
    assert_eq!((one.complete("").unwrap(), other.complete("").unwrap()), ("{}".to_owned(), "{ }".to_owned()));
}
