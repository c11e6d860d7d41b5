//! Values from and to JSON: the tagged form of images and conformance, and the plain form of bodies.

use super::alloc::string::String;
use super::alloc::sync::Arc;
use super::alloc::vec::Vec;
use super::json::{Kind, NodeId, Tape};
use super::prim::{hex_bytes, hex_text};
use super::stringify::{Brackets, MAX_JSON_NAT, print, push_string};
use super::{List, Nat, Record, Val};

/// Reason of a natural that is refused for its size.
pub const TOO_WIDE: &str = "a natural of at most 315653 digits";

/// A refused value: the node, and why.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Refusal {
    /// Where on the tape.
    pub node: NodeId,
    /// What was expected there.
    pub reason: &'static str,
}

fn refuse<T>(node: NodeId, reason: &'static str) -> Result<T, Refusal> {
    Err(Refusal { node, reason })
}

/// A container being filled.
enum Open {
    List { next: NodeId, end: NodeId, items: Vec<Val> },
    Record { next: NodeId, end: NodeId, key: Arc<str>, fields: Vec<(Arc<str>, Val)> },
}

/// How one encoding opens a node: a finished value, or a container whose children follow.
type Enter = fn(&Tape<'_>, NodeId) -> Result<Entered, Refusal>;

enum Entered {
    Done(Val),
    Open(Open),
}

/// How one encoding reads the next field: its key, the node of its value, and the node after the field.
type Field = fn(&Tape<'_>, NodeId) -> Result<(Arc<str>, NodeId, NodeId), Refusal>;

fn read(tape: &Tape<'_>, root: NodeId, enter: Enter, field: Field) -> Result<Val, Refusal> {
    let mut open: Vec<Open> = Vec::new();
    let mut entered = enter(tape, root)?;
    loop {
        let mut finished = match entered {
            Entered::Done(value) => Some(value),
            Entered::Open(container) => {
                open.push(container);
                None
            }
        };
        entered = loop {
            let Some(top) = open.last_mut() else {
                return finished.map_or_else(|| refuse(root, "a value"), Ok);
            };
            match top {
                Open::List { next, end, items } => {
                    items.extend(finished.take());
                    if next < end {
                        let node = *next;
                        *next = tape.end(node);
                        break enter(tape, node)?;
                    }
                    finished = Some(Val::List(List::new(core::mem::take(items))));
                }
                Open::Record { next, end, key, fields } => {
                    fields.extend(finished.take().map(|value| (key.clone(), value)));
                    if next < end {
                        let (own, node, after) = field(tape, *next)?;
                        *key = own;
                        *next = after;
                        break enter(tape, node)?;
                    }
                    finished = Some(Val::Record(Record::new(core::mem::take(fields))));
                }
            }
            open.pop();
        };
    }
}

/// Reads the tagged form: `{"nat":"42"}`, `{"bool":true}`, `{"str":"x"}`, `{"bytes":"00ff"}`, `{"list":[…]}`, `{"record":[["k",v],…]}`, `{"none":null}`.
pub fn decode(tape: &Tape<'_>, node: NodeId) -> Result<Val, Refusal> {
    read(tape, node, enter_tagged, pair)
}

/// Tag and content of an object with exactly one key.
pub fn tagged<'t>(tape: &'t Tape<'_>, node: NodeId) -> Result<(&'t str, NodeId), Refusal> {
    let mut members = tape.members(node);
    match (members.next(), members.next()) {
        (Some(only), None) => Ok(only),
        _ => refuse(node, "an object with exactly one key"),
    }
}

/// Reads a natural written as a string.
pub fn natural(tape: &Tape<'_>, node: NodeId) -> Result<Nat, Refusal> {
    match tape.as_str(node).and_then(Nat::parse) {
        Some(nat) => Ok(nat),
        None if tape.range(node).len() > Nat::MAX_DIGITS => refuse(node, TOO_WIDE),
        None => refuse(node, "a string of decimal digits without leading zero"),
    }
}

/// Reads octets written as a string of lower-case hex.
pub fn octets(tape: &Tape<'_>, node: NodeId) -> Result<Arc<[u8]>, Refusal> {
    let text = tape.as_str(node).filter(|text| !text.bytes().any(|byte| byte.is_ascii_uppercase()));
    match text.and_then(hex_bytes) {
        Some(bytes) => Ok(Arc::from(bytes)),
        None => refuse(node, "a string of an even number of lower-case hex digits"),
    }
}

/// Reads a string.
pub fn string(tape: &Tape<'_>, node: NodeId) -> Result<Arc<str>, Refusal> {
    tape.as_str(node).map_or_else(|| refuse(node, "a string"), |text| Ok(Arc::from(text)))
}

fn enter_tagged(tape: &Tape<'_>, node: NodeId) -> Result<Entered, Refusal> {
    let (tag, content) = tagged(tape, node)?;
    let value = match (tag, tape.kind(content)) {
        ("nat", _) => Val::Nat(natural(tape, content)?),
        ("bool", Kind::Bool(truth)) => Val::Bool(truth),
        ("str", Kind::Str) => Val::Str(string(tape, content)?),
        ("bytes", _) => Val::Bytes(octets(tape, content)?),
        ("none", Kind::Null) => Val::None,
        ("list", Kind::Array) => {
            return Ok(Entered::Open(Open::List { next: content + 1, end: tape.end(content), items: Vec::new() }));
        }
        ("record", Kind::Array) => return Ok(Entered::Open(open_record(tape, content))),
        ("bool" | "str" | "none" | "list" | "record", _) => return refuse(content, "content that fits its tag"),
        _ => return refuse(node, "one of `nat`, `bool`, `str`, `bytes`, `list`, `record`, `none`"),
    };
    Ok(Entered::Done(value))
}

fn open_record(tape: &Tape<'_>, container: NodeId) -> Open {
    Open::Record { next: container + 1, end: tape.end(container), key: Arc::from(""), fields: Vec::new() }
}

fn pair(tape: &Tape<'_>, node: NodeId) -> Result<(Arc<str>, NodeId, NodeId), Refusal> {
    let mut children = tape.children(node);
    match (tape.kind(node), children.next(), children.next(), children.next()) {
        (Kind::Array, Some(key), Some(value), None) => Ok((string(tape, key)?, value, tape.end(node))),
        _ => refuse(node, "a pair of key and value"),
    }
}

/// Reads the plain form: numbers are integers from 0 to 2^53 - 1, `null` is none. Refused are other numbers, and nothing else.
pub fn plain(tape: &Tape<'_>, node: NodeId) -> Result<Val, Refusal> {
    read(tape, node, enter_plain, member)
}

/// The natural that a JSON number writes, an integer from 0 to 2^53 - 1.
pub(super) fn json_nat(text: &str) -> Option<Nat> {
    Nat::parse(text).filter(|nat| *nat <= Nat::from(MAX_JSON_NAT))
}

fn enter_plain(tape: &Tape<'_>, node: NodeId) -> Result<Entered, Refusal> {
    let value = match tape.kind(node) {
        Kind::Null => Val::None,
        Kind::Bool(truth) => Val::Bool(truth),
        Kind::Str => Val::Str(string(tape, node)?),
        Kind::Number => match json_nat(tape.text(node)) {
            Some(nat) => Val::Nat(nat),
            None => return refuse(node, "an integer from 0 to 2^53 - 1"),
        },
        Kind::Array => {
            return Ok(Entered::Open(Open::List { next: node + 1, end: tape.end(node), items: Vec::new() }));
        }
        Kind::Object => return Ok(Entered::Open(open_record(tape, node))),
    };
    Ok(Entered::Done(value))
}

fn member(tape: &Tape<'_>, key: NodeId) -> Result<(Arc<str>, NodeId, NodeId), Refusal> {
    Ok((string(tape, key)?, key + 1, tape.end(key + 1)))
}

const TAGGED: Brackets =
    Brackets { list: ["{\"list\":[", "]}"], record: ["{\"record\":[", "]}"], field: ["[", ",", "]"] };

/// Canonical tagged form of a value.
pub fn encode(value: &Val) -> String {
    print(value, &TAGGED, push_tagged).unwrap_or_default()
}

/// Never `None`: every scalar has a tagged form.
fn push_tagged(text: &mut String, value: &Val) -> Option<()> {
    match value {
        Val::Nat(nat) => {
            text.push_str("{\"nat\":\"");
            text.push_str(&nat.digits());
            text.push_str("\"}");
        }
        Val::Bool(true) => text.push_str("{\"bool\":true}"),
        Val::Bool(false) => text.push_str("{\"bool\":false}"),
        Val::Str(own) => {
            text.push_str("{\"str\":");
            push_string(text, own);
            text.push('}');
        }
        Val::Bytes(bytes) => {
            text.push_str("{\"bytes\":\"");
            text.push_str(&hex_text(bytes));
            text.push_str("\"}");
        }
        Val::None | Val::List(_) | Val::Record(_) => text.push_str("{\"none\":null}"),
    }
    Some(())
}
