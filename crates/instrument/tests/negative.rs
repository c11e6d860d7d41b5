//! One refused or warned-of file for each code, with what is said of it beside it.
//!
//! `BLESS=1 cargo test -p etymon-instrument --test negative` writes what is said now; read the difference before it is committed.

use etymon_diagnostics::{Report, Style};
use etymon_instrument::rules::RuleSet;
use etymon_instrument::{codes, faraid, parser, sema};
use std::collections::BTreeSet;
use std::fs;
use std::path::{Path, PathBuf};

fn folder() -> PathBuf {
    PathBuf::from(env!("CARGO_MANIFEST_DIR")).join("tests/negative")
}

/// The codes that have no file, each with the test that provokes it.
const ELSEWHERE: [&str; 3] = ["FARAID-1", "LIMIT_INPUT", "LIMIT_STEPS"];

fn check(path: &Path) -> Report {
    let name = path.file_name().unwrap().to_string_lossy().into_owned();
    let source = parser::source(&name, &fs::read(path).unwrap()).unwrap();
    let first = source.text().lines().next().unwrap().to_owned();
    let unit = match parser::parse(&source) {
        Ok(unit) => unit,
        Err(report) => return report,
    };
    let rules = match first.split_once("--rules ") {
        Some((_, file)) if file.ends_with(".json") => {
            let bytes = fs::read(folder().join(file)).unwrap();
            Some(RuleSet::from_json(file, &bytes).unwrap())
        }
        Some((_, name)) => Some(RuleSet::embedded(name).unwrap()),
        None => match RuleSet::of_meta(&source, &unit) {
            Ok(rules) => rules,
            Err(report) => return report,
        },
    };
    sema::check(&source, &unit, rules.as_ref())
}

#[test]
fn every_code_is_told_at_its_place_with_its_citation() {
    let bless = std::env::var_os("BLESS").is_some();
    let mut missing: BTreeSet<&str> = codes::ALL.iter().map(|info| info.code.as_str()).collect();
    for code in ELSEWHERE {
        assert!(missing.remove(code), "{code} is no code");
    }
    let mut different = Vec::new();
    let mut files: Vec<PathBuf> = fs::read_dir(folder()).unwrap().map(|entry| entry.unwrap().path()).collect();
    files.retain(|path| path.extension().is_some_and(|own| own == "fiqh"));
    files.sort();
    for path in files {
        let code = path.file_stem().unwrap().to_string_lossy().into_owned();
        let report = check(&path);
        let found = report.iter().find(|own| own.code.as_str() == code);
        let found = found.unwrap_or_else(|| panic!("{code} is not reported, but:\n{report}"));
        assert!(found.origin.position().is_some(), "{code} has no place");
        assert!(found.help.is_some(), "{code} has no remedy");
        let info = codes::info(&code).unwrap_or_else(|| panic!("{code} is no code"));
        let cited = info.citation.is_empty() || found.notes.iter().any(|note| note.contains(info.citation));
        let of_class = ["INV-1", "PARTY-1"].contains(&code.as_str());
        assert!(cited && (!of_class || !found.notes.is_empty()), "{code} cites nothing");
        assert!(info.citation.is_empty() || info.citation.ends_with("[verify]"), "{code} claims to be confirmed");
        missing.remove(info.code.as_str());
        let said = report.to_text(&Style::plain());
        let golden = path.with_extension("out");
        if bless {
            fs::write(&golden, said).unwrap();
        } else if fs::read_to_string(&golden).ok().as_deref() != Some(&said) {
            different.push(format!("{}:\n{said}", golden.display()));
        }
    }
    assert!(missing.is_empty(), "codes without a file: {missing:?}");
    assert!(different.is_empty(), "said otherwise than pinned (BLESS=1 pins it):\n{}", different.join("\n"));
}

#[test]
fn limits_that_no_small_file_reaches() {
    let long = parser::source("a.fiqh", " ".repeat(parser::MAX_INPUT + 7).as_bytes()).unwrap();
    assert!(parser::parse(&long).is_err_and(|report| report.has(codes::LIMIT_INPUT)));
    assert_eq!(faraid::shares(&faraid::Heirs::default()).unwrap_err().code, codes::FARAID_1);
}

#[test]
fn a_tangle_of_legs_is_given_up_in_time() {
    // Every party sells to every other: more rings than can be counted.
    let mut legs = String::new();
    for from in 0..24 {
        for to in (0..24).filter(|to| *to != from) {
            legs += &format!("l{from}_{to}: sale {{ from: p{from}; to: p{to}; asset: x; price: {to}; }}\n");
        }
    }
    let text = format!("bundle B {{ meta {{ basis: \"b\"; completeness_attestation: \"all\"; }} legs {{ {legs} }} }}");
    let source = parser::source("a.fiqh", text.as_bytes()).unwrap();
    let unit = parser::parse(&source).unwrap();
    assert!(sema::check(&source, &unit, None).has(codes::LIMIT_STEPS));
}
