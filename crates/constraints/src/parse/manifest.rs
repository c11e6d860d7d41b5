//! The manifest: `@provides`, `@imports`, `@pins` before the first requirement.

use super::lines::{Field, Lines, key_value, list, trimmed, unquoted};
use super::outline::Outline;
use super::{Findings, ImportPlaces, Places};
use crate::codes;
use crate::model::{Import, Manifest, Pin, Provides};
use etymon_diagnostics::{Span, closest};
use std::collections::{BTreeMap, BTreeSet};

const DIRECTIVES: [&str; 3] = ["@provides", "@imports", "@pins"];
const PROVIDES: &[&str] = &["threshold", "interface"];
const IMPORT: &[&str] = &["property", "from", "path", "as", "pin"];
const PIN: &[&str] = &["id", "must-contain", "mustContain", "why"];

/// A directive, or an item of one, as it is read.
struct Section<'t> {
    /// Number of its first line, from 1.
    line: usize,
    /// What a finding about the whole points at.
    span: Span,
    /// Its lines, the last of each key.
    fields: BTreeMap<&'t str, Field<'t>>,
}

/// A directive as it is read.
struct Directive<'t> {
    name: &'t str,
    /// What follows the colon.
    value: &'t str,
    value_span: Span,
    head: Section<'t>,
    items: Vec<Section<'t>>,
}

/// Parses what stands before `end`.
pub(super) fn parse(
    outline: &Outline<'_>,
    text: &str,
    end: usize,
    findings: &mut Findings<'_>,
    places: &mut Places,
) -> Manifest {
    let mut manifest = Manifest::default();
    let mut seen = BTreeSet::new();
    late(outline, text, end, findings);
    for directive in directives(outline, text, end, findings) {
        if !seen.insert(directive.name) {
            let message = format!("`{}` stands there twice", directive.name);
            findings.error(codes::PARSE_MANIFEST, directive.head.span, message, "put everything under one of them");
            continue;
        }
        match directive.name {
            "@provides" => manifest.provides = provides(&directive, findings, places),
            "@imports" => imports(&directive, &mut manifest.imports, findings, places),
            _ => pins(&directive, &mut manifest.pins, findings, places),
        }
    }
    manifest
}

/// A line that no directive takes.
struct Loose<'t> {
    start: usize,
    line: &'t str,
    after_blank: bool,
    /// Index of the directive that it may have been meant for.
    near: Option<usize>,
}

/// Collects the directives with their lines.
fn directives<'t>(outline: &Outline<'_>, text: &'t str, end: usize, findings: &mut Findings<'_>) -> Vec<Directive<'t>> {
    let mut found: Vec<Directive<'t>> = Vec::new();
    let mut loose = Vec::new();
    let mut near = None;
    // Whether the last directive may go on, and whether a blank line stands between.
    let (mut open, mut blank) = (false, false);
    let mut from = (0, 0);
    for (index, (start, line)) in Lines::new(text, Span::new(0, end)).enumerate() {
        let (span, content) = trimmed(start, line);
        if content.is_empty() {
            blank = true;
            continue;
        }
        let after_blank = std::mem::take(&mut blank);
        let is_text = outline.is_text(start, &mut from);
        if !is_text && line.starts_with('@') {
            let directive = head(index + 1, span, content, findings);
            open = directive.is_some();
            near = open.then_some(found.len());
            found.extend(directive);
            continue;
        }
        open = !is_text
            && open
            && found.last_mut().is_some_and(|own| own.take(index + 1, (start, line), after_blank, findings));
        if !is_text && !open {
            loose.push(Loose { start, line, after_blank, near });
        }
    }
    strays(&found, &loose, findings);
    found
}

