//! What a contract would not keep is refused where it stands, and what it keeps is not.

use etymon_instrument::class::Class;
use etymon_instrument::target::{self, Target};
use etymon_instrument::{examples, parser, sema};
use serde_json::Value;
use std::collections::BTreeSet;

/// The example of a class with changes.
fn changed(class: &str, changes: &[(&str, &str)]) -> String {
    let text = examples::example(Class::from_name(class).expect("a class"));
    changes.iter().fold(text.to_owned(), |text, (old, new)| {
        assert!(text.contains(old), "{old}");
        text.replacen(old, new, 1)
    })
}

/// What is refused of an example with these changes, as `line:column code`. The rules of its class must accept it.
fn told(class: &str, changes: &[(&str, &str)]) -> Vec<String> {
    let source = parser::source("own.fiqh", changed(class, changes).as_bytes()).expect("text");
    let unit = parser::parse(&source).unwrap_or_else(|report| panic!("{report}"));
    let report = sema::check(&source, &unit, None);
    assert!(!report.has_errors(), "{report}");
    match target::emit(&source, &unit, None, &BTreeSet::from([Target::Solidity])) {
        Ok(_) => Vec::new(),
        Err(report) => report
            .iter()
            .map(|own| {
                let at = own.origin.position().expect("a place");
                assert!(own.help.is_some());
                format!("{}:{} {}", at.line, at.column, own.code)
            })
            .collect(),
    }
}

#[test]
fn what_is_accepted_is_what_the_contract_does() {
    let mm = "musharakah_mutanaqisah";
    let none: [&str; 0] = [];
    assert_eq!(told(mm, &[]), none);
    assert_eq!(told(mm, &[("client: 2000 bps", "client: 1500 bps; arbiter: 500 bps")]), ["19:23 SOL-5"]);
    assert_eq!(told(mm, &[("rate: 1 per_bps_period", "rate: 5 percent")]), ["26:13 SOL-5"]);
    assert_eq!(told(mm, &[("rate: 1 per_bps_period", "rate: market")]), ["26:13 SOL-5"]);
    for (window, refused) in
        [("0 seconds", true), ("11 fortnights", true), ("long", true), ("1 day", false), ("60", false)]
    {
        let told = told(mm, &[("window: 259200 seconds", &format!("window: {window}"))]);
        assert_eq!(told.len(), usize::from(refused), "{window}: {told:?}");
    }
    assert_eq!(
        told("musharakah", &[("baker: 6000 bps;\n      miller: 4000", "baker: 5000 bps;\n      miller: 4999")]).len(),
        1
    );
    assert_eq!(told("mudarabah", &[("trader: 4000 bps", "trader: 5000 bps")]).len(), 1);
    assert_eq!(told("mudarabah", &[("trader: 4000 bps", "trader: 3000 bps; arbiter: 1000 bps")]).len(), 1);
    assert_eq!(told("mudarabah", &[("investor: 6000 bps;\n      trader: 4000 bps", "mudarib: 4000 bps")]), none);
    assert_eq!(told("mudarabah_pool", &[("trader: 3000 bps", "trader: 4000 bps")]).len(), 1);
    assert_eq!(told("muzaraah", &[("cultivator: 6000 bps", "cultivator: 1 bps")]).len(), 1);
    assert_eq!(told("murabahah", &[("total: 1100000", "total: 1100001")]).len(), 1);
    assert_eq!(told("ijarah", &[("term: 12 periods", "term: 0 periods")]).len(), 1);
}

#[test]
fn parts_are_numbers_of_bps_and_told_once() {
    let both = "investor: 6000 bps;\n      trader: 4000 bps";
    for (own, refused) in [
        ("investor: 60 percent;\n      trader: 40 percent", 2),
        ("investor: 60 * 100 bps;\n      trader: 4000 bps", 1),
        ("investor: most;\n      trader: 4000 bps", 1),
        ("investor: 1000;\n      trader: 1000", 1),
        ("investor: 60", 1),
        ("INVESTOR: 6000 bps;\n      trader: 4000 bps", 1),
        ("investor: 6000 BPS;\n      trader: 4000 BPS", 0),
        ("investor: 6000;\n      trader: 4000", 0),
        ("trader: 6000 bps;\n      mudarib: 4000 bps", 1),
        ("rabb_al_mal: 6000 bps;\n      mudarib: 4000 bps", 0),
    ] {
        assert_eq!(told("mudarabah", &[(both, own)]).len(), refused, "{own}");
    }
    let mm = "musharakah_mutanaqisah";
    assert_eq!(told(mm, &[("client: 2000 bps;", "client: 1500 bps; acquirer: 500 bps;")]), ["19:23 SOL-5"]);
    assert_eq!(told("musharakah", &[("baker: 6000 bps;\n      miller", "partner: 6000 bps;\n      miller")]).len(), 1);
    assert_eq!(
        told("mudarabah_pool", &[("trader: mudarib", "pool: mudarib"), ("trader: 3000 bps", "mudarib: 3000 bps")])
            .len(),
        1
    );
}

