//! Stage 3, validate: whether what a document says fits together.

use crate::codes;
use crate::graph::circles;
use crate::model::{Backend, Status, Target};
use crate::parse::Parsed;
use crate::report::outcome_of_pin;
use etymon_diagnostics::{Code, Diagnostic, Report, Span, Speller};
use std::collections::HashMap;

/// How many ids of a circle are told.
const SHOWN: usize = 8;

/// Checks what parse made of a file. A pure function; it takes time linear in the document, but for sorting.
pub fn validate(parsed: &Parsed) -> Report {
    let mut check = Check {
        parsed,
        report: Report::new(),
        speller: Speller::default(),
        ids: HashMap::with_capacity(parsed.document.requirements.len()),
        sorted: Vec::new(),
    };
    check.content();
    check.ids();
    check.kinds();
    check.dependencies();
    check.manifest();
    check.report.sort();
    check.report
}

/// Checks that all evidence that counts can be checked in `target`. Pages, and what is done on them, are none of Rust's: a requirement about
/// them would never have been looked at, however well it is met.
pub fn fits(parsed: &Parsed, target: Target) -> Report {
    let mut report = Report::new();
    if target != Target::Rust {
        return report;
    }
    for requirement in parsed.document.requirements.iter().filter(|own| own.status == Status::Active) {
        for evidence in requirement.evidence.iter().filter(|own| PAGES.contains(&own.backend)) {
            let fence = parsed.file.line_range(evidence.line.saturating_sub(1).max(1));
            let name = evidence.backend.name();
            let message = format!("`{name}` evidence of `{}` cannot be checked for target `rust`", requirement.id);
            let help = "it is about pages, which only `ts` and `js` make; put the requirement into a file of its own";
            report
                .push_error(|| Diagnostic::error(codes::VALIDATE_TARGET, message).at(parsed.origin(fence)).help(help));
        }
    }
    report
}

/// Evidence about pages.
const PAGES: [Backend; 2] = [Backend::Accessibility, Backend::Flow];

struct Check<'p> {
    parsed: &'p Parsed,
    report: Report,
    speller: Speller,
    /// The first requirement of each id.
    ids: HashMap<&'p str, usize>,
    /// All ids, once somebody asks which is like another.
    sorted: Vec<&'p str>,
}

impl<'p> Check<'p> {
    fn error(&mut self, code: Code, span: Span, message: String, help: impl Into<String>) {
        let parsed = self.parsed;
        self.report.push_error(|| Diagnostic::error(code, message).at(parsed.origin(span)).help(help));
    }

    fn warning(&mut self, code: Code, span: Span, message: String, help: &str) {
        self.report.push(Diagnostic::warning(code, message).at(self.parsed.origin(span)).help(help));
    }

    fn content(&mut self) {
        let document = &self.parsed.document;
        // What could not be parsed has been told already.
        if document.requirements.is_empty() && document.manifest.is_empty() && !self.parsed.report.has_errors() {
            let message = "the file says nothing: it has no requirement and no manifest".to_owned();
            self.error(codes::VALIDATE_EMPTY, Span::at(0), message, "a requirement starts with `## ID`");
        }
    }

    fn ids(&mut self) {
        for (at, requirement) in self.parsed.document.requirements.iter().enumerate() {
            if let Some(first) = self.ids.get(requirement.id.as_str()).copied() {
                let line = self.parsed.document.requirements[first].line;
                let message = format!("`{}` is the id of the requirement in line {line} already", requirement.id);
                let span = self.parsed.places.requirements[at].id;
                self.error(codes::VALIDATE_DUP_ID, span, message, "give one of them another id");
            } else {
                self.ids.insert(&requirement.id, at);
            }
        }
        for pin in &self.parsed.document.manifest.pins {
            let reported = outcome_of_pin(pin);
            if let Some(at) = self.ids.get(reported.as_str()) {
                let message = format!("`{reported}` is what reports call the phrase pin `{}`", pin.id);
                let span = self.parsed.places.requirements[*at].id;
                self.error(codes::VALIDATE_DUP_ID, span, message, "give the requirement another id");
            }
        }
    }

