//! What a candidate offers, as far as another process can ask it.

use super::names::{Meaning, Names};
use super::params::Param;
use super::source::pieces;
use super::types::{Scope, Ty, words};
use crate::verify::Candidate;
use std::collections::{BTreeMap, BTreeSet};
use syn::{Attribute, Fields, Generics, ImplItem, Item, ItemImpl, Meta, Visibility};

/// Longest text of a constant's value, in bytes.
const MAX_VALUE: usize = 64 << 10;

/// Traits whose functions are asked like others.
const ASKED: [(&str, &str); 19] = [
    ("FromStr", "::std::str::FromStr"),
    ("From", "::std::convert::From"),
    ("TryFrom", "::std::convert::TryFrom"),
    ("AsRef", "::std::convert::AsRef"),
    ("Default", "::std::default::Default"),
    ("Iterator", "::std::iter::Iterator"),
    ("Add", "::std::ops::Add"),
    ("Sub", "::std::ops::Sub"),
    ("Mul", "::std::ops::Mul"),
    ("Div", "::std::ops::Div"),
    ("Rem", "::std::ops::Rem"),
    ("Neg", "::std::ops::Neg"),
    ("Not", "::std::ops::Not"),
    ("BitAnd", "::std::ops::BitAnd"),
    ("BitOr", "::std::ops::BitOr"),
    ("Index", "::std::ops::Index"),
    ("AddAssign", "::std::ops::AddAssign"),
    ("SubAssign", "::std::ops::SubAssign"),
    ("MulAssign", "::std::ops::MulAssign"),
];

/// Traits that are derived for data in the evidence's process.
pub(super) const DERIVABLE: [&str; 9] =
    ["Clone", "Copy", "Debug", "Default", "Eq", "Hash", "Ord", "PartialEq", "PartialOrd"];

/// A type of the candidate's that has a public name.
pub(super) struct Type {
    /// Its public name.
    pub path: Vec<String>,
    place: (usize, usize),
    pub lifetimes: usize,
    pub shape: Shape,
    /// Traits that are derived.
    pub derived: BTreeSet<String>,
    /// Traits that are written out.
    pub written: BTreeSet<String>,
}

/// What the evidence sees of a type.
pub(super) enum Shape {
    /// All of it.
    Data(Vec<Variant>),
    /// That there is one.
    Handle,
    /// Nothing, and why.
    Nothing(String),
}

/// One of an enum, or (without a name) all of a struct.
pub(super) struct Variant {
    pub name: Option<String>,
    /// Whether the fields have names of their own.
    pub named: bool,
    pub fields: Vec<(String, Ty)>,
    pub default: bool,
}

/// A function that is asked.
pub(super) struct Call {
    /// Public name of a function of a module, or the only word of a method's.
    pub path: Vec<String>,
    /// Whose method it is.
    pub of: Option<usize>,
    /// The trait that it belongs to, by its number in [`Interface::traits`].
    pub through: Option<usize>,
    /// Whether it is called on a value.
    pub method: bool,
    pub params: Vec<Param>,
    pub gives: Ty,
    /// Whether it gives a sequence of these.
    pub many: bool,
}

/// A trait that a type has.
pub(super) struct Through {
    pub of: usize,
    /// With what stands between `<` and `>`.
    pub path: &'static str,
    pub argument: Option<Ty>,
    pub types: Vec<(String, Ty)>,
}

/// A constant, with its value as text.
pub(super) struct Constant {
    pub path: Vec<String>,
    pub of: Option<usize>,
    pub fixed: bool,
    pub ty: Ty,
    pub value: String,
}

/// All of it.
pub(super) struct Interface {
    pub names: Names,
    pub types: Vec<Type>,
    pub calls: Vec<Call>,
    pub traits: Vec<Through>,
    pub constants: Vec<Constant>,
    /// Further names, with what they stand for.
    pub aliases: Vec<(Vec<String>, String)>,
    /// Names that evidence cannot use, and why.
    pub left: BTreeMap<String, String>,
    places: BTreeMap<(usize, usize), usize>,
    known: Vec<BTreeSet<&'static str>>,
}

