use std::fmt;

use serde::Serialize;

use crate::{Code, Origin, Severity, Style, render};

/// Longest message or help, in bytes. They quote names, and a name may be as long as the file that it stands in: a thousand findings about it
/// must not need a thousand times the memory.
pub const MAX_TEXT: usize = 4096;

/// One finding.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Diagnostic {
    /// What kind of finding it is.
    pub code: Code,
    /// How grave it is.
    pub severity: Severity,
    /// What is wrong: lower case, names in backticks, no full stop.
    pub message: String,
    /// Where it is.
    pub origin: Origin,
    /// How to mend it.
    pub help: Option<String>,
    /// Further facts, printed before the help; may span several lines (a diff, say).
    pub notes: Vec<String>,
}

impl Diagnostic {
    /// An error without a place.
    pub fn error(code: Code, message: impl Into<String>) -> Self {
        Self::new(Severity::Error, code, message)
    }

    /// A warning without a place.
    pub fn warning(code: Code, message: impl Into<String>) -> Self {
        Self::new(Severity::Warning, code, message)
    }

    /// A piece of information without a place.
    pub fn info(code: Code, message: impl Into<String>) -> Self {
        Self::new(Severity::Note, code, message)
    }

    fn new(severity: Severity, code: Code, message: impl Into<String>) -> Self {
        Self { code, severity, message: bounded(message.into()), origin: Origin::none(), help: None, notes: Vec::new() }
    }

    /// Sets the place.
    #[must_use]
    pub fn at(mut self, origin: Origin) -> Self {
        self.origin = origin;
        self
    }

    /// Sets the way to mend it.
    #[must_use]
    pub fn help(mut self, help: impl Into<String>) -> Self {
        self.help = Some(bounded(help.into()));
        self
    }

    /// Adds a fact.
    #[must_use]
    pub fn note(mut self, note: impl Into<String>) -> Self {
        self.notes.push(note.into());
        self
    }

    /// The text form, ending in a newline.
    pub fn to_text(&self, style: &Style) -> String {
        render::text(self, style)
    }

    /// The JSON form: every key is always there, absent facts are `null`.
    pub fn to_json(&self) -> serde_json::Value {
        serde_json::to_value(self.row()).unwrap_or_default()
    }

    /// [`Diagnostic::to_json`] as one line in the order `code, severity, message, path, line, column, jsonPath, help, notes`.
    pub fn to_json_line(&self) -> String {
        serde_json::to_string(&self.row()).unwrap_or_default()
    }

    fn row(&self) -> Row<'_> {
        let position = self.origin.position();
        Row {
            code: self.code.as_str(),
            severity: self.severity.as_str(),
            message: &self.message,
            path: self.origin.file(),
            line: position.map(|at| at.line),
            column: position.map(|at| at.column),
            json_path: self.origin.json_path(),
            help: self.help.as_deref(),
            notes: &self.notes,
        }
    }
}

#[derive(Serialize)]
#[serde(rename_all = "camelCase")]
struct Row<'a> {
    code: &'a str,
    severity: &'a str,
    message: &'a str,
    path: Option<&'a str>,
    line: Option<usize>,
    column: Option<usize>,
    json_path: Option<&'a str>,
    help: Option<&'a str>,
    notes: &'a [String],
}

impl fmt::Display for Diagnostic {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(self.to_text(&Style::plain()).trim_end())
    }
}

impl std::error::Error for Diagnostic {}

/// The start of a text that is too long.
fn bounded(text: String) -> String {
    if text.len() <= MAX_TEXT {
        return text;
    }
    let end = (0..=MAX_TEXT).rev().find(|at| text.is_char_boundary(*at)).unwrap_or(0);
    // A new text: a shortened one would keep its memory.
    format!("{}…", &text[..end])
}

#[cfg(test)]
mod tests {
    use super::{Diagnostic, MAX_TEXT};
    use crate::Code;

    #[test]
    fn long_names_do_not_make_long_findings() {
        let name = "é".repeat(1 << 20);
        let own = Diagnostic::error(Code::new("X"), format!("no `{name}`")).help(name.clone());
        let help = own.help.unwrap_or_default();
        for text in [own.message, help] {
            assert!(text.len() <= MAX_TEXT + "…".len() && text.capacity() <= 2 * MAX_TEXT, "{}", text.len());
            assert!(text.ends_with("é…"));
        }
        assert_eq!(Diagnostic::error(Code::new("X"), "short").message, "short");
    }
}
