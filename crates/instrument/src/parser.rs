//! Tokens to what a file says. All errors of a file are found at once: after each, reading goes on at the next line or section.

mod expression;
mod section;

use crate::ast::{Bundle, Instrument, Name, Unit};
use crate::codes::{LIMIT_INPUT, PARSE};
use crate::lexer::{Kind, Token, tokens};
use etymon_diagnostics::{Code, Diagnostic, Origin, Report, SourceFile, Span, Speller};
use std::sync::Arc;

pub use section::{BUNDLE_SECTIONS, LEG_KEYS, SECTIONS};

/// Longest file that is read, in bytes.
pub const MAX_INPUT: usize = 1 << 20;

/// Longest name, in bytes: generated files are named by it.
pub const MAX_NAME: usize = 128;

/// What has been reported and stepped over.
struct Skipped;

type Parsed<T> = Result<T, Skipped>;

/// Reads a file.
///
/// # Errors
/// All findings: `PARSE` for what is malformed, `LIMIT_INPUT` above [`MAX_INPUT`], `LIMIT_DEPTH` above [`crate::ast::MAX_DEPTH`].
pub fn parse(source: &Arc<SourceFile>) -> Result<Unit, Report> {
    match parse_leniently(source) {
        (Some(unit), report) => report.into_result(unit),
        (None, report) => Err(report),
    }
}

/// As [`parse`], with what could be understood in spite of errors: for editors.
pub fn parse_leniently(source: &Arc<SourceFile>) -> (Option<Unit>, Report) {
    let mut report = Report::new();
    if source.text().len() > MAX_INPUT {
        let message = format!("the file is longer than {MAX_INPUT} bytes");
        let help = "split it: one instrument or bundle stands in one file";
        let place = Origin::span(source, Span::at(MAX_INPUT));
        report.push(Diagnostic::error(LIMIT_INPUT, message).at(place).help(help));
        return (None, report);
    }
    let tokens = tokens(source, &mut report);
    let mut parser = Parser { source, tokens, at: 0, report, speller: Speller::default(), depth: 0 };
    let unit = parser.unit().ok();
    (unit, in_order(parser.report))
}

/// As [`Report::sort`] for findings in one file, by offsets: lines and columns take long to count on a line of a megabyte.
pub(crate) fn in_order(report: Report) -> Report {
    if report.omitted() > 0 {
        return report;
    }
    let mut found: Vec<Diagnostic> = report.into_iter().collect();
    let start = |own: &Diagnostic| own.origin.source().map_or(0, |(_, span)| span.start);
    found.sort_by(|a, b| (start(a), a.code, &a.message).cmp(&(start(b), b.code, &b.message)));
    found.into_iter().collect()
}

/// Reads bytes, which must be UTF-8, as a file to be shown under `path`.
///
/// # Errors
/// `PARSE` at the first byte that is not UTF-8, and `LIMIT_INPUT`.
pub fn source(path: &str, bytes: &[u8]) -> Result<Arc<SourceFile>, Report> {
    let file = SourceFile::from_bytes(path, &bytes[..bytes.len().min(MAX_INPUT + 1)]);
    match std::str::from_utf8(bytes) {
        Err(error) if bytes.len() <= MAX_INPUT => {
            let origin = Origin::span(&file, Span::at(error.valid_up_to()));
            Err(Diagnostic::error(PARSE, "the file is not UTF-8").at(origin).help("save it as UTF-8").into())
        }
        _ => Ok(file),
    }
}

struct Parser<'a> {
    source: &'a Arc<SourceFile>,
    tokens: Vec<Token>,
    at: usize,
    report: Report,
    speller: Speller,
    /// Open parentheses of the expression at hand.
    depth: usize,
}

