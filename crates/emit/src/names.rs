//! Target identifiers for locals (docs/lowering.md, "names").

use etymon_spec::names;
use std::borrow::Cow;
use std::collections::{BTreeMap, BTreeSet};

/// For the first byte of a reserved word, the bits of the lengths of those words: most names need no search.
const FIRST_AND_LENGTH: [u32; 256] = {
    let mut lengths = [0; 256];
    let mut at = 0;
    while at < names::RESERVED.len() {
        let word = names::RESERVED[at].as_bytes();
        assert!(word.len() < 31);
        lengths[word[0] as usize] |= 1 << word.len();
        at += 1;
    }
    lengths
};

fn word(byte: u8) -> bool {
    byte.is_ascii_alphanumeric() || byte == b'_'
}

/// The target identifier for `name`; a name that is its own mangling may be declared at module level.
pub fn mangle(name: &str) -> Cow<'_, str> {
    let bytes = name.as_bytes();
    let plain =
        bytes.iter().all(|byte| word(*byte)) && bytes.iter().any(|byte| *byte != b'_') && !bytes[0].is_ascii_digit();
    if plain && !(FIRST_AND_LENGTH[usize::from(bytes[0])] >> bytes.len().min(31) & 1 == 1 && names::is_reserved(name)) {
        return Cow::Borrowed(name);
    }
    Cow::Owned(names::mangle(name))
}

/// How many of the innermost locals are looked through before the index is asked.
const NEAR: usize = 8;

/// One of 128 bits for a name, so that most names are told apart without a search.
fn mark(name: &str) -> u128 {
    let bytes = name.as_bytes();
    let at = |place: Option<&u8>| usize::from(place.copied().unwrap_or(0));
    1 << ((at(bytes.first()) * 5 + at(bytes.last()) * 11 + bytes.len() * 29) % 128)
}

#[derive(Debug)]
struct Local<'a> {
    /// The source name; none while nothing can read it.
    name: Option<&'a str>,
    target: Cow<'a, str>,
    /// Whether its value is a boolean in every environment.
    boolean: bool,
}

/// The locals in force, innermost last, and the names they must avoid.
#[derive(Debug, Default)]
pub struct Scope<'a> {
    module: BTreeSet<&'a str>,
    stack: Vec<Local<'a>>,
    by_name: BTreeMap<&'a str, Vec<usize>>,
    used: BTreeSet<Cow<'a, str>>,
    /// The marks of all names that were ever to be avoided here: a name whose mark is not among them is free.
    marks: u128,
    /// For a base `m`, a number below which every `m_1`, `m_2`, … is known to be taken.
    tried: BTreeMap<Cow<'a, str>, u64>,
}

