//! `lean`: the Lean reference, all its files as one program.

use super::spec_header;
use crate::artifact::{Artifact, Class};
use crate::lower::lean::module_terms;
use crate::sources;
use crate::target::Target;
use etymon_diagnostics::{Code, Diagnostic, Report};
use etymon_spec::eval::import_order;
use etymon_spec::{Module, Spec};
use std::collections::{BTreeMap, BTreeSet};

/// Lean sources that import each other in a circle.
pub const LEAN_CYCLE: Code = Code::new("LEAN_CYCLE");

/// The module that the program runs; what it does not import stays out.
const ROOT: &str = "Referee";

/// Emits `lean/Referee.lean` from the Lean sources that this program was built with: as they were written for the spec that they describe, with
/// the modules printed as Lean terms for any other.
#[derive(Clone, Copy, Debug)]
pub struct Lean;

impl Target for Lean {
    fn name(&self) -> &'static str {
        "lean"
    }

    fn module(&self, _spec: &Spec, _module: &Module) -> Result<Vec<Artifact>, Report> {
        Ok(Vec::new())
    }

    fn whole(&self, spec: &Spec) -> Result<Vec<Artifact>, Report> {
        let program = if spec.program_sha256() == sources::AUTHORED {
            bundle(sources::LEAN, &[ROOT])
        } else {
            foreign(spec).and_then(|files| {
                let files: Vec<(&str, &str)> =
                    files.iter().map(|(path, text)| (path.as_str(), text.as_str())).collect();
                bundle(&files, &[ROOT])
            })
        };
        let text = spec_header("--", "lean", spec) + &program.map_err(Report::from)?;
        Ok(vec![Artifact::of_spec("lean", Class::Protocol, "lean/Referee.lean", text)])
    }
}

/// The file that lists the modules, and the folder with those that were written by hand.
const SPEC_FILE: &str = "Enc/Spec.lean";
const AUTHORED_FOLDER: &str = "Enc/Modules/";

/// The Lean sources for a spec that was not written in them: its modules are printed as terms.
fn foreign(spec: &Spec) -> Result<Vec<(String, String)>, Diagnostic> {
    let own = sources::LEAN.iter().filter(|(path, _)| *path != SPEC_FILE && !path.starts_with(AUTHORED_FOLDER));
    let mut files: Vec<(String, String)> = own.map(|(path, text)| ((*path).to_owned(), (*text).to_owned())).collect();
    let mut list = String::from(
        "\nnamespace Enc\nopen Enc.DSL\n\n/-- All spec modules, in import order. -/\ndef specModules : List SpecModule := [",
    );
    let mut imports = String::new();
    for (number, at) in import_order(spec).into_iter().enumerate() {
        let module = &spec.modules[at];
        let terms = module_terms(spec, module, &format!("Enc.Modules.M{number}"))?;
        let text =
            format!("import Enc.DSL.Grammar\n\n/-! `{}` -/\n\nset_option maxRecDepth 100000\n\n{terms}", module.path);
        files.push((format!("{AUTHORED_FOLDER}M{number}.lean"), text));
        imports += &format!("import Enc.Modules.M{number}\n");
        list += if number > 0 { ", " } else { "" };
        list += &format!("Modules.M{number}.module");
    }
    if imports.is_empty() {
        imports += "import Enc.DSL.Grammar\n";
    }
    files.push((SPEC_FILE.to_owned(), imports + &list + "]\n\nend Enc\n"));
    files.sort();
    Ok(files)
}

/// A Lean file: what it imports, and the rest.
struct File<'a> {
    path: &'a str,
    imports: Vec<&'a str>,
    body: &'a str,
}

fn split<'a>(path: &'a str, text: &'a str) -> File<'a> {
    let mut imports = Vec::new();
    let mut body = text;
    loop {
        let (line, rest) = body.split_once('\n').unwrap_or((body, ""));
        match line.trim().strip_prefix("import ") {
            Some(names) => imports.extend(names.split_whitespace()),
            None if !line.trim().is_empty() => break,
            None => {}
        }
        if rest.is_empty() {
            break;
        }
        body = rest;
    }
    File { path, imports, body }
}

