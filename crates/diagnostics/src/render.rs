use std::fmt::Write as _;

use crate::{Diagnostic, Severity, SourceFile, Span, width};

const TAB: &str = "    ";

/// How text is rendered. Whether colour is wanted (a terminal, `NO_COLOR` unset) is the caller's decision.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Style {
    /// Whether to use ANSI colours.
    pub colour: bool,
    /// Columns that a source line may take before it is clipped around the caret.
    pub width: usize,
}

impl Style {
    /// No colour, source lines of up to 100 columns.
    pub const fn plain() -> Self {
        Self { colour: false, width: 100 }
    }

    /// Like [`Style::plain`] with ANSI colours.
    pub const fn coloured() -> Self {
        Self { colour: true, ..Self::plain() }
    }

    fn paint(self, ansi: &str, text: &str) -> String {
        if self.colour { format!("\u{1b}[{ansi}m{text}\u{1b}[0m") } else { text.to_owned() }
    }
}

impl Default for Style {
    fn default() -> Self {
        Self::plain()
    }
}

pub(crate) fn text(diagnostic: &Diagnostic, style: &Style) -> String {
    let mut out = head(diagnostic, style);
    if let Some((file, span)) = diagnostic.origin.source() {
        out += &snippet(file, span, diagnostic.severity, style);
    }
    if let Some(path) = diagnostic.origin.json_path() {
        labelled(&mut out, style, "at", &format!("`{path}`"));
    }
    for note in &diagnostic.notes {
        labelled(&mut out, style, "note", note);
    }
    if let Some(help) = &diagnostic.help {
        labelled(&mut out, style, "help", help);
    }
    out
}

fn head(diagnostic: &Diagnostic, style: &Style) -> String {
    let mut place = String::new();
    if let Some(path) = diagnostic.origin.file() {
        place += &clean(path);
        if let Some(at) = diagnostic.origin.position() {
            let _ = write!(place, ":{}:{}", at.line, at.column);
        }
        place += ": ";
    }
    let label = format!("{}[{}]", diagnostic.severity, diagnostic.code);
    let label = style.paint(tone(diagnostic.severity), &label);
    let message = style.paint("1", &clean(&diagnostic.message));
    format!("{place}{label}: {message}\n")
}

fn tone(severity: Severity) -> &'static str {
    match severity {
        Severity::Error => "1;31",
        Severity::Warning => "1;33",
        Severity::Note => "1;36",
    }
}

fn labelled(out: &mut String, style: &Style, label: &str, text: &str) {
    let mut lines = text.lines();
    let first = lines.next().unwrap_or_default();
    let label = style.paint("1;36", &format!("{label}:"));
    let _ = writeln!(out, "  {label} {}", clean(first));
    for line in lines {
        let _ = writeln!(out, "    {}", clean(line));
    }
}

/// The source line and the carets under it.
fn snippet(file: &SourceFile, span: Span, severity: Severity, style: &Style) -> String {
    let span = file.clamp(span);
    let number = file.position(span.start).line;
    let range = file.line_range(number);
    let line = file.line(number);
    let start = (span.start - range.start).min(line.len());
    let end = (span.end - range.start).clamp(start, line.len());
    let shown = window(line, start, style.width.max(20));
    let end = end.min(shown.end);

    let left = if shown.start > 0 { "…" } else { "" };
    let right = if shown.end < line.len() { "…" } else { "" };
    let indent = columns(&line[shown.start..start]) + left.chars().count();
    let carets = "^".repeat(columns(&line[start..end]).max(1));
    let margin = number.to_string();
    let blank = " ".repeat(margin.len());
    format!(
        "  {margin} | {left}{}{right}\n  {blank} | {}{}\n",
        clean(&line[shown.start..shown.end]),
        " ".repeat(indent),
        style.paint(tone(severity), &carets),
    )
}

/// The part of a line that fits `width` columns with `caret` inside, two thirds of it after the caret where the line is that long.
fn window(line: &str, caret: usize, width: usize) -> Span {
    let (_, after) = fit(line[caret..].chars(), width * 2 / 3);
    let (back, used) = fit(line[..caret].chars().rev(), width - after);
    let (forward, _) = fit(line[caret..].chars(), width - used);
    Span::new(caret - back, caret + forward)
}

/// Bytes and columns of the longest prefix of `chars` that fits `width` columns.
fn fit(chars: impl Iterator<Item = char>, width: usize) -> (usize, usize) {
    let (mut bytes, mut used) = (0, 0);
    for c in chars {
        let next = used + column_count(c);
        if next > width {
            break;
        }
        bytes += c.len_utf8();
        used = next;
    }
    (bytes, used)
}

fn columns(text: &str) -> usize {
    text.chars().map(column_count).sum()
}

fn column_count(c: char) -> usize {
    match c {
        '\t' => TAB.len(),
        c if width::is_hostile(c) => 1,
        c => width::of(c),
    }
}

/// Text that can neither steer a terminal nor break out of its line.
pub fn clean(text: &str) -> String {
    let mut out = String::with_capacity(text.len());
    for c in text.chars() {
        match c {
            '\t' => out += TAB,
            c if width::is_hostile(c) => out.push('\u{FFFD}'),
            c => out.push(c),
        }
    }
    out
}