/// Tells of lines that look as if they were a directive's, but have no effect.
fn strays(found: &[Directive<'_>], loose: &[Loose<'_>], findings: &mut Findings<'_>) {
    // Whether that was said of the line before, and whether indented lines belong to a list or a sample of the prose.
    let (mut told, mut inner) = (false, false);
    for own in loose {
        let (span, content) = trimmed(own.start, own.line);
        inner = own.line.starts_with([' ', '\t']) && (inner || own.after_blank && is_deep(own.line));
        let stray = !inner && own.near.is_some_and(|near| found[near].would_take(own.start, own.line));
        if !inner && is_directive(content) {
            let help = "begin the line with the `@`";
            findings.warning(codes::PARSE_STRAY, span, "an indented directive has no effect", help);
        } else if stray && !told {
            let help = "items follow their directive, with at most blank lines and comments between";
            findings.warning(codes::PARSE_STRAY, span, "this belongs to no directive, so it has no effect", help);
        }
        inner |= !stray && content.starts_with(['-', '*', '+']);
        told = stray;
    }
}

/// Tells of directives behind the first heading.
fn late(outline: &Outline<'_>, text: &str, end: usize, findings: &mut Findings<'_>) {
    let mut from = (0, 0);
    for (start, line) in Lines::new(text, Span::new(end, text.len())) {
        if line.starts_with('@') && is_directive(line) && !outline.is_text(start, &mut from) {
            let help = "move it, with its items, before the first `##`";
            let message = "a directive inside a requirement has no effect";
            findings.warning(codes::PARSE_STRAY, trimmed(start, line).0, message, help);
        }
    }
}

fn is_directive(content: &str) -> bool {
    let rest = DIRECTIVES.iter().find_map(|name| content.strip_prefix(name));
    rest.is_some_and(|rest| rest.trim_start().starts_with(':'))
}

/// Whether a line is indented as code is in Markdown.
fn is_deep(line: &str) -> bool {
    line.starts_with("    ") || line.trim_start_matches(' ').starts_with('\t')
}

/// The first line of a directive, or nothing when it is prose.
fn head<'t>(number: usize, span: Span, content: &'t str, findings: &mut Findings<'_>) -> Option<Directive<'t>> {
    let word = content.split([':', ' ', '\t']).next().unwrap_or_default();
    let Some(name) = DIRECTIVES.iter().find(|name| **name == word) else {
        if let Some(near) = closest(word, DIRECTIVES) {
            findings.error(
                codes::PARSE_MANIFEST,
                span,
                format!("`{word}` is no directive"),
                format!("did you mean `{near}`?"),
            );
        }
        return None;
    };
    let Some(rest) = content[name.len()..].trim_start().strip_prefix(':') else {
        let help = format!("write `{name}:`");
        findings.error(codes::PARSE_MANIFEST, span, format!("`{name}` has no colon"), help);
        return None;
    };
    let (value_span, value) = trimmed(span.end - rest.len(), rest);
    let head = Section { line: number, span, fields: BTreeMap::new() };
    Some(Directive { name: &content[..name.len()], value, value_span, head, items: Vec::new() })
}

