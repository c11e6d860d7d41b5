//! From files to a checked spec.

use crate::about::{ABOUT, About};
use crate::canonical::sha256_hex;
use crate::check::{self, Unlinked, UnlinkedTemplate};
use crate::codes::{BAD_PATH, LIMIT_SIZE, SPEC_EMPTY, SPEC_IO};
use crate::eval::import_order;
use crate::image::{self, File, Locator, Source};
use crate::model::{Layer, Module, Spec};
use crate::names::is_declarable;
use crate::template::{Template, template_image};
use etymon_diagnostics::{Diagnostic, Origin, Report, Speller};
use rayon::prelude::*;
use std::collections::{BTreeSet, HashMap};
use std::fs;
use std::io::Read;
use std::path::{Path, PathBuf};

/// Where a folder has what the spec says of itself.
const ABOUT_FILE: &str = "spec.json";

/// Most modules and templates a spec may have.
pub const MAX_MODULES: usize = 20_000;

/// One image file: layer and name from its place, and its bytes.
#[derive(Clone, Debug)]
pub struct ImageFile {
    /// Path for diagnostics.
    pub file: String,
    /// `layer/Name`, from where the file stands; `spec` for what a spec says of itself.
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
        if files.iter().all(|file| file.path == ABOUT) {
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
        let mut templates: Vec<UnlinkedTemplate> = Vec::new();
        let mut about = None;
        let read: Vec<_> = files.par_iter().map(|file| (file.path != ABOUT).then(|| read_one(file))).collect();
        for (file, read) in files.iter().zip(read) {
            match read {
                None => about = read_about(file, &mut report),
                Some(Ok(Loaded::Module(module))) => modules.push(module),
                Some(Ok(Loaded::Template(template))) => templates.push(template),
                Some(Err(diagnostic)) => report.push(*diagnostic),
            }
        }
        modules.sort_by(|a, b| a.path.cmp(&b.path));
        templates.sort_by(|a, b| a.source.cmp(&b.source));
        if report.has_errors() {
            place(&mut report, files);
            return Err(report);
        }
        let mut speller = Speller::default();
        check::link(&mut modules, &mut report, &mut speller);
        check::check(&modules, &mut report, &mut speller);
        check::check_templates(&modules, &mut templates, &mut report, &mut speller);
        if report.has_errors() {
            place(&mut report, files);
            return Err(report);
        }
        Ok(finish(name, about, modules, templates))
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
        Ok(finish(name, None, modules, Vec::new()))
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
        let help = "modules are `<layer>/<Name>.json`, the layer one of kernel, node, app, deployment, appgen; beside the layers may stand `spec.json`";
        report.push(Diagnostic::error(BAD_PATH, message).at(Origin::path(path.display().to_string())).help(help));
    };
    for layer in entries(folder)? {
        let about = layer.file_name().is_some_and(|name| name == ABOUT_FILE);
        if about && fs::symlink_metadata(&layer).is_ok_and(|meta| meta.is_file()) {
            files.push(ImageFile {
                file: layer.display().to_string(),
                path: ABOUT.to_owned(),
                bytes: read_bounded(&layer).map_err(|error| io(&layer, &error))?,
            });
            continue;
        }
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

/// What a file of a layer holds.
enum Loaded {
    Module(Unlinked),
    Template(UnlinkedTemplate),
}

fn read_one(file: &ImageFile) -> Result<Loaded, Box<Diagnostic>> {
    let decl = image::read_file(Source { path: &file.file, bytes: &file.bytes })?;
    let (kind, own) = match &decl {
        File::Module(decl) => ("module", decl.name.clone()),
        File::Template(decl) => ("template", decl.name.clone()),
    };
    let refuse = |message: String, help: String| {
        let place = Origin::path(file.file.clone()).at_json(format!("$.{kind}.name"));
        Err(Box::new(Diagnostic::error(BAD_PATH, message).at(place).help(help)))
    };
    let Some((layer, name)) =
        file.path.split_once('/').and_then(|(layer, name)| Some((Layer::from_name(layer)?, name)))
    else {
        return refuse(format!("`{}` is not of the form `layer/Name`", file.path), "see golden/spec".to_owned());
    };
    let shown: String = own.chars().take(60).collect();
    if !is_declarable(&own) {
        let message = format!("`{}` cannot name a {kind}", shown.escape_debug());
        return refuse(message, "use letters, digits and `_`".to_owned());
    }
    if *own != *name {
        return refuse(format!("the file is called `{name}`, the {kind} `{shown}`"), format!("call both `{shown}`"));
    }
    let (path, file) = (file.path.clone(), file.file.clone());
    Ok(match decl {
        File::Module(decl) => Loaded::Module(Unlinked { layer, path, file, decl, uses: Vec::new() }),
        File::Template(decl) => {
            Loaded::Template(UnlinkedTemplate { layer, source: path, file, decl, uses: Vec::new() })
        }
    })
}

/// What the spec says of itself, as far as it can be read.
fn read_about(file: &ImageFile, report: &mut Report) -> Option<About> {
    match image::read_about(Source { path: &file.file, bytes: &file.bytes }) {
        Ok(about) => {
            about.faults(&file.file).into_iter().for_each(|fault| report.push(fault));
            Some(about)
        }
        Err(refused) => {
            report.push(*refused);
            None
        }
    }
}

fn finish(name: &str, about: Option<About>, unlinked: Vec<Unlinked>, templates: Vec<UnlinkedTemplate>) -> Spec {
    let modules: Vec<Module> = unlinked
        .into_par_iter()
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
    let templates: Vec<Template> = templates
        .into_par_iter()
        .map(|template| Template {
            image: template_image(&template.decl),
            layer: template.layer,
            source: template.source,
            file: template.file,
            decl: template.decl,
            uses: template.uses,
            hash: String::new(),
        })
        .collect();
    let about_image = about.as_ref().map(About::image);
    let sha256 = spec_hash(&modules, &templates, about_image.as_deref());
    let name = about.as_ref().map_or_else(|| name.to_owned(), |about| about.name.clone());
    let about = about.unwrap_or_default();
    let mut spec = Spec { kind: "encdsl", name, about, about_image, modules, templates, sha256 };
    for at in import_order(&spec) {
        let own = &spec.modules[at];
        let imports = own.uses.iter().map(|import| import.module);
        spec.modules[at].hash = hash(&spec, imports, &own.path, &own.image);
    }
    for at in 0..spec.templates.len() {
        let own = &spec.templates[at];
        spec.templates[at].hash = hash(&spec, own.uses.iter().copied(), &own.source, &own.image);
    }
    spec
}

/// SHA-256 of the canonical `{kind, modules:[["layer/name", image],…]}`, in path order, and with what the spec says of itself, `{…,"spec":{…}}`.
pub(crate) fn spec_hash(modules: &[Module], templates: &[Template], about: Option<&str>) -> String {
    let modules = modules.iter().map(|module| (&*module.path, &*module.image));
    let mut all: Vec<(&str, &str)> = modules.chain(templates.iter().map(|own| (&*own.source, &*own.image))).collect();
    all.sort_unstable();
    let mut text = String::from("{\"kind\":\"encdsl\",\"modules\":[");
    for (position, (path, image)) in all.into_iter().enumerate() {
        text.push_str(if position > 0 { "," } else { "" });
        push_image(&mut text, path, image);
    }
    text.push(']');
    // Its image is an object with the key `spec` alone, which sorts after the others.
    match about.and_then(|image| image.strip_prefix('{')) {
        Some(fields) => text.extend([",", fields]),
        None => text.push('}'),
    }
    sha256_hex(text.as_bytes())
}

fn push_image(text: &mut String, path: &str, image: &str) {
    // Paths are layer names and declarable names, so they need no escaping.
    text.extend(["[\"", path, "\",", image, "]"]);
}

/// SHA-256 of the canonical `{imports:[hash,…], module:["layer/name", image]}`, the imports' hashes sorted, each once.
fn hash(spec: &Spec, imports: impl Iterator<Item = usize>, path: &str, image: &str) -> String {
    let imports: BTreeSet<&str> = imports.map(|import| spec.modules[import].hash.as_str()).collect();
    let quoted: Vec<String> = imports.into_iter().map(|hash| format!("\"{hash}\"")).collect();
    let mut text = format!("{{\"imports\":[{}],\"module\":", quoted.join(","));
    push_image(&mut text, path, image);
    text.push('}');
    sha256_hex(text.as_bytes())
}
