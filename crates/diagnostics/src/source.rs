use std::sync::Arc;

/// A half-open range of byte offsets into a [`SourceFile`].
///
/// A span may lie: offsets past the end or inside a character are moved to the nearest earlier boundary when it is used.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub struct Span {
    /// First byte.
    pub start: usize,
    /// One past the last byte.
    pub end: usize,
}

impl Span {
    /// The range `start..end`.
    pub const fn new(start: usize, end: usize) -> Self {
        Self { start, end }
    }

    /// An empty range: a place between two bytes.
    pub const fn at(offset: usize) -> Self {
        Self::new(offset, offset)
    }
}

/// A place as people count it: lines and columns from 1, columns in Unicode scalar values.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub struct Position {
    /// Line, from 1.
    pub line: usize,
    /// Column, from 1, in Unicode scalar values.
    pub column: usize,
}

/// The text that a diagnostic points into, with an index of its lines.
#[derive(Debug, PartialEq, Eq)]
pub struct SourceFile {
    path: String,
    text: String,
    line_starts: Vec<usize>,
}

impl SourceFile {
    /// Indexes `text`, which is shown under `path`. Lines end with `\n` or `\r\n`.
    pub fn new(path: impl Into<String>, text: impl Into<String>) -> Arc<Self> {
        let text = text.into();
        let line_starts = std::iter::once(0).chain(text.match_indices('\n').map(|(at, _)| at + 1)).collect();
        Arc::new(Self { path: path.into(), text, line_starts })
    }

    /// Like [`SourceFile::new`] for bytes that may not be UTF-8.
    ///
    /// Invalid sequences become U+FFFD, so offsets are exact up to the first of them
    /// (the place that `Utf8Error::valid_up_to` names) and approximate after it.
    pub fn from_bytes(path: impl Into<String>, bytes: &[u8]) -> Arc<Self> {
        Self::new(path, String::from_utf8_lossy(bytes))
    }

    /// The path as it is shown.
    pub fn path(&self) -> &str {
        &self.path
    }

    /// The whole text.
    pub fn text(&self) -> &str {
        &self.text
    }

    /// Number of lines; an empty file has one.
    pub fn line_count(&self) -> usize {
        self.line_starts.len()
    }

    /// Line and column of a byte offset; an offset past the end means the end.
    pub fn position(&self, offset: usize) -> Position {
        let offset = self.floor(offset);
        let line = self.line_starts.partition_point(|&start| start <= offset);
        let start = self.line_starts[line - 1];
        Position { line, column: self.text[start..offset].chars().count() + 1 }
    }

    /// The text of a line (from 1) without its line ending; empty for a line that does not exist.
    pub fn line(&self, line: usize) -> &str {
        let range = self.line_range(line);
        &self.text[range.start..range.end]
    }

    /// Byte range of a line (from 1) without its line ending.
    pub fn line_range(&self, line: usize) -> Span {
        let Some(&start) = line.checked_sub(1).and_then(|i| self.line_starts.get(i)) else {
            return Span::at(self.text.len());
        };
        let Some(&next) = self.line_starts.get(line) else {
            return Span::new(start, self.text.len());
        };
        let body = &self.text[start..next - 1];
        Span::new(start, start + body.strip_suffix('\r').unwrap_or(body).len())
    }

    /// The offset of a line and column (both from 1), clamped to that line.
    pub fn offset(&self, at: Position) -> usize {
        let range = self.line_range(at.line);
        self.text[range.start..range.end]
            .char_indices()
            .nth(at.column.saturating_sub(1))
            .map_or(range.end, |(i, _)| range.start + i)
    }

    /// The span moved onto character boundaries inside the text, never backwards.
    pub fn clamp(&self, span: Span) -> Span {
        let start = self.floor(span.start);
        Span::new(start, self.floor(span.end).max(start))
    }

    fn floor(&self, offset: usize) -> usize {
        let mut offset = offset.min(self.text.len());
        while !self.text.is_char_boundary(offset) {
            offset -= 1;
        }
        offset
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn at(line: usize, column: usize) -> Position {
        Position { line, column }
    }

    #[test]
    fn positions_count_characters_not_bytes() {
        let file = SourceFile::new("f", "añ😀b\nc");
        assert_eq!(file.position(0), at(1, 1));
        assert_eq!(file.position(3), at(1, 3));
        assert_eq!(file.position(7), at(1, 4));
        assert_eq!(file.position(9), at(2, 1));
        assert_eq!(file.offset(at(1, 4)), 7);
    }

    #[test]
    fn offsets_inside_a_character_or_past_the_end_are_moved_back() {
        let file = SourceFile::new("f", "a😀");
        assert_eq!(file.position(3), at(1, 2));
        assert_eq!(file.position(usize::MAX), at(1, 3));
        assert_eq!(file.clamp(Span::new(99, 2)), Span::new(5, 5));
    }

    #[test]
    fn line_endings_are_not_part_of_a_line() {
        let file = SourceFile::new("f", "one\r\ntwo\n\nfour\r");
        assert_eq!(file.line(1), "one");
        assert_eq!(file.line(2), "two");
        assert_eq!(file.line(3), "");
        assert_eq!(file.line(4), "four\r");
        assert_eq!(file.line(5), "");
        assert_eq!(file.line(0), "");
        assert_eq!(file.position(4), at(1, 5));
    }

    #[test]
    fn an_empty_file_has_one_empty_line() {
        let file = SourceFile::new("f", "");
        assert_eq!(file.line_count(), 1);
        assert_eq!(file.position(0), at(1, 1));
        assert_eq!(file.line(1), "");
    }

    #[test]
    fn offsets_before_invalid_utf8_stay_exact() {
        let bytes = [b"ok\n".as_slice(), &[0xff, b'x']].concat();
        let offset = std::str::from_utf8(&bytes).unwrap_err().valid_up_to();
        let file = SourceFile::from_bytes("f", &bytes);
        assert_eq!(file.position(offset), at(2, 1));
    }
}
