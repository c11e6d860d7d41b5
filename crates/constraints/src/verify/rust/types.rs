//! Types that can be sent from one process to another.

use super::interface::Interface;
use super::names::Meaning;
use std::collections::BTreeMap;
use std::fmt::Write as _;
use syn::{Expr, GenericArgument, Item, Lit, PathArguments, ReturnType, Type, TypeParamBound, UnOp};

/// Deepest nesting of a type or of a constant's value, and of names that stand for others.
const MAX_DEPTH: usize = 24;

/// Most types that one is made of.
const MAX_SIZE: usize = 200;

const PRIMITIVES: [&str; 17] = [
    "bool", "char", "f32", "f64", "i8", "i16", "i32", "i64", "i128", "isize", "u8", "u16", "u32", "u64", "u128",
    "usize", "str",
];

/// Types of the standard library, and how many others they are made of.
const STD: [(&str, &str, usize); 18] = [
    ("String", "::std::string::String", 0),
    ("Duration", "::std::time::Duration", 0),
    ("Ordering", "::std::cmp::Ordering", 0),
    ("ParseIntError", "::std::num::ParseIntError", 0),
    ("Vec", "::std::vec::Vec", 1),
    ("Option", "::std::option::Option", 1),
    ("Box", "::std::boxed::Box", 1),
    ("Rc", "::std::rc::Rc", 1),
    ("Arc", "::std::sync::Arc", 1),
    ("Cow", "::std::borrow::Cow", 1),
    ("VecDeque", "::std::collections::VecDeque", 1),
    ("BTreeSet", "::std::collections::BTreeSet", 1),
    ("HashSet", "::std::collections::HashSet", 1),
    ("Range", "::std::ops::Range", 1),
    ("RangeInclusive", "::std::ops::RangeInclusive", 1),
    ("Result", "::std::result::Result", 2),
    ("BTreeMap", "::std::collections::BTreeMap", 2),
    ("HashMap", "::std::collections::HashMap", 2),
];

