//! `json`: the image of every module.

use crate::artifact::{Artifact, Class};
use crate::target::Target;
use etymon_diagnostics::Report;
use etymon_spec::{Module, Spec, Template};

/// Emits `image/<layer>/<Name>.json` and, where the spec says something of itself, `image/spec.json`: the canonical bytes that are hashed.
#[derive(Clone, Copy, Debug)]
pub struct Json;

impl Target for Json {
    fn name(&self) -> &'static str {
        "json"
    }

    fn module(&self, _spec: &Spec, module: &Module) -> Result<Vec<Artifact>, Report> {
        Ok(vec![Artifact::of_module("json", module, format!("image/{}.json", module.path), module.image.clone())])
    }

    fn template(&self, _spec: &Spec, template: &Template) -> Result<Vec<Artifact>, Report> {
        let path = format!("image/{}.json", template.source);
        Ok(vec![Artifact::of_template("json", template, path, template.image.clone())])
    }

    fn whole(&self, spec: &Spec) -> Result<Vec<Artifact>, Report> {
        let about = spec.about_image.iter();
        Ok(about.map(|image| Artifact::of_spec("json", Class::Platform, "image/spec.json", image.clone())).collect())
    }
}
