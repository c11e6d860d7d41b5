//! The examples are accepted, by every rule module that has their class.

use etymon_diagnostics::{Severity, SourceFile};
use etymon_instrument::ast::Unit;
use etymon_instrument::class::Class;
use etymon_instrument::rules::RuleSet;
use etymon_instrument::{bundle, parser, sema};
use std::collections::BTreeSet;
use std::path::PathBuf;
use std::sync::Arc;

fn examples() -> Vec<(Arc<SourceFile>, Unit)> {
    let folder = PathBuf::from(env!("CARGO_MANIFEST_DIR")).join("../../examples/instruments");
    let mut paths: Vec<PathBuf> = std::fs::read_dir(folder)
        .unwrap()
        .map(|entry| entry.unwrap().path())
        .filter(|path| path.extension().is_some_and(|own| own == "fiqh"))
        .collect();
    paths.sort();
    let read = |path: PathBuf| {
        let name = path.file_name().unwrap().to_string_lossy().into_owned();
        let source = parser::source(&name, &std::fs::read(path).unwrap()).unwrap();
        let unit = parser::parse(&source).unwrap_or_else(|report| panic!("{report}"));
        (source, unit)
    };
    paths.into_iter().map(read).collect()
}

#[test]
fn every_class_has_an_example_that_every_module_accepts() {
    let mut seen = BTreeSet::new();
    for (source, unit) in examples() {
        let report = sema::check(&source, &unit, None);
        // What is warned of is only what the class as such makes one think of.
        let unexpected = report.iter().find(|d| !d.code.as_str().starts_with("MAQASID"));
        assert!(unexpected.is_none(), "{report}");
        let Unit::Instrument(instrument) = &unit else { continue };
        let class = Class::from_name(&instrument.class.text).unwrap();
        seen.insert(class);
        for name in RuleSet::names() {
            let rules = RuleSet::embedded(name).unwrap();
            let report = sema::check(&source, &unit, Some(&rules));
            let codes: Vec<&str> =
                report.iter().filter(|d| d.severity == Severity::Error).map(|d| d.code.as_str()).collect();
            let expected: &[&str] = if rules.has(class) { &[] } else { &["RULES-1"] };
            assert_eq!(codes, expected, "{name}: {report}");
        }
    }
    assert_eq!(seen.len(), Class::ALL.len(), "{seen:?}");
}

#[test]
fn schools_differ_on_one_and_the_same_instrument() {
    let (source, unit) =
        examples().into_iter().find(|(source, _)| source.path() == "musharakah_mutanaqisah.fiqh").unwrap();
    let without = source.text().replace("invariant profit_tracks_capital", "invariant something_else");
    assert!(matches!(unit, Unit::Instrument(_)));
    let source = SourceFile::new("a.fiqh", without);
    let unit = parser::parse(&source).unwrap();
    let refused = |name| sema::check(&source, &unit, Some(&RuleSet::embedded(name).unwrap())).has_errors();
    assert_eq!(["hanafi", "maliki", "shafii", "hanbali"].map(refused), [false, true, true, false]);
}

#[test]
fn a_bundle_is_written_down_with_what_was_found() {
    let (source, unit) = examples().into_iter().find(|(source, _)| source.path() == "bundle.fiqh").unwrap();
    let Unit::Bundle(own) = &unit else { panic!() };
    let artifact = bundle::composite(&source, own).unwrap();
    assert_eq!(artifact.path, "MachineChain.composite.json");
    let document: serde_json::Value = serde_json::from_slice(&artifact.bytes).unwrap();
    assert_eq!(document["consistent"], true);
    assert_eq!(document["cycles_detected"], 0);
    assert_eq!(document["maqasid_warnings"][0]["code"], "MAQASID-3");
    assert_eq!(document["legs"][1]["payment"], "deferred");
}

#[test]
fn the_guide_lists_every_code_with_what_it_rests_on() {
    let guide = include_str!("../../../docs/instruments.md");
    for info in etymon_instrument::codes::ALL {
        let citation = if info.citation.is_empty() { "-" } else { info.citation };
        let row = format!("| {} | {} | {citation} |", info.code, info.meaning);
        assert!(guide.lines().any(|line| line == row), "the guide lacks:\n{row}");
    }
}