impl Interface {
    /// What `candidate` and its imports offer.
    pub fn read(candidate: &Candidate) -> Result<Interface, String> {
        let mut names = Names::new();
        names.fill(0, pieces(&candidate.code)?);
        for import in &candidate.imports {
            let inner = names.add(pieces(&import.code)?, 0);
            names.child(0, super::identifier(&import.name), true, inner);
        }
        let mut own = Interface {
            names,
            types: Vec::new(),
            calls: Vec::new(),
            traits: Vec::new(),
            constants: Vec::new(),
            aliases: Vec::new(),
            left: BTreeMap::new(),
            places: BTreeMap::new(),
            known: Vec::new(),
        };
        let offered = own.names.offered();
        own.declare(&offered);
        own.traits_of_types();
        for at in 0..own.types.len() {
            own.types[at].shape = own.shape(at);
        }
        for at in 0..own.types.len() {
            if let Shape::Nothing(why) = &own.types[at].shape {
                own.left.insert(last(&own.types[at].path), why.clone());
            }
        }
        own.settle();
        own.values(&offered);
        own.implementations();
        Ok(own)
    }

    fn leave(&mut self, name: String, why: String) {
        self.left.entry(name).or_insert(why);
    }

    /// Finds the types, by their shortest names.
    fn declare(&mut self, offered: &[(Vec<String>, Meaning)]) {
        for (path, meaning) in offered {
            let Meaning::Item(module, item) = *meaning else { continue };
            let (generics, attributes) = match &self.names.modules[module].items[item] {
                Item::Struct(own) => (&own.generics, &own.attrs),
                Item::Enum(own) => (&own.generics, &own.attrs),
                _ => continue,
            };
            if let Some(first) = self.places.get(&(module, item)) {
                let text = format!("crate::{}", self.types[*first].path.join("::"));
                self.aliases.push((path.clone(), text));
                continue;
            }
            self.places.insert((module, item), self.types.len());
            let own = Type {
                path: path.clone(),
                place: (module, item),
                lifetimes: generics.lifetimes().count(),
                shape: match plain(generics) {
                    true => Shape::Handle,
                    false => Shape::Nothing("is generic, and cannot be asked from another process".to_owned()),
                },
                derived: derived(attributes),
                written: BTreeSet::new(),
            };
            self.types.push(own);
        }
    }

    /// The type that is declared there.
    pub fn own(&self, module: usize, item: usize) -> Result<Ty, String> {
        match self.places.get(&(module, item)) {
            Some(own) if matches!(self.types[*own].shape, Shape::Nothing(_)) => {
                Err(format!("has the type `{}`, which cannot be sent", last(&self.types[*own].path)))
            }
            Some(own) => Ok(Ty::Own(*own)),
            None => Err("has a type without a public name".to_owned()),
        }
    }

    /// Notes which traits are written out for which types.
    fn traits_of_types(&mut self) {
        let mut found = Vec::new();
        for (module, own) in self.names.modules.iter().enumerate() {
            for (head, _) in &own.impls {
                if let (Some((_, path, _)), Ok(Ty::Own(of))) = (&head.trait_, self.this(module, head)) {
                    found.extend(words(path).pop().map(|name| (of, name)));
                }
            }
        }
        for (of, name) in found {
            self.types[of].written.insert(name);
        }
    }

    fn this(&self, module: usize, head: &ItemImpl) -> Result<Ty, String> {
        self.ty(&Scope { module, ..Scope::default() }, &head.self_ty)
    }

