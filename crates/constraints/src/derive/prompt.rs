use crate::model::{Document, Target};
use std::fmt::Write;

/// What an imported property offers: never its code.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct ImportedInterface {
    /// The property.
    pub property: String,
    /// Name of its module (see [`crate::verify::module_name`]).
    pub module: String,
    /// Hash of its constraint set, in hex.
    pub hash: String,
    /// Names that it exports, with their declarations where they are known.
    pub interface: Vec<String>,
}

/// Which part of a file is asked for.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Part {
    /// From 1.
    pub number: usize,
    /// How many there are.
    pub of: usize,
    /// What the parts before it declare.
    pub before: Vec<String>,
}

/// The prompt. A pure function; any change of its wording is a change of [`super::FUNCTION`].
pub fn build_prompt(
    canonical: &str,
    document: &Document,
    target: Target,
    imports: &[ImportedInterface],
    part: Option<&Part>,
) -> String {
    let (language, tag, rules) = language(target);
    let mut text = format!(
        "Write one {language} module that satisfies every requirement below whose status is `active`.\n\n\
         Answer with the whole text of the module in one fenced block tagged `{tag}`, and with nothing else.\n\n\
         Rules:\n{rules}"
    );
    text.push_str("- Fenced blocks in the requirements are checked by machine; the module is judged by them alone.\n");
    let mut line = |own: String| {
        // Writing to a string does not fail.
        let _ = writeln!(text, "{own}");
    };
    if let Some(provides) = document.manifest.provides.as_ref().filter(|own| !own.interface.is_empty()) {
        line(format!("- Export exactly these names: {}.", provides.interface.join(", ")));
    }
    for pin in &document.manifest.pins {
        line(format!("- The text of the module contains this phrase, character for character: {}", pin.phrase));
    }
    for import in imports {
        let names = import.interface.join("; ");
        line(match target {
            Target::Rust => format!("- `crate::{}` offers the property `{}`: {names}", import.module, import.property),
            _ => format!("- `./{}.js` offers the property `{}`: {names}", import.module, import.property),
        });
    }
    if let Some(part) = part {
        line(format!("- This is part {} of {} of the module; the parts are joined in order.", part.number, part.of));
        for declared in &part.before {
            line(format!("- An earlier part declares: {declared}"));
        }
    }
    line(format!("\nRequirements:\n\n{canonical}"));
    text
}

fn language(target: Target) -> (&'static str, &'static str, &'static str) {
    match target {
        Target::Ts => (
            "TypeScript",
            "ts",
            "- An ES module for TypeScript in strict mode, with `noImplicitAny` and `noUncheckedIndexedAccess`.\n\
             - No packages, no Node.js modules, no network, no files. `document` and `window` exist only for pages.\n\
             - A module that shows a page exports `mount(root: HTMLElement): void`.\n",
        ),
        Target::Js => (
            "JavaScript",
            "js",
            "- An ES module for a current engine; its types are checked as far as JavaScript has them.\n\
             - No packages, no Node.js modules, no network, no files. `document` and `window` exist only for pages.\n\
             - A module that shows a page exports `mount(root)`.\n",
        ),
        Target::Rust => (
            "Rust",
            "rust",
            "- A module of the 2024 edition, without `unsafe`, `main` or crates besides the standard library.\n\
             - No processes, no network, no files.\n",
        ),
        Target::Encdsl => (
            "EncDSL",
            "json",
            "- The image of one module, in canonical JSON; kernel and node layers must be portable.\n",
        ),
    }
}
