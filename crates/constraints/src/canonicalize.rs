//! Stage 5, canonicalize: the bytes that a document is known by, and their hash.
//!
//! File order, white space around lines, the order of metadata and of lists, line endings, and quotes that need not be leave no trace;
//! everything else does. The form is a constraints file itself, which reads back to the same document.

use crate::model::{Document, Import, Manifest, Pin, Requirement};
use crate::parse::unquoted;
use etymon_spec::canonical::sha256_hex;

/// A document's identity.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Canonical {
    /// The canonical text.
    pub text: String,
    /// SHA-256 of the text's UTF-8 bytes, 64 lower-case hex digits: the constraint-set hash.
    pub sha256: String,
}

/// Brings a validated document into its canonical form. A pure function that never fails.
pub fn canonicalize(document: &Document) -> Canonical {
    let bodies: usize = document.requirements.iter().map(|own| own.body.len() + own.id.len() * 2 + 160).sum();
    let mut text = String::with_capacity(bodies);
    if !document.manifest.is_empty() {
        push_manifest(&mut text, &document.manifest);
    }
    let mut requirements: Vec<&Requirement> = document.requirements.iter().collect();
    // Validated documents have no two requirements of one id; of others the file order decides.
    if requirements.iter().all(|own| own.id.is_ascii()) {
        requirements.sort_by(|a, b| a.id.cmp(&b.id));
    } else {
        requirements.sort_by(|a, b| utf16_order(&a.id, &b.id));
    }
    for requirement in requirements {
        if !text.is_empty() {
            text.push('\n');
        }
        push_requirement(&mut text, requirement);
    }
    let sha256 = sha256_hex(text.as_bytes());
    Canonical { text, sha256 }
}

fn push_manifest(text: &mut String, manifest: &Manifest) {
    if let Some(provides) = &manifest.provides {
        value(text, "@provides: ", &provides.property);
        value(text, "  threshold: ", &provides.threshold);
        push_list(text, "  interface: ", &provides.interface);
    }
    if !manifest.imports.is_empty() {
        line(text, "@imports:", "");
        let mut imports: Vec<&Import> = manifest.imports.iter().collect();
        // All that is printed takes part, so that the order in the file never does.
        imports.sort_by(|a, b| {
            utf16_order(&a.property, &b.property)
                .then_with(|| a.pin.cmp(&b.pin))
                .then_with(|| utf16_order(&a.path, &b.path))
                .then_with(|| a.alias.cmp(&b.alias))
        });
        for import in imports {
            value(text, "  - property: ", &import.property);
            line(text, "    from: ", "path");
            if let Some(pin) = &import.pin {
                line(text, "    pin: ", pin);
            }
            value(text, "    path: ", &import.path);
            if let Some(alias) = &import.alias {
                value(text, "    as: ", alias);
            }
        }
    }
    if !manifest.pins.is_empty() {
        line(text, "@pins:", "");
        let mut pins: Vec<&Pin> = manifest.pins.iter().collect();
        pins.sort_by(|a, b| {
            utf16_order(&a.id, &b.id).then_with(|| a.phrase.cmp(&b.phrase)).then_with(|| a.why.cmp(&b.why))
        });
        for pin in pins {
            value(text, "  - id: ", &pin.id);
            value(text, "    must-contain: ", &pin.phrase);
            if let Some(why) = &pin.why {
                value(text, "    why: ", why);
            }
        }
    }
}

fn push_requirement(text: &mut String, requirement: &Requirement) {
    line(text, "## ", &requirement.id);
    line(text, "id: ", &requirement.id);
    line(text, "type: ", requirement.kind.name());
    line(text, "authority: ", requirement.authority.name());
    line(text, "scope: ", &requirement.scope);
    line(text, "status: ", requirement.status.name());
    push_list(text, "depends-on: ", &requirement.depends_on);
    let mut unknown: Vec<(&String, &String)> = requirement.unknown.iter().collect();
    unknown.sort_by(|(a, _), (b, _)| utf16_order(a, b));
    for (key, value) in unknown {
        text.push_str(key);
        line(text, ": ", value);
    }
    text.push('\n');
    text.push_str(&requirement.body);
    if requirement.body.is_empty() {
        // A body ends with one newline, also one without text.
        text.push('\n');
    }
}

/// A value of the manifest: bare, but within quotes where a reader of the bare one would take something away.
fn value(text: &mut String, label: &str, value: &str) {
    if unquoted(value.trim()) == value {
        line(text, label, value);
    } else {
        line(text, label, &format!("\"{value}\""));
    }
}

fn line(text: &mut String, label: &str, value: &str) {
    text.push_str(label);
    text.push_str(value);
    text.push('\n');
}

fn push_list(text: &mut String, label: &str, items: &[String]) {
    let mut items: Vec<&str> = items.iter().map(String::as_str).collect();
    items.sort_by(|a, b| utf16_order(a, b));
    text.push_str(label);
    text.push('[');
    text.push_str(&items.join(","));
    text.push_str("]\n");
}

/// Order by UTF-16 code unit, the same in every locale and language.
fn utf16_order(a: &str, b: &str) -> std::cmp::Ordering {
    if a.is_ascii() && b.is_ascii() { a.cmp(b) } else { a.encode_utf16().cmp(b.encode_utf16()) }
}
