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

/// The description of the deployment of a changed example.
fn description(class: &str, changes: &[(&str, &str)]) -> Value {
    let source = parser::source("own.fiqh", changed(class, changes).as_bytes()).expect("text");
    let unit = parser::parse(&source).unwrap_or_else(|report| panic!("{report}"));
    let built = target::emit(&source, &unit, None, &BTreeSet::from([Target::Solidity])).expect("kept");
    let deploy = built.iter().find(|own| own.path.ends_with(".deploy.json")).expect("a description");
    serde_json::from_slice(&deploy.bytes).expect("JSON")
}

/// Whether the contract of a changed example is made with a number.
fn is_given(class: &str, changes: &[(&str, &str)], number: u64) -> bool {
    description(class, changes)["constructorArgs"].as_array().expect("a list").contains(&Value::from(number))
}

/// What the contract of a changed example says that it does not enforce.
fn unenforced(class: &str, changes: &[(&str, &str)]) -> Vec<String> {
    let description = description(class, changes);
    let told = description["unenforced"].as_array().expect("a list").iter();
    told.map(|own| own.as_str().expect("a text").to_owned()).collect()
}

#[test]
fn who_is_not_told_of_has_the_rest() {
    let both = "investor: 6000 bps;\n      trader: 4000 bps";
    for (own, bps) in [("investor: 6173 bps", 3_827), ("trader: 1 bps", 1), ("investor: 0 bps", 10_000)] {
        assert!(is_given("mudarabah", &[(both, own)], bps), "{own}");
    }
    for other in ["paid: quarterly", "paid: 3 months", "note: \"as of 2026-11-23\"", "goal: none"] {
        let own = format!("investor: 6000 bps; {other}");
        assert!(is_given("mudarabah", &[(both, &own)], 4_000), "{other}");
    }
    let pool = "pool: 7000 bps;\n      trader: 3000 bps";
    assert!(is_given("mudarabah_pool", &[(pool, "pool: 9000 bps")], 1_000));
    assert!(is_given("mudarabah_pool", &[(pool, "holders: 9000 bps")], 1_000));
    let sale = "markup: 100000 tinybar;\n      total: 1100000 tinybar";
    assert!(is_given("murabahah", &[(sale, "markup: 0 tinybar; total: 1000000 tinybar")], 0));
    assert!(is_given("murabahah", &[(sale, "total: 1000009 tinybar")], 9));
    for (transfer, price) in
        [("price: 77 tinybar", 77), ("mode: gift", 0), ("price: none", 0), ("mode: \"by gift\"", 0)]
    {
        let block = format!("transfer {{ {transfer}; }}\n    rent {{");
        assert!(is_given("ijarah_imbt", &[("rent {", &block)], price), "{transfer}");
    }
    for transfer in ["price: oracle.fairValue; penalty: none", "mode: \"sale, not a gift\"", "mode: sale; fee: none"] {
        let block = format!("transfer {{ {transfer}; }}\n    rent {{");
        assert!(!is_given("ijarah_imbt", &[("rent {", &block)], 0), "{transfer}");
    }
    assert!(is_given("wakala", &[("fee: 9000 tinybar;", "fee: 0 tinybar;")], 0));
}

#[test]
fn what_a_contract_divides_by_is_said_by_names_in_bps() {
    let both = "investor: 6000 bps;\n      trader: 4000 bps";
    for (other, beside) in [
        ("ratio: 70/30", true),
        ("ratio: \"70:30\"", true),
        ("ratio: 70 -> 30", true),
        ("mudarib_share: 30/100", true),
        ("ratio: 7000", true),
        ("charity: rest", true),
        ("charity: 10000 - 6000", true),
        ("arbiter: 4000 tinybar", true),
        ("arbiter: what_is_left", true),
        ("agreed: \"70% for the investor\"", false),
        ("kept: 12 percent", false),
    ] {
        assert_eq!(told("mudarabah", &[(both, other)]).len(), 1, "{other}");
        let beside = usize::from(beside);
        assert_eq!(told("mudarabah", &[(both, &format!("{both}; {other}"))]).len(), beside, "{other}");
    }
    let none: [&str; 0] = [];
    for other in
        ["fiscal_year: 2026", "hours: \"9:00 to 17:00\"", "least: 1000 tinybar", "citation: \"al-Baqarah 2:275\""]
    {
        assert_eq!(told("mudarabah", &[(both, &format!("{both}; {other}"))]), none, "{other}");
    }
    let pool = "pool: 7000 bps;\n      trader: 3000 bps";
    for parts in ["contributors: 7000 bps; trader: 3000 bps", "first: 3500 bps; second: 3500 bps; trader: 3000 bps"] {
        assert_eq!(told("mudarabah_pool", &[(pool, parts)]), none, "{parts}");
    }
    for parts in [
        "first: 4000 bps; second: 3000 bps; trader: 3000 bps",
        "first: 7000 bps; trader: 3000 bps",
        "charity: 7000 bps; trader: 3000 bps",
        "pool: 6000 bps; charity: 1000 bps; trader: 3000 bps",
        "pool: 6000 bps; charity: 4000 bps",
    ] {
        assert!(!told("mudarabah_pool", &[(pool, parts)]).is_empty(), "{parts}");
    }
    let both = "cultivator: 6000 bps;";
    assert_eq!(told("muzaraah", &[(both, "cultivator: 6000 bps; } output { cultivator: 7000 bps;")]).len(), 1);
}

