//! `js`: one ES module per spec module, types, runtime, package and conformance testee.

use super::{entries, layers, module_header, one_line, spec_header, with_header};
use crate::artifact::{Artifact, Class};
use crate::lower::{self, Language};
use crate::target::Target;
use crate::text::{js_key, js_string};
use crate::writer::Writer;
use etymon_diagnostics::Report;
use etymon_kernel_rt::Val;
use etymon_spec::ast::{Ast, Expr, ExprId, Name};
use etymon_spec::check::kebab;
use etymon_spec::{Layer, Module, Spec};
use std::collections::BTreeMap;

/// Emits the package `@enc-protocol/core` under `js/`.
#[derive(Clone, Copy, Debug)]
pub struct Js;

const NAME: &str = "js";

/// Texts that are the same for every spec.
const FIXED: [(&str, Class, &str); 8] = [
    ("conformance.js", Class::Operational, include_str!("../js/conformance.js")),
    ("json.js", Class::Platform, include_str!("../js/json.js")),
    ("print.js", Class::Platform, include_str!("../js/print.js")),
    ("rt.d.ts", Class::Platform, include_str!("../js/rt.d.ts")),
    ("rt.js", Class::Platform, include_str!("../js/rt.js")),
    ("sha256.js", Class::Platform, include_str!("../js/sha256.js")),
    ("wire.d.ts", Class::Platform, include_str!("../js/wire.d.ts")),
    ("wire.js", Class::Platform, include_str!("../js/wire.js")),
];

impl Target for Js {
    fn name(&self) -> &'static str {
        NAME
    }

    fn module(&self, spec: &Spec, module: &Module) -> Result<Vec<Artifact>, Report> {
        let file = format!("js/{}/{}", module.layer, kebab(&module.decl.name));
        Ok(vec![
            Artifact::of_module(NAME, module, format!("{file}.js"), code(spec, module)?),
            Artifact::of_module(NAME, module, format!("{file}.d.ts"), types(spec, module)),
        ])
    }

    fn whole(&self, spec: &Spec) -> Result<Vec<Artifact>, Report> {
        let of = |class, path: &str, text| Artifact::of_spec(NAME, class, format!("js/{path}"), text);
        let mut all: Vec<Artifact> =
            FIXED.iter().map(|(path, class, text)| of(*class, path, with_header("//", NAME, spec, text))).collect();
        all.push(of(Class::Platform, "package.json", package(spec)));
        all.push(of(Class::Operational, "registry.js", registry(spec)));
        let mut index = spec_header("//", NAME, spec) + "\nexport * as rt from './rt.js'\n";
        for (layer, modules) in layers(spec) {
            let mut text = spec_header("//", NAME, spec) + "\n";
            for module in modules {
                text += &format!("export * as {} from './{layer}/{}.js'\n", module.decl.name, kebab(&module.decl.name));
            }
            index += &format!("export * as {layer} from './{layer}.js'\n");
            all.push(of(Class::Platform, &format!("{layer}.d.ts"), text.clone()));
            all.push(of(Class::Platform, &format!("{layer}.js"), text));
        }
        all.push(of(Class::Platform, "index.d.ts", index.clone()));
        all.push(of(Class::Platform, "index.js", index));
        Ok(all)
    }
}

/// The header text of a module as a documentation comment.
fn doc(out: &mut Writer, module: &Module) {
    out.text("/**\n");
    for line in module.decl.header.lines() {
        // The comment must not end before its end.
        let line = one_line(line).replace("*/", "*\\/");
        let line = line.trim_end();
        out.texts([if line.is_empty() { " *" } else { " * " }, line, "\n"]);
    }
    out.text(" */\n");
}

/// Imported names by the file they come from, in the order of the files' paths.
fn imports<'a>(spec: &'a Spec, module: &'a Module) -> BTreeMap<String, Vec<&'a Name>> {
    let mut files: BTreeMap<String, Vec<&Name>> = BTreeMap::new();
    for own in &module.uses {
        let from = &spec.modules[own.module];
        let folder = if from.layer == module.layer { ".".to_owned() } else { format!("../{}", from.layer) };
        files.entry(format!("{folder}/{}.js", kebab(&from.decl.name))).or_default().push(&own.name);
    }
    files
}

fn code(spec: &Spec, module: &Module) -> Result<String, Report> {
    // Text is about as long as the image it is printed from.
    let mut out = Writer::with_capacity(module.image.len());
    module_header(&mut out, NAME, spec, module);
    out.text("\n");
    doc(&mut out, module);
    out.text("\nimport * as rt from '../rt.js'\n");
    for (file, names) in imports(spec, module) {
        out.texts(["import { ", &join(names), " } from '", &file, "'\n"]);
    }
    out.text("\n");
    let empty = out.len();
    let mut out = lower::append(spec, module, Language::Js, out).map_err(Report::from)?;
    if out.len() > empty {
        out.text("\n");
    }
    let hidden = hidden(module);
    if !hidden.is_empty() {
        let names: Vec<String> = hidden.iter().map(|name| format!("{name} as ${name}")).collect();
        out.text("\n// For the conformance testee; not part of the interface.\nexport { ")
            .text(&names.join(", "))
            .text(" }\n");
    }
    Ok(out.finish())
}

fn join(names: Vec<&Name>) -> String {
    names.iter().map(|name| &***name).collect::<Vec<&str>>().join(", ")
}

/// What a module declares without exporting it.
fn hidden(module: &Module) -> Vec<&str> {
    let all =
        entries(module).into_iter().filter(|own| !own.exported && own.member.is_none_or(|member| member == "new"));
    all.map(|own| own.name).collect()
}

/// Longest text that is a type of its own.
const MAX_TEXT_TYPE: usize = 64;

