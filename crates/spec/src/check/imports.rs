//! Resolving imports: sources to modules, names to exports, and no way around the layers or in circles.

use super::{Findings, Unlinked};
use crate::codes::{IMPORT_CYCLE, IMPORT_LAYER, IMPORT_NOT_EXPORTED, IMPORT_UNKNOWN};
use crate::model::{Entity, Use};
use crate::resolve::declared;
use etymon_diagnostics::{Report, closest};
use std::collections::HashMap;

/// Fills in `uses` of every module. `modules` are sorted by path.
pub(crate) fn link(modules: &mut [Unlinked], report: &mut Report) {
    let mut index: HashMap<String, usize> =
        modules.iter().enumerate().map(|(at, module)| (module.path.clone(), at)).collect();
    // A relative source speaks of the emitted file, which is in kebab-case.
    for (at, module) in modules.iter().enumerate() {
        index.entry(format!("{}/{}", module.layer, kebab(&module.decl.name))).or_insert(at);
    }
    let linked: Vec<Vec<Use>> = (0..modules.len())
        .map(|at| {
            let mut findings = Findings { file: &modules[at].file, report };
            link_one(modules, &index, at, &mut findings)
        })
        .collect();
    for (module, uses) in modules.iter_mut().zip(linked) {
        module.uses = uses;
    }
    find_cycles(modules, report);
}

/// The module a source names: `layer/Name`, `Name` in the same layer, or the relative file path of the JavaScript output.
fn target(index: &HashMap<String, usize>, layer: &str, source: &str) -> Option<usize> {
    let bare = source.strip_suffix(".js").or(source.strip_suffix(".json")).unwrap_or(source);
    let path = match bare.strip_prefix("../") {
        Some(upward) => upward.to_owned(),
        None => {
            let local = bare.strip_prefix("./").unwrap_or(bare);
            if local.contains('/') { local.to_owned() } else { format!("{layer}/{local}") }
        }
    };
    index.get(&path).copied()
}

/// `WsHandlers` as `ws-handlers`.
pub fn kebab(name: &str) -> String {
    let mut text = String::with_capacity(name.len() + 4);
    for (at, character) in name.char_indices() {
        if character.is_ascii_uppercase()
            && at > 0
            && !name[..at].ends_with(|c: char| c.is_ascii_uppercase() || c == '_')
        {
            text.push('-');
        }
        text.push(character.to_ascii_lowercase());
    }
    text
}

fn link_one(modules: &[Unlinked], index: &HashMap<String, usize>, at: usize, findings: &mut Findings<'_>) -> Vec<Use> {
    let module = &modules[at];
    let mut uses = Vec::new();
    for (number, import) in module.decl.imports.iter().enumerate() {
        let path = format!(".imports[{number}]");
        let Some(found) = target(index, module.layer.name(), &import.source) else {
            let near = closest(&import.source, modules.iter().map(|module| module.path.as_str()));
            let help = near.map_or("write it as `layer/Name`".to_owned(), |near| format!("did you mean `{near}`?"));
            let message =
                format!("`{}` imports from `{}`, which is not a module of this spec", module.path, import.source);
            findings.push(IMPORT_UNKNOWN, &path, message, &help);
            continue;
        };
        let other = &modules[found];
        if !module.layer.may_import(other.layer) {
            let message = format!("`{}` imports from `{}`, a higher layer", module.path, other.path);
            findings.push(
                IMPORT_LAYER,
                &path,
                message,
                "layers from the bottom: kernel, node, app, deployment; appgen sees the first three",
            );
        }
        for (position, name) in import.names.iter().enumerate() {
            match exported(other, name) {
                Some(entity) => uses.push(Use { name: name.clone(), module: found, entity }),
                None => {
                    let near = closest(name, declared(&other.decl).map(|(name, _)| name.as_ref()));
                    let help = near.map_or("export it there".to_owned(), |near| format!("did you mean `{near}`?"));
                    let message = format!("`{}` does not export `{name}`", other.path);
                    findings.push(IMPORT_NOT_EXPORTED, &format!("{path}[0][{position}]"), message, &help);
                }
            }
        }
    }
    uses
}

fn exported(module: &Unlinked, name: &str) -> Option<Entity> {
    let decl = &module.decl;
    declared(decl).find(|(own, _)| ***own == *name).map(|(_, entity)| entity).filter(|entity| match *entity {
        Entity::Constant(_) => true,
        Entity::Function(at) => decl.functions[at].is_export,
        Entity::EffectFunction(at) => decl.effect_functions[at].is_export,
        Entity::Class(at) => decl.classes[at].is_export,
    })
}

fn find_cycles(modules: &[Unlinked], report: &mut Report) {
    #[derive(Clone, Copy, PartialEq)]
    enum State {
        New,
        Open,
        Done,
    }
    let mut states = vec![State::New; modules.len()];
    for root in 0..modules.len() {
        // The way from the root, each module with how many of its uses have been followed.
        let mut way: Vec<(usize, usize)> = Vec::new();
        if states[root] == State::New {
            states[root] = State::Open;
            way.push((root, 0));
        }
        while let Some((at, next)) = way.last_mut() {
            let Some(import) = modules[*at].uses.get(*next) else {
                states[*at] = State::Done;
                way.pop();
                continue;
            };
            *next += 1;
            let to = import.module;
            match states[to] {
                State::Done => {}
                State::New => {
                    states[to] = State::Open;
                    way.push((to, 0));
                }
                State::Open => {
                    let at = *at;
                    let from = way.iter().position(|(on_way, _)| *on_way == to).unwrap_or(0);
                    let names: Vec<&str> =
                        way[from..].iter().take(20).map(|(on_way, _)| modules[*on_way].path.as_str()).collect();
                    let message =
                        format!("modules import each other in a circle: {} → {}", names.join(" → "), modules[to].path);
                    let mut findings = Findings { file: &modules[at].file, report };
                    findings.push(IMPORT_CYCLE, ".imports", message, "move what both need into a module of its own");
                    // One circle is one finding, however many names it goes through.
                    states[to] = State::Done;
                }
            }
        }
    }
}
