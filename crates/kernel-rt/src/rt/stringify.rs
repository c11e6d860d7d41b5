//! RFC 8785 text of a value.

use super::Val;
use super::alloc::string::String;
use super::alloc::vec::Vec;
use super::prim::hex_text;

/// Largest natural that JSON text may carry: 2^53 - 1 (RFC 8785, section 3.2.2.3).
pub const MAX_JSON_NAT: u64 = (1 << 53) - 1;

/// What stands around the parts of lists and records.
pub struct Brackets {
    /// Before and after a list's items.
    pub list: [&'static str; 2],
    /// Before and after a record's fields.
    pub record: [&'static str; 2],
    /// Before a key, between key and value, and after a value.
    pub field: [&'static str; 3],
}

enum Step<'v> {
    Value(&'v Val),
    Key(&'v str),
    Raw(&'static str),
}

/// JSON text of a value in one encoding: `scalar` appends what is neither list nor record, and its `None` is the answer.
pub fn print(value: &Val, brackets: &Brackets, scalar: fn(&mut String, &Val) -> Option<()>) -> Option<String> {
    let [before_key, after_key, after_value] = brackets.field;
    let mut text = String::new();
    let mut open = Vec::from([Step::Value(value)]);
    while let Some(step) = open.pop() {
        match step {
            Step::Raw(raw) => text.push_str(raw),
            Step::Key(key) => {
                text.push_str(before_key);
                push_string(&mut text, key);
                text.push_str(after_key);
            }
            Step::Value(Val::List(list)) => {
                text.push_str(brackets.list[0]);
                open.push(Step::Raw(brackets.list[1]));
                for (index, item) in list.items().iter().enumerate().rev() {
                    open.push(Step::Value(item));
                    if index > 0 {
                        open.push(Step::Raw(","));
                    }
                }
            }
            Step::Value(Val::Record(record)) => {
                text.push_str(brackets.record[0]);
                open.push(Step::Raw(brackets.record[1]));
                for (index, (key, item)) in record.fields().iter().enumerate().rev() {
                    open.push(Step::Raw(after_value));
                    open.push(Step::Value(item));
                    open.push(Step::Key(key));
                    if index > 0 {
                        open.push(Step::Raw(","));
                    }
                }
            }
            Step::Value(value) => scalar(&mut text, value)?,
        }
    }
    Some(text)
}

const PLAIN: Brackets = Brackets { list: ["[", "]"], record: ["{", "}"], field: ["", ":", ""] };

/// RFC 8785 text; `None` when a natural anywhere in the value exceeds 2^53 - 1. Octets print as lower-case hex strings.
pub fn json_text(value: &Val) -> Option<String> {
    print(value, &PLAIN, push_plain)
}

fn push_plain(text: &mut String, value: &Val) -> Option<()> {
    match value {
        Val::Bool(true) => text.push_str("true"),
        Val::Bool(false) => text.push_str("false"),
        Val::Str(own) => push_string(text, own),
        Val::Bytes(bytes) => push_string(text, &hex_text(bytes)),
        Val::Nat(nat) => {
            nat.as_u64().filter(|nat| *nat <= MAX_JSON_NAT)?;
            text.push_str(&nat.digits());
        }
        Val::None | Val::List(_) | Val::Record(_) => text.push_str("null"),
    }
    Some(())
}

/// Appends a JSON string with the escapes of RFC 8785 section 3.2.2.2.
pub fn push_string(text: &mut String, own: &str) {
    text.push('"');
    for character in own.chars() {
        match character {
            '"' => text.push_str("\\\""),
            '\\' => text.push_str("\\\\"),
            '\u{8}' => text.push_str("\\b"),
            '\t' => text.push_str("\\t"),
            '\n' => text.push_str("\\n"),
            '\u{c}' => text.push_str("\\f"),
            '\r' => text.push_str("\\r"),
            '\0'..='\u{1f}' => {
                text.push_str("\\u00");
                text.push_str(&hex_text(&[character as u8]));
            }
            _ => text.push(character),
        }
    }
    text.push('"');
}
