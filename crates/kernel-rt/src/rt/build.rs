//! What strict Rust is printed in terms of, besides operations and primitives (docs/lowering.md).

use super::alloc::boxed::Box;
use super::alloc::sync::Arc;
use super::alloc::vec::Vec;
use super::{List, Nat, Record, Val};
use num_bigint::BigUint;
use once_cell::race::OnceBox;

/// A natural below 2^64.
pub fn nat(small: u64) -> Val {
    Val::Nat(Nat::from(small))
}

/// A natural from decimal digits; none if they are not canonical.
pub fn big(digits: &str) -> Val {
    BigUint::parse_bytes(digits.as_bytes(), 10).map_or(Val::None, |big| Val::Nat(Nat::from(big)))
}

/// Text.
pub fn text(text: &str) -> Val {
    Val::Str(Arc::from(text))
}

/// Octets.
pub fn bytes(bytes: &[u8]) -> Val {
    Val::Bytes(Arc::from(bytes))
}

/// A list.
pub fn list<const N: usize>(items: [Val; N]) -> Val {
    Val::List(List::new(items.into()))
}

/// A record; of a repeated key the last counts.
pub fn record<const N: usize>(fields: [(&str, Val); N]) -> Val {
    Val::Record(Record::new(fields.into_iter().map(|(key, value)| (Arc::from(key), value)).collect()))
}

/// Field of a record, or element of a list when `key` is one or more ASCII digits; otherwise none.
pub fn get(object: Val, key: &str) -> Val {
    match &object {
        Val::Record(record) => record.get(key).cloned().unwrap_or(Val::None),
        Val::List(list) => index(key).and_then(|at| list.items().get(at)).cloned().unwrap_or(Val::None),
        _ => Val::None,
    }
}

fn index(key: &str) -> Option<usize> {
    if key.is_empty() || !key.bytes().all(|byte| byte.is_ascii_digit()) {
        return None;
    }
    // An index beyond the machine word is beyond every list; leading zeros are allowed.
    key.parse().ok()
}

/// The record with `key` set; none for anything but a record.
pub fn set(object: Val, key: &str, value: Val) -> Val {
    match &object {
        Val::Record(record) => Val::Record(record.with(key, value)),
        _ => Val::None,
    }
}

/// Left fold; none for anything but a list.
pub fn fold(list: Val, init: Val, mut step: impl FnMut(Val, Val) -> Val) -> Val {
    match &list {
        Val::List(list) => list.items().iter().fold(init, |acc, item| step(acc, item.clone())),
        _ => Val::None,
    }
}

/// The text to dispatch on, if the scrutinee is text.
pub fn tag(scrutinee: &Val) -> Option<&str> {
    match scrutinee {
        Val::Str(text) => Some(text),
        _ => None,
    }
}

/// What `forIn` runs over: the elements of a list, nothing for anything else.
pub fn items(collection: Val) -> Vec<Val> {
    match &collection {
        Val::List(list) => list.items().to_vec(),
        _ => Vec::new(),
    }
}

/// An empty effect trace.
pub fn effects() -> Vec<Val> {
    Vec::new()
}

/// One effect: the payload and its `type`.
pub fn effect<const N: usize>(kind: &str, payload: [(&str, Val); N]) -> Val {
    let mut fields: Vec<(Arc<str>, Val)> = Vec::with_capacity(N + 1);
    fields.push((Arc::from("type"), text(kind)));
    fields.extend(payload.into_iter().map(|(key, value)| (Arc::from(key), value)));
    Val::Record(Record::new(fields))
}

/// What an effect function answers.
pub fn outcome(value: Val, effects: Vec<Val>) -> Val {
    record([("value", value), ("effects", Val::List(List::new(effects)))])
}

/// What a constructor answers: its fields, none if it returned anything but a record.
pub fn fields(value: Val) -> Val {
    match value {
        Val::Record(_) => value,
        _ => Val::None,
    }
}

/// A constant, computed when first read.
pub struct Constant {
    cell: OnceBox<Val>,
    compute: fn() -> Val,
}

impl Constant {
    /// A constant with the value of `compute`.
    pub const fn new(compute: fn() -> Val) -> Constant {
        Constant { cell: OnceBox::new(), compute }
    }

    /// The value.
    pub fn get(&self) -> Val {
        self.cell.get_or_init(|| Box::new((self.compute)())).clone()
    }
}
