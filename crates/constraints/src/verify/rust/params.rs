//! What functions take, and how it is handed over.

use super::interface::Interface;
use super::types::{Scope, Ty};
use std::collections::BTreeMap;
use syn::punctuated::Punctuated;
use syn::{FnArg, GenericArgument, GenericParam, Generics, PathArguments, Token, Type, TypeParamBound, WherePredicate};

/// How a value gets to the candidate.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) enum How {
    Given,
    Lent,
    /// Lent, and told anew afterwards.
    Changed,
    /// As `impl AsRef<_>`; behind a reference or not.
    AsRef(bool),
    Into,
    Shown(bool),
    Items,
}

/// A parameter.
#[derive(Clone, Debug)]
pub(super) struct Param {
    pub how: How,
    pub ty: Ty,
}

/// A trait that is all that is known of a type.
pub(super) struct Bound<'a> {
    pub name: String,
    /// What stands between `<` and `>`.
    pub of: Option<&'a Type>,
    /// `Item = _`
    pub item: Option<&'a Type>,
}

type Bounds = Punctuated<TypeParamBound, Token![+]>;

/// The one trait among bounds.
pub(super) fn single(bounds: &Bounds) -> Option<Bound<'_>> {
    let mut traits = bounds.iter().filter_map(|own| match own {
        TypeParamBound::Trait(own) => Some(&own.path),
        _ => None,
    });
    let last = match (traits.next(), traits.next()) {
        (Some(own), None) => own.segments.last()?,
        _ => return None,
    };
    let mut bound = Bound { name: last.ident.to_string(), of: None, item: None };
    match &last.arguments {
        PathArguments::AngleBracketed(own) => {
            for argument in &own.args {
                match argument {
                    GenericArgument::Type(own) => bound.of = Some(own),
                    GenericArgument::AssocType(own) if own.ident == "Item" => bound.item = Some(&own.ty),
                    _ => return None,
                }
            }
        }
        PathArguments::Parenthesized(_) => return None,
        PathArguments::None => {}
    }
    Some(bound)
}

/// The parameters of a function that stand for types, with what is known of them.
pub(super) fn generics(own: &Generics) -> Result<BTreeMap<String, &Bounds>, String> {
    let mut found = BTreeMap::new();
    for parameter in &own.params {
        match parameter {
            GenericParam::Lifetime(_) => {}
            GenericParam::Type(own) => {
                found.insert(own.ident.to_string(), &own.bounds);
            }
            GenericParam::Const(_) => return Err("is generic".to_owned()),
        }
    }
    for predicate in own.where_clause.iter().flat_map(|own| &own.predicates) {
        if let WherePredicate::Type(own) = predicate
            && let Type::Path(path) = &own.bounded_ty
            && let Some(name) = path.path.get_ident()
            && let Some(bounds) = found.get_mut(&name.to_string())
        {
            *bounds = &own.bounds;
        }
    }
    Ok(found)
}

impl Interface {
    /// The parameters of a function of type `this`.
    pub fn params(&self, scope: &Scope, signature: &syn::Signature) -> Result<Vec<Param>, String> {
        if signature.asyncness.is_some()
            || signature.unsafety.is_some()
            || signature.abi.is_some()
            || signature.variadic.is_some()
        {
            return Err("is no plain function".to_owned());
        }
        let generics = generics(&signature.generics)?;
        signature.inputs.iter().map(|own| self.param(scope, &generics, own)).collect()
    }

    fn param(&self, scope: &Scope, generics: &BTreeMap<String, &Bounds>, own: &FnArg) -> Result<Param, String> {
        let ty = match own {
            FnArg::Receiver(own) if own.colon_token.is_none() => {
                let how = match (&own.reference, &own.mutability) {
                    (None, _) => How::Given,
                    (Some(_), None) => How::Lent,
                    (Some(_), Some(_)) => How::Changed,
                };
                let ty = scope.this.clone().ok_or("has a type that cannot be sent")?;
                return self.possible(Param { how, ty });
            }
            FnArg::Receiver(_) => return Err("is called on a type that cannot be sent".to_owned()),
            FnArg::Typed(own) => &*own.ty,
        };
        let (inner, lent) = match ty {
            Type::Reference(own) if own.mutability.is_none() => (&*own.elem, true),
            own => (own, false),
        };
        let bounds = match inner {
            Type::ImplTrait(own) => Some(&own.bounds),
            Type::Path(own) => own.path.get_ident().and_then(|own| generics.get(&own.to_string()).copied()),
            _ => None,
        };
        if let Some(bounds) = bounds {
            return self.bounded(scope, bounds, lent);
        }
        if mentions(ty, generics) {
            return Err("is generic".to_owned());
        }
        let own = match self.ty(scope, ty)? {
            Ty::Ref(false, own) => Param { how: How::Lent, ty: *own },
            Ty::Ref(true, own) => Param { how: How::Changed, ty: *own },
            own => Param { how: How::Given, ty: own },
        };
        self.possible(own)
    }

    /// Traits that say so much of a type that one type will do for all.
    fn bounded(&self, scope: &Scope, bounds: &Bounds, lent: bool) -> Result<Param, String> {
        let bound = single(bounds).ok_or("is generic")?;
        let of = |own: Option<&Type>| self.ty(scope, own.ok_or("is generic")?);
        let own = match (bound.name.as_str(), lent) {
            ("AsRef", _) => match of(bound.of)? {
                own if own.is_unsized() => Param { how: How::AsRef(lent), ty: own },
                _ => return Err("is generic".to_owned()),
            },
            ("Into", false) => Param { how: How::Into, ty: of(bound.of)? },
            ("Display" | "ToString", _) => Param { how: How::Shown(lent), ty: Ty::str() },
            ("IntoIterator" | "Iterator", false) => Param { how: How::Items, ty: of(bound.item)? },
            _ => return Err("is generic".to_owned()),
        };
        self.possible(own)
    }

    /// Refuses what has to be copied and cannot be.
    fn possible(&self, own: Param) -> Result<Param, String> {
        let direct = matches!((&own.ty, own.how), (Ty::Own(_), How::Lent | How::Changed));
        if own.how == How::Changed && own.ty == Ty::str() {
            return Err("changes a text that it was lent".to_owned());
        }
        let mut inside = own.ty.clone();
        if own.how == How::Lent {
            inside = Ty::Ref(false, Box::new(inside));
        }
        if !(direct && self.is_handle(&own.ty)) {
            self.copied(&inside)?;
        }
        Ok(own)
    }
}

/// Whether a type has one of the names in it.
fn mentions(own: &Type, generics: &BTreeMap<String, &Bounds>) -> bool {
    match own {
        Type::Reference(own) => mentions(&own.elem, generics),
        Type::Slice(own) => mentions(&own.elem, generics),
        Type::Array(own) => mentions(&own.elem, generics),
        Type::Paren(own) => mentions(&own.elem, generics),
        Type::Tuple(own) => own.elems.iter().any(|own| mentions(own, generics)),
        Type::Path(own) => own.path.segments.iter().any(|own| {
            let inside = match &own.arguments {
                PathArguments::AngleBracketed(own) => {
                    own.args.iter().any(|own| matches!(own, GenericArgument::Type(own) if mentions(own, generics)))
                }
                _ => false,
            };
            inside || generics.contains_key(&own.ident.to_string())
        }),
        _ => false,
    }
}