    fn shape(&self, at: usize) -> Shape {
        let own = &self.types[at];
        if let Shape::Nothing(why) = &own.shape {
            return Shape::Nothing(why.clone());
        }
        let (module, item) = own.place;
        let variants = match &self.names.modules[module].items[item] {
            Item::Struct(item) => {
                if item.fields.iter().all(|own| matches!(own.vis, Visibility::Public(_))) && !closed(&item.attrs) {
                    self.variant(module, None, &item.fields, false).map(|own| vec![own])
                } else {
                    None
                }
            }
            Item::Enum(item) if !closed(&item.attrs) => {
                let each = item.variants.iter().map(|own| {
                    let default = own.attrs.iter().any(|own| own.path().is_ident("default"));
                    if closed(&own.attrs) {
                        None
                    } else {
                        self.variant(module, Some(own.ident.to_string()), &own.fields, default)
                    }
                });
                each.collect::<Option<Vec<_>>>().filter(|all| !all.is_empty())
            }
            _ => None,
        };
        match variants {
            Some(variants) if !own.written.contains("Drop") => Shape::Data(variants),
            _ if own.lifetimes > 0 => Shape::Nothing("borrows, and keeps its fields to itself".to_owned()),
            _ => Shape::Handle,
        }
    }

    fn variant(&self, module: usize, name: Option<String>, fields: &Fields, default: bool) -> Option<Variant> {
        let scope = Scope { module, ..Scope::default() };
        let mut all = Vec::new();
        for (at, own) in fields.iter().enumerate() {
            let ty = self.ty(&scope, &own.ty).ok()?;
            let mut changes = ty.is_unsized();
            ty.visit(&mut |own| changes |= matches!(own, Ty::Ref(true, _)));
            if changes {
                return None;
            }
            all.push((own.ident.as_ref().map_or(at.to_string(), ToString::to_string), ty));
        }
        Some(Variant { name, named: matches!(fields, Fields::Named(_)), fields: all, default })
    }

    /// Functions and constants of modules, and further names of types.
    fn values(&mut self, offered: &[(Vec<String>, Meaning)]) {
        let mut seen: BTreeMap<(usize, usize), Vec<String>> = BTreeMap::new();
        for (path, meaning) in offered {
            let Meaning::Item(module, item) = *meaning else { continue };
            if let Some(first) = seen.get(&(module, item)) {
                self.aliases.push((path.clone(), format!("crate::{}", first.join("::"))));
                continue;
            }
            let scope = Scope { module, ..Scope::default() };
            let name = last(path);
            let found = match &self.names.modules[module].items[item] {
                Item::Fn(own) => self.call(&scope, &own.sig, path.clone()).map(|own| self.calls.push(own)),
                Item::Const(own) => {
                    let constant = self.value(&scope, path.clone(), None, &own.ty, &own.expr, true);
                    constant.map(|own| self.constants.push(own))
                }
                Item::Static(own) => {
                    let constant = self.value(&scope, path.clone(), None, &own.ty, &own.expr, false);
                    constant.map(|own| self.constants.push(own))
                }
                Item::Type(own) if own.generics.params.is_empty() => match self.ty(&scope, &own.ty) {
                    Ok(ty) => {
                        let text = self.text(&ty, "crate", "'static");
                        self.aliases.push((path.clone(), format!("={text}")));
                        continue;
                    }
                    Err(why) => Err(why),
                },
                Item::Type(_) => Err("is generic".to_owned()),
                _ => continue,
            };
            match found {
                Ok(()) => {
                    seen.insert((module, item), path.clone());
                }
                Err(why) => self.leave(name, why),
            }
        }
    }

    fn call(&self, scope: &Scope, signature: &syn::Signature, path: Vec<String>) -> Result<Call, String> {
        let params = self.params(scope, signature)?;
        let (gives, many) = self.given(scope, &signature.output)?;
        let mut changes = gives.is_unsized();
        gives.visit(&mut |own| changes |= matches!(own, Ty::Ref(true, _)));
        if changes {
            return Err("gives back a reference through which something can be changed".to_owned());
        }
        self.copied(&gives)?;
        Ok(Call { path, of: None, through: None, method: signature.receiver().is_some(), params, gives, many })
    }

