//! The rules of a committee stand twice: where an instrument is checked, with a place for each finding, and where an oracle is run. They are one.

use etymon_diagnostics::SourceFile;
use etymon_instrument::oracle::consensus::Rules;
use etymon_instrument::{parser::parse, sema::check};
use std::path::Path;

#[test]
fn a_committee_is_refused_by_both_or_by_none() {
    let path = Path::new(env!("CARGO_MANIFEST_DIR")).join("../../examples/instruments/musharakah_consensus.fiqh");
    let text = std::fs::read_to_string(path).expect("the example");
    let mut refused = 0;
    for (committee, quorum) in [(0, 0), (0, 1), (1, 0), (1, 1), (5, 3), (5, 5), (5, 6), (3, 4)] {
        for bound in [0, 1, 500, 9_999, 10_000, 10_001] {
            let own = text
                .replacen("committee: 5;", &format!("committee: {committee};"), 1)
                .replacen("quorum: 3;", &format!("quorum: {quorum};"), 1)
                .replacen("gharar_bound_bps: 500;", &format!("gharar_bound_bps: {bound};"), 1);
            let source = SourceFile::new("own.fiqh", own);
            let unit = parse(&source).expect("an instrument");
            let report = check(&source, &unit, None);
            let run = Rules::new(committee, quorum, bound);
            let case = format!("{committee}, {quorum}, {bound}: {report}");
            assert_eq!(report.has_errors(), run.is_err(), "{case}");
            if let Err(error) = run {
                refused += 1;
                assert!(report.iter().any(|own| own.code == error.code()), "{case}");
            }
        }
    }
    assert!(refused > 20);
}
