//! `rust`: a crate that stands alone and compiles natively and to wasm32.

use super::{entries, layers, module_header, one_line, spec_header, with_header};
use crate::artifact::{Artifact, Class};
use crate::lower::{self, Language};
use crate::names::{Scope, mangle};
use crate::sources;
use crate::target::Target;
use crate::writer::Writer;
use etymon_diagnostics::Report;
use etymon_spec::ast::Name;
use etymon_spec::check::kebab;
use etymon_spec::{Module, Spec};
use std::collections::{BTreeMap, BTreeSet};

/// Emits the crate `enc-core` under `rust/`.
#[derive(Clone, Copy, Debug)]
pub struct Rust;

const NAME: &str = "rust";

impl Target for Rust {
    fn name(&self) -> &'static str {
        NAME
    }

    fn module(&self, spec: &Spec, module: &Module) -> Result<Vec<Artifact>, Report> {
        let path = format!("rust/src/{}/{}.rs", module.layer, file_name(module));
        Ok(vec![Artifact::of_module(NAME, module, path, code(spec, module)?)])
    }

    fn whole(&self, spec: &Spec) -> Result<Vec<Artifact>, Report> {
        let of = |class, path: &str, text| Artifact::of_spec(NAME, class, format!("rust/{path}"), text);
        let headed = |comment, text: &str| with_header(comment, NAME, spec, text);
        let mut all = vec![
            of(Class::Platform, "Cargo.toml", headed("#", &stated(spec, include_str!("../rust/Cargo.toml")))),
            of(Class::Platform, "Cargo.lock", stated(spec, include_str!("../rust/Cargo.lock"))),
            of(Class::Platform, "src/lib.rs", lib(spec)),
            of(Class::Platform, "src/wasm.rs", headed("//", include_str!("../rust/wasm.rs"))),
            of(Class::Operational, "src/registry.rs", registry(spec)),
            of(Class::Operational, "src/conformance.rs", headed("//", include_str!("../rust/conformance.rs"))),
            of(Class::Operational, "src/bin/testee.rs", headed("//", include_str!("../rust/testee.rs"))),
        ];
        for (path, text) in sources::RUNTIME {
            all.push(of(Class::Platform, &format!("src/rt/{path}"), headed("//", text)));
        }
        for (layer, modules) in layers(spec) {
            let mut text = spec_header("//", NAME, spec) + &format!("\n//! Layer `{layer}`.\n\n");
            for module in modules {
                text += &format!("pub mod {};\n", file_name(module));
            }
            all.push(of(Class::Platform, &format!("src/{layer}/mod.rs"), text));
        }
        Ok(all)
    }
}

/// The manifest or lock file with the version and licence that the spec states.
fn stated(spec: &Spec, text: &str) -> String {
    let own = "name = \"enc-core\"\nversion = \"";
    let version = format!("{own}{}\"", spec.about.version);
    let license = format!("license = \"{}\"", spec.about.license);
    text.replace(&format!("{own}0.1.0\""), &version).replace("license = \"Apache-2.0\"", &license)
}

/// The module's name in Rust.
fn file_name(module: &Module) -> String {
    mangle(&kebab(&module.decl.name).replace('-', "_")).into_owned()
}

/// Lines of a module's own documentation.
fn doc(out: &mut Writer, module: &Module) {
    for line in module.decl.header.lines() {
        let line = one_line(line);
        let line = line.trim_end();
        out.texts([if line.is_empty() { "//!" } else { "//! " }, line, "\n"]);
    }
}

fn code(spec: &Spec, module: &Module) -> Result<String, Report> {
    let mut files: BTreeMap<String, Vec<&Name>> = BTreeMap::new();
    for own in &module.uses {
        let from = &spec.modules[own.module];
        files.entry(format!("{}::{}", from.layer, file_name(from))).or_default().push(&own.name);
    }
    // Text is about as long as the image it is printed from.
    let mut out = Writer::with_capacity(module.image.len());
    module_header(&mut out, NAME, spec, module);
    out.text("\n");
    doc(&mut out, module);
    out.text("\nuse crate::rt::{self, Val};\n");
    for (file, names) in files {
        let names: Vec<&str> = names.iter().map(|name| &***name).collect();
        out.texts(["use crate::", &file, "::{", &names.join(", "), "};\n"]);
    }
    out.text("\n");
    let empty = out.len();
    let mut out = lower::append(spec, module, Language::Rust, out).map_err(Report::from)?;
    if out.len() > empty {
        out.text("\n\n");
    }
    table_of_entries(&mut out, module);
    Ok(out.finish())
}

