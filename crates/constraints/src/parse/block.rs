//! Requirement blocks: heading, metadata, body.

use super::lines::{Field, Lines, key_value, list, trimmed};
use super::outline::{Fence, Heading, Outline};
use super::{Findings, RequirementPlace};
use crate::codes::{self, PARSE_METADATA, PARSE_TYPE};
use crate::derive::IMAGE;
use crate::model::{Authority, Backend, Evidence, Kind, Requirement, Status};
use crate::read::is_trimmed;
use etymon_diagnostics::{Code, Span, Speller, closest};
use std::collections::BTreeMap;

/// The keys that have a meaning.
const KEYS: [&str; 5] = ["type", "authority", "scope", "status", "depends-on"];

/// Names of evidence that a tag may be a slip of; shorter ones are near to too much.
const TAGS: [&str; 10] = [
    "assert",
    "assertion",
    "property",
    "properties",
    "judgment",
    "judgement",
    "a11y",
    "accessibility",
    "flow",
    "interaction",
];

/// Reads the blocks of a text, one after the other.
pub(super) struct Reader<'a, 't> {
    text: &'t str,
    outline: &'a Outline<'t>,
    /// The first fence that no block before has taken.
    fence: usize,
    speller: Speller,
}

/// The metadata of a block as they are read.
#[derive(Default)]
struct Metadata<'t> {
    known: [Option<Field<'t>>; KEYS.len()],
    unknown: BTreeMap<String, (String, Span)>,
}

impl<'a, 't> Reader<'a, 't> {
    pub fn new(text: &'t str, outline: &'a Outline<'t>) -> Self {
        Self { text, outline, fence: 0, speller: Speller::default() }
    }

    /// Reads the block of heading number `at`.
    pub fn read(&mut self, at: usize, findings: &mut Findings<'_>) -> (Requirement, RequirementPlace) {
        let heading = self.outline.headings[at];
        let end = self.outline.headings.get(at + 1).map_or(self.text.len(), |next| next.line.start);
        let below = Span::new((heading.line.end + 1).min(end), end);
        let (metadata, body_start) = self.metadata(heading.id, below, findings);
        let evidence = self.evidence(heading.number, heading.line.start, end, findings);
        let [kind, authority, scope, status] =
            [0, 1, 2, 3].map(|key| self.required(key, &heading, &metadata, findings));
        let mut place =
            RequirementPlace { id: heading.id_span, depends_on: Vec::new(), unknown_kind: None, image: None };
        place.image = metadata.unknown.get(IMAGE).map(|(_, span)| *span);
        place.unknown_kind = kind.filter(|field| Kind::from_name(field.value).is_none()).map(|field| field.value_span);
        let kind = choice(PARSE_TYPE, kind, Kind::from_name, Kind::ALL.iter().map(|own| own.name()), findings);
        let names = Authority::ALL.iter().map(|own| own.name());
        let authority = choice(PARSE_METADATA, authority, Authority::from_name, names, findings);
        let names = Status::ALL.iter().map(|own| own.name());
        let status = choice(PARSE_METADATA, status, Status::from_name, names, findings);
        let depends_on = metadata.known[4].map_or_else(Vec::new, |field| depends_on(field, &mut place, findings));
        let requirement = Requirement {
            id: heading.id.to_owned(),
            // The defaults stand only where an error does.
            kind: kind.unwrap_or(Kind::Specification),
            authority: authority.unwrap_or(Authority::HumanAuthored),
            scope: scope.map_or("", |field| field.value).to_owned(),
            status: status.unwrap_or(Status::Active),
            depends_on,
            unknown: metadata.unknown.into_iter().map(|(key, (value, _))| (key, value)).collect(),
            body: body(&self.text[body_start..end]),
            evidence,
            line: heading.number,
        };
        (requirement, place)
    }

    /// The field of a key that must be there; one without a value has been told already.
    fn required(
        &mut self,
        key: usize,
        heading: &Heading<'t>,
        metadata: &Metadata<'t>,
        findings: &mut Findings<'_>,
    ) -> Option<Field<'t>> {
        if metadata.known[key].is_none() {
            let near = self.speller.closest(KEYS[key], metadata.unknown.keys().map(String::as_str));
            let help = match near {
                Some(near) => format!("did you mean that with `{near}`?"),
                None => format!("add a line `{}: …` directly under the heading", KEYS[key]),
            };
            let message = format!("requirement `{}` has no `{}`", heading.id, KEYS[key]);
            findings.error(PARSE_METADATA, heading.id_span, message, help);
        }
        metadata.known[key].filter(|field| !field.value.is_empty())
    }

    /// The metadata in a range, and where the body begins.
    fn metadata(&mut self, id: &str, range: Span, findings: &mut Findings<'_>) -> (Metadata<'t>, usize) {
        let mut metadata = Metadata::default();
        let mut told = false;
        for (start, line) in Lines::new(self.text, range) {
            if line.trim().is_empty() {
                return (metadata, start);
            }
            match key_value(start, line) {
                Some(field) => metadata.add(id, field, &mut self.speller, findings),
                None if told => {}
                None => {
                    told = true;
                    let (span, _) = trimmed(start, line);
                    let message = format!("expected `key: value` or a blank line under `{id}`");
                    findings.error(PARSE_METADATA, span, message, "put a blank line between the metadata and the text");
                }
            }
        }
        (metadata, range.end)
    }

    /// The evidence of the block in a range.
    fn evidence(&mut self, number: usize, start: usize, end: usize, findings: &mut Findings<'_>) -> Vec<Evidence> {
        let mut evidence = Vec::new();
        // Lines are counted from the heading on, so that all blocks together are counted once.
        let (mut counted, mut line) = (start, number);
        while let Some(fence) = self.outline.fences.get(self.fence).filter(|fence| fence.range.start < end) {
            self.fence += 1;
            if fence.range.start < start {
                continue;
            }
            line += self.text[counted..fence.range.start].bytes().filter(|own| *own == b'\n').count();
            counted = fence.range.start;
            match Backend::from_tag(fence.tag) {
                Some(backend) => evidence.push(Evidence { backend, text: fence.content.clone(), line: line + 1 }),
                None => tag_findings(fence, &mut self.speller, findings),
            }
        }
        evidence
    }
}