/// One program of `files`, pairs of path relative to the Lean folder and text: imports of core modules first, then the bodies of the files in
/// import order. Only what `roots` need is in it, or everything where there is none of them.
///
/// # Errors
/// `LEAN_CYCLE`.
pub fn bundle(files: &[(&str, &str)], roots: &[&str]) -> Result<String, Diagnostic> {
    let modules: BTreeMap<String, File<'_>> = files
        .iter()
        .filter_map(|(path, text)| Some((path.strip_suffix(".lean")?.replace('/', "."), split(path, text))))
        .filter(|(name, _)| name != "lakefile")
        .collect();
    let known: Vec<&str> = roots.iter().copied().filter(|root| modules.contains_key(*root)).collect();
    let roots = if known.is_empty() { modules.keys().map(String::as_str).collect() } else { known };
    let order = in_import_order(&modules, roots)?;
    let core: BTreeSet<&str> =
        order.iter().flat_map(|file| &file.imports).filter(|name| !modules.contains_key(**name)).copied().collect();
    let mut text = String::new();
    for name in core {
        text += &format!("import {name}\n");
    }
    for file in order {
        text += &format!("\n-- {}\n\n{}\n", file.path, file.body.trim_end());
    }
    Ok(text)
}

enum Visit<'m> {
    Enter(&'m str),
    Leave(&'m str),
}

fn in_import_order<'m, 'a>(
    modules: &'m BTreeMap<String, File<'a>>,
    roots: Vec<&'m str>,
) -> Result<Vec<&'m File<'a>>, Diagnostic> {
    let mut order = Vec::new();
    let (mut entered, mut left) = (BTreeSet::new(), BTreeSet::new());
    let mut open: Vec<Visit<'m>> = roots.into_iter().rev().map(Visit::Enter).collect();
    while let Some(visit) = open.pop() {
        match visit {
            Visit::Leave(name) => {
                left.insert(name);
                order.extend(modules.get(name));
            }
            Visit::Enter(name) if left.contains(name) => {}
            Visit::Enter(name) => {
                let Some(file) = modules.get(name) else { continue };
                if !entered.insert(name) {
                    return Err(Diagnostic::error(
                        LEAN_CYCLE,
                        format!("`{name}` imports itself, directly or through others"),
                    ));
                }
                open.push(Visit::Leave(name));
                let local = file.imports.iter().rev().filter_map(|name| modules.get_key_value(*name));
                open.extend(local.map(|(name, _)| Visit::Enter(name)));
            }
        }
    }
    Ok(order)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn files_come_in_import_order_and_core_imports_first() {
        let files = [
            ("Enc/B.lean", "import Enc.A\nimport Lean.Data.Json\n\ndef b := a\n"),
            ("Enc/A.lean", "/-! import nothing -/\ndef a := 1\n"),
            ("Enc/Unused.lean", "def u := 1\n"),
            ("Referee.lean", "import Enc.B\nimport Enc.A\n\ndef main : IO Unit := pure ()\n"),
        ];
        let text = bundle(&files, &[ROOT]).unwrap();
        assert_eq!(
            text,
            "import Lean.Data.Json\n\n-- Enc/A.lean\n\n/-! import nothing -/\ndef a := 1\n\n-- Enc/B.lean\n\ndef b := a\n\n\
       -- Referee.lean\n\ndef main : IO Unit := pure ()\n"
        );
    }

    #[test]
    fn circles_are_refused() {
        let refused = bundle(&[("A.lean", "import B\n"), ("B.lean", "import A\n")], &[ROOT]).unwrap_err();
        assert_eq!(refused.code, LEAN_CYCLE);
    }

    #[test]
    fn the_sources_of_this_build_bundle() {
        let text = bundle(sources::LEAN, &[ROOT]).unwrap();
        assert!(text.contains("inductive Val where"));
        assert!(!text.contains("\nimport Enc."));
    }
}
