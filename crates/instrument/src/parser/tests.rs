use super::*;
use crate::ast::{ExprKind, Operator};
use crate::codes::LIMIT_DEPTH;
use proptest::prelude::*;

fn read(text: &str) -> Result<Unit, Report> {
    parse(&SourceFile::new("a.fiqh", text))
}

/// `line:column message` of every finding.
fn findings(text: &str) -> Vec<String> {
    let report = read(text).expect_err("refused");
    let row = |d: &Diagnostic| {
        let at = d.origin.position().expect("a place");
        format!("{}:{} {}", at.line, at.column, d.message)
    };
    report.iter().map(row).collect()
}

fn instrument(text: &str) -> Instrument {
    match read(text) {
        Ok(Unit::Instrument(instrument)) => instrument,
        other => panic!("{other:?}"),
    }
}

#[test]
fn every_part_of_an_instrument_is_read() {
    let own = instrument(
        "\u{feff}// comment { \n/* and \n another */ instrument Home : murabahah {
        meta { basis: \"a \\\"b\\\" \\\\ \\n\"; }
        parties { bank: financier; valuer: oracle independent sworn; }
        capital { bank: 8_000 bps; require: 5 bps; require bank > 0; }
        returns { rent { basis: bank.share; rate: 1 per_bps_period; } buyout { price: oracle.fairValue * bps; } }
        invariant a { x + y * 2 == 10000 bps -> (z) }
        invariant a { x = y }
        lifecycle { fund; buyShare(bps, to); settle(); }
    }",
    );
    assert_eq!(own.name.text, "Home");
    assert_eq!(own.meta.unwrap().value("basis").unwrap().as_text(), Some("a \"b\" \\ \n"));
    let parties = own.parties.unwrap();
    assert_eq!(parties.get("valuer").unwrap().flags.len(), 2);
    let capital = own.capital.unwrap();
    assert_eq!(capital.shares.iter().map(|share| share.bps).collect::<Vec<_>>(), [8000, 5]);
    assert_eq!(capital.requires.len(), 1);
    assert!(own.returns.unwrap().get("buyout").unwrap().entries.value("price").unwrap().mentions("oracle"));
    assert_eq!(own.invariants.len(), 2);
    assert!(matches!(own.invariants[0].expression.kind, ExprKind::Binary(Operator::Arrow, ..)));
    assert_eq!(own.lifecycle.unwrap().steps[1].arguments.len(), 2);
}

#[test]
fn a_bundle_names_parties_and_legs() {
    let text =
        "bundle B { parties { a; b: buyer; } legs { one: sale { from: a; to: b; asset: car; payment: spot; } } }";
    let Ok(Unit::Bundle(bundle)) = read(text) else { panic!() };
    assert_eq!(bundle.parties.unwrap().get("a").unwrap().role.text, "");
    assert_eq!(bundle.legs[0].kind.text, "sale");
}

#[test]
fn all_errors_are_found_at_once() {
    let text = "instrument A : b {
meta { basis \"x\"; regime: ; }
metta { a: 1; }
parties { bank: financier oracle: valuer; }
capital { bank: 8000; client: many bps; }
invariant x { a == }
invariant y { a == b; }
risk { loss: a, b; capital_guarantee: none }
risk { loss: none; loss: none; }
}";
    assert_eq!(
        findings(text),
        [
            "2:14 expected `:`, found a text",
            "2:27 expected a value, found `;`",
            "3:1 `metta` is no section",
            "4:26 expected `;`, found `oracle`",
            "5:21 expected `bps`, found `;`",
            "5:31 expected a share, found `many`",
            "6:20 expected a value, found `}`",
            "7:21 expected `}`, found `;`",
            "8:15 expected `;`, found `,`",
            "8:43 expected `;`, found `}`",
            "9:1 the section `risk` is given twice",
            "9:20 `loss` is given twice",
        ]
    );
}

#[test]
fn a_forgotten_brace_is_shown_where_it_was_opened() {
    assert_eq!(
        findings("instrument A : b {\nmeta { basis: \"x\";\nrisk { loss: a; }\n}"),
        ["2:1 `meta` is not closed"]
    );
    assert_eq!(findings("instrument A : b {\n"), ["1:1 `instrument A : b` is not closed"]);
}

#[test]
fn stray_characters_hide_nothing_else() {
    assert_eq!(
        findings(
            "instrument A : b { meta { basis: 'x; rate: 2.5; a: ! b; ü: 99999999999999999999; z: \"\\q\"; w: -1; } }"
        ),
        [
            "1:34 `'` means nothing here",
            "1:45 numbers have no fraction",
            "1:52 `!` means nothing here",
            "1:57 `ü` means nothing here",
            "1:58 expected a key, found `:`",
            "1:60 this number is above 2^64 - 1",
            "1:86 `\\q` is no escape",
            "1:94 expected a value, found `-`",
        ]
    );
}

#[test]
fn comparisons_do_not_chain() {
    assert_eq!(findings("instrument A : b { invariant x { a == b == c } }"), ["1:41 comparisons do not chain"]);
}

#[test]
fn depth_and_size_are_limited() {
    let nested = |n: usize| format!("instrument A : b {{ invariant x {{ {}a{} }} }}", "(".repeat(n), ")".repeat(n));
    let chained = |n: usize| format!("instrument A : b {{ invariant x {{ a{} }} }}", " + a".repeat(n));
    assert!(read(&nested(64)).is_ok());
    assert!(read(&nested(65)).is_err_and(|report| report.has(LIMIT_DEPTH)));
    assert!(read(&nested(500_000)).is_err_and(|report| report.has(LIMIT_DEPTH)));
    assert!(read(&chained(63)).is_ok());
    assert!(read(&chained(64)).is_err_and(|report| report.has(LIMIT_DEPTH)));
    assert!(read(&" ".repeat(MAX_INPUT + 1)).is_err_and(|report| report.has(LIMIT_INPUT)));
}

#[test]
fn texts_without_an_end_take_no_quadratic_time() {
    assert!(read(&"\\\"\n".repeat(MAX_INPUT / 3)).is_err());
}

#[test]
fn bytes_that_are_not_utf8_are_refused_at_their_place() {
    let report = source("a.fiqh", b"ab\n\xff").unwrap_err();
    assert_eq!(report.iter().next().unwrap().origin.position().unwrap().line, 2);
}

proptest! {
    #[test]
    fn any_text_is_read_or_refused(text in "\\PC{0,400}") {
        let _ = read(&text);
    }

    #[test]
    fn any_tokens_are_read_or_refused(words in prop::collection::vec(prop::sample::select(vec![
        "instrument", "bundle", "A", ":", "{", "}", "(", ")", ";", "meta", "capital", "require", "legs", "invariant",
        "lifecycle", "returns", "bps", "12", "\"t\"", "->", "==", "+", ".", ",", "\"", "/*", "parties", "independent",
    ]), 0..80)) {
        let _ = read(&words.join(" "));
        let _ = read(&format!("instrument A : b {{ {} }}", words.join(" ")));
    }
}
