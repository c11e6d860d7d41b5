//! Boundary values with the labels that name them in identifiers.

use etymon_kernel_rt::{List, Nat, Record, Val, hex_bytes};
use std::sync::Arc;

/// A labelled value.
#[derive(Clone, Debug)]
pub(super) struct Labelled {
    pub label: &'static str,
    pub value: Val,
}

pub(super) fn n(digits: &str) -> Val {
    Nat::parse(digits).map_or(Val::None, Val::Nat)
}

pub(super) fn nat(small: u64) -> Val {
    Val::Nat(Nat::from(small))
}

pub(super) fn s(text: &str) -> Val {
    Val::Str(Arc::from(text))
}

pub(super) fn b(hex: &str) -> Val {
    hex_bytes(hex).map_or(Val::None, |bytes| Val::Bytes(Arc::from(bytes)))
}

pub(super) fn l(items: impl IntoIterator<Item = Val>) -> Val {
    Val::List(List::new(items.into_iter().collect()))
}

pub(super) fn r<const N: usize>(fields: [(&str, Val); N]) -> Val {
    Val::Record(Record::new(fields.into_iter().map(|(key, value)| (Arc::from(key), value)).collect()))
}

fn labelled<const N: usize>(all: [(&'static str, Val); N]) -> Vec<Labelled> {
    all.into_iter().map(|(label, value)| Labelled { label, value }).collect()
}

/// Naturals at the bounds of words, doubles and hashes.
pub(super) fn naturals() -> Vec<Labelled> {
    labelled([
        ("0", n("0")),
        ("1", n("1")),
        ("3", n("3")),
        ("2^31", n("2147483648")),
        ("2^32", n("4294967296")),
        ("2^53-1", n("9007199254740991")),
        ("2^53", n("9007199254740992")),
        ("2^53+1", n("9007199254740993")),
        ("2^64-1", n("18446744073709551615")),
        ("2^64", n("18446744073709551616")),
        ("2^128", n("340282366920938463463374607431768211456")),
        ("2^256", n("115792089237316195423570985008687907853269984665640564039457584007913129639936")),
    ])
}

pub(super) fn booleans() -> Vec<Labelled> {
    labelled([("true", Val::Bool(true)), ("false", Val::Bool(false))])
}

pub(super) fn texts() -> Vec<Labelled> {
    labelled([
        ("''", s("")),
        ("'a'", s("a")),
        ("'10'", s("10")),
        ("'__proto__'", s("__proto__")),
        ("astral", s("𝒳é\u{10ffff}")),
        ("controls", s("\u{0}\u{7}\u{8}\t\n\u{b}\u{c}\r\u{1f}\u{7f}\u{2028}\u{2029}")),
        ("quotes", s("'\"\\/`${}")),
        ("above-surrogates", s("\u{e000}\u{ffff}\u{feff}")),
    ])
}

pub(super) fn octets() -> Vec<Labelled> {
    labelled([("0x", b("")), ("0x00", b("00")), ("0x00ff80", b("00ff80")), ("0x31", b("31"))])
}

pub(super) fn lists() -> Vec<Labelled> {
    labelled([
        ("[]", l([])),
        ("[none]", l([Val::None])),
        ("[1,2]", l([nat(1), nat(2)])),
        ("[[],[{}]]", l([l([]), l([r([])])])),
        ("[true,'a',0x00]", l([Val::Bool(true), s("a"), b("00")])),
    ])
}

pub(super) fn records() -> Vec<Labelled> {
    labelled([
        ("{}", r([])),
        ("{a:1}", r([("a", nat(1))])),
        ("{a:none}", r([("a", Val::None)])),
        ("{proto}", r([("__proto__", nat(1)), ("constructor", s("c")), ("toString", Val::None), ("", nat(0))])),
        ("{10,2}", r([("2", nat(2)), ("10", nat(10)), ("\u{ffff}", nat(3)), ("𝒳", nat(4))])),
        ("{nested}", r([("a", r([("b", l([r([("c", b("ff"))])]))])), ("length", nat(7))])),
    ])
}

pub(super) fn absence() -> Vec<Labelled> {
    labelled([("none", Val::None)])
}

/// Every value above.
pub(super) fn all() -> Vec<Labelled> {
    [naturals(), booleans(), texts(), octets(), lists(), records(), absence()].concat()
}

/// Two of each type, for combinations of types.
pub(super) fn by_type() -> Vec<Labelled> {
    let first = |mut all: Vec<Labelled>, at: [usize; 2]| {
        let second = all.swap_remove(at[1]);
        vec![all.swap_remove(at[0]), second]
    };
    [
        first(naturals(), [1, 9]),
        booleans(),
        first(texts(), [0, 4]),
        first(octets(), [0, 2]),
        first(lists(), [0, 2]),
        first(records(), [0, 3]),
        absence(),
    ]
    .concat()
}