    fn value(
        &self,
        scope: &Scope,
        path: Vec<String>,
        of: Option<usize>,
        ty: &syn::Type,
        value: &syn::Expr,
        fixed: bool,
    ) -> Result<Constant, String> {
        let ty = self.ty(scope, ty)?;
        let text = self.constant(scope.module, value, 16).ok_or("is not made of literals alone")?;
        if text.len() > MAX_VALUE {
            return Err("is too long".to_owned());
        }
        Ok(Constant { path, of, fixed, ty, value: text })
    }

    /// Methods and traits.
    fn implementations(&mut self) {
        for module in 0..self.names.modules.len() {
            for at in 0..self.names.modules[module].impls.len() {
                let head = &self.names.modules[module].impls[at].0;
                let Ok(Ty::Own(of)) = self.this(module, head) else { continue };
                if !plain(&head.generics) {
                    continue;
                }
                if head.trait_.is_some() {
                    self.through(module, at, of);
                } else {
                    self.inherent(module, at, of);
                }
            }
        }
    }

    fn inherent(&mut self, module: usize, at: usize, of: usize) {
        let scope = Scope { module, this: Some(Ty::Own(of)), ..Scope::default() };
        let mut left = Vec::new();
        let (mut calls, mut constants) = (Vec::new(), Vec::new());
        for item in &self.names.modules[module].impls[at].1 {
            match item {
                ImplItem::Fn(own) if matches!(own.vis, Visibility::Public(_)) => {
                    let name = own.sig.ident.to_string();
                    match self.call(&scope, &own.sig, vec![name.clone()]) {
                        Ok(call) => calls.push(Call { of: Some(of), ..call }),
                        Err(why) => left.push((name, why)),
                    }
                }
                ImplItem::Const(own) if matches!(own.vis, Visibility::Public(_)) => {
                    let name = own.ident.to_string();
                    match self.value(&scope, vec![name.clone()], Some(of), &own.ty, &own.expr, true) {
                        Ok(own) => constants.push(own),
                        Err(why) => left.push((name, why)),
                    }
                }
                _ => {}
            }
        }
        self.calls.extend(calls);
        self.constants.extend(constants);
        left.into_iter().for_each(|(name, why)| self.leave(name, why));
    }

    fn through(&mut self, module: usize, at: usize, of: usize) {
        let (head, items) = &self.names.modules[module].impls[at];
        let Some((None, path, _)) = &head.trait_ else { return };
        let name = words(path).pop().unwrap_or_default();
        let known = ASKED.iter().find(|(own, _)| *own == name);
        let Some((_, full)) = known else {
            let names: Vec<String> = items
                .iter()
                .filter_map(|own| match own {
                    ImplItem::Fn(own) => Some(own.sig.ident.to_string()),
                    _ => None,
                })
                .collect();
            names
                .into_iter()
                .for_each(|own| self.leave(own, format!("belongs to the trait `{name}`, which cannot be asked")));
            return;
        };
        let mut scope = Scope { module, this: Some(Ty::Own(of)), ..Scope::default() };
        let argument = match path.segments.last().map(|own| &own.arguments) {
            Some(syn::PathArguments::AngleBracketed(own)) => match own.args.first() {
                Some(syn::GenericArgument::Type(own)) if !matches!(own, syn::Type::ImplTrait(_)) => {
                    match self.ty(&scope, own) {
                        Ok(own) => Some(own),
                        Err(_) => return,
                    }
                }
                _ => return,
            },
            _ => None,
        };
        let mut types = Vec::new();
        for item in items {
            if let ImplItem::Type(own) = item {
                let Ok(ty) = self.ty(&scope, &own.ty) else { return };
                scope.names.insert(own.ident.to_string(), ty.clone());
                types.push((own.ident.to_string(), ty));
            }
        }
        let mut calls = Vec::new();
        for item in items {
            if let ImplItem::Fn(own) = item {
                // A trait is there as a whole or not at all.
                let Ok(call) = self.call(&scope, &own.sig, vec![own.sig.ident.to_string()]) else { return };
                calls.push(Call { of: Some(of), through: Some(self.traits.len()), ..call });
            }
        }
        self.calls.extend(calls);
        self.traits.push(Through { of, path: full, argument, types });
    }

