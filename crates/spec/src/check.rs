//! Well-formedness: what must hold before a target sees a spec.

mod body;
mod findings;
mod imports;
mod names;
mod templates;

use crate::ast::ModuleDecl;
use crate::model::{Layer, Use};
use etymon_diagnostics::{Report, Speller};

pub(crate) use body::refuse_program;
pub(crate) use findings::{Findings, shown};
pub use imports::kebab;
pub(crate) use imports::{Importer, Sources, link};
pub(crate) use templates::{UnlinkedTemplate, check as check_templates};

/// Deepest nesting of a declaration that is built: rustc and JavaScript engines parse no more without care.
pub const MAX_DECL_DEPTH: u32 = 256;

/// Payload keys of the seven effect types (reference, section 14).
pub const EFFECTS: [(&str, &[&str]); 7] = [
    ("storage.appendEvent", &["event"]),
    ("storage.writeState", &["state"]),
    ("storage.persistBundle", &["bundle"]),
    ("transport.respond", &["payload", "status"]),
    ("transport.broadcast", &["filter", "payload"]),
    ("notification.push", &["endpoint", "payload", "mode"]),
    ("timer.schedule", &["at", "kind"]),
];

/// A module before it is linked.
#[derive(Debug)]
pub(crate) struct Unlinked {
    pub(crate) layer: Layer,
    /// `layer/Name`.
    pub(crate) path: String,
    /// File for diagnostics.
    pub(crate) file: String,
    pub(crate) decl: ModuleDecl,
    pub(crate) uses: Vec<Use>,
}

/// Checks everything about linked modules, all findings at once.
pub(crate) fn check(modules: &[Unlinked], report: &mut Report, speller: &mut Speller) {
    for module in modules {
        names::check(module, &mut Findings::new(module.file.as_str(), report, speller));
    }
    body::check(modules, report, speller);
}
