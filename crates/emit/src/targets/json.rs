//! `json`: the image of every module.

use crate::artifact::Artifact;
use crate::target::Target;
use etymon_diagnostics::Report;
use etymon_spec::{Module, Spec};

/// Emits `image/<layer>/<Name>.json`, the canonical bytes that are hashed.
#[derive(Clone, Copy, Debug)]
pub struct Json;

impl Target for Json {
    fn name(&self) -> &'static str {
        "json"
    }

    fn module(&self, _spec: &Spec, module: &Module) -> Result<Vec<Artifact>, Report> {
        Ok(vec![Artifact::of_module("json", module, format!("image/{}.json", module.path), module.image.clone())])
    }

    fn whole(&self, _spec: &Spec) -> Result<Vec<Artifact>, Report> {
        Ok(Vec::new())
    }
}
