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

fn check(path: &Path) -> Report {
    let name = path.file_name().unwrap().to_string_lossy().into_owned();
    let mut bytes = fs::read(path).unwrap();
    if name.ends_with(".json") {
        return Report::from(*faraid::shares_in(&name, &bytes).unwrap_err());
    }
    let first = String::from_utf8_lossy(&bytes).lines().next().unwrap().to_owned();
    // A file that is too long need not be kept as long.
    if let Some((_, length)) = first.split_once("padded to ") {
        bytes.resize(length.replace('_', "").parse().unwrap(), b' ');
    }
    let source = parser::source(&name, &bytes).unwrap();
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
    let mut different = Vec::new();
    let mut files: Vec<PathBuf> = fs::read_dir(folder()).unwrap().map(|entry| entry.unwrap().path()).collect();
    files.retain(|path| path.extension().is_some_and(|own| own == "fiqh" || own == "json"));
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
