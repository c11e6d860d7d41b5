//! From files to a checked spec.

use crate::canonical::sha256_hex;
use crate::check::{self, Unlinked};
use crate::codes::{BAD_PATH, LIMIT_SIZE, SPEC_EMPTY, SPEC_IO};
use crate::eval::import_order;
use crate::image::{self, Locator, Source};
use crate::model::{Layer, Module, Spec};
use crate::names::is_declarable;
use etymon_diagnostics::{Diagnostic, Origin, Report, Speller};
use std::collections::{BTreeSet, HashMap};
use std::fs;
use std::io::Read;
use std::path::{Path, PathBuf};

/// Most modules a spec may have.
pub const MAX_MODULES: usize = 20_000;

/// One image file: layer and name from its place, and its bytes.
#[derive(Clone, Debug)]
pub struct ImageFile {
    /// Path for diagnostics.
    pub file: String,
    /// `layer/Name`, from where the file stands.
    pub path: String,
    /// The bytes.
    pub bytes: Vec<u8>,
}

impl Spec {
    /// Reads and checks all `<layer>/<Name>.json` below a folder.
    ///
    /// # Errors
    /// Everything wrong with it, as far as it can be found in one run.
    pub fn load(folder: &Path) -> Result<Spec, Report> {
        let files = read_files(folder)?;
        if files.is_empty() {
            let message = "there is no module in it";
            let place = Origin::path(folder.display().to_string());
            let help = "give a folder that holds `<layer>/<Name>.json`, or make one with `etymon init`";
            return Err(Diagnostic::error(SPEC_EMPTY, message).at(place).help(help).into());
        }
        let name = folder.file_name().map_or_else(|| "spec".to_owned(), |name| name.to_string_lossy().into_owned());
        Spec::from_files(&name, &files)
    }

    /// Checks image files that have been read already.
    ///
    /// # Errors
    /// As [`Spec::load`].
    pub fn from_files(name: &str, files: &[ImageFile]) -> Result<Spec, Report> {
        let mut report = Report::new();
        if files.len() > MAX_MODULES {
            let message = format!("the spec has {} modules, more than {MAX_MODULES}", files.len());
            return Err(Report::from(Diagnostic::error(LIMIT_SIZE, message)));
        }
        let mut modules: Vec<Unlinked> = Vec::with_capacity(files.len());
        for file in files {
            match read_one(file) {
                Ok(module) => modules.push(module),
                Err(diagnostic) => report.push(*diagnostic),
            }
        }
        modules.sort_by(|a, b| a.path.cmp(&b.path));
        if report.has_errors() {
            place(&mut report, files);
            return Err(report);
        }
        let mut speller = Speller::default();
        check::link(&mut modules, &mut report, &mut speller);
        check::check(&modules, &mut report, &mut speller);
        if report.has_errors() {
            place(&mut report, files);
            return Err(report);
        }
        Ok(finish(name, modules))
    }

    /// A spec of modules that are linked but not checked, for vectors that hold what a checker would refuse.
    ///
    /// # Errors
    /// Imports that do not resolve.
    pub fn unchecked(name: &str, decls: Vec<(Layer, crate::ast::ModuleDecl)>) -> Result<Spec, Report> {
        let mut report = Report::new();
        let mut modules: Vec<Unlinked> = decls
            .into_iter()
            .map(|(layer, decl)| {
                let path = format!("{layer}/{}", decl.name);
                Unlinked { layer, file: path.clone(), path, decl, uses: Vec::new() }
            })
            .collect();
        modules.sort_by(|a, b| a.path.cmp(&b.path));
        check::link(&mut modules, &mut report, &mut Speller::default());
        if report.has_errors() {
            return Err(report);
        }
        Ok(finish(name, modules))
    }
}

fn io(path: &Path, error: &std::io::Error) -> Report {
    let message = format!("cannot read it: {error}");
    let help = "give a folder that holds `<layer>/<Name>.json`, such as golden/spec";
    Report::from(Diagnostic::error(SPEC_IO, message).at(Origin::path(path.display().to_string())).help(help))
}

fn entries(folder: &Path) -> Result<Vec<PathBuf>, Report> {
    let listed =
        fs::read_dir(folder).and_then(|entries| entries.map(|entry| entry.map(|entry| entry.path())).collect());
    let mut paths: Vec<PathBuf> = listed.map_err(|error| io(folder, &error))?;
    paths.retain(|path| !path.file_name().is_some_and(|name| name.as_encoded_bytes().starts_with(b".")));
    paths.sort();
    Ok(paths)
}

