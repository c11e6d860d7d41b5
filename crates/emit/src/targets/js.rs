//! `js`: one ES module per spec module, types, runtime, package and conformance testee.

use super::{entries, layers, module_header, one_line, spec_header, with_header};
use crate::artifact::{Artifact, Class};
use crate::lower::{self, Language};
use crate::target::{PATH_REPEATED, Target};
use crate::text::{js_key, js_string};
use crate::writer::Writer;
use etymon_diagnostics::{Diagnostic, Origin, Report};
use etymon_kernel_rt::{Prim, Val};
use etymon_spec::ast::{Ast, Expr, ExprId, Name};
use etymon_spec::check::kebab;
use etymon_spec::{About, Layer, Module, Spec};
use std::collections::BTreeMap;

/// Emits the package `<scope>/core` in `sdk/core/`: the kernel layer and the runtime. The other layers stand in `js/<layer>/` and import from
/// it by relative paths, so that the tree runs without an install step.
#[derive(Clone, Copy, Debug)]
pub struct Js;

const NAME: &str = "js";

/// The folder of the package.
const CORE: &str = "sdk/core";
/// The folder of everything else.
const REST: &str = "js";
/// The folder of the runtime in the package.
const RUNTIME: &str = "rt";

/// The runtime, which is the same for every spec.
const FIXED: [(&str, &str); 10] = [
    ("cbor.js", include_str!("../js/rt/cbor.js")),
    ("index.d.ts", include_str!("../js/rt/index.d.ts")),
    ("index.js", include_str!("../js/rt/index.js")),
    ("json.js", include_str!("../js/rt/json.js")),
    ("print.js", include_str!("../js/rt/print.js")),
    ("protocol.js", include_str!("../js/rt/protocol.js")),
    ("sha256.js", include_str!("../js/rt/sha256.js")),
    ("value.js", include_str!("../js/rt/value.js")),
    ("wire.d.ts", include_str!("../js/rt/wire.d.ts")),
    ("wire.js", include_str!("../js/rt/wire.js")),
];

/// What a spec brings along that uses one of [`KEYED`], and the line that makes the runtime offer it.
const KEYS: [(&str, &str); 2] =
    [("keys.d.ts", include_str!("../js/rt/keys.d.ts")), ("keys.js", include_str!("../js/rt/keys.js"))];
const OFFER: &str = "\nexport * from './keys.js'\n";

/// Answers conformance requests about all layers.
const CONFORMANCE: &str = include_str!("../js/conformance.js");

/// Primitives with keys, which need the packages of [`DEPENDENCIES`].
const KEYED: [Prim; 9] = [
    Prim::SchnorrSign,
    Prim::SchnorrVerify,
    Prim::DerivePublicKey,
    Prim::Ecdh,
    Prim::DeriveKey,
    Prim::Encrypt,
    Prim::Decrypt,
    Prim::SignSTH,
    Prim::VerifySTH,
];

/// Packages that `keys.js` imports, in versions that are those of this repository's `package-lock.json`.
const DEPENDENCIES: [(&str, &str); 3] =
    [("@noble/ciphers", "2.4.0"), ("@noble/curves", "2.4.0"), ("@noble/hashes", "2.4.0")];

impl Js {
    /// Name and exact version of the packages that emitted JavaScript of this spec imports; none for most, which run as they are.
    pub fn dependencies(spec: &Spec) -> &'static [(&'static str, &'static str)] {
        let keyed = |expr: &Expr| matches!(expr, Expr::Prim(prim, _) if KEYED.contains(prim));
        let uses = spec.modules.iter().any(|module| module.decl.ast.exprs().iter().any(keyed));
        if uses { &DEPENDENCIES } else { &[] }
    }
}

impl Target for Js {
    fn name(&self) -> &'static str {
        NAME
    }

    fn module(&self, spec: &Spec, module: &Module) -> Result<Vec<Artifact>, Report> {
        refuse_runtime(module)?;
        let file = format!("{}/{}", folder(module.layer), kebab(&module.decl.name));
        Ok(vec![
            Artifact::of_module(NAME, module, format!("{file}.js"), code(spec, module)?),
            Artifact::of_module(NAME, module, format!("{file}.d.ts"), types(spec, module)),
        ])
    }

    fn whole(&self, spec: &Spec) -> Result<Vec<Artifact>, Report> {
        let of =
            |class, folder: &str, path: &str, text| Artifact::of_spec(NAME, class, format!("{folder}/{path}"), text);
        let headed = |text: &str| with_header("//", NAME, spec, text);
        let keyed = !Js::dependencies(spec).is_empty();
        let mut all = Vec::new();
        for (path, text) in FIXED.iter().chain(KEYS.iter().filter(|_| keyed)) {
            let mut text = headed(text);
            if keyed && path.starts_with("index.") {
                text += OFFER;
            }
            all.push(of(Class::Platform, &format!("{CORE}/{RUNTIME}"), path, text));
        }
        all.push(of(Class::Platform, CORE, "package.json", package(spec)));
        let barrel = spec_header("//", NAME, spec) + "\n" + &format!("export * as rt from './{RUNTIME}/index.js'\n");
        all.extend(typed(CORE, "index", barrel + &exports(spec, Layer::Kernel, "./")));

        all.push(of(Class::Platform, REST, "package.json", REST_PACKAGE.to_owned()));
        all.push(of(Class::Operational, REST, "conformance.js", headed(CONFORMANCE)));
        all.push(of(Class::Operational, REST, "registry.js", registry(spec)));
        let mut index = spec_header("//", NAME, spec) + "\nexport * as kernel from '../sdk/core/index.js'\n";
        for (layer, _) in layers(spec).into_iter().filter(|(layer, _)| *layer != Layer::Kernel) {
            let barrel = spec_header("//", NAME, spec) + "\n" + &exports(spec, layer, &format!("./{layer}/"));
            all.extend(typed(REST, layer.name(), barrel));
            index += &format!("export * as {layer} from './{layer}.js'\n");
        }
        all.extend(typed(REST, "index", index));
        Ok(all)
    }
}

