//! The items of a module, without what stands in functions. The text is hostile, and a parser that calls itself could be made to run out of
//! stack, so tokens are first taken apart here, with bounds, and only what is short is handed to the parser.

use proc_macro2::{Delimiter, Group, TokenStream, TokenTree};
use std::str::FromStr as _;
use syn::{Ident, ImplItem, Item, ItemImpl};

/// Most tokens of one item without the bodies of functions.
const MAX_TOKENS: usize = 4000;
/// Deepest nesting of brackets in an item, and of modules.
const MAX_DEPTH: usize = 32;

/// An item of a module.
pub(super) enum Piece {
    Item(Item),
    Impl(ItemImpl, Vec<ImplItem>),
    Module { public: bool, name: Ident, pieces: Vec<Piece> },
}

/// The items of a module that passed the compiler.
pub(super) fn pieces(text: &str) -> Result<Vec<Piece>, String> {
    let tokens = TokenStream::from_str(text).map_err(|error| format!("its tokens cannot be read: {error}"))?;
    Ok(module(tokens, 0))
}

fn module(tokens: TokenStream, depth: usize) -> Vec<Piece> {
    if depth > MAX_DEPTH {
        return Vec::new();
    }
    split(tokens).into_iter().filter_map(|own| piece(own, depth)).collect()
}

fn piece(mut own: Vec<TokenTree>, depth: usize) -> Option<Piece> {
    let (kind, at, public) = keyword(&own)?;
    match kind.as_str() {
        "fn" => {
            empty_body(&mut own);
            parsed(own).map(Piece::Item)
        }
        "struct" | "enum" | "use" | "const" | "static" | "type" => parsed(own).map(Piece::Item),
        "impl" => {
            let body = empty_body(&mut own)?;
            let inner = split(body).into_iter().filter_map(|mut inner| {
                if keyword(&inner)?.0 == "fn" {
                    empty_body(&mut inner);
                }
                parsed::<ImplItem>(inner)
            });
            Some(Piece::Impl(parsed(own)?, inner.collect()))
        }
        "mod" => {
            let Some(TokenTree::Ident(name)) = own.get(at + 1) else { return None };
            let name = name.clone();
            let body = empty_body(&mut own)?;
            Some(Piece::Module { public, name, pieces: module(body, depth + 1) })
        }
        _ => None,
    }
}

/// What is short enough to be parsed.
fn parsed<T: syn::parse::Parse>(own: Vec<TokenTree>) -> Option<T> {
    let mut left = MAX_TOKENS;
    own.iter().try_for_each(|token| count(token, 0, &mut left))?;
    syn::parse2(own.into_iter().collect()).ok()
}

fn count(token: &TokenTree, depth: usize, left: &mut usize) -> Option<()> {
    *left = left.checked_sub(1)?;
    match token {
        TokenTree::Group(_) if depth > MAX_DEPTH => None,
        TokenTree::Group(group) => group.stream().into_iter().try_for_each(|inner| count(&inner, depth + 1, left)),
        _ => Some(()),
    }
}

/// Empties the braces at the end and tells what they held.
fn empty_body(own: &mut [TokenTree]) -> Option<TokenStream> {
    match own.last_mut()? {
        TokenTree::Group(group) if group.delimiter() == Delimiter::Brace => {
            let body = group.stream();
            *group = Group::new(Delimiter::Brace, TokenStream::new());
            Some(body)
        }
        _ => None,
    }
}

/// Items, each with its last semicolon or braces.
fn split(tokens: TokenStream) -> Vec<Vec<TokenTree>> {
    let (mut all, mut own) = (Vec::new(), Vec::new());
    let mut kind = None;
    for token in tokens {
        let ends = match &token {
            TokenTree::Punct(punct) => punct.as_char() == ';',
            TokenTree::Group(group) if group.delimiter() == Delimiter::Brace => {
                // Those of the others end with a semicolon.
                kind = kind.or_else(|| keyword(&own).map(|(kind, ..)| kind));
                !matches!(kind.as_deref(), Some("use" | "const" | "static" | "type"))
            }
            _ => false,
        };
        own.push(token);
        // Attributes of the module itself stand before its first item.
        if let [TokenTree::Punct(hash), TokenTree::Punct(bang), TokenTree::Group(_)] = own.as_slice()
            && (hash.as_char(), bang.as_char()) == ('#', '!')
        {
            own.clear();
        }
        if ends {
            all.push(std::mem::take(&mut own));
            kind = None;
        }
    }
    all
}

/// The word that tells what an item is, where it stands, and whether everybody may name the item. `None` if it depends on the configuration.
fn keyword(own: &[TokenTree]) -> Option<(String, usize, bool)> {
    let (mut at, mut public) = (0, false);
    loop {
        match (own.get(at)?, own.get(at + 1)) {
            (TokenTree::Punct(_), Some(TokenTree::Group(attribute))) => {
                let first = attribute.stream().into_iter().next();
                if matches!(first, Some(TokenTree::Ident(name)) if name == "cfg") {
                    return None;
                }
                at += 2;
            }
            (TokenTree::Ident(word), next) => {
                let next_word = |words: &[&str]| matches!(next, Some(TokenTree::Ident(own)) if words.iter().any(|word| own == word));
                match word.to_string().as_str() {
                    "pub" => {
                        let limited = matches!(next, Some(TokenTree::Group(group)) if group.delimiter() == Delimiter::Parenthesis);
                        public = !limited;
                        at += 1 + usize::from(limited);
                    }
                    "const" if next_word(&["fn", "unsafe", "async", "extern"]) => at += 1,
                    "unsafe" | "async" | "default" => at += 1,
                    "extern" if !next_word(&["crate"]) => at += 1,
                    word => return Some((word.to_owned(), at, public)),
                }
            }
            (TokenTree::Literal(_), _) => at += 1,
            _ => return None,
        }
    }
}
