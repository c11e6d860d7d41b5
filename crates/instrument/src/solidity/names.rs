//! Identifiers of actors, and filling them into templates.

use std::collections::{BTreeMap, BTreeSet};

use super::draft::{Actor, Draft};

/// Words that Solidity keeps for itself, and names that a variable may not hide.
const RESERVED: &str = "abi abstract address after alias anonymous apply as assembly assert auto blockhash block bool \
    break byte bytes calldata case catch constant constructor continue contract copyof days default define delete do \
    ecrecover else emit enum error ether event external fallback false final fixed for from function gasleft gwei \
    hours if immutable implements import in indexed inline int interface internal is keccak256 let library macro \
    mapping match memory minutes modifier msg mutable new null of override partial payable pragma private promise \
    public pure receive reference relocatable require return returns revert ripemd160 seconds selfdestruct sealed \
    sha256 sizeof static storage string struct super supports switch this throw transient true try tx type typedef \
    typeof ufixed uint unchecked unicode using var view virtual weeks wei while years _ now \
    addmod mulmod blobhash ReentrancyGuard IValuationOracle IERC20 SafeERC20 Math nonReentrant";

/// Gives every actor an identifier that means nothing else in the contract.
pub(super) fn settle(draft: &mut Draft) {
    let codes = codes(draft);
    let mut taken: BTreeSet<String> = RESERVED.split_whitespace().map(str::to_owned).collect();
    let mut patterns = BTreeSet::new();
    for code in &codes {
        for token in tokens(code) {
            if token.contains('$') {
                patterns.insert(token);
            } else {
                taken.insert(token);
            }
        }
    }
    for actor in &draft.actors {
        patterns.insert(format!("${{{}}}", actor.key));
        patterns.insert(format!("only${{{}}}", capital(&actor.key)));
        // What the constructor is given for it.
        patterns.insert(format!("${{{}}}_", actor.key));
    }
    // A name that clashes grows by a word; each round settles at least one, and there are few.
    for _ in 0..4 * draft.actors.len() + 4 {
        let Some(at) = clash(&draft.actors, &patterns, &taken) else { return };
        draft.actors[at].ident.push_str("Party");
    }
}

/// The last actor of a filled pattern that is another pattern's or a word of its own.
fn clash(actors: &[Actor], patterns: &BTreeSet<String>, taken: &BTreeSet<String>) -> Option<usize> {
    let mut seen: BTreeMap<String, &String> = BTreeMap::new();
    for pattern in patterns {
        let filled = fill(actors, pattern);
        let known = seen.get(&filled).is_some_and(|other| canonical(other) != canonical(pattern));
        if taken.contains(&filled) || sized_type(&filled) || known {
            return actors.iter().rposition(|actor| mentions(pattern, &actor.key));
        }
        seen.insert(filled, pattern);
    }
    None
}

fn canonical(pattern: &str) -> String {
    pattern.replace(['{', '}'], "")
}

fn mentions(pattern: &str, key: &str) -> bool {
    let mut found = false;
    each(pattern, |name| found |= name.eq_ignore_ascii_case(key), |_| ());
    found
}

/// `uint8`, `bytes32`, `fixed128x18` and their like.
fn sized_type(word: &str) -> bool {
    let rest = ["uint", "int", "bytes", "ufixed", "fixed"].iter().find_map(|stem| word.strip_prefix(stem));
    rest.is_some_and(|rest| rest.chars().all(|c| c.is_ascii_digit() || c == 'x'))
}

fn codes(draft: &Draft) -> Vec<String> {
    let mut codes: Vec<String> = Vec::new();
    for items in [&draft.state, &draft.events, &draft.errors, &draft.modifiers] {
        codes.extend(items.iter().map(|item| item.code.clone()));
    }
    codes.extend(draft.checks.iter().cloned());
    codes.extend(draft.phases.iter().map(|phase| (*phase).to_owned()));
    codes.push(
        "phase Phase pool credits totalCredits oracle fairValue withdraw BPS oracle_ oracleParameter all i j"
            .to_owned(),
    );
    for parameter in &draft.parameters {
        codes.push(parameter.name.clone());
        codes.push(format!("{}_", parameter.name));
    }
    for function in &draft.functions {
        codes.push(function.name.clone());
        codes.push(function.body.clone());
        codes.extend(function.parameters.iter().map(|(_, name, _)| (*name).to_owned()));
        codes.extend(function.returns.iter().map(|(returns, _)| returns.clone()));
    }
    codes
}

/// The words of a piece of code, those with a placeholder as patterns; text in quotes and comments does not occur in templates.
fn tokens(code: &str) -> Vec<String> {
    let mut found = Vec::new();
    let mut token = String::new();
    let mut braces = false;
    for c in code.chars() {
        let inside = c.is_ascii_alphanumeric() || c == '_' || c == '$' || braces || (c == '{' && token.ends_with('$'));
        if c == '{' && token.ends_with('$') {
            braces = true;
        } else if c == '}' {
            if braces {
                token.push(c);
            }
            if std::mem::take(&mut braces) {
                continue;
            }
        }
        if inside {
            token.push(c);
        } else if !token.is_empty() {
            found.push(std::mem::take(&mut token));
        }
    }
    found.extend((!token.is_empty()).then_some(token));
    found
}

/// The text with identifiers in place of placeholders.
pub(super) fn fill(actors: &[Actor], template: &str) -> String {
    let out = std::cell::RefCell::new(String::with_capacity(template.len()));
    each(
        template,
        |name| {
            let mut out = out.borrow_mut();
            let lower = lower(name);
            match actors.iter().find(|actor| actor.key == lower) {
                Some(actor) if lower == name => out.push_str(&actor.ident),
                Some(actor) => out.push_str(&capital(&actor.ident)),
                // Left as it is, it cannot compile and so cannot go unseen.
                None => {
                    out.push('$');
                    out.push_str(name);
                }
            }
        },
        |text| out.borrow_mut().push_str(text),
    );
    out.into_inner()
}

/// Walks over a template: placeholders' names and the text between them.
fn each(template: &str, mut name: impl FnMut(&str), mut text: impl FnMut(&str)) {
    let mut rest = template;
    while let Some(at) = rest.find('$') {
        text(&rest[..at]);
        rest = &rest[at + 1..];
        if let Some(inner) = rest.strip_prefix('{').and_then(|inner| inner.find('}').map(|end| &inner[..end])) {
            name(inner);
            rest = &rest[inner.len() + 2..];
        } else {
            let end = rest.find(|c: char| !c.is_ascii_alphanumeric() && c != '_').unwrap_or(rest.len());
            name(&rest[..end]);
            rest = &rest[end..];
        }
    }
    text(rest);
}

/// The word with a capital.
pub(super) fn capital(word: &str) -> String {
    let mut chars = word.chars();
    chars.next().map_or_else(String::new, |first| first.to_ascii_uppercase().to_string() + chars.as_str())
}

fn lower(word: &str) -> String {
    let mut chars = word.chars();
    chars.next().map_or_else(String::new, |first| first.to_ascii_lowercase().to_string() + chars.as_str())
}