fn read_files(folder: &Path) -> Result<Vec<ImageFile>, Report> {
    let mut report = Report::new();
    let mut files = Vec::new();
    let mut misplaced = |path: &Path| {
        let message = "not a place for a module";
        let help = "modules are `<layer>/<Name>.json`, the layer one of kernel, node, app, deployment, appgen";
        report.push(Diagnostic::error(BAD_PATH, message).at(Origin::path(path.display().to_string())).help(help));
    };
    for layer in entries(folder)? {
        let known = layer.file_name().and_then(|name| name.to_str()).and_then(Layer::from_name);
        let (Some(known), true) = (known, layer.is_dir()) else {
            misplaced(&layer);
            continue;
        };
        for file in entries(&layer)? {
            let stem = file.file_stem().and_then(|stem| stem.to_str());
            let regular = fs::symlink_metadata(&file).is_ok_and(|meta| meta.is_file());
            match (stem, file.extension().and_then(|extension| extension.to_str()), regular) {
                (Some(stem), Some("json"), true) => files.push(ImageFile {
                    file: file.display().to_string(),
                    path: format!("{known}/{stem}"),
                    bytes: read_bounded(&file).map_err(|error| io(&file, &error))?,
                }),
                _ => misplaced(&file),
            }
        }
    }
    report.into_result(files)
}

/// One byte more than is accepted, so that the reader refuses with its own code instead of filling the memory.
fn read_bounded(file: &Path) -> std::io::Result<Vec<u8>> {
    let mut bytes = Vec::new();
    fs::File::open(file)?.take(image::MAX_INPUT as u64 + 1).read_to_end(&mut bytes)?;
    Ok(bytes)
}

/// Adds line and column to findings that know their file and JSON path.
fn place(report: &mut Report, files: &[ImageFile]) {
    let files: HashMap<&str, &ImageFile> = files.iter().map(|file| (file.file.as_str(), file)).collect();
    let mut locators: HashMap<&str, Locator<'_>> = HashMap::new();
    for diagnostic in report.iter_mut().filter(|finding| finding.origin.source().is_none()) {
        let Some(file) = diagnostic.origin.file().and_then(|file| files.get(file)) else { continue };
        let source = Source { path: &file.file, bytes: &file.bytes };
        locators.entry(&file.file).or_insert_with(|| Locator::new(source)).place(diagnostic);
    }
}

fn read_one(file: &ImageFile) -> Result<Unlinked, Box<Diagnostic>> {
    let decl = image::read_module(Source { path: &file.file, bytes: &file.bytes })?;
    let refuse = |message: String, help: String| {
        let place = Origin::path(file.file.clone()).at_json("$.module.name");
        Err(Box::new(Diagnostic::error(BAD_PATH, message).at(place).help(help)))
    };
    let Some((layer, name)) =
        file.path.split_once('/').and_then(|(layer, name)| Some((Layer::from_name(layer)?, name)))
    else {
        return refuse(format!("`{}` is not of the form `layer/Name`", file.path), "see golden/spec".to_owned());
    };
    let shown: String = decl.name.chars().take(60).collect();
    if !is_declarable(&decl.name) {
        let message = format!("`{}` cannot name a module", shown.escape_debug());
        return refuse(message, "use letters, digits and `_`".to_owned());
    }
    if *decl.name != *name {
        return refuse(format!("the file is called `{name}`, the module `{shown}`"), format!("call both `{shown}`"));
    }
    Ok(Unlinked { layer, path: file.path.clone(), file: file.file.clone(), decl, uses: Vec::new() })
}

fn finish(name: &str, unlinked: Vec<Unlinked>) -> Spec {
    let modules: Vec<Module> = unlinked
        .into_iter()
        .map(|module| Module {
            image: image::module_image(&module.decl),
            layer: module.layer,
            path: module.path,
            file: module.file,
            decl: module.decl,
            uses: module.uses,
            hash: String::new(),
        })
        .collect();
    let sha256 = spec_hash(&modules);
    let mut spec = Spec { kind: "encdsl", name: name.to_owned(), modules, sha256 };
    for at in import_order(&spec) {
        spec.modules[at].hash = module_hash(&spec, at);
    }
    spec
}

/// SHA-256 of the canonical `{kind, modules:[["layer/name", image],…]}`, in path order.
fn spec_hash(modules: &[Module]) -> String {
    let mut text = String::from("{\"kind\":\"encdsl\",\"modules\":[");
    for (position, module) in modules.iter().enumerate() {
        text.push_str(if position > 0 { "," } else { "" });
        push_module(&mut text, module);
    }
    text.push_str("]}");
    sha256_hex(text.as_bytes())
}

fn push_module(text: &mut String, module: &Module) {
    // Paths are layer names and declarable names, so they need no escaping.
    text.push_str("[\"");
    text.push_str(&module.path);
    text.push_str("\",");
    text.push_str(&module.image);
    text.push(']');
}

/// SHA-256 of the canonical `{imports:[hash,…], module:["layer/name", image]}`, the imports' hashes sorted, each once.
fn module_hash(spec: &Spec, at: usize) -> String {
    let imports: BTreeSet<&str> =
        spec.modules[at].uses.iter().map(|import| spec.modules[import.module].hash.as_str()).collect();
    let quoted: Vec<String> = imports.into_iter().map(|hash| format!("\"{hash}\"")).collect();
    let mut text = format!("{{\"imports\":[{}],\"module\":", quoted.join(","));
    push_module(&mut text, &spec.modules[at]);
    text.push('}');
    sha256_hex(text.as_bytes())
}