impl<'a> Scope<'a> {
    /// A scope without locals that avoids the `module`-level names.
    pub fn new(module: BTreeSet<&'a str>) -> Scope<'a> {
        let marks = module.iter().fold(0, |marks, name| marks | mark(name));
        Scope { module, marks, ..Scope::default() }
    }

    fn free(&self, target: &str) -> bool {
        self.marks & mark(target) == 0 || !self.used.contains(target) && !self.module.contains(target)
    }

    /// The first of `m`, `m_1`, `m_2`, … that is in use neither here nor at module level.
    pub fn fresh(&mut self, name: &'a str) -> Cow<'a, str> {
        let base = mangle(name);
        if self.free(&base) {
            return base;
        }
        let mut number = self.tried.get(&base).copied().unwrap_or(1);
        loop {
            let target = format!("{base}_{number}");
            if self.free(&target) {
                self.tried.insert(base, number);
                return Cow::Owned(target);
            }
            number += 1;
        }
    }

    /// Brings `name` into scope as `target`.
    pub fn push(&mut self, name: &'a str, target: Cow<'a, str>) {
        self.push_hidden(target);
        self.reveal(name);
    }

    /// Keeps others from the name `target`, which nothing in the source reads.
    pub fn push_hidden(&mut self, target: Cow<'a, str>) {
        self.marks |= mark(&target);
        self.used.insert(target.clone());
        self.stack.push(Local { name: None, target, boolean: false });
    }

    /// Lets the innermost local be read as `name`.
    pub fn reveal(&mut self, name: &'a str) {
        if let Some(local) = self.stack.last_mut() {
            local.name = Some(name);
            self.by_name.entry(name).or_default().push(self.stack.len() - 1);
        }
    }

    /// Notes that the innermost local is surely boolean.
    pub fn set_boolean(&mut self) {
        if let Some(local) = self.stack.last_mut() {
            local.boolean = true;
        }
    }

    /// Whether the innermost local called `name` is surely boolean.
    pub fn is_boolean(&self, name: &str) -> bool {
        self.place(name).is_some_and(|place| self.stack[place].boolean)
    }

    /// How many locals are in force: the place of the next one.
    pub fn next_place(&self) -> usize {
        self.stack.len()
    }

    /// The target name of the local at a place, counted from the outermost.
    pub fn target(&self, place: usize) -> &str {
        &self.stack[place].target
    }

    /// Ends the scope of the innermost local.
    pub fn pop(&mut self) {
        let Some(Local { name, target, .. }) = self.stack.pop() else { return };
        if let Some(places) = name.and_then(|name| self.by_name.get_mut(name)) {
            places.pop();
        }
        self.used.remove(&target);
        if let Some((base, number)) = target.rsplit_once('_')
            && let Ok(number) = number.parse::<u64>()
            && let Some(tried) = self.tried.get_mut(base)
        {
            *tried = number.clamp(1, *tried);
        }
    }

    /// The target name of the innermost local called `name`.
    pub fn get(&self, name: &str) -> Option<&str> {
        self.place(name).map(|place| self.target(place))
    }

    /// The place of the innermost local called `name`.
    pub fn place(&self, name: &str) -> Option<usize> {
        // Most reads are of one of the last few locals.
        let near = self.stack.len().saturating_sub(NEAR);
        if let Some(back) = self.stack[near..].iter().rposition(|own| own.name == Some(name)) {
            return Some(near + back);
        }
        if near == 0 {
            return None;
        }
        self.by_name.get(name)?.last().copied()
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn mangling_follows_the_three_rules() {
        for (name, target) in [
            ("a_1", "a_1"),
            ("a-b", "a_b"),
            ("é", "v_"),
            ("", "v"),
            ("_", "v_"),
            ("__", "v__"),
            ("_x", "_x"),
            ("1x", "v1x"),
            ("class", "class_"),
            ("effects", "effects_"),
            ("this", "this_"),
        ] {
            assert_eq!(mangle(name), target, "{name}");
        }
    }

    #[test]
    fn fresh_names_avoid_locals_and_module_names() {
        let mut scope = Scope::new(BTreeSet::from(["f", "x_1"]));
        assert_eq!(scope.fresh("f"), "f_1");
        assert_eq!(scope.fresh("x"), "x");
        scope.push("x", "x".into());
        let second = scope.fresh("x");
        assert_eq!(second, "x_2");
        scope.push("x", second);
        assert_eq!(scope.get("x"), Some("x_2"));
        assert_eq!(scope.fresh("x"), "x_3");
        scope.pop();
        assert_eq!(scope.fresh("x"), "x_2");
        assert_eq!(scope.get("x"), Some("x"));
        scope.pop();
        assert_eq!(scope.get("x"), None);
    }

    #[test]
    fn a_freed_lower_number_is_found_again() {
        let mut scope = Scope::default();
        scope.push("x", "x".into());
        scope.push("x_1", "x_1".into());
        let third = scope.fresh("x");
        assert_eq!(third, "x_2");
        scope.pop();
        assert_eq!(scope.fresh("x"), "x_1");
    }
}
