use std::fmt;

use crate::{Code, Diagnostic, Severity, Style};

/// Several diagnostics, in the order in which they were found.
///
/// At most [`Report::LIMIT`] are kept, so a hostile input cannot fill the memory; the rest are counted.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct Report {
    kept: Vec<Diagnostic>,
    omitted: usize,
    errors: usize,
}

impl Report {
    /// How many diagnostics a report keeps.
    pub const LIMIT: usize = 1_000;

    /// An empty report.
    pub fn new() -> Self {
        Self::default()
    }

    /// Adds a diagnostic, or only counts it when the report is full.
    pub fn push(&mut self, diagnostic: Diagnostic) {
        self.errors += usize::from(diagnostic.severity == Severity::Error);
        if self.kept.len() < Self::LIMIT {
            self.kept.push(diagnostic);
        } else {
            self.omitted += 1;
        }
    }

    /// Adds an error that is only made when the report still has room for it.
    pub fn push_error(&mut self, error: impl FnOnce() -> Diagnostic) {
        if self.kept.len() < Self::LIMIT {
            self.push(error());
        } else {
            self.errors += 1;
            self.omitted += 1;
        }
    }

    /// Adds all of another report.
    pub fn merge(&mut self, other: Report) {
        let counted_only = other.errors - other.kept.iter().filter(|d| is_error(d)).count();
        other.kept.into_iter().for_each(|d| self.push(d));
        self.omitted += other.omitted;
        self.errors += counted_only;
    }

    /// Whether nothing was found at all.
    pub fn is_empty(&self) -> bool {
        self.len() == 0
    }

    /// How many were found, the omitted ones included.
    pub fn len(&self) -> usize {
        self.kept.len() + self.omitted
    }

    /// How many were counted but not kept.
    pub fn omitted(&self) -> usize {
        self.omitted
    }

    /// Whether an error is among them.
    pub fn has_errors(&self) -> bool {
        self.errors > 0
    }

    /// Whether a kept diagnostic carries this code.
    pub fn has(&self, code: Code) -> bool {
        self.kept.iter().any(|d| d.code == code)
    }

    /// The kept diagnostics.
    pub fn iter(&self) -> std::slice::Iter<'_, Diagnostic> {
        self.kept.iter()
    }

    /// The kept diagnostics, to complete their places.
    pub fn iter_mut(&mut self) -> std::slice::IterMut<'_, Diagnostic> {
        self.kept.iter_mut()
    }

    /// Orders by path, then position, then code, for producers that work in parallel.
    pub fn sort(&mut self) {
        self.kept.sort_by(|a, b| key(a).cmp(&key(b)));
    }

    /// `Ok(value)` unless an error was found.
    ///
    /// # Errors
    /// The report itself, when it holds an error.
    pub fn into_result<T>(self, value: T) -> Result<T, Report> {
        if self.has_errors() { Err(self) } else { Ok(value) }
    }

    /// All diagnostics as text, separated by blank lines, then the number of omitted ones.
    pub fn to_text(&self, style: &Style) -> String {
        let mut parts: Vec<String> = self.kept.iter().map(|d| d.to_text(style)).collect();
        if self.omitted > 0 {
            parts.push(format!("and {} more\n", self.omitted));
        }
        parts.join("\n")
    }

    /// One JSON object per diagnostic and line.
    pub fn to_json_lines(&self) -> String {
        self.kept.iter().map(|d| d.to_json_line() + "\n").collect()
    }

    /// The diagnostics as a JSON array.
    pub fn to_json(&self) -> serde_json::Value {
        self.kept.iter().map(Diagnostic::to_json).collect()
    }
}

fn is_error(diagnostic: &Diagnostic) -> bool {
    diagnostic.severity == Severity::Error
}

fn key(d: &Diagnostic) -> impl Ord + '_ {
    (d.origin.file(), d.origin.position(), d.origin.json_path(), d.code, d.message.as_str())
}

impl From<Diagnostic> for Report {
    fn from(diagnostic: Diagnostic) -> Self {
        std::iter::once(diagnostic).collect()
    }
}

impl Extend<Diagnostic> for Report {
    fn extend<I: IntoIterator<Item = Diagnostic>>(&mut self, items: I) {
        items.into_iter().for_each(|d| self.push(d));
    }
}

impl FromIterator<Diagnostic> for Report {
    fn from_iter<I: IntoIterator<Item = Diagnostic>>(items: I) -> Self {
        let mut report = Self::new();
        report.extend(items);
        report
    }
}

impl IntoIterator for Report {
    type Item = Diagnostic;
    type IntoIter = std::vec::IntoIter<Diagnostic>;

    fn into_iter(self) -> Self::IntoIter {
        self.kept.into_iter()
    }
}

impl<'a> IntoIterator for &'a Report {
    type Item = &'a Diagnostic;
    type IntoIter = std::slice::Iter<'a, Diagnostic>;

    fn into_iter(self) -> Self::IntoIter {
        self.iter()
    }
}

impl fmt::Display for Report {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(self.to_text(&Style::plain()).trim_end())
    }
}

impl std::error::Error for Report {}