/// Whether the contract of a changed example is made with a number.
fn is_given(class: &str, changes: &[(&str, &str)], number: u64) -> bool {
    let text = changed(class, changes);
    let source = parser::source("own.fiqh", text.as_bytes()).expect("text");
    let unit = parser::parse(&source).unwrap_or_else(|report| panic!("{report}"));
    let built = target::emit(&source, &unit, None, &BTreeSet::from([Target::Solidity])).expect("kept");
    let deploy = built.iter().find(|own| own.path.ends_with(".deploy.json")).expect("a description");
    let read: Value = serde_json::from_slice(&deploy.bytes).expect("JSON");
    read["constructorArgs"].as_array().expect("a list").contains(&Value::from(number))
}

#[test]
fn who_is_not_told_of_has_the_rest() {
    let both = "investor: 6000 bps;\n      trader: 4000 bps";
    for (own, bps) in [("investor: 6173 bps", 3_827), ("trader: 1 bps", 1), ("investor: 0 bps", 10_000)] {
        assert!(is_given("mudarabah", &[(both, own)], bps), "{own}");
    }
    for other in ["arbiter: 4000 tinybar", "arbiter: 250", "pool: 1000"] {
        let own = format!("investor: 6000 bps; {other}");
        assert!(is_given("mudarabah", &[(both, &own)], 4_000), "{other}");
    }
    let pool = "pool: 7000 bps;\n      trader: 3000 bps";
    assert!(is_given("mudarabah_pool", &[(pool, "pool: 9000 bps")], 1_000));
    assert!(is_given("mudarabah_pool", &[(pool, "first: 4500 bps; holders: 4500 bps; trader: 1000 bps")], 1_000));
    assert!(is_given("mudarabah_pool", &[(pool, "holders: 9000 bps")], 1_000));
    let sale = "markup: 100000 tinybar;\n      total: 1100000 tinybar";
    assert!(is_given("murabahah", &[(sale, "markup: 0 tinybar; total: 1000000 tinybar")], 0));
    assert!(is_given("murabahah", &[(sale, "total: 1000009 tinybar")], 9));
    assert!(is_given("wakala", &[("fee: 9000 tinybar;", "fee: 0 tinybar;")], 0));
}

#[test]
fn amounts_are_amounts_and_parties_have_a_place() {
    for (class, old, new) in [
        ("ijarah", "rate: 3000 per_period", "rate: 0 per_period"),
        ("ijarah", "rate: 3000 per_period", "rate: 1009 bps"),
        ("hibah", "transfer: immediate;", "transfer: immediate; amount: 0 tinybar;"),
        ("qard_hasan", "principal: 300000 tinybar", "principal: 9 days"),
        ("wasiyya", "share_bps: 3000", "share_bps: 17 percent"),
        ("qard_hasan", "fund: lender", "fund: lender;\n    other: lender"),
        ("musharakah_mutanaqisah", "arbiter: adjudicator", "arbiter: adjudicator;\n    other: adjudicator"),
        ("musharakah_mutanaqisah", "authority: arbiter", "authority: bank"),
        ("musharakah_mutanaqisah", "nisab: 8500000 tinybar", "nisab: 85 grams"),
        ("musharakah_mutanaqisah", "nisab: 8500000 tinybar", "nisab: 85 hbar"),
        ("musharakah_mutanaqisah", "oracle.fairValue * bps;", "oracle.fairValue * bps + 5;"),
        ("musharakah_mutanaqisah", "bank.share -> client.share", "client.share -> bank.share"),
    ] {
        let told = told(class, &[(old, new)]);
        assert!(told.len() == 1 && told[0].ends_with("SOL-5"), "{class}: {new}: {told:?}");
    }
}
