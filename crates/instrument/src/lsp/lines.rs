//! Places as the protocol counts them: lines that end with `\n`, `\r\n` or `\r`, and UTF-16 units from 0.

use etymon_diagnostics::{SourceFile, Span};
use lsp_types::{Position, Range};

/// The lines of a file. Messages of the command line do not end a line with `\r` alone, editors do.
pub(super) struct Lines<'f> {
    file: &'f SourceFile,
    starts: Vec<usize>,
}

impl<'f> Lines<'f> {
    pub(super) fn of(file: &'f SourceFile) -> Self {
        let bytes = file.text().as_bytes();
        let ends = |at: &usize| match bytes[*at] {
            b'\n' => true,
            b'\r' => bytes.get(at + 1) != Some(&b'\n'),
            _ => false,
        };
        let starts = std::iter::once(0).chain((0..bytes.len()).filter(ends).map(|at| at + 1)).collect();
        Lines { file, starts }
    }

    /// The longest line, in bytes.
    pub(super) fn longest(&self) -> usize {
        let ends = self.starts.iter().skip(1).copied().chain([self.file.text().len()]);
        self.starts.iter().zip(ends).map(|(start, end)| end - start).max().unwrap_or(0)
    }

    pub(super) fn range(&self, span: Span) -> Range {
        let span = self.file.clamp(span);
        Range::new(self.position(span.start), self.position(span.end))
    }

    pub(super) fn position(&self, offset: usize) -> Position {
        let offset = self.file.clamp(Span::at(offset)).start;
        let line = self.starts.partition_point(|start| *start <= offset) - 1;
        let units = self.file.text()[self.starts[line]..offset].encode_utf16().count();
        Position::new(count(line), count(units))
    }

    /// The byte at a position; past the end of a line is its end.
    pub(super) fn offset(&self, at: Position) -> usize {
        let text = self.file.text();
        let line = usize::try_from(at.line).unwrap_or(usize::MAX);
        let Some(&start) = self.starts.get(line) else { return text.len() };
        let rest = &text[start..self.starts.get(line + 1).map_or(text.len(), |next| *next)];
        let rest = rest.strip_suffix('\n').unwrap_or(rest);
        let rest = rest.strip_suffix('\r').unwrap_or(rest);
        let mut left = usize::try_from(at.character).unwrap_or(usize::MAX);
        for (index, char) in rest.char_indices() {
            if left < char.len_utf16() {
                return start + index;
            }
            left -= char.len_utf16();
        }
        start + rest.len()
    }
}

fn count(number: usize) -> u32 {
    u32::try_from(number).unwrap_or(u32::MAX)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_lone_carriage_return_ends_a_line() {
        let file = SourceFile::new("own.fiqh", "a\rbé😀\r\nc\n\rd\r");
        let lines = Lines::of(&file);
        let all = [
            (0, 0, 0),
            (1, 0, 1),
            (2, 1, 0),
            (3, 1, 1),
            (5, 1, 2),
            (9, 1, 4),
            (11, 2, 0),
            (13, 3, 0),
            (14, 4, 0),
            (15, 4, 1),
            (16, 5, 0),
        ];
        for (offset, line, character) in all {
            assert_eq!(lines.position(offset), Position::new(line, character), "{offset}");
            assert_eq!(lines.offset(Position::new(line, character)), offset, "{line}:{character}");
        }
        assert_eq!(lines.offset(Position::new(0, 9)), 1);
        assert_eq!(lines.offset(Position::new(1, 9)), 9);
        assert_eq!(lines.offset(Position::new(1, 3)), 5, "inside of a character");
        assert_eq!(lines.offset(Position::new(9, 9)), 16);
        assert_eq!(lines.longest(), 9);
    }
}
