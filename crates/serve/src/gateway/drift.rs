//! How far terms have moved from those that were attested first.

use etymon_instrument::enforce::{Enforcer, Terms};
use serde::Serialize;
use serde_json::{Map, Value};
use std::collections::BTreeMap;

/// What is another than at first.
#[derive(Debug, Default, PartialEq, Serialize)]
pub(super) struct Drift<'t> {
    /// Terms whose value is another.
    changed: Vec<Changed<'t>>,
    /// Terms that were not there.
    added: Vec<&'t str>,
    /// Terms that are there no more.
    removed: Vec<&'t str>,
    /// Those among them that no constraint watches.
    unconstrained_drift: Vec<&'t str>,
}

#[derive(Debug, PartialEq, Serialize)]
struct Changed<'t> {
    field: &'t str,
    from: &'t Value,
    to: &'t Value,
}

/// Terms by dotted name.
type Flat<'t> = BTreeMap<String, &'t Value>;

/// Terms without nesting. Where two would have one name, the one that is written with dots counts, as it does for constraints.
pub(super) fn flat(terms: &Terms) -> Flat<'_> {
    let mut flat = Flat::new();
    // The outermost come first, and what is there stays.
    let mut open: Vec<(String, &Map<String, Value>)> = vec![(String::new(), terms)];
    while let Some((prefix, within)) = open.pop() {
        for (name, value) in within {
            let path = if prefix.is_empty() { name.clone() } else { format!("{prefix}.{name}") };
            match value {
                Value::Object(nested) if !nested.is_empty() => open.push((path, nested)),
                _ => {
                    flat.entry(path).or_insert(value);
                }
            }
        }
    }
    flat
}

/// What is another now than it was at first.
pub(super) fn between<'t>(first: &'t Flat<'_>, now: &'t Flat<'_>, enforcer: &Enforcer) -> Drift<'t> {
    let mut drift = Drift::default();
    for (field, from) in first {
        match now.get(field) {
            None => drift.removed.push(field),
            Some(to) if to != from => drift.changed.push(Changed { field, from, to }),
            Some(_) => {}
        }
    }
    drift.added = now.keys().filter(|field| !first.contains_key(*field)).map(String::as_str).collect();
    let moved = drift.changed.iter().map(|own| own.field).chain(drift.added.iter().copied());
    let moved = moved.chain(drift.removed.iter().copied()).filter(|field| !enforcer.constrains(field));
    let mut moved: Vec<_> = moved.collect();
    moved.sort_unstable();
    drift.unconstrained_drift = moved;
    drift
}

#[cfg(test)]
mod tests {
    use super::*;
    use etymon_instrument::manifest::Manifest;
    use serde_json::json;

    fn drift(first: Value, now: Value) -> Value {
        let manifest = json!({
            "contract": "c", "regime": "r", "authority": "a",
            "constraints": [{ "code": "X", "field": "a.b", "op": "eq", "value": 1, "citation": "x" }],
        });
        let enforcer = Enforcer::new(Manifest::read(manifest.to_string().as_bytes()).expect("a manifest"));
        let (first, now) = (first.as_object().expect("terms"), now.as_object().expect("terms"));
        serde_json::to_value(between(&flat(first), &flat(now), &enforcer)).expect("a value")
    }

    #[test]
    fn what_changed_came_and_went() {
        let told = drift(json!({ "a": { "b": 1, "c": 1 }, "d": [1] }), json!({ "a.b": 2, "d": [2], "e": {} }));
        let expected = json!({
            "changed": [{ "field": "a.b", "from": 1, "to": 2 }, { "field": "d", "from": [1], "to": [2] }],
            "added": ["e"], "removed": ["a.c"], "unconstrained_drift": ["a.c", "d", "e"],
        });
        assert_eq!(told, expected);
    }

    #[test]
    fn nesting_alone_is_no_drift() {
        let nothing = json!({ "changed": [], "added": [], "removed": [], "unconstrained_drift": [] });
        assert_eq!(drift(json!({ "a": { "b": 1 } }), json!({ "a.b": 1 })), nothing);
        assert_eq!(drift(json!({ "a": { "b": 2 }, "a.b": 1 }), json!({ "a.b": 1 })), nothing);
    }
}
