//! What imports are called as modules, and which of these names a language takes for something else.

use crate::model::Target;

/// Names of what the pipeline itself puts beside the imports of a crate, and of crates that the language brings along.
const CRATE: &[&str] = &["lib", "main", "candidate", "std", "core", "alloc", "proc_macro", "test"];
/// The candidate itself, in every language.
const OWN: &str = "module";

/// <https://doc.rust-lang.org/reference/keywords.html>, with those that are reserved for later.
const RUST: &[&str] = &[
    "abstract", "as", "async", "await", "become", "box", "break", "const", "continue", "crate", "do", "dyn", "else",
    "enum", "extern", "false", "final", "fn", "for", "gen", "if", "impl", "in", "let", "loop", "macro", "match", "mod",
    "move", "mut", "override", "priv", "pub", "ref", "return", "self", "Self", "static", "struct", "super", "trait",
    "true", "try", "type", "typeof", "unsafe", "unsized", "use", "virtual", "where", "while", "yield",
];

/// ECMAScript, 12.7.2, with the names that strict code reserves: a candidate names its imports by them.
const JS: &[&str] = &[
    "arguments",
    "await",
    "break",
    "case",
    "catch",
    "class",
    "const",
    "continue",
    "debugger",
    "default",
    "delete",
    "do",
    "else",
    "enum",
    "eval",
    "export",
    "extends",
    "false",
    "finally",
    "for",
    "function",
    "if",
    "implements",
    "import",
    "in",
    "instanceof",
    "interface",
    "let",
    "new",
    "null",
    "package",
    "private",
    "protected",
    "public",
    "return",
    "static",
    "super",
    "switch",
    "this",
    "throw",
    "true",
    "try",
    "typeof",
    "var",
    "void",
    "while",
    "with",
    "yield",
];

/// The name by which the language knows a module: two that share it are one.
pub fn place(name: &str, target: Target) -> String {
    if target == Target::Rust { name.replace('-', "_") } else { name.to_owned() }
}

/// Why no module can be called so in the language, if none can.
pub fn problem(name: &str, target: Target) -> Option<&'static str> {
    let place = place(name, target);
    let is_word = |list: &[&str]| list.contains(&place.as_str());
    if place == OWN {
        return Some("that is the name of the candidate itself");
    }
    match target {
        Target::Rust if is_word(RUST) => Some("that is a word of the language"),
        Target::Rust if is_word(CRATE) => Some("that is the name of a crate or of its root"),
        Target::Rust if place.starts_with(|c: char| c.is_ascii_digit()) => Some("no name begins with a digit"),
        Target::Rust if place == "_" => Some("that is no name"),
        Target::Ts | Target::Js if is_word(JS) => Some("that is a word of the language"),
        _ => None,
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_name_is_judged_as_the_language_sees_it() {
        for (name, target, refused) in [
            ("module", Target::Ts, true),
            ("module", Target::Encdsl, true),
            ("lib", Target::Rust, true),
            ("lib", Target::Ts, false),
            ("main", Target::Rust, true),
            ("proc-macro", Target::Rust, true),
            ("type", Target::Rust, true),
            ("type", Target::Js, false),
            ("class", Target::Js, true),
            ("class", Target::Rust, false),
            ("3d", Target::Rust, true),
            ("3d", Target::Js, false),
            ("-", Target::Rust, true),
            ("guard", Target::Rust, false),
        ] {
            assert_eq!(problem(name, target).is_some(), refused, "{name} {target:?}");
        }
        assert_eq!(place("a-b", Target::Rust), place("a_b", Target::Rust));
        assert_ne!(place("a-b", Target::Js), place("a_b", Target::Js));
    }
}