    /// Whether values of a type stay where they are.
    pub fn is_handle(&self, own: &Ty) -> bool {
        matches!(own, Ty::Own(own) if matches!(self.types[*own].shape, Shape::Handle))
    }

    /// Whether the evidence may count on a type's trait.
    pub fn has(&self, of: usize, name: &str) -> bool {
        self.known[of].contains(name)
    }

    /// Settles which traits the evidence may count on: a type has one only if all that it is made of have it.
    fn settle(&mut self) {
        let first = |own: &Type| {
            let said = |name: &&&str| own.derived.contains(**name) || own.written.contains(**name);
            let (data, handle) = (DERIVABLE.as_slice(), ["Clone", "Copy", "Debug", "Default"].as_slice());
            match own.shape {
                // An equality that the candidate wrote proves nothing.
                Shape::Data(_) => data
                    .iter()
                    .filter(|name| own.derived.contains(**name) || (handle.contains(name) && said(name)))
                    .copied()
                    .collect(),
                Shape::Handle => handle.iter().filter(said).copied().collect(),
                Shape::Nothing(_) => BTreeSet::new(),
            }
        };
        self.known = self.types.iter().map(first).collect();
        let mut changed = true;
        while changed {
            changed = false;
            for at in 0..self.types.len() {
                let Shape::Data(variants) = &self.types[at].shape else { continue };
                let parts: BTreeSet<usize> =
                    variants.iter().flat_map(|own| &own.fields).flat_map(|(_, ty)| self.parts(ty)).collect();
                let lost: Vec<&str> = self.known[at]
                    .iter()
                    .copied()
                    .filter(|name| parts.iter().any(|part| !self.known[*part].contains(name)))
                    .collect();
                changed |= !lost.is_empty();
                lost.iter().for_each(|name| {
                    self.known[at].remove(name);
                });
            }
        }
    }

    /// The candidate's types that one is made of.
    fn parts(&self, own: &Ty) -> BTreeSet<usize> {
        let mut found = BTreeSet::new();
        own.visit(&mut |own| {
            if let Ty::Own(own) = own {
                found.insert(*own);
            }
        });
        found
    }

    /// Refuses a type with values that would have to be copied, and cannot be.
    pub fn copied(&self, own: &Ty) -> Result<(), String> {
        let mut inside = BTreeSet::new();
        own.visit(&mut |own| {
            if let Ty::Ref(_, own) = own {
                inside.extend(self.parts(own));
            }
        });
        let mut queue: Vec<usize> = inside.iter().copied().collect();
        while let Some(at) = queue.pop() {
            match &self.types[at].shape {
                Shape::Data(variants) => {
                    for (_, ty) in variants.iter().flat_map(|own| &own.fields) {
                        queue.extend(self.parts(ty).into_iter().filter(|own| inside.insert(*own)));
                    }
                }
                Shape::Handle if !self.has(at, "Clone") => {
                    return Err(format!("lends a `{}`, which cannot be cloned", last(&self.types[at].path)));
                }
                _ => {}
            }
        }
        Ok(())
    }
}

/// The last word of a path.
pub(super) fn last(path: &[String]) -> String {
    path.last().cloned().unwrap_or_default()
}

fn plain(own: &Generics) -> bool {
    own.params.iter().all(|own| matches!(own, syn::GenericParam::Lifetime(_)))
}

fn closed(attributes: &[Attribute]) -> bool {
    attributes.iter().any(|own| own.path().is_ident("non_exhaustive"))
}

fn derived(attributes: &[Attribute]) -> BTreeSet<String> {
    let mut found = BTreeSet::new();
    for own in attributes.iter().filter(|own| own.path().is_ident("derive")) {
        if let Meta::List(list) = &own.meta {
            let parsed =
                list.parse_args_with(syn::punctuated::Punctuated::<syn::Path, syn::Token![,]>::parse_terminated);
            found.extend(parsed.into_iter().flatten().filter_map(|own| words(&own).pop()));
        }
    }
    found
}
