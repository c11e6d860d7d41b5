//! EncDSL: the candidate is an image. It is checked as a spec, and its strict JavaScript, emitted here, is what the evidence runs against.

use super::Candidate;
use crate::codes::DERIVE_IMAGE;
use etymon_diagnostics::{Diagnostic, Origin, Report, SourceFile, Span, Style};
use etymon_emit::target::emit_all;
use etymon_emit::targets::Js;
use etymon_spec::{ImageFile, Spec};

/// The layer of candidates: portable, and closed under its imports.
const LAYER: &str = "kernel";

/// The emitted files by path, `module.js` being the candidate; or what is wrong with the image.
pub(super) fn emit(candidate: &Candidate, interface: &[String]) -> Result<Vec<(String, String)>, String> {
    let own = file("module.json", &candidate.code)?;
    let path = own.path.clone();
    let mut files = vec![own];
    for import in &candidate.imports {
        let image = file(&format!("{}.json", import.name), &import.code)?;
        // An image has a name of its own; one that is imported under two others is there once.
        if !files.iter().any(|own| own.path == image.path && own.bytes == image.bytes) {
            files.push(image);
        }
    }
    let spec = Spec::from_files("candidate", &files).map_err(|report| told(&report))?;
    let artifacts = emit_all(&spec, &[&Js]).map_err(|report| told(&report))?;
    let mut scripts = Vec::new();
    let mut main = None;
    for artifact in artifacts.into_iter().filter(|own| own.path.ends_with(".js") || own.path.ends_with(".json")) {
        if artifact.source == path && artifact.path.ends_with(".js") {
            main = Some(format!("export * from './{}'\n", artifact.path));
        }
        let text = String::from_utf8(artifact.bytes).map_err(|_| format!("`{}` is not text", artifact.path))?;
        scripts.push((artifact.path, text));
    }
    let main = main.ok_or("the image emits no module")?;
    let module = spec.module(&path).ok_or("the image holds no module")?;
    let decl = &module.decl;
    let functions = decl.functions.iter().filter(|own| own.is_export).map(|own| &*own.name);
    let others = decl.effect_functions.iter().map(|own| &*own.name).chain(decl.classes.iter().map(|own| &*own.name));
    let exported: Vec<&str> = functions.chain(others).chain(decl.constants.iter().map(|(name, _)| &**name)).collect();
    if let Some(name) = interface.iter().find(|name| !exported.contains(&name.as_str())) {
        return Err(format!("module.json:1:1 - error: `@provides` declares `{name}`, which is not exported"));
    }
    scripts.push(("module.js".to_owned(), main));
    Ok(scripts)
}

/// What is wrong with the image at `path`; where it imports nothing, all that the checker of specs finds.
pub(crate) fn problems(path: &str, text: &str, alone: bool) -> Result<(), Report> {
    let refused = |offset: usize, why: String| {
        let origin = Origin::span(&SourceFile::new(path, text.to_owned()), Span::at(offset));
        let help = "name a file that `etymon lean` or `etymon init` has made";
        Report::from(Diagnostic::error(DERIVE_IMAGE, format!("this is no image: {why}")).at(origin).help(help))
    };
    let value: serde_json::Value = serde_json::from_str(text).map_err(|error| {
        let before: usize = text.split_inclusive('\n').take(error.line().saturating_sub(1)).map(str::len).sum();
        refused((before + error.column().saturating_sub(1)).min(text.len()), error.to_string())
    })?;
    let Some(module) = value["module"]["name"].as_str() else {
        return Err(refused(0, "it names no module".to_owned()));
    };
    if !alone {
        return Ok(());
    }
    let own = ImageFile {
        file: path.to_owned(),
        path: format!("{LAYER}/{module}"),
        bytes: text.trim_end().as_bytes().to_vec(),
    };
    Spec::from_files("candidate", &[own]).map(|_| ())
}

fn told(report: &Report) -> String {
    report.to_text(&Style::plain()).trim_end().to_owned()
}

/// An image file in its place, which its own name decides.
fn file(name: &str, text: &str) -> Result<ImageFile, String> {
    let wrong = |why: &str| format!("{name}:1:1 - error: {why}");
    let value: serde_json::Value = serde_json::from_str(text).map_err(|error| wrong(&error.to_string()))?;
    let module = value["module"]["name"].as_str().ok_or_else(|| wrong("the image names no module"))?;
    Ok(ImageFile {
        file: name.to_owned(),
        path: format!("{LAYER}/{module}"),
        bytes: text.trim_end().as_bytes().to_vec(),
    })
}