/// A type whose values both processes know.
#[derive(Clone, Debug, PartialEq, Eq)]
pub(super) enum Ty {
    Primitive(&'static str),
    Std(&'static str, Vec<Ty>),
    Slice(Box<Ty>),
    Array(Box<Ty>, String),
    Tuple(Vec<Ty>),
    Ref(bool, Box<Ty>),
    Error(bool),
    /// One of the candidate's, by its number.
    Own(usize),
}

impl Ty {
    pub fn str() -> Ty {
        Ty::Primitive("str")
    }

    /// Whether it has no size of its own.
    pub fn is_unsized(&self) -> bool {
        matches!(self, Ty::Slice(_) | Ty::Primitive("str"))
    }

    /// Visits it and all that it is made of.
    pub fn visit(&self, visit: &mut impl FnMut(&Ty)) {
        visit(self);
        match self {
            Ty::Primitive(_) | Ty::Error(_) | Ty::Own(_) => {}
            Ty::Std(_, inner) | Ty::Tuple(inner) => inner.iter().for_each(|own| own.visit(visit)),
            Ty::Slice(inner) | Ty::Array(inner, _) | Ty::Ref(_, inner) => inner.visit(visit),
        }
    }

    /// What owns the values behind a reference.
    pub fn owned(&self) -> Ty {
        match self {
            Ty::Primitive("str") => Ty::Std("::std::string::String", Vec::new()),
            Ty::Slice(inner) => Ty::Std("::std::vec::Vec", vec![(**inner).clone()]),
            own => own.clone(),
        }
    }
}

/// What names mean besides those of the module.
#[derive(Clone, Default)]
pub(super) struct Scope {
    pub module: usize,
    pub this: Option<Ty>,
    /// Parameters of a type, and (after `Self::`) types that belong to an implementation.
    pub names: BTreeMap<String, Ty>,
}

/// A path's words, without what stands between `<` and `>`.
pub(super) fn words(path: &syn::Path) -> Vec<String> {
    path.segments.iter().map(|own| own.ident.to_string()).collect()
}

/// The types between `<` and `>` at the end of a path.
fn arguments(path: &syn::Path) -> Result<Vec<&Type>, String> {
    match path.segments.last().map(|own| &own.arguments) {
        Some(PathArguments::AngleBracketed(own)) => {
            let kept = |own: &&GenericArgument| !matches!(own, GenericArgument::Lifetime(_));
            let each = own.args.iter().filter(kept).map(|own| match own {
                GenericArgument::Type(own) => Ok(own),
                _ => Err("has a type that is too involved to be sent".to_owned()),
            });
            each.collect()
        }
        Some(PathArguments::Parenthesized(_)) => Err("takes or gives a function, which cannot be sent".to_owned()),
        _ => Ok(Vec::new()),
    }
}

impl Interface {
    /// The type that `own` names.
    pub fn ty(&self, scope: &Scope, own: &Type) -> Result<Ty, String> {
        let own = self.typed(scope, own, MAX_DEPTH)?;
        let mut size = 0;
        own.visit(&mut |_| size += 1);
        if size > MAX_SIZE { Err("has a type that is too long".to_owned()) } else { Ok(own) }
    }

    fn typed(&self, scope: &Scope, own: &Type, depth: usize) -> Result<Ty, String> {
        let depth = depth.checked_sub(1).ok_or("has a type that is nested too deeply")?;
        let inner = |own: &Type| self.typed(scope, own, depth);
        match own {
            Type::Paren(own) => inner(&own.elem),
            Type::Group(own) => inner(&own.elem),
            Type::Tuple(own) if own.elems.len() <= 12 => {
                Ok(Ty::Tuple(own.elems.iter().map(inner).collect::<Result<_, _>>()?))
            }
            Type::Slice(own) => Ok(Ty::Slice(Box::new(inner(&own.elem)?))),
            Type::Array(own) => {
                let length = self
                    .constant(scope.module, &own.len, depth)
                    .ok_or("has a list whose length is not written as a number")?;
                Ok(Ty::Array(Box::new(inner(&own.elem)?), length))
            }
            Type::Reference(own) => Ok(Ty::Ref(own.mutability.is_some(), Box::new(inner(&own.elem)?))),
            Type::Path(own) if own.qself.is_none() => self.path(scope, &own.path, depth),
            Type::BareFn(_) => Err("takes or gives a function, which cannot be sent".to_owned()),
            Type::ImplTrait(_) => Err("is generic".to_owned()),
            Type::Never(_) => Err("never comes back".to_owned()),
            _ => Err("has a type that cannot be sent".to_owned()),
        }
    }

    fn path(&self, scope: &Scope, path: &syn::Path, depth: usize) -> Result<Ty, String> {
        let words = words(path);
        match words.iter().map(String::as_str).collect::<Vec<_>>().as_slice() {
            ["Self"] => return scope.this.clone().ok_or_else(|| "has a type that cannot be sent".to_owned()),
            ["Self", name] | [name] if scope.names.contains_key(*name) => return Ok(scope.names[*name].clone()),
            _ => {}
        }
        let arguments = arguments(path)?;
        match self.names.meaning(scope.module, &words, false) {
            Some(Meaning::Item(module, item)) => match &self.names.modules[module].items[item] {
                Item::Type(alias) => {
                    let parameters: Vec<String> =
                        alias.generics.type_params().map(|own| own.ident.to_string()).collect();
                    if parameters.len() != arguments.len() {
                        return Err("has a type whose parameters are left out".to_owned());
                    }
                    let given =
                        arguments.iter().map(|own| self.typed(scope, own, depth)).collect::<Result<Vec<_>, _>>()?;
                    let names = parameters.into_iter().zip(given).collect();
                    self.typed(&Scope { module, this: None, names }, &alias.ty, depth)
                }
                _ => self.own(module, item),
            },
            Some(Meaning::Std(name)) => self.standard(scope, &name, &arguments, depth),
            _ => Err("has a type that cannot be found".to_owned()),
        }
    }

    fn standard(&self, scope: &Scope, name: &str, arguments: &[&Type], depth: usize) -> Result<Ty, String> {
        if let (Some(own), []) = (PRIMITIVES.iter().find(|own| **own == name), arguments) {
            return Ok(Ty::Primitive(own));
        }
        if let ("Box", [Type::TraitObject(object)]) = (name, arguments) {
            let bound = |own: &TypeParamBound| match own {
                TypeParamBound::Trait(own) => own.path.segments.last().map(|own| own.ident.to_string()),
                _ => None,
            };
            let names: Vec<String> = object.bounds.iter().filter_map(bound).collect();
            return match names.iter().map(String::as_str).collect::<Vec<_>>().as_slice() {
                ["Error"] => Ok(Ty::Error(false)),
                ["Error", "Send", "Sync"] => Ok(Ty::Error(true)),
                _ => Err("has a trait object, which cannot be sent".to_owned()),
            };
        }
        match STD.iter().find(|(own, _, count)| *own == name && *count == arguments.len()) {
            Some((_, path, _)) => {
                let inner = arguments.iter().map(|own| self.typed(scope, own, depth)).collect::<Result<_, _>>()?;
                Ok(Ty::Std(path, inner))
            }
            None => Err(format!("has the type `{name}`, which cannot be sent")),
        }
    }

    /// The text of a value that is made of literals, operators and other constants only.
    pub fn constant(&self, module: usize, own: &Expr, depth: usize) -> Option<String> {
        let depth = depth.checked_sub(1)?;
        let inner = |own: &Expr| self.constant(module, own, depth);
        let list = |own: &syn::punctuated::Punctuated<Expr, syn::Token![,]>| {
            let each: Option<Vec<String>> = own.iter().map(inner).collect();
            Some(each?.iter().map(|own| format!("{own}, ")).collect::<String>())
        };
        match own {
            Expr::Lit(own) => literal(&own.lit),
            Expr::Paren(own) => inner(&own.expr),
            Expr::Group(own) => inner(&own.expr),
            Expr::Unary(own) => {
                let operator = match own.op {
                    UnOp::Neg(_) => "-",
                    UnOp::Not(_) => "!",
                    _ => return None,
                };
                Some(format!("({operator}{})", inner(&own.expr)?))
            }
            Expr::Binary(own) => Some(format!("({} {} {})", inner(&own.left)?, operator(&own.op)?, inner(&own.right)?)),
            Expr::Array(own) => Some(format!("[{}]", list(&own.elems)?)),
            Expr::Tuple(own) => Some(format!("({})", list(&own.elems)?)),
            Expr::Repeat(own) => Some(format!("[{}; {}]", inner(&own.expr)?, inner(&own.len)?)),
            Expr::Reference(own) if own.mutability.is_none() => Some(format!("(&{})", inner(&own.expr)?)),
            Expr::Cast(own) => {
                let Ok(Ty::Primitive(ty)) = self.ty(&Scope { module, ..Scope::default() }, &own.ty) else {
                    return None;
                };
                Some(format!("({} as ::std::primitive::{ty})", inner(&own.expr)?))
            }
            Expr::Path(own) if own.qself.is_none() => self.constant_path(module, &words(&own.path), depth),
            _ => None,
        }
    }

    fn constant_path(&self, module: usize, words: &[String], depth: usize) -> Option<String> {
        if let [ty, end] = words
            && ["MAX", "MIN", "BITS", "EPSILON", "INFINITY"].contains(&end.as_str())
            && let Some(Meaning::Std(ty)) = self.names.meaning(module, std::slice::from_ref(ty), false)
            && PRIMITIVES.contains(&ty.as_str())
        {
            return Some(format!("::std::primitive::{ty}::{end}"));
        }
        match self.names.meaning(module, words, true)? {
            Meaning::Item(of, item) => match &self.names.modules[of].items[item] {
                Item::Const(own) => {
                    let ty = self.ty(&Scope { module: of, ..Scope::default() }, &own.ty).ok()?;
                    let value = self.constant(of, &own.expr, depth)?;
                    // Its type, which the literal alone may not tell.
                    let mut text = String::new();
                    let _ = write!(text, "{{ const VALUE: {} = {value}; VALUE }}", self.text(&ty, "crate", "'static"));
                    (text.len() < 4096).then_some(text)
                }
                _ => None,
            },
            _ => None,
        }
    }

    /// How a type is written in the crate that says `root` for the candidate's, with `lifetime` for those of references.
    pub fn text(&self, ty: &Ty, root: &str, lifetime: &str) -> String {
        let inner = |own: &Ty| self.text(own, root, lifetime);
        let all = |own: &[Ty]| own.iter().map(inner).collect::<Vec<_>>().join(", ");
        match ty {
            Ty::Primitive(own) => format!("::std::primitive::{own}"),
            Ty::Std("::std::borrow::Cow", own) => format!("::std::borrow::Cow<{lifetime}, {}>", all(own)),
            Ty::Std(own, of) if of.is_empty() => (*own).to_owned(),
            Ty::Std(own, of) => format!("{own}<{}>", all(of)),
            Ty::Slice(own) => format!("[{}]", inner(own)),
            Ty::Array(own, length) => format!("[{}; {length}]", inner(own)),
            Ty::Tuple(own) => own.iter().fold("(".to_owned(), |text, own| text + &inner(own) + ", ") + ")",
            Ty::Ref(changes, own) => format!("&{lifetime} {}{}", if *changes { "mut " } else { "" }, inner(own)),
            Ty::Error(false) => "::std::boxed::Box<dyn ::std::error::Error>".to_owned(),
            Ty::Error(true) => {
                "::std::boxed::Box<dyn ::std::error::Error + ::std::marker::Send + ::std::marker::Sync>".to_owned()
            }
            Ty::Own(own) => {
                let own = &self.types[*own];
                // The evidence's own definition has one for all.
                let count = if root == "crate" { own.lifetimes.min(1) } else { own.lifetimes };
                let lifetimes =
                    if count > 0 { format!("<{}>", vec![lifetime; count].join(", ")) } else { String::new() };
                format!("{root}::{}{lifetimes}", own.path.join("::"))
            }
        }
    }

    /// What a function gives back: its type, and whether it is a sequence of them.
    pub fn given(&self, scope: &Scope, own: &ReturnType) -> Result<(Ty, bool), String> {
        match own {
            ReturnType::Default => Ok((Ty::Tuple(Vec::new()), false)),
            ReturnType::Type(_, own) => match &**own {
                Type::ImplTrait(own) => match super::params::single(&own.bounds) {
                    Some(bound)
                        if ["Iterator", "DoubleEndedIterator", "ExactSizeIterator"].contains(&bound.name.as_str()) =>
                    {
                        Ok((self.ty(scope, bound.item.ok_or("gives a trait's type back")?)?, true))
                    }
                    _ => Err("gives back a type that has no name".to_owned()),
                },
                own => Ok((self.ty(scope, own)?, false)),
            },
        }
    }
}

fn literal(own: &Lit) -> Option<String> {
    Some(match own {
        Lit::Str(own) => format!("{:?}", own.value()),
        Lit::Char(own) => format!("{:?}", own.value()),
        Lit::Bool(own) => own.value.to_string(),
        Lit::Byte(own) => format!("{}u8", own.value()),
        Lit::ByteStr(own) => format!("(&{:?})", own.value()),
        Lit::Int(own) => format!("{}{}", own.base10_digits(), own.suffix()),
        Lit::Float(own) => format!("{}{}", own.base10_digits(), own.suffix()),
        _ => return None,
    })
}

fn operator(own: &syn::BinOp) -> Option<&'static str> {
    use syn::BinOp::*;
    Some(match own {
        Add(_) => "+",
        Sub(_) => "-",
        Mul(_) => "*",
        Div(_) => "/",
        Rem(_) => "%",
        Shl(_) => "<<",
        Shr(_) => ">>",
        BitAnd(_) => "&",
        BitOr(_) => "|",
        BitXor(_) => "^",
        _ => return None,
    })
}
