//! A strict JSON reader onto a flat tape: no recursion, no repeated keys, no lone surrogates.

use super::alloc::boxed::Box;
use super::alloc::format;
use super::alloc::string::String;
use super::alloc::vec::Vec;
use core::fmt;

/// Why a text is not acceptable JSON.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum ErrorKind {
    /// Not UTF-8.
    Utf8,
    /// Not JSON (RFC 8259).
    Syntax,
    /// A `\u` escape that is half of a surrogate pair.
    LoneSurrogate,
    /// A key that occurs before in the same object.
    RepeatedKey,
    /// Deeper than the reader was asked to go.
    Depth,
    /// More than 2^32 - 1 nodes or bytes.
    Size,
}

impl ErrorKind {
    /// The defect in words.
    pub const fn text(self) -> &'static str {
        match self {
            ErrorKind::Utf8 => "invalid UTF-8",
            ErrorKind::Syntax => "not valid JSON",
            ErrorKind::LoneSurrogate => "lone surrogate in a string",
            ErrorKind::RepeatedKey => "repeated key",
            ErrorKind::Depth => "nested too deeply",
            ErrorKind::Size => "too large",
        }
    }
}

/// A defect and the byte offset at which it shows.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Error {
    /// Byte offset into the text.
    pub at: usize,
    /// What is wrong there.
    pub kind: ErrorKind,
}

impl fmt::Display for Error {
    fn fmt(&self, out: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(out, "{} at byte {}", self.kind.text(), self.at)
    }
}

/// Kind of a node.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Kind {
    /// `null`.
    Null,
    /// `true` or `false`.
    Bool(bool),
    /// Any JSON number.
    Number,
    /// A string.
    Str,
    /// An array.
    Array,
    /// An object; its children are keys and values in turn.
    Object,
}

#[derive(Debug)]
struct Node {
    kind: Kind,
    start: u32,
    stop: u32,
    /// Index of the first node after this one's subtree.
    end: u32,
    /// The string, where it is not the bytes between the quotes.
    text: Option<Box<str>>,
}

/// A read text: nodes in document order.
#[derive(Debug)]
pub struct Tape<'a> {
    source: &'a str,
    nodes: Vec<Node>,
}

/// Index of a node on its [`Tape`]; the root is 0.
pub type NodeId = usize;

impl<'a> Tape<'a> {
    /// Reads `bytes` as one JSON text of at most `depth` nested arrays and objects.
    pub fn read(bytes: &'a [u8], depth: usize) -> Result<Tape<'a>, Error> {
        let source =
            core::str::from_utf8(bytes).map_err(|error| Error { at: error.valid_up_to(), kind: ErrorKind::Utf8 })?;
        if u32::try_from(source.len()).is_err() {
            return Err(Error { at: 0, kind: ErrorKind::Size });
        }
        let reader = Reader { tape: Tape { source, nodes: Vec::new() }, at: 0, open: Vec::new(), depth };
        reader.run()
    }

    /// Kind of a node.
    pub fn kind(&self, node: NodeId) -> Kind {
        self.nodes[node].kind
    }

    /// Byte range of a node in the text; of strings without the quotes.
    pub fn range(&self, node: NodeId) -> core::ops::Range<usize> {
        self.nodes[node].start as usize..self.nodes[node].stop as usize
    }

    /// Index of the first node after `node`'s subtree.
    pub fn end(&self, node: NodeId) -> NodeId {
        self.nodes[node].end as usize
    }

    /// Number of nodes, keys included.
    pub fn len(&self) -> usize {
        self.nodes.len()
    }

    /// Never true: a read text has a root.
    pub fn is_empty(&self) -> bool {
        self.nodes.is_empty()
    }

    /// The string of a `Str` node, the digits of a `Number`.
    pub fn text(&self, node: NodeId) -> &str {
        match &self.nodes[node].text {
            Some(text) => text,
            None => &self.source[self.range(node)],
        }
    }

    /// The string, if the node is one.
    pub fn as_str(&self, node: NodeId) -> Option<&str> {
        (self.kind(node) == Kind::Str).then(|| self.text(node))
    }

    /// Children of an array, or keys and values in turn of an object; nothing for others.
    pub fn children(&self, node: NodeId) -> Children<'_, 'a> {
        let end = match self.kind(node) {
            Kind::Array | Kind::Object => self.end(node),
            _ => node + 1,
        };
        Children { tape: self, next: node + 1, end }
    }

    /// Keys and values of an object; nothing for others.
    pub fn members(&self, node: NodeId) -> impl Iterator<Item = (&str, NodeId)> {
        let end = if self.kind(node) == Kind::Object { self.end(node) } else { node + 1 };
        let mut next = node + 1;
        core::iter::from_fn(move || {
            (next < end).then(|| {
                let (key, value) = (next, next + 1);
                next = self.end(value);
                (self.text(key), value)
            })
        })
    }

    /// The value under `key` of an object.
    pub fn member(&self, node: NodeId, key: &str) -> Option<NodeId> {
        self.members(node).find(|(own, _)| *own == key).map(|(_, value)| value)
    }

    /// Where a node stands, as `$.module.functions[2].body`.
    pub fn path(&self, target: NodeId) -> String {
        let mut path = String::from("$");
        let mut node = 0;
        'down: while node != target {
            match self.kind(node) {
                Kind::Object => {
                    for (key, value) in self.members(node) {
                        // A key's own node precedes its value and counts as its place.
                        if target < self.end(value) {
                            push_key(&mut path, key);
                            node = value;
                            if target < value {
                                return path;
                            }
                            continue 'down;
                        }
                    }
                }
                Kind::Array => {
                    for (index, value) in self.children(node).enumerate() {
                        if target < self.end(value) {
                            path.push_str(&format!("[{index}]"));
                            node = value;
                            continue 'down;
                        }
                    }
                }
                _ => {}
            }
            return path;
        }
        path
    }
}