    fn kinds(&mut self) {
        for (requirement, place) in self.parsed.document.requirements.iter().zip(&self.parsed.places.requirements) {
            if let Some(span) = place.unknown_kind {
                let message = format!("requirement `{}` has a type that is none of the seven", requirement.id);
                let known: Vec<&str> = crate::model::Kind::ALL.iter().map(|kind| kind.name()).collect();
                self.error(codes::VALIDATE_TYPE, span, message, format!("known: {}", known.join(", ")));
            }
        }
    }

    fn dependencies(&mut self) {
        let requirements = &self.parsed.document.requirements;
        let mut edges: Vec<Vec<usize>> = Vec::with_capacity(requirements.len());
        for (requirement, place) in requirements.iter().zip(&self.parsed.places.requirements) {
            let mut targets = Vec::with_capacity(requirement.depends_on.len());
            for (id, span) in requirement.depends_on.iter().zip(&place.depends_on) {
                if let Some(target) = self.ids.get(id.as_str()) {
                    targets.push(*target);
                    continue;
                }
                let help = self.near(
                    id,
                    |near| near != requirement.id && !requirement.depends_on.iter().any(|own| own == near),
                    "ids of other files cannot be named here; import a property instead",
                );
                let message = format!("`{}` depends on `{id}`, which is not in this file", requirement.id);
                self.error(codes::VALIDATE_UNKNOWN_DEP, *span, message, help);
            }
            edges.push(targets);
        }
        for circle in circles(&edges) {
            let mut names: Vec<&str> = circle.iter().take(SHOWN).map(|at| requirements[*at].id.as_str()).collect();
            if circle.len() > SHOWN {
                names.push("…");
            }
            names.push(&requirements[circle[0]].id);
            let message = format!("requirements depend on each other in a circle: `{}`", names.join("` → `"));
            let span = self.parsed.places.requirements[circle[0]].id;
            self.error(codes::VALIDATE_CYCLE, span, message, "take one of them out of a `depends-on`");
        }
    }

    /// What was meant, of what may be meant, or `otherwise`.
    fn near(&mut self, id: &str, may: impl Fn(&str) -> bool, otherwise: &str) -> String {
        if self.sorted.is_empty() {
            self.sorted.extend(self.ids.keys());
            self.sorted.sort_unstable();
        }
        match self.speller.closest(id, self.sorted.iter().copied().filter(|known| may(known))) {
            Some(near) => format!("did you mean `{near}`?"),
            None => otherwise.to_owned(),
        }
    }

    fn manifest(&mut self) {
        let (manifest, places) = (&self.parsed.document.manifest, &self.parsed.places);
        if let (Some(provides), Some(span)) = (&manifest.provides, places.threshold) {
            match self.ids.get(provides.threshold.as_str()) {
                None => {
                    let help = self.near(&provides.threshold, |_| true, "name a requirement of this file");
                    let message = format!("the threshold `{}` is not in this file", provides.threshold);
                    self.error(codes::VALIDATE_MANIFEST_REF, span, message, help);
                }
                Some(at) if self.parsed.document.requirements[*at].status != Status::Active => {
                    let status = self.parsed.document.requirements[*at].status.name();
                    let message = format!("the threshold `{}` is {status}, so it is never checked", provides.threshold);
                    let help = "name an active requirement; nobody can import the property otherwise";
                    self.warning(codes::VALIDATE_THRESHOLD, span, message, help);
                }
                Some(_) => {}
            }
        }
        let imports =
            manifest.imports.iter().map(|own| own.property.as_str()).zip(places.imports.iter().map(|own| own.property));
        self.repeated("imported", imports.collect());
        let pins = manifest.pins.iter().map(|own| own.id.as_str()).zip(places.pins.iter().copied());
        self.repeated("pinned", pins.collect());
    }

    fn repeated(&mut self, verb: &str, names: Vec<(&str, Span)>) {
        let mut seen = std::collections::BTreeSet::new();
        for (name, span) in names {
            if !seen.insert(name) {
                let message = format!("`{name}` is {verb} twice");
                self.warning(codes::VALIDATE_REPEATED, span, message, "give each its own name");
            }
        }
    }
}