#[test]
fn a_lease_is_counted_in_the_periods_of_its_rent() {
    let rent = "rate: 3000 per_period;\n      term: 12 periods";
    for (own, refused) in [
        ("rate: 1500 per_month; term: 24 months", false),
        ("rate: 1500; period: month; term: 24 months", false),
        ("rate: 1500; period: 1 month; term: 24 months", false),
        ("rate: 1500; period: 30 days; term: 12", false),
        ("rate: 1500; period: 30 days; term: 12 periods", false),
        ("rate: 1500; term: 24 months; note: \"all repairs are the owner's\"", false),
        ("rate: 1500 per_month; term: 2 years", true),
        ("rate: 1500; period: month; term: 2 years", true),
        ("rate: 1500; frequency: monthly; term: 2 years", true),
        ("rate: 1500 monthly; term: 2 years", true),
        ("rate: 1500; paid: \"each month\"; term: 2 years", true),
        ("rate: 5000 per_quarter; term: 2 years", true),
        ("rate: 5000 per_hour; term: 30 days", true),
        ("rate: 5000 per_fortnight; term: 12 months", true),
        ("rate: 5000; period: 30 days; term: 360 days", true),
        ("rate: 5000; term: 2 years; periods: 24", true),
        ("rate: 18000; frequency: half_yearly; term: 2 years", true),
        ("rate: 6000; frequency: \"every 2 months\"; term: 12 months", true),
        ("rate: 6000 per_2_months; term: 12 months", true),
        ("rate: 3000 per_month; term: 3 yrs", true),
        ("rate: 5000 per_semester; term: 2 years", true),
        ("rate: 36000 per_year; paid: monthly; term: 2 years", true),
        ("rate: 5 hbar_per_month; term: 12 months", true),
        ("rate: 5 usd_per_month; term: 12 months", true),
        ("rate: 3000 tinybar_per_month; term: 12 months", false),
        ("rate: 3000 tinybars; term: 12 months; notice: 30 days; payment_day: 5", false),
        ("grace: 7 days; rate: 3000 per_month; term: 12 months; insurance: annual", false),
        ("rate: 3000 per_month; paid: \"on the first of each month\"; term: 12 instalments", false),
    ] {
        assert_eq!(told("ijarah", &[(rent, own)]).len(), usize::from(refused), "{own}");
    }
}

#[test]
fn lengths_of_time_are_those_of_the_file() {
    for (class, old, new, seconds) in [
        ("rahn", "creditor_use: none;", "creditor_use: none; term: 90 days;", 7_776_000),
        ("kafala", "fee: none;", "fee: none; term: 52 weeks;", 31_449_600),
        ("salam", "quality:", "delivery_period: 45 days; quality:", 3_888_000),
        ("istisna", "material_by:", "inspection_period: 10 days; material_by:", 864_000),
        ("istisna", "material_by:", "making_period: 2000 hours; material_by:", 7_200_000),
        ("juala", "due: on_completion;", "due: on_completion; answer_period: 3 days;", 259_200),
        ("takaful", "basis: tabarru;", "basis: tabarru; term: 90 days;", 7_776_000),
        ("wasiyya", "share_bps: 3000;", "share_bps: 3000; silence: 730 days;", 63_072_000),
    ] {
        assert!(is_given(class, &[(old, new)], seconds), "{class}: {new}");
        let number = seconds.to_string();
        for length in ["2 years", "59 seconds", "0 days", "36501 days", "3 bps"] {
            let key = new.replace(old, "");
            let (name, _) = key.split_once(": ").expect("a key");
            let changed = format!("{old} {}: {length};", name.trim());
            let changed = if old.ends_with(':') { format!("{}: {length}; {old}", name.trim()) } else { changed };
            assert_eq!(told(class, &[(old, &changed)]).len(), 1, "{class}: {length}, not {number}");
        }
    }
}

