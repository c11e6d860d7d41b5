//! Stage 1, read: from a path to text. Nothing is cached; reading again is cheaper than being stale.

use crate::codes;
use etymon_diagnostics::{Diagnostic, Origin, Report, SourceFile, Span};
use std::fs::File;
use std::io::{self, Read};
use std::path::Path;
use std::sync::Arc;

/// Longest file, in bytes.
pub const MAX_INPUT: u64 = 64 << 20;

/// A file's text.
#[derive(Clone, Debug)]
pub struct Source {
    /// The text, with `\n` line endings, and without a byte order mark and white space at the end of lines.
    pub file: Arc<SourceFile>,
    /// Bytes of the file as it is stored.
    pub bytes: u64,
    /// What the file was accepted with.
    pub warnings: Report,
}

/// Reads a file.
///
/// # Errors
/// `READ_NOT_FOUND`, `READ_PERMISSION`, `LIMIT_INPUT`, and what [`decode`] finds.
pub fn read(path: &Path) -> Result<Source, Report> {
    let shown = path.display().to_string();
    let mut bytes = Vec::new();
    // Opened only when it is a plain file: a pipe would wait for a writer.
    let read = std::fs::metadata(path).and_then(|meta| {
        if !meta.is_file() {
            return Err(io::Error::other("not a plain file"));
        }
        File::open(path)?.take(MAX_INPUT + 1).read_to_end(&mut bytes)
    });
    match read {
        Ok(_) => decode(&shown, bytes),
        Err(error) => Err(unreadable(&shown, &error).into()),
    }
}

fn unreadable(shown: &str, error: &io::Error) -> Diagnostic {
    let (code, message, help) = match error.kind() {
        io::ErrorKind::NotFound | io::ErrorKind::NotADirectory => {
            (codes::READ_NOT_FOUND, "no file at this path".to_owned(), "give the path of a `.constraints.md` file")
        }
        io::ErrorKind::PermissionDenied => {
            (codes::READ_PERMISSION, "the file may not be read".to_owned(), "change its permissions, or ask its owner")
        }
        _ => (codes::READ_PERMISSION, format!("the file cannot be read: {error}"), "give a plain file"),
    };
    Diagnostic::error(code, message).at(Origin::path(shown)).help(help)
}

/// The text of a file's bytes. A pure function.
///
/// # Errors
/// `READ_ENCODING` for bytes that are not UTF-8, `LIMIT_INPUT` for more than [`MAX_INPUT`]. No bytes at all are a warning, `READ_EMPTY`.
pub fn decode(shown: &str, bytes: Vec<u8>) -> Result<Source, Report> {
    let length = bytes.len() as u64;
    if length > MAX_INPUT {
        let message = format!("the file is longer than {} MiB", MAX_INPUT >> 20);
        let help = "split it into files that import each other";
        return Err(Diagnostic::error(codes::LIMIT_INPUT, message).at(Origin::path(shown)).help(help).into());
    }
    let text = String::from_utf8(bytes).map_err(|error| {
        let at = error.utf8_error().valid_up_to();
        let file = SourceFile::from_bytes(shown, error.as_bytes());
        Report::from(
            Diagnostic::error(codes::READ_ENCODING, "the file is not UTF-8")
                .at(Origin::span(&file, Span::at(at)))
                .help("save it as UTF-8"),
        )
    })?;
    let file = SourceFile::new(shown, normalised(text));
    let mut warnings = Report::new();
    if length == 0 {
        warnings.push(
            Diagnostic::warning(codes::READ_EMPTY, "the file has no bytes")
                .at(Origin::span(&file, Span::at(0)))
                .help("a requirement starts with `## ID`; was the file saved?"),
        );
    }
    Ok(Source { file, bytes: length, warnings })
}

/// The text without a byte order mark, with `\n` line endings and without white space before them: none of it is part of an identity, so no
/// stage may see it. (A tab after a closing fence, say, must not decide where evidence ends.) Lines and columns of what is left stay as they are.
fn normalised(text: String) -> String {
    let bare = text.strip_prefix('\u{feff}').unwrap_or(&text);
    if !bare.contains('\r') && is_trimmed(bare) {
        return if bare.len() == text.len() { text } else { bare.to_owned() };
    }
    // CommonMark ends lines at a lone carriage return too.
    let bare = bare.replace("\r\n", "\n").replace('\r', "\n");
    let mut lines = bare.split('\n').map(str::trim_end);
    let mut own = String::with_capacity(bare.len());
    own.push_str(lines.next().unwrap_or_default());
    for line in lines {
        own.push('\n');
        own.push_str(line);
    }
    own
}

/// Whether no line of `text` ends with white space.
pub(crate) fn is_trimmed(text: &str) -> bool {
    let bytes = text.as_bytes();
    let ends = |end: usize| match end.checked_sub(1).map(|last| bytes[last]) {
        None | Some(b'\n') => true,
        Some(last) if last.is_ascii() => !char::from(last).is_whitespace(),
        Some(_) => !text[..end].ends_with(char::is_whitespace),
    };
    ends(bytes.len()) && text.match_indices('\n').all(|(at, _)| ends(at))
}

#[cfg(test)]
mod tests {
    use super::*;

    fn only(report: &Report) -> (&'static str, String) {
        assert_eq!(report.len(), 1, "{report}");
        let own = report.iter().next().expect("one");
        (own.code.as_str(), own.to_string())
    }

    #[test]
    fn line_endings_and_white_space_before_them_are_not_part_of_the_text() {
        let source = decode("f", "\u{feff}a\r\nb \t\r  c\u{a0}\n".into()).expect("text");
        assert_eq!((source.file.text(), source.bytes), ("a\nb\n  c\n", 16));
        assert!(source.warnings.is_empty());
        for text in ["", "\n", "a\n\nb", "é\nß", "\n\na\n"] {
            assert!(is_trimmed(text), "{text:?}");
        }
        for text in [" ", "a \nb", "a\n\t\n", "a\u{a0}\n", "a\n\u{2003}", "a\u{b}\n", "a\u{85}"] {
            assert!(!is_trimmed(text), "{text:?}");
        }
    }

    #[test]
    fn a_file_without_bytes_is_told() {
        let source = decode("f.constraints.md", Vec::new()).expect("accepted");
        let (code, text) = only(&source.warnings);
        assert_eq!(code, "READ_EMPTY");
        assert!(text.starts_with("f.constraints.md:1:1: warning[READ_EMPTY]: the file has no bytes"), "{text}");
    }

    #[test]
    fn each_refusal_has_its_code_and_place() {
        let folder = tempfile::tempdir().expect("a folder");
        let missing = read(&folder.path().join("none.constraints.md")).expect_err("missing");
        assert_eq!(only(&missing).0, "READ_NOT_FOUND");
        let no_file = read(folder.path()).expect_err("a folder");
        assert_eq!(only(&no_file).0, "READ_PERMISSION");
        let (code, text) = only(&decode("f", b"## A\nx: \xff".to_vec()).expect_err("not UTF-8"));
        assert_eq!(code, "READ_ENCODING");
        assert!(text.starts_with("f:2:4: "), "{text}");
        let denied = unreadable("f", &io::Error::from(io::ErrorKind::PermissionDenied));
        assert_eq!(denied.code, codes::READ_PERMISSION);
    }

    #[test]
    fn nothing_too_long_is_read() {
        let long = vec![b'a'; usize::try_from(MAX_INPUT).expect("fits") + 1];
        assert_eq!(only(&decode("f", long).expect_err("too long")).0, "LIMIT_INPUT");
    }
}
