//! Names that every target can print (docs/lowering.md, "names").

/// Identifiers that some target gives a meaning, in ASCII order.
pub const RESERVED: [&str; 94] = [
    "Box",
    "Err",
    "Infinity",
    "NaN",
    "None",
    "Ok",
    "Self",
    "Some",
    "String",
    "Uint8Array",
    "Val",
    "Vec",
    "abstract",
    "arguments",
    "as",
    "async",
    "await",
    "become",
    "box",
    "break",
    "case",
    "catch",
    "class",
    "const",
    "continue",
    "crate",
    "debugger",
    "default",
    "delete",
    "do",
    "dyn",
    "effects",
    "else",
    "enum",
    "eval",
    "export",
    "extends",
    "extern",
    "false",
    "final",
    "finally",
    "fn",
    "for",
    "function",
    "gen",
    "if",
    "impl",
    "implements",
    "import",
    "in",
    "instanceof",
    "interface",
    "let",
    "loop",
    "macro",
    "match",
    "mod",
    "move",
    "mut",
    "new",
    "null",
    "override",
    "package",
    "priv",
    "private",
    "protected",
    "pub",
    "public",
    "ref",
    "return",
    "rt",
    "self",
    "static",
    "struct",
    "super",
    "switch",
    "this",
    "throw",
    "trait",
    "true",
    "try",
    "type",
    "typeof",
    "undefined",
    "unsafe",
    "unsized",
    "use",
    "var",
    "virtual",
    "void",
    "where",
    "while",
    "with",
    "yield",
];

/// Types that TypeScript gives no class the name of, beyond the reserved words; other declarations may have them.
pub const TYPESCRIPT_TYPES: [&str; 9] =
    ["any", "bigint", "boolean", "never", "number", "object", "string", "symbol", "unknown"];

/// Whether some target gives `name` a meaning.
pub fn is_reserved(name: &str) -> bool {
    RESERVED.binary_search(&name).is_ok()
}

/// The target identifier for a local of that name, before it is made fresh.
pub fn mangle(name: &str) -> String {
    let plain = |c: char| if c.is_ascii_alphanumeric() || c == '_' { c } else { '_' };
    let mut mangled: String = name.chars().map(plain).collect();
    if mangled.starts_with(|c: char| c.is_ascii_digit()) || mangled.chars().all(|c| c == '_') {
        mangled.insert(0, 'v');
    }
    if is_reserved(&mangled) {
        mangled.push('_');
    }
    mangled
}

/// Whether a declaration may have this name: it is its own mangling.
pub fn is_declarable(name: &str) -> bool {
    mangle(name) == name
}

#[cfg(test)]
mod tests {
    use super::{RESERVED, mangle};

    #[test]
    fn reserved_names_are_sorted_for_the_search() {
        assert!(RESERVED.is_sorted());
    }

    #[test]
    fn mangles_what_no_target_can_print() {
        let cases = [("x", "x"), ("", "v"), ("_", "v_"), ("1a", "v1a"), ("a-b", "a_b"), ("this", "this_"), ("é", "v_")];
        for (name, expected) in cases {
            assert_eq!(mangle(name), expected, "{name}");
        }
    }
}
