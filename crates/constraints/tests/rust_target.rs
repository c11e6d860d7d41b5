//! Candidates in Rust: the compiler's word, assertions, and candidates that do not want to be judged.

mod tools;

use etymon_constraints::model::{Backend, Target};
use etymon_constraints::report::Verdict;
use etymon_constraints::verify::Bounds;
use std::time::Duration;
use tools::{bounds, candidate, document, verify, verify_with, with};

const CLAMP: &str = "/// Limits.
pub fn clamp(x: i64, lo: i64, hi: i64) -> i64 { assert!(lo <= hi, \"lo must not exceed hi\"); x.max(lo).min(hi) }
pub fn slug(text: &str) -> String { text.to_lowercase() }
pub fn half(x: u8) -> Option<u8> { (x % 2 == 0).then_some(x / 2) }
";

fn judged(code: &str, text: &str) -> (Verdict, String) {
    let patient = Bounds { block: Duration::from_secs(15), ..bounds() };
    let report =
        verify_with(&document(vec![with("A1", Backend::Assert, text)]), &candidate(Target::Rust, code), &patient, None);
    (report.verdict, report.outcome("A1").unwrap().evidence.clone())
}

#[test]
#[ignore = "runs candidates: `just candidates`"]
fn assertions_that_hold_and_that_do_not() {
    let text = "clamp(5, 0, 3) == 3\n// a comment\nslug(\"AB == c\") == \"ab == c\"\nhalf(4) == Some(2)\nhalf(3) != Some(1)\nhalf(3).is_none() && clamp(1, 0, 3) == 1";
    assert_eq!(judged(CLAMP, text), (Verdict::Pass, "[types:pass] no errors\n[assert:pass] 5 of 5 hold".to_owned()));
    let text = "clamp(5, 0, 3) == 4\nclamp(1, 2, 0) == 1\nhalf(3).is_some()\nclamp(1, 0, 2) == 1";
    let (verdict, evidence) = judged(CLAMP, text);
    assert_eq!(
        evidence,
        "[types:pass] no errors\n[assert:fail] line 10: `clamp(5, 0, 3) == 4` is false: the left side is 3\n\
         line 11: `clamp(1, 2, 0) == 1` panicked: lo must not exceed hi\nline 12: `half(3).is_some()` is false"
    );
    assert_eq!(verdict, Verdict::Fail);
}

#[test]
#[ignore = "runs candidates: `just candidates`"]
fn types_come_first() {
    let report = verify(
        &document(vec![with("A1", Backend::Assert, "f() == 1")]),
        &candidate(Target::Rust, "pub fn f() -> u8 {\n    \"x\"\n}\n"),
    );
    assert_eq!(
        report.outcome("A1").unwrap().evidence,
        "[types:fail] module.rs:2:5: error[E0308]: mismatched types: expected `u8`, found `&str`"
    );
    let (_, evidence) = judged("pub fn f() -> u8 { unsafe{ std::mem::zeroed() } }", "f() == 0");
    assert!(evidence.starts_with("[types:fail]") && evidence.contains("unsafe"), "{evidence}");
    let (_, evidence) = judged(CLAMP, "clamp(1, 0, 3) == 1\nmissing() == 2");
    assert!(evidence.contains("line 11: `missing() == 2` does not compile"), "{evidence}");
}

#[test]
#[ignore = "runs candidates: `just candidates`"]
fn what_cannot_be_checked_does_not_pass() {
    let report = verify(&document(vec![with("A1", Backend::Property, "true")]), &candidate(Target::Rust, CLAMP));
    assert_eq!(
        report.outcome("A1").unwrap().evidence,
        "[types:pass] no errors\n[property:fail] `property` evidence cannot be checked for target `rust`"
    );
}

#[test]
#[ignore = "runs candidates: `just candidates`"]
fn hostile_candidates() {
    for (code, why) in [
        (
            "pub fn f() -> u8 { loop {} }",
            "was not answered: the process of the candidate was killed when its time was up",
        ),
        ("pub fn f() -> u8 { std::process::Command::new(\"/bin/sh\").spawn().unwrap(); 1 }", "forbidden system call"),
        ("pub fn f() -> u8 { let mut all = vec![]; loop { all.push(vec![1u8; 1 << 26]) } }", "was not answered"),
        ("pub fn f() -> u8 { std::fs::read_dir(\"/root\").unwrap(); 1 }", "panicked: called `Result::unwrap()`"),
        ("pub fn f() -> u8 { std::fs::read(\"/proc/self/mem\").unwrap(); 1 }", "panicked: called `Result::unwrap()`"),
        ("pub fn f() -> u8 { let _ = std::net::TcpStream::connect(\"127.0.0.1:80\"); 1 }", "forbidden system call"),
        (
            "pub fn f() -> u8 { println!(\"{} true x\", \"0\".repeat(64)); println!(\"true\"); std::process::exit(0) }",
            "was not answered: the process of the candidate ended with exit code 0",
        ),
        (
            "pub fn f() -> u8 { let mut all = String::new(); std::io::Read::read_to_string(&mut std::io::stdin(), &mut all).unwrap(); println!(\"{all} true\"); 2 }",
            "is false: the left side is 2",
        ),
        (
            "#[derive(Debug)] pub struct Any; impl PartialEq<u8> for Any { fn eq(&self, _: &u8) -> bool { true } } pub fn f() -> Any { Any }",
            "does not compile",
        ),
    ] {
        let (verdict, evidence) = judged(code, "f() == 1u8");
        assert_eq!(verdict, Verdict::Fail, "{code}");
        assert!(evidence.contains(why), "{code}: {evidence}");
    }
}

/// Types that evidence means the language's by, and the candidate brings along.
#[test]
#[ignore = "runs candidates: `just candidates`"]
fn types_of_the_language() {
    let code = "pub mod u8 { pub const MAX: ::core::primitive::u8 = 7; }\npub fn f() -> ::core::primitive::u8 { 7 }";
    let (verdict, evidence) = judged(code, "f() == u8::MAX");
    assert_eq!(verdict, Verdict::Fail);
    assert!(evidence.contains("is false: the left side is 7"), "{evidence}");
}