/// Where the modules of a layer stand.
fn folder(layer: Layer) -> String {
    if layer == Layer::Kernel { CORE.to_owned() } else { format!("{REST}/{layer}") }
}

/// The way from a file beside the modules of one layer to the folder of another's.
fn way(from: Layer, to: Layer) -> String {
    match (from == to, to) {
        (true, _) => ".".to_owned(),
        (false, Layer::Kernel) => format!("../../{CORE}"),
        (false, _) => format!("../{to}"),
    }
}

/// The runtime, as the modules of a layer import it.
fn runtime(layer: Layer) -> String {
    format!("{}/{RUNTIME}/index.js", way(layer, Layer::Kernel))
}

/// Refuses a module of the package that would be imported as the runtime is.
fn refuse_runtime(module: &Module) -> Result<(), Report> {
    if module.layer != Layer::Kernel || kebab(&module.decl.name) != RUNTIME {
        return Ok(());
    }
    let message = format!("`{}` would be `{RUNTIME}` in the package, which is the runtime", module.path);
    let refused = Diagnostic::error(PATH_REPEATED, message).at(Origin::path(&module.file).at_json("$.module.name"));
    Err(refused.help("rename the module").into())
}

/// Code that is its own declaration, as both.
fn typed(folder: &str, name: &str, text: String) -> [Artifact; 2] {
    ["d.ts", "js"].map(|end| Artifact::of_spec(NAME, Class::Platform, format!("{folder}/{name}.{end}"), text.clone()))
}

/// Lines that export every module of a layer under its name.
fn exports(spec: &Spec, layer: Layer, way: &str) -> String {
    let own = spec.modules.iter().filter(|module| module.layer == layer).map(|module| &module.decl.name);
    own.map(|name| format!("export * as {name} from '{way}{}.js'\n", kebab(name))).collect()
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
        let file = format!("{}/{}.js", way(module.layer, from.layer), kebab(&from.decl.name));
        files.entry(file).or_default().push(&own.name);
    }
    files
}

fn code(spec: &Spec, module: &Module) -> Result<String, Report> {
    // Text is about as long as the image it is printed from.
    let mut out = Writer::with_capacity(module.image.len());
    module_header(&mut out, NAME, spec, module);
    out.text("\n");
    doc(&mut out, module);
    out.texts(["\nimport * as rt from '", &runtime(module.layer), "'\n"]);
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
    out.texts(["\nimport type * as rt from '", &runtime(module.layer), "'\n\n"]);
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
    let About { scope, version, license, .. } = &spec.about;
    let mut text =
        format!("{{\n  \"name\": \"{scope}/core\",\n  \"version\": \"{version}\",\n  \"license\": \"{license}\",\n");
    text += "  \"type\": \"module\",\n  \"sideEffects\": false,\n";
    let dependencies = Js::dependencies(spec);
    let node = if dependencies.is_empty() { "20" } else { "20.19" };
    text += &format!("  \"engines\": {{ \"node\": \">={node}\" }},\n");
    if !dependencies.is_empty() {
        let lines: Vec<String> =
            dependencies.iter().map(|(name, version)| format!("    \"{name}\": \"{version}\"")).collect();
        text += &format!("  \"dependencies\": {{\n{}\n  }},\n", lines.join(",\n"));
    }
    text += "  \"exports\": {\n";
    let runtime = [(".", "index"), ("./rt", "rt/index"), ("./rt/wire", "rt/wire")];
    let mut entries: Vec<(String, String)> =
        runtime.map(|(name, file)| (name.to_owned(), file.to_owned())).into_iter().collect();
    for module in spec.modules.iter().filter(|module| module.layer == Layer::Kernel) {
        let file = kebab(&module.decl.name);
        entries.push((format!("./{file}"), file));
    }
    for (name, file) in entries {
        let at = format!("{{ \"types\": \"./{file}.d.ts\", \"default\": \"./{file}.js\" }}");
        // By name, and by file as a browser would ask.
        text += &format!("    \"{name}\": {at},\n    \"./{file}.js\": {at},\n");
    }
    // Bundlers and other tools read it through the exports.
    text + "    \"./package.json\": \"./package.json\"\n  }\n}\n"
}

/// What tells Node that the files of the other layers are modules too.
const REST_PACKAGE: &str = "{\n  \"private\": true,\n  \"type\": \"module\"\n}\n";

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
        // From beside the folders of the layers, and not from within one.
        let way = if layer == Layer::Kernel { format!("../{CORE}") } else { format!("./{layer}") };
        out.texts(["import * as ", &alias(layer, name), " from '", &way, "/", &kebab(name), ".js'\n"]);
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
