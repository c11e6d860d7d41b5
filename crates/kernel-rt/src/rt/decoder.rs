//! The decoder: what a host passes in as raw bytes, as values (`docs/hosts.md`), and the reads that take values apart.

use super::alloc::sync::Arc;
use super::alloc::vec::Vec;
use super::json::Tape;
use super::prim::hex_bytes;
use super::wire::{json_nat, plain};
use super::{List, Nat, Record, Val};

/// Most octets of a body.
pub const MAX_BODY: usize = 1 << 20;

/// Most octets of a target, in UTF-8.
pub const MAX_TARGET: usize = 8192;

/// Most arrays and objects around a value of a body.
pub const MAX_BODY_DEPTH: usize = 64;

/// Why bytes were not read.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Problem {
    /// A longer body than [`MAX_BODY`], or a longer target than [`MAX_TARGET`].
    TooLarge,
    /// A target with other characters than visible ASCII, or with a repeated name in its query.
    BadTarget,
    /// A body that is no JSON (RFC 8259) in UTF-8, or has lone surrogates, a repeated key, or deeper nesting than [`MAX_BODY_DEPTH`].
    BadJson,
    /// A body that is JSON, but has a number that is no integer from 0 to 2^53 - 1.
    BadNumber,
}

impl Problem {
    /// The error code of the reply.
    pub const fn code(self) -> &'static str {
        match self {
            Problem::TooLarge => "too_large",
            Problem::BadTarget => "bad_target",
            Problem::BadJson => "bad_json",
            Problem::BadNumber => "bad_number",
        }
    }
}

/// The record of an HTTP request: `kind` (`http`), `method`, `path`, `query`, `body`, `problem`.
///
/// `target` is that of the request line as it came, one character an octet. Of several problems the first counts, in the order of [`Problem`];
/// with one there is no body, and where the target itself has one, `path` and `query` are empty.
pub fn request(method: &str, target: &str, body: &[u8]) -> Val {
    let aim = aim(target);
    let read = match &aim {
        _ if body.len() > MAX_BODY => Err(Problem::TooLarge),
        Err(problem) => Err(*problem),
        Ok(_) => json(body),
    };
    let (path, query) = aim.unwrap_or_else(|_| (List::new(Vec::new()), Record::new(Vec::new())));
    let own = [("method", text(method)), ("path", Val::List(path)), ("query", Val::Record(query))];
    record("http", read, own)
}

/// The record of a message on a WebSocket: `kind` (`frame`), `body`, `problem`, as those of [`request`].
pub fn frame(body: &[u8]) -> Val {
    let read = if body.len() > MAX_BODY { Err(Problem::TooLarge) } else { json(body) };
    record("frame", read, [])
}

/// The octets of lower-case hex as naturals; none for any other text.
pub fn octets(hex: &str) -> Val {
    let bytes = hex_bytes(hex).filter(|_| !hex.bytes().any(|own| own.is_ascii_uppercase()));
    let nat = |own: u8| Val::Nat(Nat::from(u64::from(own)));
    bytes.map_or(Val::None, |bytes| Val::List(List::new(bytes.into_iter().map(nat).collect())))
}

/// The Unicode scalar values of a text, each as a text.
pub fn letters(whole: &str) -> Val {
    Val::List(List::new(whole.chars().map(|own| text(own.encode_utf8(&mut [0; 4]))).collect()))
}

/// A function that can be called by name. It takes as many arguments as its name asks for.
pub type Run = fn(&[Val]) -> Val;

/// Number of arguments and function of `rt.request`, `rt.frame`, `rt.octets` or `rt.letters`, as conformance requests call them: no
/// function of a spec has such a name, because its own has a layer. Arguments of another type give none.
pub fn find(call: &str) -> Option<(usize, Run)> {
    Some(match call {
        "rt.request" => (3, |args| match args {
            [Val::Str(method), Val::Str(target), Val::Bytes(body)] => request(method, target, body),
            _ => Val::None,
        }),
        "rt.frame" => (1, |args| match args {
            [Val::Bytes(body)] => frame(body),
            _ => Val::None,
        }),
        "rt.octets" => (1, |args| match args {
            [Val::Str(hex)] => octets(hex),
            _ => Val::None,
        }),
        "rt.letters" => (1, |args| match args {
            [Val::Str(whole)] => letters(whole),
            _ => Val::None,
        }),
        _ => return None,
    })
}

fn text(own: &str) -> Val {
    Val::Str(Arc::from(own))
}

fn record<const N: usize>(kind: &str, read: Result<Val, Problem>, own: [(&str, Val); N]) -> Val {
    let (body, problem) = match read {
        Ok(body) => (body, Val::None),
        Err(problem) => (Val::None, text(problem.code())),
    };
    let common = [("kind", text(kind)), ("body", body), ("problem", problem)];
    Val::Record(Record::new(common.into_iter().chain(own).map(|(key, value)| (Arc::from(key), value)).collect()))
}

/// The value of a body; none of an empty one.
fn json(body: &[u8]) -> Result<Val, Problem> {
    if body.is_empty() {
        return Ok(Val::None);
    }
    let tape = Tape::read(body, MAX_BODY_DEPTH).map_err(|_| Problem::BadJson)?;
    plain(&tape, 0).map_err(|_| Problem::BadNumber)
}

/// Path and query of a target.
fn aim(target: &str) -> Result<(List, Record), Problem> {
    if target.len() > MAX_TARGET {
        return Err(Problem::TooLarge);
    }
    if !target.bytes().all(|own| own.is_ascii_graphic()) {
        return Err(Problem::BadTarget);
    }
    let (path, query) = target.split_once('?').unwrap_or((target, ""));
    let path = path.split('/').filter(|own| !own.is_empty()).map(text).collect();
    let parameters = query.split('&').filter(|own| !own.is_empty()).map(|own| {
        let (name, value) = own.split_once('=').unwrap_or((own, ""));
        (Arc::from(name), json_nat(value).map_or_else(|| text(value), Val::Nat))
    });
    let parameters: Vec<(Arc<str>, Val)> = parameters.collect();
    let names = parameters.len();
    let query = Record::new(parameters);
    if query.fields().len() < names { Err(Problem::BadTarget) } else { Ok((List::new(path), query)) }
}
