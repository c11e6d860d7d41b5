//! The conformance protocol (design, section 6): one request and one answer a line.

use etymon_kernel_rt::json::{Kind, NodeId, Tape};
use etymon_kernel_rt::{Val, push_string, wire};

/// Deepest JSON nesting of a request, an answer or a vector.
pub const MAX_DEPTH: usize = 1024;

/// A call, as a testee is asked for it.
#[derive(Clone, Debug, PartialEq)]
pub struct Request {
    /// Name of the request, repeated in the answer.
    pub id: String,
    /// What it belongs to.
    pub suite: String,
    /// `layer/Name.fn`, `layer/Name.Class.new` or `layer/Name.Class.method`.
    pub call: String,
    /// Arguments.
    pub args: Vec<Val>,
}

/// What came back.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum Reply {
    /// The canonical text of a value.
    Ok(String),
    /// A refusal and its reason.
    Refused(String),
    /// The testee died; what it said last.
    Crashed(String),
    /// No answer in time.
    TimedOut,
    /// Not an answer to this request in canonical form.
    Malformed(String),
}

impl Reply {
    /// The answer of a value.
    pub fn value(value: &Val) -> Reply {
        Reply::Ok(wire::encode(value))
    }

    /// One line for people.
    pub fn text(&self) -> String {
        match self {
            Reply::Ok(value) => value.clone(),
            Reply::Refused(reason) => format!("refused: {reason}"),
            Reply::Crashed(reason) => format!("crashed: {reason}"),
            Reply::TimedOut => "no answer in time".to_owned(),
            Reply::Malformed(line) => format!("malformed answer: {line}"),
        }
    }
}

/// Appends `"key":"text"`.
pub(crate) fn push_member(out: &mut String, key: &str, text: &str) {
    push_string(out, key);
    out.push(':');
    push_string(out, text);
}

/// Appends `"args":[…]`.
pub(crate) fn push_args(out: &mut String, args: &[Val]) {
    let texts: Vec<String> = args.iter().map(wire::encode).collect();
    out.push_str("\"args\":[");
    out.push_str(&texts.join(","));
    out.push(']');
}

impl Request {
    /// The request without a line end.
    pub fn line(&self) -> String {
        let mut out = String::from("{");
        push_member(&mut out, "id", &self.id);
        out.push(',');
        push_member(&mut out, "suite", &self.suite);
        out.push(',');
        push_member(&mut out, "call", &self.call);
        out.push(',');
        push_args(&mut out, &self.args);
        out.push('}');
        out
    }

    /// Reads an answer to this request. Its value counts byte for byte, so it must be in canonical form already.
    pub fn reply(&self, line: &str) -> Reply {
        let malformed = || Reply::Malformed(shorten(line));
        let Ok(tape) = Tape::read(line.as_bytes(), MAX_DEPTH) else { return malformed() };
        if text(&tape, "id") != Some(self.id.as_str()) {
            return malformed();
        }
        let mut head = String::from("{");
        push_member(&mut head, "id", &self.id);
        match (tape.member(0, "ok"), tape.member(0, "refused")) {
            (Some(ok), None) => match line.strip_prefix(&format!("{head},\"ok\":")).and_then(|l| l.strip_suffix('}')) {
                Some(bytes) if wire::decode(&tape, ok).is_ok() => Reply::Ok(bytes.to_owned()),
                _ => malformed(),
            },
            (None, Some(reason)) => {
                tape.as_str(reason).map_or_else(malformed, |reason| Reply::Refused(reason.to_owned()))
            }
            _ => malformed(),
        }
    }
}

fn text<'t>(tape: &'t Tape<'_>, key: &str) -> Option<&'t str> {
    tape.member(0, key).and_then(|node| tape.as_str(node))
}

/// Array of values under a node.
pub(crate) fn values(tape: &Tape<'_>, node: NodeId) -> Result<Vec<Val>, &'static str> {
    if tape.kind(node) != Kind::Array {
        return Err("`args` is no array");
    }
    tape.children(node).map(|item| wire::decode(tape, item).map_err(|refusal| refusal.reason)).collect()
}

/// At most 400 characters of a text that may be long.
pub fn shorten(text: &str) -> String {
    match text.char_indices().nth(400) {
        Some((at, _)) => format!("{}… ({} bytes)", &text[..at], text.len()),
        None => text.to_owned(),
    }
}

#[cfg(test)]
mod tests {
    use super::{Reply, Request};

    fn request() -> Request {
        Request { id: "a\"1".to_owned(), suite: "s".to_owned(), call: "app/P.f".to_owned(), args: Vec::new() }
    }

    #[test]
    fn reads_only_canonical_answers_to_its_own_question() {
        let value = "{\"nat\":\"1\"}";
        assert_eq!(request().reply(&format!("{{\"id\":\"a\\\"1\",\"ok\":{value}}}")), Reply::Ok(value.to_owned()));
        for other in [
            format!("{{\"id\":\"b\",\"ok\":{value}}}"),
            format!("{{\"id\":\"a\\\"1\", \"ok\":{value}}}"),
            format!("{{\"ok\":{value},\"id\":\"a\\\"1\"}}"),
            "{\"id\":\"a\\\"1\",\"ok\":{\"nat\":1}}".to_owned(),
            "Error: boom".to_owned(),
        ] {
            assert!(matches!(request().reply(&other), Reply::Malformed(_)), "{other}");
        }
        let refused = request().reply("{\"id\":\"a\\\"1\",\"refused\":\"no such call\"}");
        assert_eq!(refused, Reply::Refused("no such call".to_owned()));
    }
}
