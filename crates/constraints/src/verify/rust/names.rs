//! What names stand for: the modules of the candidate's crate, what they declare and what they use.

use super::source::Piece;
use std::cell::Cell;
use std::collections::{BTreeMap, BTreeSet, VecDeque};
use syn::{ImplItem, Item, ItemImpl, UseTree, Visibility};

/// How many names may stand for one another.
const MAX_STEPS: usize = 16;
/// Most names that all modules offer.
const MAX_OFFERED: usize = 2000;
/// Most declarations looked at in all.
const FUEL: usize = 5_000_000;

/// A module as it stands in the text.
#[derive(Default)]
pub(super) struct Module {
    pub parent: usize,
    pub items: Vec<Item>,
    pub impls: Vec<(ItemImpl, Vec<ImplItem>)>,
    children: BTreeMap<String, (bool, usize)>,
    uses: Vec<Use>,
}

struct Use {
    public: bool,
    /// `None` for all names of a module.
    name: Option<String>,
    path: Vec<String>,
}

/// What a name stands for.
#[derive(Clone, Debug, PartialEq, Eq)]
pub(super) enum Meaning {
    /// Of this module, the item with this number.
    Item(usize, usize),
    Module(usize),
    /// Of the standard library: the last word of its path.
    Std(String),
}

/// All modules; the first is the root of the crate.
pub(super) struct Names {
    pub modules: Vec<Module>,
    /// Names that stand for one another in many ways could keep a search busy for ever.
    fuel: Cell<usize>,
}

impl Names {
    /// A crate without anything.
    pub fn new() -> Names {
        Names { modules: vec![Module::default()], fuel: Cell::new(FUEL) }
    }

    fn burn(&self, at: usize) -> Option<()> {
        let module = &self.modules[at];
        self.fuel.set(self.fuel.get().checked_sub(1 + module.items.len() + module.uses.len())?);
        Some(())
    }

    /// Adds a module, and those in it.
    pub fn add(&mut self, own: Vec<Piece>, parent: usize) -> usize {
        let at = self.modules.len();
        self.modules.push(Module { parent, ..Module::default() });
        self.fill(at, own);
        at
    }

    pub fn child(&mut self, of: usize, name: String, public: bool, own: usize) {
        self.modules[of].children.insert(name, (public, own));
    }

    pub fn fill(&mut self, at: usize, own: Vec<Piece>) {
        for piece in own {
            match piece {
                Piece::Item(Item::Use(own)) => {
                    let public = matches!(own.vis, Visibility::Public(_));
                    let path = if own.leading_colon.is_some() { vec!["std".to_owned()] } else { Vec::new() };
                    tree(&own.tree, path, public, &mut self.modules[at].uses);
                }
                Piece::Item(item) => self.modules[at].items.push(item),
                Piece::Impl(head, items) => self.modules[at].impls.push((head, items)),
                Piece::Module { public, name, pieces } => {
                    let inner = self.add(pieces, at);
                    self.child(at, name.to_string(), public, inner);
                }
            }
        }
    }

    /// What `path` means in module `at`, as a type, a module, or (`value`) a constant or function.
    pub fn meaning(&self, at: usize, path: &[String], value: bool) -> Option<Meaning> {
        self.look(at, path, value, MAX_STEPS)
    }

    fn look(&self, at: usize, path: &[String], value: bool, steps: usize) -> Option<Meaning> {
        let (first, rest) = path.split_first()?;
        let steps = steps.checked_sub(1)?;
        let start = match first.as_str() {
            // The candidate's own module offers its names to the root.
            "crate" if rest.first().is_some_and(|own| own == "module") => {
                return self.within(Meaning::Module(0), &rest[1..], value, steps);
            }
            "crate" => Meaning::Module(0),
            "self" => Meaning::Module(at),
            "super" => Meaning::Module(self.modules[at].parent),
            "std" | "core" | "alloc" => return rest.last().map(|own| Meaning::Std(own.clone())),
            _ => match self.named(at, first, value && rest.is_empty(), steps) {
                Some(own) => own,
                None if rest.is_empty() => Meaning::Std(first.clone()),
                None => return None,
            },
        };
        self.within(start, rest, value, steps)
    }

    fn within(&self, start: Meaning, rest: &[String], value: bool, steps: usize) -> Option<Meaning> {
        let mut own = start;
        for (at, name) in rest.iter().enumerate() {
            let Meaning::Module(module) = own else { return None };
            own = if name == "super" {
                Meaning::Module(self.modules[module].parent)
            } else {
                self.named(module, name, value && at + 1 == rest.len(), steps)?
            };
        }
        Some(own)
    }

