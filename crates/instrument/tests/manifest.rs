//! The manifest of a real instrument, to the byte, and what it lets through.

use etymon_diagnostics::SourceFile;
use etymon_emit::artifact::Class as ArtifactClass;
use etymon_instrument::ast::{Instrument, Unit};
use etymon_instrument::class::Class;
use etymon_instrument::enforce::{Enforcer, Terms};
use etymon_instrument::manifest::{Manifest, Operator, emit, emit_under};
use etymon_instrument::parser::parse;
use etymon_instrument::rules::RuleSet;
use etymon_instrument::sema::check;
use serde_json::{Value, json};
use std::collections::BTreeSet;
use std::path::Path;

const EXAMPLE: &str = "../../examples/instruments/musharakah_mutanaqisah.fiqh";

fn example() -> String {
    let path = Path::new(env!("CARGO_MANIFEST_DIR")).join(EXAMPLE);
    std::fs::read_to_string(path).expect("the example")
}

fn instrument(text: &str) -> Instrument {
    match parse(&SourceFile::new("own.fiqh", text)) {
        Ok(Unit::Instrument(instrument)) => instrument,
        Ok(Unit::Bundle(_)) => panic!("a bundle"),
        Err(report) => panic!("{}", report.to_text(&etymon_diagnostics::Style::plain())),
    }
}

fn constraints(text: &str) -> Vec<(String, Value)> {
    let manifest = Manifest::of(&instrument(text)).expect("a manifest");
    let shown = |own: &etymon_instrument::manifest::Constraint| {
        (own.code.clone(), serde_json::to_value(&own.value).expect("a value"))
    };
    manifest.constraints.iter().map(shown).collect()
}

#[test]
fn the_example_has_this_manifest() {
    let artifacts = emit(&instrument(&example())).expect("emitted");
    let [artifact] = artifacts.as_slice() else { panic!("one file") };
    assert_eq!(artifact.path, "HomeFinance.manifest.json");
    assert_eq!(
        (artifact.class, artifact.layer.as_str(), artifact.target),
        (ArtifactClass::Platform, "instrument", "manifest")
    );
    assert_eq!(artifact.source, "HomeFinance");
    let text = String::from_utf8(artifact.bytes.clone()).expect("text");
    assert_eq!(text, include_str!("golden/HomeFinance.manifest.json"));
    assert_eq!(emit(&instrument(&example())).expect("emitted"), artifacts);
    assert_eq!(Manifest::read(&artifact.bytes).expect("read").to_text(), text);
}

#[test]
fn optional_sections_add_what_they_declare() {
    let text = example();
    let without = |section: &str| {
        let start = text.find(&format!("  {section} {{")).expect("a section");
        let end = start + text[start..].find("\n  }\n").expect("its end") + 5;
        constraints(&[&text[..start], &text[end..]].concat())
    };
    let has = |found: &[(String, Value)], code: &str| found.iter().any(|(own, _)| own == code);
    let all = constraints(&text);
    assert!(["ZAKAT-1", "CONT-1", "CONT-2"].into_iter().all(|code| has(&all, code)));
    let no_zakat = without("zakat");
    assert!(!has(&no_zakat, "ZAKAT-1") && has(&no_zakat, "CONT-1") && has(&no_zakat, "CONT-2"));
    let no_contingency = without("contingency");
    assert!(has(&no_contingency, "ZAKAT-1") && !has(&no_contingency, "CONT-1") && !has(&no_contingency, "CONT-2"));
    let abating = constraints(&text.replace("jaaihah: reschedule", "jaaihah: abate"));
    assert!(abating.contains(&("CONT-1".to_owned(), json!("abate"))));
    let crops = constraints(&text.replace("rate_bps: 250", "rate_bps: 1000"));
    assert!(crops.contains(&("ZAKAT-1".to_owned(), json!(1000))));
}

#[test]
fn partners_of_one_role_are_told_by_name() {
    let text = "instrument Shop : musharakah { parties { a: partner; b: partner; v: oracle independent; } }";
    let manifest = Manifest::of(&instrument(text)).expect("a manifest");
    assert_eq!(manifest.principals, Some(vec!["a".to_owned(), "b".to_owned()]));
}

#[test]
fn the_authority_is_that_of_the_rule_module() {
    let authority = |rules: &str| {
        let text = format!("instrument Shop : musharakah {{ meta {{ {rules} }} }}");
        Manifest::of(&instrument(&text)).map(|manifest| manifest.authority)
    };
    assert_eq!(authority("").expect("made"), "AAOIFI");
    assert_eq!(authority("rules: hanafi;").expect("made"), "Hanafi school");
    assert_eq!(authority("rules: \"dsn-mui\";").expect("made"), "DSN-MUI");
    assert!(authority("rules: nobody;").is_err());
    let escrow = Manifest::of(&instrument("instrument Shop : commercial_escrow {}")).expect("a manifest");
    assert_eq!((escrow.regime.as_str(), escrow.authority.as_str()), ("common_law", "common law"));
}

