//! Answers to conformance requests, one JSON object each: `{"id","suite","call","args"}` gives `{"id","ok":value}` or `{"id","refused":reason}`.
//!
//! Checked in this order: `bad request`, `unknown call`, `arity`.

use crate::registry;
use crate::rt::json::{Kind, NodeId, Tape};
use crate::rt::{Val, decoder, wire};

const MAX_DEPTH: usize = 1_000_000;
const MEMBERS: [&str; 4] = ["id", "suite", "call", "args"];

/// The answer to one request, without a line break.
pub fn answer(request: &[u8]) -> String {
  let Ok(tape) = Tape::read(request, MAX_DEPTH) else {
    return refused("null", "bad request");
  };
  let id = tape.member(0, "id").and_then(|node| id(&tape, node));
  let shown = id.clone().unwrap_or_else(|| "null".to_owned());
  let (Some(_), Some((call, args))) = (id, read(&tape)) else {
    return refused(&shown, "bad request");
  };
  match registry::find(call).or_else(|| decoder::find(call)) {
    None => refused(&shown, "unknown call"),
    Some((arity, _)) if args.len() != arity => refused(&shown, "arity"),
    Some((_, run)) => format!("{{\"id\":{shown},\"ok\":{}}}", wire::encode(&run(&args))),
  }
}

fn refused(id: &str, reason: &str) -> String {
  format!("{{\"id\":{id},\"refused\":\"{reason}\"}}")
}

/// The text of an id: a string, or a natural of at most 15 digits.
fn id(tape: &Tape<'_>, node: NodeId) -> Option<String> {
  let text = tape.text(node);
  match tape.kind(node) {
    Kind::Str => {
      let mut quoted = String::new();
      crate::rt::push_string(&mut quoted, text);
      Some(quoted)
    }
    Kind::Number if text.len() <= 15 && text.bytes().all(|byte| byte.is_ascii_digit()) => Some(text.to_owned()),
    _ => None,
  }
}

/// What is called and with which arguments.
fn read<'t>(tape: &'t Tape<'_>) -> Option<(&'t str, Vec<Val>)> {
  let known = tape.members(0).all(|(key, _)| MEMBERS.contains(&key));
  let named = tape.member(0, "suite").is_none_or(|suite| tape.as_str(suite).is_some());
  let call = tape.as_str(tape.member(0, "call")?)?;
  let args = tape.member(0, "args").filter(|args| tape.kind(*args) == Kind::Array)?;
  if !known || !named {
    return None;
  }
  let args = tape.children(args).map(|arg| wire::decode(tape, arg).ok());
  Some((call, args.collect::<Option<Vec<Val>>>()?))
}
