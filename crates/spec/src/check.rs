//! Well-formedness: what must hold before a target sees a spec.

mod body;
mod imports;

use crate::ast::{ModuleDecl, Name};
use crate::codes::{NAME_INVALID, NAME_REPEATED};
use crate::model::{Layer, Use};
use crate::names::{is_declarable, mangle};
use crate::resolve::declared;
use etymon_diagnostics::{Code, Diagnostic, Origin, Report};
use std::collections::HashSet;

pub(crate) use body::refuse_program;
pub use imports::kebab;
pub(crate) use imports::link;

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

/// Collects findings about one module.
struct Findings<'r> {
    file: &'r str,
    report: &'r mut Report,
}

impl Findings<'_> {
    fn push(&mut self, code: Code, path: &str, message: String, help: &str) {
        let place = Origin::path(self.file).at_json(format!("$.module{path}"));
        self.report.push(Diagnostic::error(code, message).at(place).help(help));
    }
}

/// Checks everything about linked modules, all findings at once.
pub(crate) fn check(modules: &[Unlinked], report: &mut Report) {
    for module in modules {
        let mut findings = Findings { file: &module.file, report };
        check_names(module, &mut findings);
    }
    body::check(modules, report);
}

fn check_names(module: &Unlinked, findings: &mut Findings<'_>) {
    let decl = &module.decl;
    let mut seen: HashSet<&str> = HashSet::new();
    let imported = decl.imports.iter().enumerate().flat_map(|(at, import)| {
        import.names.iter().enumerate().map(move |(index, name)| (format!(".imports[{at}][0][{index}]"), name))
    });
    let own = declared(decl).map(|(name, entity)| (entity_path(entity), name));
    for (path, name) in imported.chain(own) {
        if !seen.insert(name) {
            let message = format!("`{name}` is declared or imported twice in `{}`", module.path);
            findings.push(NAME_REPEATED, &path, message, "give one of the two another name");
        }
        declarable(findings, &path, name);
    }
    for (at, func) in decl.functions.iter().enumerate() {
        params(findings, &format!(".functions[{at}].params"), &func.params, None);
    }
    for (at, func) in decl.effect_functions.iter().enumerate() {
        params(findings, &format!(".effectFunctions[{at}].params"), &func.params, None);
    }
    for (at, class) in decl.classes.iter().enumerate() {
        params(findings, &format!(".classes[{at}].constructorParams"), &class.constructor_params, None);
        let mut seen: HashSet<&str> = HashSet::new();
        for (index, method) in class.methods.iter().enumerate() {
            let path = format!(".classes[{at}].methods[{index}]");
            params(findings, &format!("{path}.params"), &method.params, Some("this"));
            if ["new", "constructor", "prototype"].contains(&method.name.as_ref()) {
                let message = format!("a method cannot be called `{}`", method.name);
                findings.push(
                    NAME_INVALID,
                    &path,
                    message,
                    "this name means something else in a class; choose another",
                );
            } else {
                declarable(findings, &path, &method.name);
            }
            if !seen.insert(&method.name) {
                let message = format!("method `{}` is declared twice in class `{}`", method.name, class.name);
                findings.push(NAME_REPEATED, &path, message, "give one of the two another name");
            }
        }
    }
}

fn entity_path(entity: crate::model::Entity) -> String {
    use crate::model::Entity;
    match entity {
        Entity::Constant(at) => format!(".constants[{at}]"),
        Entity::Function(at) => format!(".functions[{at}]"),
        Entity::EffectFunction(at) => format!(".effectFunctions[{at}]"),
        Entity::Class(at) => format!(".classes[{at}]"),
    }
}

fn declarable(findings: &mut Findings<'_>, path: &str, name: &str) {
    if !is_declarable(name) {
        let shown: String = name.chars().take(60).collect();
        let message = format!("`{}` cannot be declared in every target", shown.escape_debug());
        findings.push(
            NAME_INVALID,
            path,
            message,
            &format!("use letters, digits and `_`, such as `{}`", mangle(&shown)),
        );
    }
}

fn params(findings: &mut Findings<'_>, path: &str, names: &[Name], first: Option<&str>) {
    let mut seen: HashSet<&str> = first.into_iter().collect();
    for (at, name) in names.iter().enumerate() {
        if !seen.insert(name) {
            let message = format!("parameter `{name}` is named twice");
            findings.push(NAME_REPEATED, &format!("{path}[{at}]"), message, "give one of the two another name");
        }
    }
}
