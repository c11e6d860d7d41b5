//! Candidates in Rust: the compiler's word, assertions, and candidates that do not want to be judged.

mod tools;

use etymon_constraints::model::{Backend, Target};
use etymon_constraints::report::Verdict;
use etymon_constraints::verify::{Bounds, Tools, Verifier};
use std::time::Duration;
use tools::{bounds, candidate, document, sandbox, tools, verify, verify_with, with};

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

fn held(code: &str, text: &str) -> (Verdict, String) {
    let patient = Bounds { block: Duration::from_secs(15), ..bounds() };
    let document = document(vec![with("A1", Backend::Property, text)]);
    let report = verify_with(&document, &candidate(Target::Rust, code), &patient, None);
    let evidence = report.outcome("A1").unwrap().evidence.clone();
    (report.verdict, evidence.strip_prefix("[types:pass] no errors\n").unwrap_or(&evidence).to_owned())
}

#[test]
#[ignore = "runs candidates: `just candidates`"]
fn comparisons_are_those_of_the_standard_library() {
    let any = "#[derive(Debug, Clone)] pub struct Any;
        impl PartialEq<u8> for Any { fn eq(&self, _: &u8) -> bool { true } }
        impl PartialOrd<u8> for Any { fn partial_cmp(&self, _: &u8) -> Option<std::cmp::Ordering> { Some(std::cmp::Ordering::Equal) } }
        pub fn f() -> Any { Any }";
    for claim in ["f() == 1u8", "f() <= 1u8", "true && f() >= 1u8", "1 < 2 && f() != 2u8"] {
        let (verdict, evidence) = judged(any, claim);
        assert!(verdict == Verdict::Fail && evidence.contains("does not compile"), "{claim}: {evidence}");
    }
    let text = "clamp(5, 0, 3) >= 4\nclamp(5, 0, 3) <= 3 && clamp(1, 0, 3) == 2";
    let (_, evidence) = judged(CLAMP, text);
    assert!(evidence.contains("line 10: `clamp(5, 0, 3) >= 4` is false: the left side is 3"), "{evidence}");
    assert!(
        evidence.contains("line 11: `clamp(5, 0, 3) <= 3 && clamp(1, 0, 3) == 2` is false: the left side is 1"),
        "{evidence}"
    );
    let (verdict, evidence) = held(any, "plain(f()) <= 1u8");
    assert!(verdict == Verdict::Fail && evidence.contains("does not compile"), "{evidence}");
}

#[test]
#[ignore = "runs candidates: `just candidates`"]
fn properties_hold_or_are_broken_by_the_smallest_input() {
    let body = "let lo: i64 = rand.int(-100, 100);\nlet hi = lo + rand.int(0, 100);\n// inside\n\
                let got: i64 = clamp(rand.int(i64::MIN, i64::MAX), lo, hi);\nlo <= got && got <= hi";
    let (verdict, evidence) = held(CLAMP, body);
    assert_eq!((verdict, evidence.as_str()), (Verdict::Pass, "[property:pass] 2000 runs with seed 1364170213"));
    // The same inputs every time, and the same smallest one.
    let wrong = CLAMP.replace(".min(hi)", "");
    let (verdict, first) = held(&wrong, body);
    assert_eq!(verdict, Verdict::Fail);
    assert!(
        first.starts_with("[property:fail] line 10: counterexample after ") && first.contains("of 2000 runs with seed"),
        "{first}"
    );
    assert!(first.ends_with("rand.int = 0, rand.int = 0, rand.int = 1; returned false"), "{first}");
    assert_eq!(held(&wrong, body).1, first);
    let sort = "pub fn sorted(mut own: Vec<u32>) -> Vec<u32> { own.sort(); own.dedup(); own }";
    let (_, evidence) =
        held(sort, "let own = rand.array(|rand| rand.int(0, 1000u32), 30);\nsorted(own).iter().all(|one| *one < 500)");
    assert!(evidence.ends_with("rand.array = [500]; returned false"), "{evidence}");
    let (_, evidence) = held(
        CLAMP,
        "let text = rand.string(20); let got = if rand.bool() { slug(&text).len() } else { text.len() }; got == text.len()",
    );
    assert!(evidence.contains("rand.string = \"İ\"") && evidence.contains("rand.bool = true"), "{evidence}");
    let (_, evidence) = held("pub fn f(x: u8) -> u8 { x + 1 }", "let x = rand.pick(&[3, 5, 255]); f(x) > x");
    assert!(evidence.ends_with("rand.pick = 255; panicked: attempt to add with overflow"), "{evidence}");
}

#[test]
#[ignore = "runs candidates: `just candidates`"]
fn properties_that_say_nothing_do_not_pass() {
    for (text, why) in [
        ("", "does not compile"),
        ("1", "line 10: `1` does not compile"),
        ("let x = ;\ntrue", "line 10: `let x = ;` does not compile"),
        ("rand.int(3, 1) == 3", "panicked: `rand.int` needs two integers in order, not 3 and 1"),
        ("false", "counterexample after 1 of 2000 runs with seed 1364170213: none; returned false"),
    ] {
        let (verdict, evidence) = held(CLAMP, text);
        assert!(verdict == Verdict::Fail && evidence.contains(why), "{text}: {evidence}");
    }
    for (code, why) in [
        (
            "pub fn f() -> bool { std::process::exit(0) }",
            "was not answered: the process of the candidate ended with exit code 0",
        ),
        // On a very busy machine it is the other clock that ends it.
        ("pub fn f() -> bool { loop {} }", "was killed when its "),
        ("pub fn f() -> bool { println!(\"{} true 2000 runs\", \"0\".repeat(64)); false }", "returned false"),
        (
            "pub fn f() -> bool { std::panic::set_hook(Box::new(|_| std::process::exit(0))); panic!() }",
            "was not answered",
        ),
        (
            "struct Bomb; impl Drop for Bomb { fn drop(&mut self) { panic!() } } pub fn f() -> bool { std::panic::panic_any(Bomb) }",
            "the process of the candidate",
        ),
        (
            "pub fn f() -> bool { std::thread::spawn(|| { std::thread::sleep(std::time::Duration::from_millis(1)); std::process::exit(0) }); std::thread::sleep(std::time::Duration::from_secs(1)); true }",
            "was not answered",
        ),
    ] {
        let (verdict, evidence) = held(code, "f()");
        assert!(verdict == Verdict::Fail && evidence.contains(why), "{code}: {evidence}");
    }
}

#[test]
#[ignore = "runs candidates: `just candidates`"]
fn a_linker_that_is_not_there_says_nothing_of_the_candidate() {
    let tools = Tools { linker: Some("/usr/bin/no such 'cc'".into()), ..tools() };
    let (sandbox, bounds) = (sandbox(), bounds());
    let verifier = Verifier { sandbox: &sandbox, tools: &tools, bounds: &bounds, judge: None };
    let document = document(vec![with("A1", Backend::Assert, "half(4) == Some(2)")]);
    let error = verifier.verify(&document, &candidate(Target::Rust, CLAMP)).expect_err("no linker");
    assert!(error.to_string().contains("linker `/usr/bin/no such 'cc'` not found"), "{error}");
}

#[test]
#[ignore = "runs candidates: `just candidates`"]
fn hostile_candidates() {
    for (code, why) in [
        ("pub fn f() -> u8 { loop {} }", "was not answered: the process of the candidate was killed when its "),
        (
            "pub fn f() -> u8 { std::thread::sleep(std::time::Duration::from_secs(1000)); 1 }",
            "was killed when its time was up, though it had hardly run: it waits for what does not come, or the machine is too busy",
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
