//! Findings about one module: made only while the report has room, so that no number of them costs much.

use etymon_diagnostics::{Code, Diagnostic, Origin, Report, Speller};

/// What is wrong and how to mend it.
type Words = (String, String);

/// A finding whose words are not put together yet.
pub(super) struct Finding<'a> {
    pub(super) code: Code,
    words: Box<dyn FnOnce(&mut Speller) -> Words + 'a>,
}

impl<'a> Finding<'a> {
    pub(super) fn new(code: Code, words: impl FnOnce(&mut Speller) -> Words + 'a) -> Finding<'a> {
        Finding { code, words: Box::new(words) }
    }

    /// The finding as a diagnostic at a place.
    pub(super) fn at(self, place: Origin, speller: &mut Speller) -> Diagnostic {
        let (message, help) = (self.words)(speller);
        Diagnostic::error(self.code, message).at(place).help(help)
    }
}

/// Collects findings about one module.
pub(crate) struct Findings<'r> {
    /// Nothing where the reader of the text has yet to say it.
    file: Option<&'r str>,
    report: &'r mut Report,
    speller: &'r mut Speller,
}

impl<'r> Findings<'r> {
    pub(crate) fn new(
        file: impl Into<Option<&'r str>>,
        report: &'r mut Report,
        speller: &'r mut Speller,
    ) -> Findings<'r> {
        Findings { file: file.into(), report, speller }
    }

    /// Adds a finding at a JSON path below the module.
    pub(super) fn push(&mut self, path: impl FnOnce() -> String, finding: Finding<'_>) {
        let Findings { file, report, speller } = self;
        report.push_error(|| finding.at(origin(*file, &path()), speller));
    }

    /// Adds a finding whose help is always the same.
    pub(super) fn say(
        &mut self,
        code: Code,
        path: impl FnOnce() -> String,
        message: impl FnOnce() -> String,
        help: &'static str,
    ) {
        let Findings { file, report, .. } = self;
        report.push_error(|| Diagnostic::error(code, message()).at(origin(*file, &path())).help(help));
    }
}

fn origin(file: Option<&str>, path: &str) -> Origin {
    let place = Origin::none().at_json(format!("$.module{path}"));
    match file {
        Some(file) => place.in_file(file),
        None => place,
    }
}

/// A name as a message shows it: short, and nothing in it steers a terminal.
pub(crate) fn shown(name: &str) -> String {
    const LONGEST: usize = 60;
    let mut text: String = name.chars().take(LONGEST).collect::<String>().escape_debug().collect();
    if name.chars().nth(LONGEST).is_some() {
        text.push('…');
    }
    text
}