impl<'t> Directive<'t> {
    fn keys(&self) -> &'static [&'static str] {
        match self.name {
            "@provides" => PROVIDES,
            "@imports" => IMPORT,
            _ => PIN,
        }
    }

    fn is_list(&self) -> bool {
        self.name != "@provides"
    }

    /// Whether a line would be one of the directive's if it stood where those stand.
    fn would_take(&self, start: usize, line: &str) -> bool {
        let content = line.trim();
        let item = content.strip_prefix('-').filter(|_| self.is_list());
        let field = item.map_or_else(|| key_value(start, line), |rest| key_value(start, rest));
        (item.is_some() || line.starts_with([' ', '\t'])) && field.is_some_and(|field| self.keys().contains(&field.key))
    }

    /// Takes a line that is not blank; tells whether the directive goes on.
    fn take(
        &mut self,
        number: usize,
        (start, line): (usize, &'t str),
        after_blank: bool,
        findings: &mut Findings<'_>,
    ) -> bool {
        let (span, content) = trimmed(start, line);
        let indented = line.starts_with([' ', '\t']);
        if content.starts_with('#') {
            // After a blank line it is a heading of the page.
            return indented || !after_blank;
        }
        let item = content.strip_prefix('-').filter(|rest| rest.starts_with([' ', '\t']) || rest.is_empty());
        let item = item.filter(|_| self.is_list());
        let field = match item {
            Some(rest) => key_value(span.end - rest.len(), rest),
            None => key_value(start, line),
        };
        let known = field.is_some_and(|field| self.keys().contains(&field.key));
        // Prose may follow the manifest, with lists and indented code of its own.
        if (after_blank || !indented && item.is_none()) && !(known && (indented || item.is_some())) {
            return false;
        }
        if item.is_some() {
            self.items.push(Section { line: number, span, fields: BTreeMap::new() });
        }
        let Some(field) = field.filter(|_| known) else {
            let help = match field.and_then(|field| closest(field.key, self.keys().iter().copied())) {
                Some(near) => format!("did you mean `{near}`?"),
                None => format!("known: {}", self.keys().join(", ")),
            };
            let message = format!("expected `key: value` of `{}`", self.name);
            findings.error(codes::PARSE_MANIFEST, span, message, help);
            return true;
        };
        let is_list = self.is_list();
        let section = if is_list { self.items.last_mut() } else { Some(&mut self.head) };
        let Some(section) = section else {
            let message = format!("`{}` stands outside of an item", field.key);
            findings.error(
                codes::PARSE_MANIFEST,
                span,
                message,
                format!("start an item with `- {}: …`", self.keys()[0]),
            );
            return true;
        };
        if section.fields.insert(field.key, field).is_some() {
            let message = format!("`{}` is given twice", field.key);
            findings.error(codes::PARSE_MANIFEST, field.key_span, message, "keep one of the lines");
        }
        true
    }

    /// Refuses what follows the colon of a list, unless it is the empty one.
    fn expect_list(&self, findings: &mut Findings<'_>) {
        let inline_empty = list(self.value, self.value_span).is_some_and(|items| items.is_empty());
        if !self.value.is_empty() && !inline_empty {
            let message = format!("`{}` takes its items on lines of their own", self.name);
            let help = format!("write `- {}: …` below it", self.keys()[0]);
            findings.error(codes::PARSE_MANIFEST, self.value_span, message, help);
        } else if inline_empty && let Some(item) = self.items.first() {
            let message = format!("`{}` is both `[]` and a list", self.name);
            findings.error(codes::PARSE_MANIFEST, item.span, message, "remove the `[]`");
        }
    }
}

impl<'t> Section<'t> {
    /// The value of a key without quotes around it, if the key is there.
    fn value(&self, key: &str) -> Option<&'t str> {
        self.fields.get(key).map(|field| unquoted(field.value))
    }

    fn value_span(&self, key: &str) -> Span {
        self.fields.get(key).map_or(self.span, |field| field.value_span)
    }

    /// The value of a key that must be there and not be empty.
    fn required(&self, owner: &str, key: &str, findings: &mut Findings<'_>) -> Option<&'t str> {
        let value = self.value(key);
        if value.is_none_or(str::is_empty) {
            let message = format!("{owner} has no `{key}`");
            findings.error(codes::PARSE_MANIFEST, self.value_span(key), message, format!("add a line `{key}: …`"));
            return None;
        }
        value
    }

    /// The value of a key that may be missing, but not be empty.
    fn optional(&self, owner: &str, key: &str, findings: &mut Findings<'_>) -> Option<String> {
        self.fields.contains_key(key).then(|| self.required(owner, key, findings)).flatten().map(str::to_owned)
    }
}

fn provides(directive: &Directive<'_>, findings: &mut Findings<'_>, places: &mut Places) -> Option<Provides> {
    let property = unquoted(directive.value);
    if property.is_empty() {
        let help = "write `@provides: some-property`";
        findings.error(codes::PARSE_MANIFEST, directive.head.span, "`@provides` names no property", help);
    }
    let threshold = directive.head.required("`@provides`", "threshold", findings);
    let interface = directive.head.fields.get("interface").map_or_else(Vec::new, |field| interface(*field, findings));
    let threshold = threshold?;
    places.threshold = Some(directive.head.value_span("threshold"));
    Some(Provides {
        property: property.to_owned(),
        threshold: threshold.to_owned(),
        interface,
        line: directive.head.line,
    })
}

