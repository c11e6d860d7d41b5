//! Checks of declared, imported and parameter names.

use super::findings::Finding;
use super::{Findings, Unlinked, shown};
use crate::ast::Name;
use crate::codes::{IMPORT_EMPTY, NAME_INVALID, NAME_REPEATED};
use crate::model::Entity;
use crate::names::{TYPESCRIPT_TYPES, is_declarable, mangle};
use crate::resolve::declared;
use std::collections::HashSet;

const ANOTHER: &str = "give one of the two another name";

/// Where a name of a module stands.
#[derive(Clone, Copy)]
enum At {
    Import(usize, usize),
    Own(Entity),
    Method(usize, usize),
}

impl At {
    fn path(self) -> String {
        match self {
            At::Import(at, index) => format!(".imports[{at}][0][{index}]"),
            At::Own(Entity::Constant(at)) => format!(".constants[{at}]"),
            At::Own(Entity::Function(at)) => format!(".functions[{at}]"),
            At::Own(Entity::EffectFunction(at)) => format!(".effectFunctions[{at}]"),
            At::Own(Entity::Class(at)) => format!(".classes[{at}]"),
            At::Method(class, at) => format!(".classes[{class}].methods[{at}]"),
        }
    }
}

/// Checks all names of a module.
pub(super) fn check(module: &Unlinked, findings: &mut Findings<'_>) {
    let decl = &module.decl;
    for (at, import) in decl.imports.iter().enumerate().filter(|(_, import)| import.names.is_empty()) {
        // It would make this module depend on another one without anything that shows it: no name, no circle, no hash.
        let message = || format!("`{}` imports nothing from `{}`", module.path, shown(&import.source));
        findings.say(IMPORT_EMPTY, || format!(".imports[{at}][0]"), message, "name what is imported, or leave it out");
    }
    let imported = decl.imports.iter().enumerate().flat_map(|(at, import)| {
        import.names.iter().enumerate().map(move |(index, name)| (At::Import(at, index), name))
    });
    let own = declared(decl).map(|(name, entity)| (At::Own(entity), name));
    let mut seen: HashSet<&str> = HashSet::new();
    for (at, name) in imported.chain(own) {
        if !seen.insert(name) {
            let message = || format!("`{}` is declared or imported twice in `{}`", shown(name), module.path);
            findings.say(NAME_REPEATED, || at.path(), message, ANOTHER);
        }
        declarable(findings, at, name);
    }
    for (at, func) in decl.functions.iter().enumerate() {
        params(findings, || format!(".functions[{at}].params"), &func.params, None);
    }
    for (at, func) in decl.effect_functions.iter().enumerate() {
        params(findings, || format!(".effectFunctions[{at}].params"), &func.params, None);
    }
    for (at, class) in decl.classes.iter().enumerate() {
        params(findings, || format!(".classes[{at}].constructorParams"), &class.constructor_params, None);
        let mut seen: HashSet<&str> = HashSet::new();
        for (index, method) in class.methods.iter().enumerate() {
            let here = At::Method(at, index);
            params(findings, || format!("{}.params", here.path()), &method.params, Some("this"));
            declarable(findings, here, &method.name);
            if !seen.insert(&method.name) {
                let message =
                    || format!("method `{}` is declared twice in class `{}`", shown(&method.name), shown(&class.name));
                findings.say(NAME_REPEATED, || here.path(), message, ANOTHER);
            }
        }
    }
}

fn declarable(findings: &mut Findings<'_>, at: At, name: &str) {
    let mut refuse = |message: String, help: &'static str| findings.say(NAME_INVALID, || at.path(), || message, help);
    match at {
        At::Method(..) if ["new", "constructor", "prototype"].contains(&name) => refuse(
            format!("a method cannot be called `{name}`"),
            "this name means something else in a class; choose another",
        ),
        // A module or class with a function of this name is taken for a promise by whoever awaits it.
        _ if name == "then" => refuse(
            "`then` cannot be declared in every target".to_owned(),
            "JavaScript takes what has a `then` for a promise; choose another name",
        ),
        At::Own(Entity::Class(_)) if TYPESCRIPT_TYPES.contains(&name) => {
            refuse(format!("a class cannot be called `{name}`"), "TypeScript has a type of this name; choose another");
        }
        _ if !is_declarable(name) => {
            let words = || {
                let message = format!("`{}` cannot be declared in every target", shown(name));
                let short: String = name.chars().take(60).collect();
                (message, format!("use letters, digits and `_`, such as `{}`", mangle(&short)))
            };
            findings.push(|| at.path(), Finding::new(NAME_INVALID, |_| words()));
        }
        _ => {}
    }
}

fn params(findings: &mut Findings<'_>, path: impl Fn() -> String, names: &[Name], first: Option<&str>) {
    let mut seen: HashSet<&str> = first.into_iter().collect();
    for (at, name) in names.iter().enumerate() {
        if !seen.insert(name) {
            let message = || format!("parameter `{}` is named twice", shown(name));
            findings.say(NAME_REPEATED, || format!("{}[{at}]", path()), message, ANOTHER);
        }
    }
}
