//! Text to tokens. What is no token is reported and skipped, so that one slip hides no other.

use crate::codes::PARSE;
use etymon_diagnostics::{Diagnostic, Origin, Report, SourceFile, Span};
use std::fmt;
use std::sync::Arc;

/// One token and its place.
#[derive(Clone, Debug, PartialEq, Eq)]
pub(crate) struct Token {
    pub kind: Kind,
    pub span: Span,
}

/// What a token is. No word is reserved: position tells a section from a name.
#[derive(Clone, Debug, PartialEq, Eq)]
pub(crate) enum Kind {
    Name,
    Number(u64),
    Text(String),
    /// One of [`SYMBOLS`].
    Symbol(&'static str),
    End,
}

/// Longer ones first, so that the first that fits is the longest.
const SYMBOLS: [&str; 20] =
    ["==", "!=", "<=", ">=", "->", "{", "}", "(", ")", ":", ";", ",", ".", "<", ">", "=", "+", "-", "*", "/"];

impl fmt::Display for Kind {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self {
            Kind::Name => f.write_str("a name"),
            Kind::Number(_) => f.write_str("a number"),
            Kind::Text(_) => f.write_str("a text"),
            Kind::Symbol(symbol) => write!(f, "`{symbol}`"),
            Kind::End => f.write_str("the end of the file"),
        }
    }
}

/// The tokens of a file, the last of which is [`Kind::End`].
pub(crate) fn tokens(source: &Arc<SourceFile>, report: &mut Report) -> Vec<Token> {
    let mut lexer = Lexer { source, text: source.text(), at: 0, text_ends_with_line: false, report };
    let mut tokens = Vec::new();
    loop {
        let token = lexer.next();
        let last = token.kind == Kind::End;
        tokens.push(token);
        if last {
            return tokens;
        }
    }
}

struct Lexer<'a> {
    source: &'a Arc<SourceFile>,
    text: &'a str,
    at: usize,
    /// Set by the first text without an end: looking through the file for each further one would take quadratic time.
    text_ends_with_line: bool,
    report: &'a mut Report,
}

impl Lexer<'_> {
    fn next(&mut self) -> Token {
        loop {
            self.skip_blanks();
            let start = self.at;
            let rest = &self.text[start..];
            let Some(first) = rest.chars().next() else {
                return Token { kind: Kind::End, span: Span::at(start) };
            };
            if let Some(kind) = self.token(first, rest) {
                return Token { kind, span: Span::new(start, self.at) };
            }
        }
    }

    /// The token that begins with `first`, or nothing when it was refused and skipped.
    fn token(&mut self, first: char, rest: &str) -> Option<Kind> {
        if first.is_ascii_alphabetic() || first == '_' {
            self.at += length(rest, |c| c.is_ascii_alphanumeric() || c == '_');
            return Some(Kind::Name);
        }
        if first.is_ascii_digit() {
            return Some(self.number(rest));
        }
        if first == '"' {
            return Some(self.quoted());
        }
        if let Some(symbol) = SYMBOLS.into_iter().find(|symbol| rest.starts_with(symbol)) {
            self.at += symbol.len();
            return Some(Kind::Symbol(symbol));
        }
        self.refuse(first, rest);
        None
    }

    fn skip_blanks(&mut self) {
        loop {
            let rest = &self.text[self.at..];
            let blanks = length(rest, |c| c.is_whitespace() || c == '\u{feff}');
            if blanks > 0 {
                self.at += blanks;
            } else if rest.starts_with("//") {
                self.at += rest.find('\n').unwrap_or(rest.len());
            } else if let Some(comment) = rest.strip_prefix("/*") {
                match comment.find("*/") {
                    Some(end) => self.at += end + 4,
                    None => {
                        let opening = Span::new(self.at, self.at + 2);
                        self.error(opening, "this comment has no end".to_owned(), "close it with `*/`");
                        self.at = self.text.len();
                    }
                }
            } else {
                return;
            }
        }
    }

    fn number(&mut self, rest: &str) -> Kind {
        let digits = length(rest, |c| c.is_ascii_digit() || c == '_');
        let span = Span::new(self.at, self.at + digits);
        self.at = span.end;
        let value = rest[..digits]
            .bytes()
            .filter(u8::is_ascii_digit)
            .try_fold(0_u64, |value, digit| value.checked_mul(10)?.checked_add(u64::from(digit - b'0')));
        if value.is_none() {
            self.error(span, "this number is above 2^64 - 1".to_owned(), "write a smaller number");
        }
        Kind::Number(value.unwrap_or(u64::MAX))
    }

    /// A text in double quotes; it may span lines.
    fn quoted(&mut self) -> Kind {
        let opening = self.at;
        let mut value = String::new();
        let mut chars = self.text[opening + 1..].char_indices();
        while let Some((offset, char)) = chars.next() {
            let at = opening + 1 + offset;
            match char {
                '"' => {
                    self.at = at + 1;
                    return Kind::Text(value);
                }
                '\n' if self.text_ends_with_line => break,
                '\\' => match chars.next() {
                    Some((_, 'n')) => value.push('\n'),
                    Some((_, 't')) => value.push('\t'),
                    Some((_, own @ ('"' | '\\'))) => value.push(own),
                    Some((_, other)) => {
                        let span = Span::new(at, at + 1 + other.len_utf8());
                        let message = format!("`\\{}` is no escape", printable(other));
                        self.error(span, message, "escapes are `\\n`, `\\t`, `\\\"` and `\\\\`");
                    }
                    None => break,
                },
                other => value.push(other),
            }
        }
        self.text_ends_with_line = true;
        let line = self.text[opening..].find('\n').unwrap_or(self.text.len() - opening);
        self.at = opening + line;
        self.error(Span::new(opening, opening + 1), "this text has no end".to_owned(), "close it with `\"`");
        Kind::Text(self.text[opening + 1..self.at.max(opening + 1)].to_owned())
    }

    fn refuse(&mut self, first: char, rest: &str) {
        // One finding for a run of such characters, not one for each.
        let run = if first == '!' { 1 } else { length(rest, |c| !c.is_ascii() && !c.is_whitespace()) };
        let span = Span::new(self.at, self.at + run.max(first.len_utf8()));
        self.at = span.end;
        let help = match first {
            '!' => "write `!=` for what must differ",
            '\'' | '“' | '”' | '„' | '‘' | '’' => "texts stand in double quotes: `\"…\"`",
            '%' => "write hundredths of a percent, such as `250 bps`",
            '&' | '|' => "write one invariant for each condition",
            '[' | ']' => "there are no lists; sections and blocks use `{` and `}`",
            '#' => "comments begin with `//`",
            _ => "names are ASCII letters, digits and `_`; other letters may stand in texts and comments",
        };
        self.error(span, format!("`{}` means nothing here", printable(first)), help);
    }

    fn error(&mut self, span: Span, message: String, help: &str) {
        let origin = || Origin::span(self.source, span);
        self.report.push_error(|| Diagnostic::error(PARSE, message).at(origin()).help(help));
    }
}

/// Bytes of the leading characters that fulfil a condition.
fn length(text: &str, accepts: impl Fn(char) -> bool) -> usize {
    text.find(|char| !accepts(char)).unwrap_or(text.len())
}

/// A character as a message may show it.
fn printable(char: char) -> String {
    if char.is_control() { format!("U+{:04X}", u32::from(char)) } else { char.to_string() }
}