#[test]
fn what_a_rule_module_requires_besides_is_in_the_manifest() {
    let rule = |field: &str, op: &str, value: Value| json!({ "code": "BOARD-1", "field": field, "op": op, "value": value, "citation": "our board" });
    let module = json!({
        "authority": "Our board", "version": "1",
        "regimes": { "islamic": { "classes": { "musharakah_mutanaqisah": { "constraints": [
            rule("risk.loss", "eq", json!("proportional_to_ownership")),
            rule("risk.capital_guarantee", "eq", json!("none")),
            rule("returns.rent.basis", "ne", json!("bank.share")),
            rule("zakat.rate_bps", "le", json!(250)),
            rule("meta.jurisdiction", "eq", json!("MY")),
        ] } } } },
    });
    let module = RuleSet::from_json("board.rules.json", module.to_string().as_bytes()).expect("a module");
    let built_in = Manifest::of(&instrument(&example())).expect("a manifest");
    let manifest = Manifest::under(&instrument(&example()), Some(&module)).expect("a manifest");
    assert_eq!(manifest.authority, "Our board");
    let (own, more) = manifest.constraints.split_at(built_in.constraints.len());
    assert_eq!(own, built_in.constraints);
    let more: Vec<_> = more.iter().map(|own| (own.code.as_str(), own.field.as_str(), own.op)).collect();
    let fields = [("rent.basis", Operator::Ne), ("zakat.rate_bps", Operator::Le), ("meta.jurisdiction", Operator::Eq)];
    assert_eq!(
        more,
        fields.map(|(field, op)| ("BOARD-1", field, op)),
        "what the built-in rules demand stands there once"
    );
    assert_eq!(Manifest::read(manifest.to_text().as_bytes()).expect("read"), manifest);
    let artifacts = emit_under(&instrument(&example()), Some(&module)).expect("emitted");
    assert_eq!(artifacts[0].bytes, manifest.to_text().as_bytes());
    let text = example();
    let (start, end) = (text.find("  zakat {").expect("a section"), text.find("  zakat {").expect("a section"));
    let end = end + text[end..].find("\n  }\n").expect("its end") + 5;
    let without =
        Manifest::under(&instrument(&[&text[..start], &text[end..]].concat()), Some(&module)).expect("a manifest");
    assert!(without.constraints.iter().all(|own| own.field != "zakat.rate_bps"));
}

#[test]
fn a_class_that_nobody_knows_is_refused() {
    let report = Manifest::of(&instrument("instrument Shop : barter {}")).expect_err("refused");
    assert!(report.to_text(&etymon_diagnostics::Style::plain()).contains("CLASS-1"));
}

#[test]
fn the_manifest_lets_its_own_instrument_through_and_nothing_less() {
    let enforcer = Enforcer::new(Manifest::of(&instrument(&example())).expect("a manifest"));
    let terms = json!({
        "loss_share": "by_ownership", "capital_guarantee": false, "rent.basis": "bank.share",
        "buyout": { "price_source": "oracle" }, "zakat": { "rate_bps": 250 },
        "contingency": { "jaaihah": "reschedule", "death": "faraid" },
    });
    let terms: Terms = terms.as_object().expect("terms").clone();
    assert!(enforcer.enforce(&terms, false).allowed);
    for key in terms.keys() {
        let mut less = terms.clone();
        less.remove(key);
        assert!(!enforcer.enforce(&less, false).allowed, "without `{key}`");
    }
    let broken = enforcer.enforce(&Terms::new(), false);
    assert_eq!(broken.violations.len(), enforcer.manifest().constraints.len());
}

/// Terms that fulfil a manifest, made of nothing but it.
fn fulfilling(manifest: &Manifest) -> Terms {
    let term = |own: &etymon_instrument::manifest::Constraint| {
        let value = serde_json::to_value(&own.value).expect("a value");
        let term = match own.op {
            Operator::Eq | Operator::Ge | Operator::Le => value,
            Operator::Ne => json!("something else"),
            Operator::Gt => json!(value.as_u64().expect("a number") + 1),
            Operator::Lt => json!(value.as_u64().expect("a number") - 1),
        };
        (own.field.clone(), term)
    };
    manifest.constraints.iter().map(term).collect()
}

#[test]
fn every_example_has_a_manifest_that_can_be_fulfilled() {
    let folder = Path::new(env!("CARGO_MANIFEST_DIR")).join("../../examples/instruments");
    let mut classes = BTreeSet::new();
    for file in std::fs::read_dir(folder).expect("the examples") {
        let path = file.expect("a file").path();
        let text = std::fs::read_to_string(&path).expect("read");
        let source = SourceFile::new(path.display().to_string(), text);
        let unit = parse(&source).unwrap_or_else(|_| panic!("{} is not read", path.display()));
        assert!(!check(&source, &unit, None).has_errors(), "{}", path.display());
        let Unit::Instrument(instrument) = unit else { continue };
        let artifacts = emit(&instrument).expect("emitted");
        assert_eq!(emit(&instrument).expect("emitted"), artifacts);
        let manifest = Manifest::read(&artifacts[0].bytes).unwrap_or_else(|own| panic!("{own:?}"));
        assert!(manifest.principals.as_ref().is_some_and(|own| !own.is_empty()), "{}", path.display());
        let (terms, enforcer) = (fulfilling(&manifest), Enforcer::new(manifest));
        let answer = enforcer.enforce(&terms, false);
        assert!(answer.allowed, "{}: {:?}", path.display(), answer.violations);
        for field in terms.keys() {
            let mut less = terms.clone();
            less.remove(field);
            assert!(!enforcer.enforce(&less, false).allowed, "{}: without `{field}`", path.display());
        }
        classes.insert(enforcer.manifest().contract.clone());
    }
    assert_eq!(classes.len(), Class::ALL.len(), "{classes:?}");
}
