//! Values: normal form, equality without recursion, and safe dropping.

use etymon_kernel_rt::{self as rt, List, Nat, Op, Prim, Record, Val};
use std::sync::Arc;

fn fields(keys: &[(&str, u64)]) -> Val {
    Val::Record(Record::new(keys.iter().map(|(key, nat)| (Arc::from(*key), rt::nat(*nat))).collect()))
}

#[test]
fn records_keep_the_last_of_a_repeated_key() {
    assert_eq!(fields(&[("a", 1), ("b", 2), ("a", 3), ("a", 4)]), fields(&[("b", 2), ("a", 4)]));
}

#[test]
fn keys_stand_in_utf16_order() {
    // U+FB33 sorts after U+1F600 in UTF-16 (RFC 8785, section 3.2.3), before it in UTF-8.
    let Val::Record(record) = fields(&[("\u{fb33}", 1), ("\u{1f600}", 2), ("1", 3), ("\u{80}", 4)]) else {
        panic!("a record")
    };
    let keys: Vec<&str> = record.fields().iter().map(|(key, _)| key.as_ref()).collect();
    assert_eq!(keys, ["1", "\u{80}", "\u{1f600}", "\u{fb33}"]);
}

#[test]
fn deep_values_are_compared_printed_and_dropped() {
    let deep = || {
        (0..1_000_000)
            .fold(rt::nat(7), |inner, at| if at % 2 == 0 { rt::list([inner]) } else { rt::record([("k", inner)]) })
    };
    let (a, b) = (deep(), deep());
    assert!(a == b);
    assert!(a != rt::list([b]));
    assert!(rt::wire::encode(&a).len() > 1_000_000);
    assert!(rt::json_text(&a).is_some_and(|text| text.len() > 1_000_000));
}

#[test]
fn big_and_small_naturals_meet_in_the_middle() {
    let wide = Nat::parse("18446744073709551616").expect("2^64");
    assert_eq!(wide.sub(&Nat::from(1)), Nat::from(u64::MAX));
    assert_eq!(Nat::from(u64::MAX).add(&Nat::from(1)), wide);
    assert_eq!(wide.shr(&Nat::from(64)), Nat::from(1));
    assert_eq!(Nat::from(1).shl(64), wide);
    assert_eq!(Nat::from(1).shl(63), Nat::from(1 << 63));
    assert!(wide > Nat::from(u64::MAX));
    assert_eq!(Nat::parse("007"), None);
    assert_eq!(Nat::parse(""), None);
    assert_eq!(Nat::parse("+1"), None);
}

#[test]
fn tables_agree_with_themselves() {
    for op in Op::ALL {
        assert_eq!(Op::from_name(op.name()), Some(op));
        assert_eq!(op.apply(&vec![Val::None; op.arity() + 1]), Val::None);
    }
    for prim in Prim::ALL {
        assert_eq!(Prim::from_name(prim.name()), Some(prim));
        assert_eq!(prim.apply(&vec![Val::None; prim.arity() + 1]), Val::None);
    }
    assert_eq!((Op::ALL.len(), Prim::ALL.len()), (22, 30));
}

#[test]
fn sharing_is_measured_as_if_it_were_not() {
    let shared = (0..80).fold(rt::text("x"), |inner, _| Val::List(List::new(vec![inner.clone(), inner])));
    assert_eq!(shared.size(), u64::MAX, "2^80 leaves saturate");
}

#[test]
fn long_naturals_are_read_as_written() {
    for length in [1_999, 2_000, 2_001, 4_001, 12_345, Nat::MAX_DIGITS] {
        let digits: String = (0..length).map(|at| char::from(b'1' + (at % 10 % 9) as u8)).collect();
        let nat = Nat::parse(&digits).expect("digits");
        assert!(nat.digits() == digits, "{length} digits");
    }
    let round = format!("1{}", "0".repeat(10_000));
    assert!(Nat::parse(&round).expect("digits").digits() == round);
}