/// The type of a constant as far as its expression shows it, so that an enumeration's members are known.
fn constant_type(ast: &Ast, value: ExprId) -> String {
    match &ast[value] {
        Expr::Lit(_, value) => literal_type(value),
        Expr::Record(fields) => {
            // Of a repeated key the last counts.
            let last: BTreeMap<&Name, ExprId> = fields.iter().map(|(key, value)| (key, *value)).collect();
            record_type(last.into_iter().map(|(key, value)| (&**key, constant_type(ast, value))))
        }
        _ => "rt.Val".to_owned(),
    }
}

fn literal_type(value: &Val) -> String {
    match value {
        Val::Nat(_) => "bigint".to_owned(),
        Val::Bool(value) => value.to_string(),
        Val::Str(text) if text.len() <= MAX_TEXT_TYPE => {
            let mut quoted = String::new();
            js_string(&mut quoted, text);
            quoted
        }
        Val::Str(_) => "string".to_owned(),
        Val::Bytes(_) => "Uint8Array".to_owned(),
        Val::List(_) => "readonly rt.Val[]".to_owned(),
        Val::Record(record) => record_type(record.fields().iter().map(|(key, value)| (&**key, literal_type(value)))),
        Val::None => "null".to_owned(),
    }
}

fn record_type<'a>(fields: impl Iterator<Item = (&'a str, String)>) -> String {
    let fields: Vec<String> = fields
        .map(|(key, of)| {
            let mut quoted = String::new();
            js_key(&mut quoted, key);
            format!("readonly {quoted}: {of}")
        })
        .collect();
    if fields.is_empty() {
        "{ readonly [key: string]: rt.Val }".to_owned()
    } else {
        format!("{{ {} }}", fields.join(", "))
    }
}

fn types(spec: &Spec, module: &Module) -> String {
    let decl = &module.decl;
    let mut list = lower::Parameters::of(spec, module);
    // `rt` is in no declaration, so a class may be called `Outcome`.
    let mut params = |this: bool, names| list.list(this, names, ": rt.Val");
    let mut out = Writer::with_capacity(module.image.len() / 2);
    module_header(&mut out, NAME, spec, module);
    out.text("\n");
    doc(&mut out, module);
    out.text("\nimport type * as rt from '../rt.js'\n\n");
    for (name, value) in &decl.constants {
        out.texts(["export declare const ", name, ": ", &constant_type(&decl.ast, *value), "\n"]);
    }
    for own in decl.functions.iter().filter(|own| own.is_export) {
        out.texts(["export declare function ", &own.name, "(", &params(false, &own.params), "): rt.Val\n"]);
    }
    for own in decl.effect_functions.iter().filter(|own| own.is_export) {
        out.texts(["export declare function ", &own.name, "(", &params(false, &own.params), "): rt.Outcome\n"]);
    }
    for own in decl.classes.iter().filter(|own| own.is_export) {
        out.texts(["export declare class ", &own.name, " {\n  private constructor()\n"]);
        out.texts(["  static new(", &params(false, &own.constructor_params), "): rt.Val\n"]);
        for method in &own.methods {
            out.texts(["  static ", &method.name, "(", &params(true, &method.params), "): rt.Outcome\n"]);
        }
        out.text("}\n");
    }
    // An export of nothing keeps a file without declarations a module.
    out.text("export {}\n");
    out.finish()
}

fn package(spec: &Spec) -> String {
    let mut text = String::from(
        "{\n  \"name\": \"@enc-protocol/core\",\n  \"version\": \"0.1.0\",\n  \"license\": \"Apache-2.0\",\n  \"type\": \"module\",\n  \"engines\": { \"node\": \">=20\" },\n  \"exports\": {\n",
    );
    let mut entries = vec![
        (".".to_owned(), "./index".to_owned()),
        ("./rt".to_owned(), "./rt".to_owned()),
        ("./wire".to_owned(), "./wire".to_owned()),
    ];
    for (layer, _) in layers(spec) {
        entries.push((format!("./{layer}"), format!("./{layer}")));
        entries.push((format!("./{layer}/*"), format!("./{layer}/*")));
    }
    let lines: Vec<String> = entries
        .iter()
        .map(|(name, file)| format!("    \"{name}\": {{ \"types\": \"{file}.d.ts\", \"default\": \"{file}.js\" }}"))
        .collect();
    text += &lines.join(",\n");
    text + "\n  }\n}\n"
}

/// The module's name in the registry; layers have no `_` and file names are distinct.
fn alias(layer: Layer, name: &str) -> String {
    format!("{layer}_{}", kebab(name).replace('-', "_"))
}

fn registry(spec: &Spec) -> String {
    let mut out = Writer::new();
    out.text(&spec_header("//", NAME, spec));
    out.text("\n/** Everything that a conformance request can call, with its number of arguments. */\n\n");
    for module in &spec.modules {
        let (layer, name) = (module.layer, &module.decl.name);
        out.texts(["import * as ", &alias(layer, name), " from './", layer.name(), "/", &kebab(name), ".js'\n"]);
    }
    out.text("\nexport const registry = new Map([\n");
    for module in &spec.modules {
        let alias = alias(module.layer, &module.decl.name);
        for own in entries(module) {
            let (dot, member) = own.member.map_or(("", ""), |member| (".", member));
            out.texts(["  ['", &module.path, ".", own.name, dot, member, "', ["]).number(own.arity.unwrap_or(0));
            out.text(if own.arity.is_some() { ", " } else { ", () => " });
            out.texts([&alias, if own.exported { "." } else { ".$" }, own.name, dot, member, "]],\n"]);
        }
    }
    out.text("])\n");
    out.finish()
}
