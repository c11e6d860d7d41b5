//! Values of the protocol in the tagged JSON of conformance requests, as the kernel takes and gives them.

use serde_json::{Value, json};

pub fn none() -> Value {
    json!({"none": null})
}

pub fn nat(value: u64) -> Value {
    json!({"nat": value.to_string()})
}

pub fn text(value: &str) -> Value {
    json!({"str": value})
}

/// Text, or none.
pub fn optional(value: Option<&str>) -> Value {
    value.map_or_else(none, text)
}

pub fn bytes(value: &[u8]) -> Value {
    json!({"bytes": hex::encode(value)})
}

pub fn list(items: Vec<Value>) -> Value {
    json!({"list": items})
}

pub fn record(fields: Vec<(&str, Value)>) -> Value {
    json!({"record": fields})
}

/// A field of a record, or nothing for what has none.
pub fn get<'v>(value: &'v Value, key: &str) -> Option<&'v Value> {
    let fields = value.get("record")?.as_array()?;
    fields.iter().find(|field| field.get(0).and_then(Value::as_str) == Some(key))?.get(1)
}

pub fn as_text(value: &Value) -> Option<&str> {
    value.get("str")?.as_str()
}

/// A natural below 2^64.
pub fn as_nat(value: &Value) -> Option<u64> {
    value.get("nat")?.as_str()?.parse().ok()
}

pub fn as_list(value: &Value) -> Option<&[Value]> {
    Some(value.get("list")?.as_array()?.as_slice())
}

pub fn is_none(value: &Value) -> bool {
    value.get("none").is_some()
}

pub fn text_of<'v>(value: &'v Value, key: &str) -> Option<&'v str> {
    as_text(get(value, key)?)
}

pub fn nat_of(value: &Value, key: &str) -> Option<u64> {
    as_nat(get(value, key)?)
}

pub fn list_of<'v>(value: &'v Value, key: &str) -> &'v [Value] {
    get(value, key).and_then(as_list).unwrap_or_default()
}

/// The JSON text (RFC 8785) of a value; its records are in the right order already.
pub fn plain(value: &Value) -> String {
    let mut out = String::new();
    print(value, &mut out);
    out
}

fn print(value: &Value, out: &mut String) {
    if let Some(number) = value.get("nat").and_then(Value::as_str) {
        out.push_str(number);
    } else if let Some(string) = value.get("str").or_else(|| value.get("bytes")) {
        // serde_json escapes exactly what RFC 8785 does.
        out.push_str(&string.to_string());
    } else if let Some(truth) = value.get("bool").and_then(Value::as_bool) {
        out.push_str(if truth { "true" } else { "false" });
    } else if let Some(items) = as_list(value) {
        print_all('[', items.iter().map(|item| (None, item)), ']', out);
    } else if let Some(fields) = value.get("record").and_then(Value::as_array) {
        print_all('{', fields.iter().map(|field| (Some(&field[0]), &field[1])), '}', out);
    } else {
        out.push_str("null");
    }
}

fn print_all<'v>(open: char, items: impl Iterator<Item = (Option<&'v Value>, &'v Value)>, close: char, out: &mut String) {
    out.push(open);
    for (at, (key, item)) in items.enumerate() {
        if at > 0 {
            out.push(',');
        }
        if let Some(key) = key {
            out.push_str(&key.to_string());
            out.push(':');
        }
        print(item, out);
    }
    out.push(close);
}
