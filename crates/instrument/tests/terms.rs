//! What a contract would not keep is refused where it stands, and what it keeps is not.

use etymon_instrument::class::Class;
use etymon_instrument::target::{self, Target};
use etymon_instrument::{examples, parser, sema};
use std::collections::BTreeSet;

/// What is refused of an example with these changes, as `line:column code`. The rules of its class must accept it.
fn told(class: &str, changes: &[(&str, &str)]) -> Vec<String> {
    let text = examples::example(Class::from_name(class).expect("a class"));
    let changed = changes.iter().fold(text.to_owned(), |text, (old, new)| {
        assert!(text.contains(old), "{old}");
        text.replacen(old, new, 1)
    });
    let source = parser::source("own.fiqh", changed.as_bytes()).expect("text");
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
