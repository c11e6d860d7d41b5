//! Lines with their places.

use etymon_diagnostics::Span;

/// The lines of a range of a text, each with the offset of its first byte, without line endings.
pub(super) struct Lines<'t> {
    text: &'t str,
    at: usize,
    end: usize,
}

impl<'t> Lines<'t> {
    /// The lines of `range`, which starts at a line's start.
    pub fn new(text: &'t str, range: Span) -> Self {
        Self { text, at: range.start, end: range.end }
    }
}

impl<'t> Iterator for Lines<'t> {
    type Item = (usize, &'t str);

    fn next(&mut self) -> Option<Self::Item> {
        if self.at >= self.end {
            return None;
        }
        let start = self.at;
        let rest = &self.text[start..self.end];
        let line = rest.find('\n').map_or(rest, |length| &rest[..length]);
        self.at = start + line.len() + 1;
        Some((start, line))
    }
}

/// The part of `line` without white space around it, and where it stands; `start` is the line's offset.
pub(super) fn trimmed(start: usize, line: &str) -> (Span, &str) {
    // Most lines have none around them.
    if let ([first, ..], [.., last]) = (line.as_bytes(), line.as_bytes())
        && first.is_ascii_graphic()
        && last.is_ascii_graphic()
    {
        return (Span::new(start, start + line.len()), line);
    }
    let text = line.trim();
    let lead = line.len() - line.trim_start().len();
    let from = start + if text.is_empty() { 0 } else { lead };
    (Span::new(from, from + text.len()), text)
}

/// `key: value`, with the value trimmed, and where both stand. Keys are letters, digits, `-`, `_` and `.`, a letter or `_` first.
pub(super) fn key_value(start: usize, line: &str) -> Option<Field<'_>> {
    let (whole, text) = trimmed(start, line);
    let (key, value) = text.split_once(':')?;
    let plain = |c: char| c.is_alphanumeric() || matches!(c, '-' | '_' | '.');
    let begins = key.starts_with(|c: char| c.is_alphabetic() || c == '_');
    let simple = |own: u8| own.is_ascii_alphanumeric() || matches!(own, b'-' | b'_' | b'.');
    if !begins || !(key.bytes().all(simple) || key.chars().all(plain)) {
        return None;
    }
    let (value_span, value) = trimmed(whole.start + key.len() + 1, value);
    Some(Field { key, key_span: Span::new(whole.start, whole.start + key.len()), value, value_span })
}

/// A line of the form `key: value`.
#[derive(Clone, Copy, Debug)]
pub(super) struct Field<'t> {
    pub key: &'t str,
    pub key_span: Span,
    pub value: &'t str,
    pub value_span: Span,
}

/// The items of `[a, b]` with their places, or nothing when it is no such list; an empty item is an empty text.
pub(super) fn list(value: &str, span: Span) -> Option<Vec<(&str, Span)>> {
    let inner = value.strip_prefix('[')?.strip_suffix(']')?;
    if inner.trim().is_empty() {
        return Some(Vec::new());
    }
    let mut at = span.start + 1;
    let items = inner.split(',').map(|part| {
        let (place, item) = trimmed(at, part);
        at += part.len() + 1;
        (item, place)
    });
    Some(items.collect())
}

/// The text without one pair of equal quotes around it.
pub(crate) fn unquoted(value: &str) -> &str {
    for quote in ['"', '\''] {
        if value.len() >= 2
            && let Some(inner) = value.strip_prefix(quote).and_then(|rest| rest.strip_suffix(quote))
        {
            return inner;
        }
    }
    value
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn lines_have_places() {
        let lines: Vec<_> = Lines::new("a\n\nbc\n", Span::new(0, 6)).collect();
        assert_eq!(lines, [(0, "a"), (2, ""), (3, "bc")]);
        assert_eq!(Lines::new("a\nb", Span::new(2, 3)).collect::<Vec<_>>(), [(2, "b")]);
    }

    #[test]
    fn fields_have_places() {
        let field = key_value(10, "  depends-on:  [A] ").expect("a field");
        assert_eq!((field.key, field.value), ("depends-on", "[A]"));
        assert_eq!((field.key_span, field.value_span), (Span::new(12, 22), Span::new(25, 28)));
        for text in ["no colon", "two words: x", ": x", "- a: x", "`a`: x", "1a: x", ""] {
            assert!(key_value(0, text).is_none(), "{text}");
        }
    }

    #[test]
    fn lists_have_places() {
        let span = Span::new(5, 13);
        assert_eq!(
            list("[A, B ,]", span).expect("a list"),
            [("A", Span::new(6, 7)), ("B", Span::new(9, 10)), ("", Span::new(12, 12))]
        );
        assert_eq!(list("[ ]", span), Some(Vec::new()));
        assert_eq!(list("A, B", span), None);
        assert_eq!(list("[", span), None);
    }

    #[test]
    fn one_pair_of_quotes_goes() {
        assert_eq!(["\"a\"", "'a'", "\"a'", "\"", "\"\"a\"\""].map(unquoted), ["a", "a", "\"a'", "\"", "\"a\""]);
    }
}
