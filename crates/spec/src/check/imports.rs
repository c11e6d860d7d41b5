//! Resolving imports: sources to modules, names to exports, and no way around the layers or in circles.

use super::findings::Finding;
use super::{Findings, Unlinked, shown};
use crate::ast::ModuleDecl;
use crate::codes::{IMPORT_CYCLE, IMPORT_LAYER, IMPORT_NOT_EXPORTED, IMPORT_UNKNOWN};
use crate::model::{Entity, Layer, Spec, Use};
use crate::resolve::declared;
use etymon_diagnostics::{Report, Speller};
use std::cell::OnceCell;
use std::collections::HashMap;

/// Fills in `uses` of every module. `modules` are sorted by path.
pub(crate) fn link(modules: &mut [Unlinked], report: &mut Report, speller: &mut Speller) {
    let sources = Sources::new(modules.iter().map(|module| (module.layer, module.path.as_str(), &module.decl)));
    let linked: Vec<Vec<Use>> = modules
        .iter()
        .map(|module| {
            let importer = Importer { layer: Some(module.layer), name: &module.path, decl: &module.decl };
            sources.link(importer, &mut Findings::new(module.file.as_str(), report, speller))
        })
        .collect();
    drop(sources);
    for (module, uses) in modules.iter_mut().zip(linked) {
        module.uses = uses;
    }
    find_cycles(modules, report, speller);
}

/// A module that imports.
#[derive(Clone, Copy)]
pub(crate) struct Importer<'m> {
    /// Nothing for a module that stands outside of the spec: it may import from every layer.
    pub(crate) layer: Option<Layer>,
    /// What messages call it.
    pub(crate) name: &'m str,
    pub(crate) decl: &'m ModuleDecl,
}

/// A module that can be imported from.
struct Offer<'m> {
    layer: Layer,
    path: &'m str,
    decl: &'m ModuleDecl,
    exports: OnceCell<HashMap<&'m str, Entity>>,
}

/// What imports can name.
#[derive(Default)]
pub(crate) struct Sources<'m> {
    offers: Vec<Offer<'m>>,
    /// By `layer/Name`, and by the path of the emitted file.
    index: HashMap<String, usize>,
}

impl<'m> Sources<'m> {
    fn new(modules: impl Iterator<Item = (Layer, &'m str, &'m ModuleDecl)>) -> Sources<'m> {
        let offers: Vec<Offer<'m>> =
            modules.map(|(layer, path, decl)| Offer { layer, path, decl, exports: OnceCell::new() }).collect();
        let mut index: HashMap<String, usize> =
            offers.iter().enumerate().map(|(at, offer)| (offer.path.to_owned(), at)).collect();
        // A relative source speaks of the emitted file, which is in kebab-case.
        for (at, offer) in offers.iter().enumerate() {
            index.entry(format!("{}/{}", offer.layer, kebab(&offer.decl.name))).or_insert(at);
        }
        Sources { offers, index }
    }

    pub(crate) fn of_spec(spec: &'m Spec) -> Sources<'m> {
        Sources::new(spec.modules.iter().map(|module| (module.layer, module.path.as_str(), &module.decl)))
    }

    /// What the imports of a module stand for.
    pub(crate) fn link(&self, importer: Importer<'_>, findings: &mut Findings<'_>) -> Vec<Use> {
        let mut uses = Vec::new();
        for (number, import) in importer.decl.imports.iter().enumerate() {
            let path = || format!(".imports[{number}]");
            let Some(found) = self.target(importer.layer, &import.source) else {
                let words = |speller: &mut Speller| {
                    let near = speller.closest(&import.source, self.offers.iter().map(|offer| offer.path));
                    let help =
                        near.map_or("write it as `layer/Name`".to_owned(), |near| format!("did you mean `{near}`?"));
                    let source = shown(&import.source);
                    (format!("`{}` imports from `{source}`, which is not a module of this spec", importer.name), help)
                };
                findings.push(path, Finding::new(IMPORT_UNKNOWN, words));
                continue;
            };
            let other = &self.offers[found];
            if importer.layer.is_some_and(|layer| !layer.may_import(other.layer)) {
                let message = || format!("`{}` imports from `{}`, a higher layer", importer.name, other.path);
                findings.say(
                    IMPORT_LAYER,
                    path,
                    message,
                    "layers from the bottom: kernel, node, app, deployment; appgen sees the first three",
                );
            }
            for (position, name) in import.names.iter().enumerate() {
                if let Some(entity) = other.export(name) {
                    uses.push(Use { name: name.clone(), module: found, entity });
                    continue;
                }
                let words = |speller: &mut Speller| {
                    let near = speller.closest(name, declared(other.decl).map(|(name, _)| name.as_ref()));
                    let help = near.map_or("export it there".to_owned(), |near| format!("did you mean `{near}`?"));
                    (format!("`{}` does not export `{}`", other.path, shown(name)), help)
                };
                let place = || format!(".imports[{number}][0][{position}]");
                findings.push(place, Finding::new(IMPORT_NOT_EXPORTED, words));
            }
        }
        uses
    }

    /// The module a source names: `layer/Name`, `Name` in the same layer, or the relative file path of the JavaScript output.
    fn target(&self, layer: Option<Layer>, source: &str) -> Option<usize> {
        let bare = source.strip_suffix(".js").or(source.strip_suffix(".json")).unwrap_or(source);
        let path = match (bare.strip_prefix("../../sdk/core/"), bare.strip_prefix("../")) {
            (Some(kernel), _) => format!("{}/{kernel}", Layer::Kernel),
            (None, Some(upward)) => upward.to_owned(),
            (None, None) => {
                let local = bare.strip_prefix("./").unwrap_or(bare);
                if local.contains('/') { local.to_owned() } else { format!("{}/{local}", layer?) }
            }
        };
        self.index.get(&path).copied()
    }
}

impl Offer<'_> {
    fn export(&self, name: &str) -> Option<Entity> {
        let exports = self.exports.get_or_init(|| {
            let mut exports = HashMap::new();
            for (name, entity) in declared(self.decl) {
                exports.entry(name.as_ref()).or_insert(entity);
            }
            exports
        });
        exports.get(name).copied().filter(|entity| match *entity {
            Entity::Constant(_) => true,
            Entity::Function(at) => self.decl.functions[at].is_export,
            Entity::EffectFunction(at) => self.decl.effect_functions[at].is_export,
            Entity::Class(at) => self.decl.classes[at].is_export,
        })
    }
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

fn find_cycles(modules: &[Unlinked], report: &mut Report, speller: &mut Speller) {
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
            let at = *at;
            let Some(import) = modules[at].uses.get(*next) else {
                states[at] = State::Done;
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
                    let message = || {
                        let from = way.iter().position(|(on_way, _)| *on_way == to).unwrap_or(0);
                        let names: Vec<&str> =
                            way[from..].iter().take(20).map(|(on_way, _)| modules[*on_way].path.as_str()).collect();
                        format!("modules import each other in a circle: {} → {}", names.join(" → "), modules[to].path)
                    };
                    let mut findings = Findings::new(modules[at].file.as_str(), report, speller);
                    let help = "move what both need into a module of its own";
                    findings.say(IMPORT_CYCLE, || ".imports".to_owned(), message, help);
                    // One circle is one finding, however many names it goes through.
                    states[to] = State::Done;
                }
            }
        }
    }
}
