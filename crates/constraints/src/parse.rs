//! Stage 2, parse: from text to a [`Document`].
//!
//! A file is read line by line. CommonMark decides one thing only: which lines lie inside fenced code or HTML, where a heading is text.

mod block;
mod lines;
mod manifest;
mod outline;

use crate::codes;
use crate::model::Document;
use etymon_diagnostics::{Code, Diagnostic, Origin, Report, SourceFile, Span};
use outline::Outline;
use std::sync::Arc;

pub(crate) use lines::unquoted;

/// What parse makes of a file: always a document, with whatever could be read, and what is wrong with it.
#[derive(Clone, Debug)]
pub struct Parsed {
    /// The text.
    pub file: Arc<SourceFile>,
    /// What it says. Where the report has errors, their places hold defaults.
    pub document: Document,
    /// What is wrong, in the order of the text.
    pub report: Report,
    /// Where things stand.
    pub(crate) places: Places,
}

/// Where the parts of a document stand in its text.
#[derive(Clone, Debug, Default)]
pub(crate) struct Places {
    /// One for each requirement.
    pub requirements: Vec<RequirementPlace>,
    /// The threshold's id.
    pub threshold: Option<Span>,
    /// One for each import.
    pub imports: Vec<ImportPlaces>,
    /// One for each phrase pin: its id.
    pub pins: Vec<Span>,
}

/// Where the parts of an import stand; what it has not is where its property is.
#[derive(Clone, Copy, Debug)]
pub(crate) struct ImportPlaces {
    /// The property.
    pub property: Span,
    /// The path.
    pub path: Span,
    /// The name that the code has.
    pub alias: Span,
    /// The content hash.
    pub pin: Span,
}

/// Where the parts of a requirement stand.
#[derive(Clone, Debug)]
pub(crate) struct RequirementPlace {
    /// The heading's text.
    pub id: Span,
    /// One for each dependency.
    pub depends_on: Vec<Span>,
    /// A `type` that is none of the seven.
    pub unknown_kind: Option<Span>,
    /// The value of `image`, which only some derivations want.
    pub image: Option<Span>,
}

impl Parsed {
    /// Where the requirement names its EncDSL image; without one, the file.
    pub fn image_origin(&self, requirement: Option<usize>) -> Origin {
        let place = requirement.and_then(|at| self.places.requirements.get(at));
        match place {
            Some(place) => self.origin(place.image.unwrap_or(place.id)),
            None => Origin::path(self.file.path()),
        }
    }

    /// A place in the text.
    pub(crate) fn origin(&self, span: Span) -> Origin {
        Origin::span(&self.file, span)
    }
}

/// Collects findings with their places.
struct Findings<'f> {
    file: &'f Arc<SourceFile>,
    report: Report,
}

impl Findings<'_> {
    fn error(&mut self, code: Code, span: Span, message: impl Into<String>, help: impl Into<String>) {
        let file = self.file;
        self.report.push_error(|| Diagnostic::error(code, message).at(Origin::span(file, span)).help(help));
    }

    fn warning(&mut self, code: Code, span: Span, message: impl Into<String>, help: impl Into<String>) {
        self.report.push(Diagnostic::warning(code, message).at(Origin::span(self.file, span)).help(help));
    }
}

/// Parses a text that [`crate::read::decode`] made. A pure function; it takes time linear in the text's length.
pub fn parse(file: &Arc<SourceFile>) -> Parsed {
    let text = file.text();
    let outline = Outline::of(text);
    let mut findings = Findings { file, report: Report::new() };
    outline_findings(&outline, &mut findings);

    let mut places = Places::default();
    let preamble = outline.headings.first().map_or(text.len(), |heading| heading.line.start);
    let manifest = manifest::parse(&outline, text, preamble, &mut findings, &mut places);

    let mut blocks = block::Reader::new(text, &outline);
    let mut requirements = Vec::with_capacity(outline.headings.len());
    for at in 0..outline.headings.len() {
        let (requirement, place) = blocks.read(at, &mut findings);
        requirements.push(requirement);
        places.requirements.push(place);
    }
    let mut report = findings.report;
    report.sort();
    Parsed { file: Arc::clone(file), document: Document { manifest, requirements }, report, places }
}

fn outline_findings(outline: &Outline<'_>, findings: &mut Findings<'_>) {
    for fence in outline.fences.iter().filter(|fence| !fence.closed) {
        let help = "close it with a line of the same characters; until then everything below belongs to it";
        findings.error(codes::PARSE_FENCE, fence.opening, "the fenced block has no end", help);
    }
    for span in &outline.hidden {
        let help =
            "remove it, or move it out of the HTML block; an HTML block ends at a blank line, a comment at `-->`";
        findings.error(
            codes::PARSE_HIDDEN,
            *span,
            "this stands inside HTML, where readers of the page do not see it",
            help,
        );
    }
    for (span, message) in &outline.odd {
        findings.warning(
            codes::PARSE_HEADING,
            *span,
            *message,
            "a requirement starts with `## ID` at the start of a line",
        );
    }
}