fn interface(field: Field<'_>, findings: &mut Findings<'_>) -> Vec<String> {
    let Some(items) = list(field.value, field.value_span) else {
        findings.error(
            codes::PARSE_MANIFEST,
            field.value_span,
            "`interface` is no list",
            "write `[name, other]`, or `[]` for none",
        );
        return Vec::new();
    };
    let mut seen = BTreeSet::new();
    for (item, span) in &items {
        if item.is_empty() {
            let help = "remove the comma, or write a name";
            findings.error(codes::PARSE_MANIFEST, *span, "`interface` has an empty item", help);
        } else if !seen.insert(*item) {
            let message = format!("`interface` names `{item}` twice");
            let help = "name it once; repetition is part of the content hash";
            findings.warning(codes::PARSE_REPEATED, *span, message, help);
        }
    }
    items.into_iter().map(|(item, _)| item.to_owned()).filter(|item| !item.is_empty()).collect()
}

fn imports(directive: &Directive<'_>, found: &mut Vec<Import>, findings: &mut Findings<'_>, places: &mut Places) {
    directive.expect_list(findings);
    for item in &directive.items {
        let property = item.required("the import", "property", findings);
        let path = item.required("the import", "path", findings);
        if let Some(from) = item.value("from").filter(|from| *from != "path") {
            let (message, help) = match from {
                "tag" | "hash" => (format!("imports from a `{from}` do not exist yet"), "import from a `path`"),
                _ => (format!("`{from}` is no source of imports"), "write `from: path`"),
            };
            findings.error(codes::PARSE_MANIFEST, item.value_span("from"), message, help);
        }
        let pin = item.optional("the import", "pin", findings);
        if let Some(pin) = pin.as_deref().filter(|pin| !is_hash(pin)) {
            let message = format!("`{pin}` is no content hash");
            let help = "a pin is 64 lower-case hex digits; `etymon run FILE --until canonicalize` prints a file's";
            findings.error(codes::PARSE_MANIFEST, item.value_span("pin"), message, help);
        }
        let alias = item.optional("the import", "as", findings);
        let (Some(property), Some(path)) = (property, path) else { continue };
        found.push(Import { property: property.to_owned(), path: path.to_owned(), alias, pin, line: item.line });
        let place = |key| item.value_span(if item.fields.contains_key(key) { key } else { "property" });
        places.imports.push(ImportPlaces {
            property: place("property"),
            path: place("path"),
            alias: place("as"),
            pin: place("pin"),
        });
    }
}

fn pins(directive: &Directive<'_>, found: &mut Vec<Pin>, findings: &mut Findings<'_>, places: &mut Places) {
    directive.expect_list(findings);
    for item in &directive.items {
        let id = item.required("the pin", "id", findings);
        let both = item.fields.contains_key("must-contain") && item.fields.contains_key("mustContain");
        if both {
            let message = "`must-contain` and `mustContain` are one key";
            findings.error(codes::PARSE_MANIFEST, item.value_span("mustContain"), message, "keep `must-contain`");
        }
        let key = if item.fields.contains_key("mustContain") { "mustContain" } else { "must-contain" };
        let phrase = item.required("the pin", key, findings);
        let why = item.optional("the pin", "why", findings);
        let (Some(id), Some(phrase)) = (id, phrase) else { continue };
        found.push(Pin { id: id.to_owned(), phrase: phrase.to_owned(), why, line: item.line });
        places.pins.push(item.value_span("id"));
    }
}

fn is_hash(text: &str) -> bool {
    text.len() == 64 && text.bytes().all(|byte| matches!(byte, b'0'..=b'9' | b'a'..=b'f'))
}