    fn named(&self, at: usize, name: &str, value: bool, steps: usize) -> Option<Meaning> {
        let steps = steps.checked_sub(1)?;
        self.burn(at)?;
        let module = &self.modules[at];
        if let Some(own) = module.items.iter().position(|item| declared(item, value).is_some_and(|own| own == name)) {
            return Some(Meaning::Item(at, own));
        }
        if let (false, Some((_, inner))) = (value, module.children.get(name)) {
            return Some(Meaning::Module(*inner));
        }
        for own in module.uses.iter().filter(|own| own.name.as_deref() == Some(name)) {
            if let Some(found) = self.look(at, &own.path, value, steps) {
                return Some(found);
            }
        }
        module.uses.iter().filter(|own| own.name.is_none()).find_map(|own| {
            match self.look(at, &own.path, false, steps)? {
                Meaning::Module(from) if from != at => self.named(from, name, value, steps),
                _ => None,
            }
        })
    }

    /// The names that everybody may use, by the path from the root: each once, by the shortest.
    pub fn offered(&self) -> Vec<(Vec<String>, Meaning)> {
        let (mut seen, mut queue) = (BTreeSet::from([0]), VecDeque::from([(Vec::new(), 0)]));
        let mut found: Vec<(Vec<String>, Meaning)> = Vec::new();
        while let Some((path, module)) = queue.pop_front() {
            let mut names = BTreeMap::new();
            self.public(module, &mut names, MAX_STEPS);
            for ((name, _), meaning) in names {
                let path: Vec<String> = path.iter().cloned().chain([name]).collect();
                match meaning {
                    Meaning::Module(inner) if seen.insert(inner) => queue.push_back((path, inner)),
                    Meaning::Item(..) if found.len() < MAX_OFFERED => found.push((path, meaning)),
                    _ => {}
                }
            }
        }
        found
    }

    fn public(&self, at: usize, names: &mut BTreeMap<(String, bool), Meaning>, steps: usize) {
        let (Some(steps), Some(())) = (steps.checked_sub(1), self.burn(at)) else { return };
        let module = &self.modules[at];
        for (place, item) in module.items.iter().enumerate().filter(|(_, item)| is_public(item)) {
            for value in [false, true] {
                if let Some(name) = declared(item, value) {
                    names.entry((name, value)).or_insert(Meaning::Item(at, place));
                }
            }
        }
        for (name, (_, inner)) in module.children.iter().filter(|(_, (public, _))| *public) {
            names.entry((name.clone(), false)).or_insert(Meaning::Module(*inner));
        }
        for own in module.uses.iter().filter(|own| own.public) {
            match &own.name {
                Some(name) => {
                    for value in [false, true] {
                        match self.look(at, &own.path, value, steps) {
                            Some(Meaning::Std(_)) | None => {}
                            Some(meaning) => {
                                names.entry((name.clone(), value)).or_insert(meaning);
                            }
                        }
                    }
                }
                None => {
                    if let Some(Meaning::Module(from)) = self.look(at, &own.path, false, steps) {
                        self.public(from, names, steps);
                    }
                }
            }
        }
    }
}

fn tree(own: &UseTree, mut path: Vec<String>, public: bool, all: &mut Vec<Use>) {
    match own {
        UseTree::Path(inner) => {
            path.push(inner.ident.to_string());
            tree(&inner.tree, path, public, all);
        }
        UseTree::Name(inner) if inner.ident == "self" => {
            all.push(Use { public, name: path.last().cloned(), path });
        }
        UseTree::Name(inner) => {
            path.push(inner.ident.to_string());
            all.push(Use { public, name: Some(inner.ident.to_string()), path });
        }
        UseTree::Rename(inner) => {
            if inner.ident != "self" {
                path.push(inner.ident.to_string());
            }
            all.push(Use { public, name: Some(inner.rename.to_string()), path });
        }
        UseTree::Glob(_) => all.push(Use { public, name: None, path }),
        UseTree::Group(inner) => inner.items.iter().for_each(|own| tree(own, path.clone(), public, all)),
    }
}

/// The name of an item as a type or as a value.
fn declared(item: &Item, value: bool) -> Option<String> {
    let name = match item {
        Item::Struct(own) if !value => &own.ident,
        Item::Enum(own) if !value => &own.ident,
        Item::Type(own) if !value => &own.ident,
        Item::Fn(own) if value => &own.sig.ident,
        Item::Const(own) if value => &own.ident,
        Item::Static(own) if value => &own.ident,
        _ => return None,
    };
    Some(name.to_string())
}

fn is_public(item: &Item) -> bool {
    let visibility = match item {
        Item::Struct(own) => &own.vis,
        Item::Enum(own) => &own.vis,
        Item::Type(own) => &own.vis,
        Item::Fn(own) => &own.vis,
        Item::Const(own) => &own.vis,
        Item::Static(own) => &own.vis,
        _ => return false,
    };
    matches!(visibility, Visibility::Public(_))
}