fn push_key(path: &mut String, key: &str) {
    let plain = !key.is_empty()
        && key.bytes().all(|byte| byte.is_ascii_alphanumeric() || byte == b'_')
        && !key.as_bytes()[0].is_ascii_digit();
    if plain {
        path.push('.');
        path.push_str(key);
    } else {
        path.push('[');
        super::stringify::push_string(path, key);
        path.push(']');
    }
}

/// Iterator over the children of a node.
pub struct Children<'t, 'a> {
    tape: &'t Tape<'a>,
    next: NodeId,
    end: NodeId,
}

impl Iterator for Children<'_, '_> {
    type Item = NodeId;
    fn next(&mut self) -> Option<NodeId> {
        if self.next >= self.end {
            return None;
        }
        let node = self.next;
        self.next = self.tape.end(node);
        Some(node)
    }
}

struct Open {
    node: usize,
    object: bool,
    keys: Vec<u32>,
}

struct Reader<'a> {
    tape: Tape<'a>,
    at: usize,
    open: Vec<Open>,
    depth: usize,
}

/// What the grammar allows next.
enum Expect {
    Value,
    ValueOrEnd,
    Key,
    KeyOrEnd,
    CommaOrEnd,
}

impl<'a> Reader<'a> {
    fn run(mut self) -> Result<Tape<'a>, Error> {
        let mut expect = Expect::Value;
        loop {
            self.skip_space();
            expect = match expect {
                Expect::ValueOrEnd if self.peek() == Some(b']') => self.close()?,
                Expect::KeyOrEnd if self.peek() == Some(b'}') => self.close()?,
                Expect::Value | Expect::ValueOrEnd => self.value()?,
                Expect::Key | Expect::KeyOrEnd => self.key()?,
                Expect::CommaOrEnd => match self.open.last() {
                    None => break,
                    Some(open) => match (self.peek(), open.object) {
                        (Some(b','), object) => {
                            self.at += 1;
                            if object { Expect::Key } else { Expect::Value }
                        }
                        (Some(b'}'), true) | (Some(b']'), false) => self.close()?,
                        _ => return self.fail(ErrorKind::Syntax),
                    },
                },
            };
        }
        if self.at == self.tape.source.len() { Ok(self.tape) } else { self.fail(ErrorKind::Syntax) }
    }

    fn fail<T>(&self, kind: ErrorKind) -> Result<T, Error> {
        Err(Error { at: self.at, kind })
    }

    fn peek(&self) -> Option<u8> {
        self.tape.source.as_bytes().get(self.at).copied()
    }

    fn skip_space(&mut self) {
        while let Some(b' ' | b'\t' | b'\n' | b'\r') = self.peek() {
            self.at += 1;
        }
    }

    fn push(&mut self, kind: Kind, start: usize, stop: usize) {
        let end = self.tape.nodes.len() as u32 + 1;
        self.tape.nodes.push(Node { kind, start: start as u32, stop: stop as u32, end, text: None });
    }

    fn value(&mut self) -> Result<Expect, Error> {
        let start = self.at;
        match self.peek() {
            Some(opening @ (b'{' | b'[')) => {
                if self.open.len() >= self.depth {
                    return self.fail(ErrorKind::Depth);
                }
                let object = opening == b'{';
                self.push(if object { Kind::Object } else { Kind::Array }, start, start);
                self.open.push(Open { node: self.tape.nodes.len() - 1, object, keys: Vec::new() });
                self.at += 1;
                return Ok(if object { Expect::KeyOrEnd } else { Expect::ValueOrEnd });
            }
            Some(b'"') => self.string()?,
            Some(b'-' | b'0'..=b'9') => self.number()?,
            _ => {
                let rest = &self.tape.source.as_bytes()[start..];
                let (kind, length) = if rest.starts_with(b"true") {
                    (Kind::Bool(true), 4)
                } else if rest.starts_with(b"false") {
                    (Kind::Bool(false), 5)
                } else if rest.starts_with(b"null") {
                    (Kind::Null, 4)
                } else {
                    return self.fail(ErrorKind::Syntax);
                };
                self.at += length;
                self.push(kind, start, start + length);
            }
        }
        Ok(Expect::CommaOrEnd)
    }

    fn key(&mut self) -> Result<Expect, Error> {
        if self.peek() != Some(b'"') {
            return self.fail(ErrorKind::Syntax);
        }
        let node = self.tape.nodes.len() as u32;
        self.string()?;
        if let Some(open) = self.open.last_mut() {
            open.keys.push(node);
        }
        self.skip_space();
        if self.peek() != Some(b':') {
            return self.fail(ErrorKind::Syntax);
        }
        self.at += 1;
        Ok(Expect::Value)
    }

    fn close(&mut self) -> Result<Expect, Error> {
        self.at += 1;
        let Some(mut open) = self.open.pop() else { return self.fail(ErrorKind::Syntax) };
        let end = self.tape.nodes.len() as u32;
        let node = &mut self.tape.nodes[open.node];
        node.end = end;
        node.stop = self.at as u32;
        let tape = &self.tape;
        let text = |node: u32| tape.text(node as usize);
        open.keys.sort_by(|a, b| text(*a).cmp(text(*b)).then(a.cmp(b)));
        match open.keys.windows(2).find(|pair| text(pair[0]) == text(pair[1])) {
            Some(pair) => Err(Error { at: tape.range(pair[1] as usize).start, kind: ErrorKind::RepeatedKey }),
            None => Ok(Expect::CommaOrEnd),
        }
    }

    fn digits(&mut self) -> Result<(), Error> {
        let start = self.at;
        while let Some(b'0'..=b'9') = self.peek() {
            self.at += 1;
        }
        if self.at == start { self.fail(ErrorKind::Syntax) } else { Ok(()) }
    }

    fn number(&mut self) -> Result<(), Error> {
        let start = self.at;
        if self.peek() == Some(b'-') {
            self.at += 1;
        }
        if self.peek() == Some(b'0') {
            self.at += 1;
        } else {
            self.digits()?;
        }
        if self.peek() == Some(b'.') {
            self.at += 1;
            self.digits()?;
        }
        if let Some(b'e' | b'E') = self.peek() {
            self.at += 1;
            if let Some(b'+' | b'-') = self.peek() {
                self.at += 1;
            }
            self.digits()?;
        }
        self.push(Kind::Number, start, self.at);
        Ok(())
    }

    fn string(&mut self) -> Result<(), Error> {
        self.at += 1;
        let start = self.at;
        let mut decoded: Option<String> = None;
        let mut copied = start;
        loop {
            match self.peek() {
                None | Some(0..=0x1f) => return self.fail(ErrorKind::Syntax),
                Some(b'"') => break,
                Some(b'\\') => {
                    let text = decoded.get_or_insert_with(String::new);
                    text.push_str(&self.tape.source[copied..self.at]);
                    let unescaped = self.escape()?;
                    if let Some(text) = &mut decoded {
                        text.push(unescaped);
                    }
                    copied = self.at;
                }
                Some(_) => self.at += 1,
            }
        }
        let stop = self.at;
        self.push(Kind::Str, start, stop);
        if let (Some(mut text), Some(node)) = (decoded, self.tape.nodes.last_mut()) {
            text.push_str(&self.tape.source[copied..stop]);
            node.text = Some(text.into_boxed_str());
        }
        self.at += 1;
        Ok(())
    }

    /// Reads one escape; `at` stands on its backslash and moves past it.
    fn escape(&mut self) -> Result<char, Error> {
        let start = self.at;
        self.at += 1;
        let plain = match self.peek() {
            Some(b'"') => '"',
            Some(b'\\') => '\\',
            Some(b'/') => '/',
            Some(b'b') => '\u{8}',
            Some(b'f') => '\u{c}',
            Some(b'n') => '\n',
            Some(b'r') => '\r',
            Some(b't') => '\t',
            Some(b'u') => {
                let lone = Error { at: start, kind: ErrorKind::LoneSurrogate };
                let first = self.unit()?;
                if !(0xd800..0xe000).contains(&first) {
                    return char::from_u32(first).ok_or(lone);
                }
                if first >= 0xdc00 || !self.tape.source[self.at..].starts_with("\\u") {
                    return Err(lone);
                }
                self.at += 1;
                let second = self.unit()?;
                if !(0xdc00..0xe000).contains(&second) {
                    return Err(lone);
                }
                return char::from_u32(0x10000 + ((first - 0xd800) << 10) + (second - 0xdc00)).ok_or(lone);
            }
            _ => return self.fail(ErrorKind::Syntax),
        };
        self.at += 1;
        Ok(plain)
    }

    /// Reads `uXXXX`; `at` stands on the `u` and moves past the digits.
    fn unit(&mut self) -> Result<u32, Error> {
        self.at += 1;
        let digits = self.tape.source.as_bytes().get(self.at..self.at + 4);
        let unit = digits.and_then(|digits| {
            digits.iter().try_fold(0, |unit, digit| Some(unit << 4 | char::from(*digit).to_digit(16)?))
        });
        match unit {
            Some(unit) => {
                self.at += 4;
                Ok(unit)
            }
            None => self.fail(ErrorKind::Syntax),
        }
    }
}