#[test]
fn what_the_contract_leaves_out_is_listed() {
    for (class, old, new, place) in [
        ("hibah", "donee;", "donee;\n    guest: kafil;", "parties: `guest`"),
        ("hibah", "donee;", "donee;\n    judge: adjudicator;", "parties: `judge`"),
        ("hibah", "currency: tinybar", "currency: \"US dollars\"", "meta.currency: `us dollars`"),
        ("wasiyya", "legatee;", "legatee;\n    son: heir;\n    daughter: heir;", "parties: `son`, `daughter`"),
        ("musharakah_mutanaqisah", "authority: arbiter", "authority: \"High Court\"", "rescission.faskh.authority"),
        ("hibah", "currency: tinybar", "currency: usd", "meta.currency: `usd`"),
        ("hibah", "transfer: immediate;", "transfer: immediate; wrapping: 5 tinybar;", "returns.gift.wrapping"),
    ] {
        let told = unenforced(class, &[(old, new)]);
        assert!(told.iter().any(|own| own.starts_with(place)), "{class}: {told:?}");
        let before = unenforced(class, &[]);
        assert!(before.iter().all(|own| !own.starts_with(place)), "{class}: {before:?}");
    }
    for day in ["1893456000 seconds", "1893456000 unix"] {
        let told = unenforced("salam", &[("delivery_date: 1893456000", &format!("delivery_date: {day}"))]);
        assert!(told.iter().any(|own| own.starts_with("returns.salam.delivery_date")), "{day}: {told:?}");
    }
    assert!(is_given("salam", &[("delivery_date: 1893456000", "delivery_date: 180 Days")], 15_552_000));
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
        ("musharakah_mutanaqisah", "rate: 1 per_bps_period", "rate: 8000 tinybar"),
        ("musharakah_mutanaqisah", "oracle.fairValue * bps;", "oracle.fairValue * discount_bps;"),
        ("musharakah_mutanaqisah", "oracle.fairValue * bps;", "oracle.fairValue * bps * bps;"),
        ("musharakah_mutanaqisah", "oracle.fairValue * bps;", "oracle.fairValue * 1 percent;"),
        ("ijarah_imbt", "rent {", "transfer { mode: gift; price: 1 tinybar; }\n    rent {"),
        ("ijarah_imbt", "rent {", "transfer { price: oracle.fairValue / 2; }\n    rent {"),
        ("ijarah_imbt", "rent {", "transfer { price: nominal; }\n    rent {"),
        ("ijarah_imbt", "rent {", "transfer { mode: gift; price: oracle.fairValue; }\n    rent {"),
        ("ijarah_imbt", "rent {", "transfer { price: 7 usd; }\n    rent {"),
        ("ijarah_imbt", "rent {", "transfer { price: 1 percent; }\n    rent {"),
        ("kafala", "guarantee {", "debt { amount: 7 tinybar; }\n    guarantee {"),
        ("mudarabah_pool", "first: 5000 bps", "mudarib: 5000 bps"),
        ("musharakah_mutanaqisah", "nisab: 8500000 tinybar", "nisab: 85 grams"),
        ("musharakah_mutanaqisah", "nisab: 8500000 tinybar", "nisab: 85 hbar"),
        ("musharakah_mutanaqisah", "oracle.fairValue * bps;", "oracle.fairValue * bps + 5;"),
        ("musharakah_mutanaqisah", "bank.share -> client.share", "client.share -> bank.share"),
    ] {
        let told = told(class, &[(old, new)]);
        assert!(told.len() == 1 && told[0].ends_with("SOL-5"), "{class}: {new}: {told:?}");
    }
    let elsewhere = ("late_penalty: none;", "late_penalty: none; } markup { amount: 5 tinybar;");
    assert_eq!(told("murabahah", &[("markup: 100000 tinybar", "markup: fixed"), elsewhere]).len(), 1);
    let usd = [("currency: tinybar", "currency: usd"), ("cost: 1000000 tinybar", "cost: 1000000 usd")];
    assert_eq!(told("murabahah", &usd).len(), 2);
    let all = [usd[0], usd[1], ("markup: 100000 tinybar", "markup: 100000 usd"), ("1100000 tinybar", "1100000 usd")];
    let none: [&str; 0] = [];
    assert_eq!(told("murabahah", &all), none);
    let zakat = ("maslahah: beneficiary", "maslahah: financier");
    assert_eq!(told("musharakah_mutanaqisah", &[zakat]).len(), 1);
}