impl Parser<'_> {
    fn unit(&mut self) -> Parsed<Unit> {
        let start = self.span();
        let unit = if self.is_word("instrument") {
            self.at += 1;
            self.instrument(start).map(Unit::Instrument)
        } else if self.is_word("bundle") {
            self.at += 1;
            self.bundle(start).map(Unit::Bundle)
        } else {
            let near = self.word().map(str::to_owned);
            let near = near.and_then(|word| self.speller.closest(&word, ["instrument", "bundle"]));
            let help = match near {
                Some(word) => format!("write `{word}`"),
                None => "begin with `instrument <Name> : <class> {` or `bundle <Name> {`".to_owned(),
            };
            let found = self.found();
            self.error(start, format!("expected `instrument` or `bundle`, found {found}"), help);
            return Err(Skipped);
        }?;
        if self.kind() != &Kind::End {
            let span = self.span();
            let found = self.found();
            let help = "one instrument or bundle stands in one file: remove this, or move it to its own file";
            self.error(span, format!("expected the end of the file, found {found}"), help);
        }
        Ok(unit)
    }

    fn instrument(&mut self, start: Span) -> Parsed<Instrument> {
        let name = self.title("instrument")?;
        self.expect(":", "a class follows the name: `instrument <Name> : <class> {`")?;
        let class = self.name("the class")?;
        let header = Span::new(start.start, class.span.end);
        let mut instrument = Instrument {
            name,
            class,
            header,
            meta: None,
            parties: None,
            capital: None,
            returns: None,
            risk: None,
            oracle: None,
            zakat: None,
            contingency: None,
            pool: None,
            dispute: None,
            invariants: Vec::new(),
            rescission: None,
            lifecycle: None,
        };
        self.body(header, |parser| parser.section(&mut instrument))?;
        Ok(instrument)
    }

    fn bundle(&mut self, start: Span) -> Parsed<Bundle> {
        let name = self.title("bundle")?;
        let header = Span::new(start.start, name.span.end);
        let mut bundle = Bundle { name, header, meta: None, parties: None, legs: Vec::new(), legs_span: None };
        self.body(header, |parser| parser.bundle_section(&mut bundle))?;
        Ok(bundle)
    }

    /// The name of the unit.
    fn title(&mut self, what: &str) -> Parsed<Name> {
        self.name(&format!("the name of the {what}"))
    }

    /// `{ line* }`: as [`Parser::body`], and over where a section begins.
    fn lines(&mut self, opener: Span, line: impl FnMut(&mut Self) -> Parsed<()>) -> Parsed<()> {
        self.items(opener, true, line)
    }

    /// `{ item* }`. What an item reports and skips is over; the rest is read on.
    fn body(&mut self, opener: Span, item: impl FnMut(&mut Self) -> Parsed<()>) -> Parsed<()> {
        self.items(opener, false, item)
    }

    fn items(&mut self, opener: Span, flat: bool, mut item: impl FnMut(&mut Self) -> Parsed<()>) -> Parsed<()> {
        self.expect("{", "sections and blocks stand between `{` and `}`")?;
        loop {
            if self.take("}") {
                return Ok(());
            }
            if self.kind() == &Kind::End || (flat && self.section_begins()) {
                let what = self.text(opener).to_owned();
                self.error(opener, format!("`{what}` is not closed"), "add the missing `}`");
                return Ok(());
            }
            let before = self.at;
            if item(self).is_err() {
                self.skip();
            }
            // Whatever an item does, reading gets on.
            if self.at == before {
                self.at += 1;
            }
        }
    }

    /// Whether `section {` or `invariant name {` is at hand.
    fn section_begins(&self) -> bool {
        let after = |offset: usize| self.tokens.get(self.at + offset).map(|token| &token.kind);
        let opens = Some(&Kind::Symbol("{"));
        match self.word() {
            Some("invariant") => after(1) == Some(&Kind::Name) && after(2) == opens,
            Some(word) => after(1) == opens && (section::SECTIONS.contains(&word) || word == "legs"),
            None => false,
        }
    }

    /// Steps over the rest of a line or block: past the next `;` or `{…}`, or up to the `}` around it.
    fn skip(&mut self) {
        let mut open = 0_usize;
        loop {
            match self.kind() {
                Kind::End => return,
                Kind::Symbol("{") => open += 1,
                Kind::Symbol("}") if open == 0 => return,
                Kind::Symbol("}") => {
                    open -= 1;
                    if open == 0 {
                        self.at += 1;
                        return;
                    }
                }
                Kind::Symbol(";") if open == 0 => {
                    self.at += 1;
                    return;
                }
                _ => {}
            }
            self.at += 1;
        }
    }

    /// The `;` of a line. Where it is plainly forgotten, reading goes on as if it were there.
    fn end_of_line(&mut self) -> Parsed<()> {
        if self.take(";") {
            return Ok(());
        }
        let end = Span::at(self.last_end());
        let found = self.found();
        self.error(end, format!("expected `;`, found {found}"), "end the line with `;`");
        let next_line_begins = self.kind() == &Kind::Name
            && matches!(self.tokens.get(self.at + 1).map(|token| &token.kind), Some(Kind::Symbol(":" | "{" | "(")));
        if next_line_begins || matches!(self.kind(), Kind::Symbol("}") | Kind::End) { Ok(()) } else { Err(Skipped) }
    }

    fn name(&mut self, what: &str) -> Parsed<Name> {
        let span = self.span();
        if self.kind() != &Kind::Name {
            let found = self.found();
            let help = "names begin with a letter or `_` and go on with letters, digits and `_`";
            self.error(span, format!("expected {what}, found {found}"), help);
            return Err(Skipped);
        }
        self.at += 1;
        let text = self.text(span).to_owned();
        if text.len() > MAX_NAME {
            self.error(span, format!("this name has {} bytes, more than {MAX_NAME}", text.len()), "shorten it");
        }
        Ok(Name { text, span })
    }

    fn expect(&mut self, symbol: &'static str, help: &str) -> Parsed<()> {
        if self.take(symbol) {
            return Ok(());
        }
        let span = self.span();
        let found = self.found();
        self.error(span, format!("expected `{symbol}`, found {found}"), help);
        Err(Skipped)
    }

    fn take(&mut self, symbol: &'static str) -> bool {
        let taken = self.kind() == &Kind::Symbol(symbol);
        self.at += usize::from(taken);
        taken
    }

    fn kind(&self) -> &Kind {
        &self.token().kind
    }

    fn span(&self) -> Span {
        self.token().span
    }

    /// The token at hand; past the end that is the last one.
    fn token(&self) -> &Token {
        const END: &Token = &Token { kind: Kind::End, span: Span::at(usize::MAX) };
        self.tokens.get(self.at).or(self.tokens.last()).unwrap_or(END)
    }

    /// The name at hand.
    fn word(&self) -> Option<&str> {
        (self.kind() == &Kind::Name).then(|| self.text(self.span()))
    }

    fn is_word(&self, word: &str) -> bool {
        self.word() == Some(word)
    }

    /// The token at hand, for messages.
    fn found(&self) -> String {
        match (self.kind(), self.word()) {
            (_, Some(word)) => format!("`{}`", word.chars().take(MAX_NAME).collect::<String>()),
            (kind, None) => kind.to_string(),
        }
    }

    fn last_end(&self) -> usize {
        self.at.checked_sub(1).and_then(|at| self.tokens.get(at)).map_or(0, |token| token.span.end)
    }

    fn text(&self, span: Span) -> &str {
        let span = self.source.clamp(span);
        &self.source.text()[span.start..span.end]
    }

    fn error(&mut self, span: Span, message: impl Into<String>, help: impl Into<String>) {
        self.refuse(PARSE, span, message, help);
    }

    fn refuse(&mut self, code: Code, span: Span, message: impl Into<String>, help: impl Into<String>) {
        let origin = || Origin::span(self.source, span);
        self.report.push_error(|| Diagnostic::error(code, message).at(origin()).help(help));
    }
}

#[cfg(test)]
mod tests;
