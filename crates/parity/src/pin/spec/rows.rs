//! The state tree and the log in rows: what an honest host finds, and what a lying one may say instead. The trees are built
//! here from their definition, apart from the spec.

mod log;
mod state;

use crate::pin::draft::Suite;
use crate::pin::values::{b, l, nat, r, s};
use etymon_kernel_rt::{Prim, Record, Val};
use std::sync::Arc;

/// Rows that a host looked up, with what it found.
type Found = Vec<(String, Vec<Val>)>;

fn octets(own: &[u8]) -> Val {
    Val::Bytes(Arc::from(own))
}

fn empty() -> Val {
    Prim::Sha256.apply(&[b("")])
}

fn text(octets: &Val) -> Val {
    Prim::BytesToHex.apply(std::slice::from_ref(octets))
}

fn entry(read: Val, items: Vec<Val>) -> Val {
    r([("read", read), ("items", l(items))])
}

fn list(found: &Found) -> Val {
    l(found.iter().map(|(key, items)| entry(r([("get", s(key))]), items.clone())))
}

/// What a lying host may say in place of an item.
fn lies(item: &Val) -> Vec<(&'static str, Vec<Val>)> {
    let other = b(&"5c".repeat(32));
    let set = |key: &str, value: Val| match item {
        Val::Record(record) => {
            let mut fields: Vec<_> = record.fields().to_vec();
            fields.retain(|(own, _)| &**own != key);
            fields.push((Arc::from(key), value));
            Val::Record(Record::new(fields))
        }
        _ => value,
    };
    vec![
        ("nothing", vec![]),
        ("another hash", vec![set("hash", other)]),
        ("the empty hash", vec![set("hash", empty())]),
        ("a short hash", vec![set("hash", b("5c"))]),
        ("another value", vec![set("value", b("ee"))]),
        ("another key", vec![set("key", nat(1))]),
        ("a key of text", vec![set("key", s("1"))]),
        ("two items", vec![item.clone(), item.clone()]),
        ("none", vec![Val::None]),
        ("text", vec![s("x")]),
    ]
}

fn overlays(suite: &mut Suite) {
    let own = l([
        entry(r([("get", s("a"))]), vec![nat(1)]),
        entry(r([("octets", s("00"))]), vec![nat(0)]),
        entry(r([("get", s("b"))]), vec![]),
        entry(r([("get", s("a"))]), vec![nat(2)]),
        nat(5),
    ]);
    let write = |key: &str, value: Val| r([("key", s(key)), ("value", value)]);
    for (label, rows) in [
        ("nothing", l([])),
        ("a new value", l([write("a", nat(3))])),
        ("a removal", l([write("a", Val::None)])),
        ("three rows", l([write("c", b("00")), write("b", s("x")), write("a", Val::None)])),
        ("a row twice", l([write("c", nat(1)), write("c", nat(2))])),
        ("no rows", Val::None),
    ] {
        suite.spec(&format!("withRows {label}"), "kernel/Found.withRows", vec![rows, own.clone()]);
    }
    for key in ["a", "b", "c", "00"] {
        suite.spec(&format!("rowItems {key}"), "kernel/Found.rowItems", vec![s(key), own.clone()]);
        suite.spec(&format!("octetItems {key}"), "kernel/Found.octetItems", vec![s(key), own.clone()]);
    }
    suite.spec("unreadRows", "kernel/Found.unreadRows", vec![l(["a", "b", "c", "00"].map(s)), own]);
}

/// All of them.
pub(super) fn rows(suite: &mut Suite) {
    state::state(suite);
    log::log(suite);
    overlays(suite);
}