/// The name of a module's table of entries, one that nothing else in the module has.
fn table(module: &Module) -> String {
    let imported = module.uses.iter().map(|own| &*own.name);
    let taken: BTreeSet<&str> = imported.chain(entries(module).into_iter().map(|own| own.name)).collect();
    Scope::new(taken).fresh("entries").into_owned()
}

/// What can be called by name: a child module, which sees what is private to its parent.
fn table_of_entries(out: &mut Writer, module: &Module) {
    let mut all = entries(module);
    all.sort_by(|a, b| a.in_order().cmp(&b.in_order()));
    out.texts(["/// Everything that can be called by name, in order of names.\npub(crate) mod ", &table(module)]);
    out.text(" {\n  use crate::registry::Entry;\n\n  pub(crate) static ALL: &[Entry] = &[\n");
    for own in &all {
        let (dot, path, member) = own.member.map_or(("", "", ""), |member| (".", "::", member));
        out.texts(["    (\"", own.name, dot, member, "\", "]).number(own.arity.unwrap_or(0));
        out.texts([if own.arity.is_some() { ", |args| super::" } else { ", |_| super::" }, own.name, path, member]);
        match own.arity {
            None => out.text(".get()"),
            Some(arity) => arguments(out, arity),
        };
        out.text("),\n");
    }
    out.text("  ];\n}\n");
}

fn arguments(out: &mut Writer, arity: usize) -> &mut Writer {
    out.text("(");
    for at in 0..arity {
        out.text(if at > 0 { ", args[" } else { "args[" }).number(at).text("].clone()");
    }
    out.text(")")
}

fn lib(spec: &Spec) -> String {
    let mut text = spec_header("//", NAME, spec);
    text += "\n//! Strict Rust of the spec: every function agrees with evaluation on every input.\n";
    text += "// The text is generated for exactness: unused names, needless braces and clones belong to it.\n";
    text += "#![allow(clippy::all, dead_code, non_camel_case_types, non_snake_case, non_upper_case_globals)]\n";
    text += "#![allow(unreachable_code, unreachable_patterns, unused_braces, unused_imports, unused_mut, unused_parens, unused_variables)]\n";
    text += "#![deny(unsafe_code)]\n#![recursion_limit = \"1024\"]\n\npub mod conformance;\npub mod registry;\npub mod rt;\n";
    text += "#[cfg(target_arch = \"wasm32\")]\npub mod wasm;\n\n";
    for (layer, _) in layers(spec) {
        text += &format!("pub mod {layer};\n");
    }
    text
}

fn registry(spec: &Spec) -> String {
    let mut text = spec_header("//", NAME, spec);
    text += "\n//! Everything that can be called by name.\n\nuse crate::rt::Val;\n\n";
    text += "/// Name without its module, number of arguments, and the function; it takes exactly that many.\n";
    text += "pub type Entry = (&'static str, usize, fn(&[Val]) -> Val);\n\n";
    text += "/// Number of arguments and function of `layer/Name.function`, `layer/Name.Class.method` or `layer/Name.CONSTANT`.\n";
    text += "pub fn find(call: &str) -> Option<(usize, fn(&[Val]) -> Val)> {\n  let (path, name) = call.split_once('.')?;\n";
    text += "  let entries: &[Entry] = match path {\n";
    for module in &spec.modules {
        text += &format!(
            "    \"{}\" => crate::{}::{}::{}::ALL,\n",
            module.path,
            module.layer,
            file_name(module),
            table(module)
        );
    }
    text += "    _ => return None,\n  };\n  let at = entries.binary_search_by(|entry| entry.0.cmp(name)).ok()?;\n";
    text + "  Some((entries[at].1, entries[at].2))\n}\n"
}