impl<'t> Metadata<'t> {
    fn add(&mut self, id: &str, field: Field<'t>, speller: &mut Speller, findings: &mut Findings<'_>) {
        if let Some(at) = KEYS.iter().position(|key| *key == field.key) {
            if self.known[at].is_some() {
                let message = format!("`{}` is given twice", field.key);
                findings.error(PARSE_METADATA, field.key_span, message, "keep one of the lines");
            } else if field.value.is_empty() {
                let message = format!("`{}` has no value", field.key);
                findings.error(PARSE_METADATA, field.key_span, message, "write it after the colon");
            }
            self.known[at].get_or_insert(field);
            return;
        }
        // The canonical form says the id again; so may a file.
        if field.key == "id" {
            if field.value != id {
                let message = format!("`id` is `{}`, but the heading says `{id}`", field.value);
                findings.error(PARSE_METADATA, field.value_span, message, "the heading is the id; remove the line");
            }
            return;
        }
        if let Some(near) = speller.closest(field.key, KEYS) {
            let message = format!("`{}` means nothing here", field.key);
            findings.warning(codes::PARSE_KEY, field.key_span, message, format!("did you mean `{near}`?"));
        }
        let entry = (field.value.to_owned(), field.value_span);
        if self.unknown.insert(field.key.to_owned(), entry).is_some() {
            let message = format!("`{}` is given twice", field.key);
            findings.error(PARSE_METADATA, field.key_span, message, "keep one of the lines");
        }
    }
}

/// The value of a field out of those there are; tells of one that is none of them.
fn choice<T>(
    code: Code,
    field: Option<Field<'_>>,
    from_name: impl Fn(&str) -> Option<T>,
    names: impl Iterator<Item = &'static str> + Clone,
    findings: &mut Findings<'_>,
) -> Option<T> {
    let field = field?;
    let found = from_name(field.value);
    if found.is_none() {
        let help = match closest(field.value, names.clone()) {
            Some(near) => format!("did you mean `{near}`?"),
            None => format!("known: {}", names.collect::<Vec<_>>().join(", ")),
        };
        findings.error(code, field.value_span, format!("`{}` is no `{}`", field.value, field.key), help);
    }
    found
}

fn depends_on(field: Field<'_>, place: &mut RequirementPlace, findings: &mut Findings<'_>) -> Vec<String> {
    if field.value.is_empty() {
        return Vec::new();
    }
    let Some(items) = list(field.value, field.value_span) else {
        let message = "`depends-on` is no list";
        findings.error(PARSE_METADATA, field.value_span, message, "write `[A1, A2]`, or `[]` for none");
        return Vec::new();
    };
    let mut seen = std::collections::BTreeSet::new();
    let mut ids = Vec::with_capacity(items.len());
    for (item, span) in items {
        if item.is_empty() {
            let message = "`depends-on` has an empty item";
            findings.error(PARSE_METADATA, span, message, "remove the comma, or write an id");
            continue;
        }
        if !seen.insert(item) {
            let message = format!("`depends-on` names `{item}` twice");
            findings.warning(
                codes::PARSE_REPEATED,
                span,
                message,
                "name it once; repetition is part of the content hash",
            );
        }
        ids.push(item.to_owned());
        place.depends_on.push(span);
    }
    ids
}

fn tag_findings(fence: &Fence<'_>, speller: &mut Speller, findings: &mut Findings<'_>) {
    if matches!(fence.tag, "pin" | "pins") {
        let help = "phrase pins stand under `@pins:` in the manifest";
        findings.warning(codes::PARSE_EVIDENCE, fence.opening, "fences of this kind are not checked", help);
    } else if let Some(near) = speller.closest(fence.tag, TAGS) {
        let message = format!("`{}` is no kind of evidence, so the block is not checked", fence.tag);
        findings.warning(codes::PARSE_EVIDENCE, fence.opening, message, format!("did you mean `{near}`?"));
    }
}

/// The canonical text of a body: no trailing white space, no blank lines around it, one final newline; empty when nothing is left.
fn body(text: &str) -> String {
    // What was read has no white space at the end of lines, so that nothing but blank lines is left to take away.
    if is_trimmed(text) {
        let inner = text.trim_matches('\n');
        let mut body = String::with_capacity(inner.len() + 1);
        body.push_str(inner);
        if !inner.is_empty() {
            body.push('\n');
        }
        return body;
    }
    let mut body = String::with_capacity(text.len());
    let mut blank = 0;
    for line in text.split('\n') {
        let line = line.trim_end();
        if line.is_empty() {
            blank += 1;
            continue;
        }
        if !body.is_empty() {
            body.extend(std::iter::repeat_n('\n', blank));
        }
        blank = 0;
        body.push_str(line);
        body.push('\n');
    }
    body
}
