//! What targets produce.

pub use etymon_spec::Class;
use etymon_spec::{Module, Template};

/// One emitted file.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Artifact {
    /// Where it goes, with `/` between names; neither absolute nor with `..`.
    pub path: String,
    /// What it is for.
    pub class: Class,
    /// The layer of the module or template it comes from, `-` for one of the whole spec.
    pub layer: String,
    /// The target that made it.
    pub target: &'static str,
    /// The module or template it comes from, `layer/Name`, `-` for the whole spec.
    pub source: String,
    /// Its content.
    pub bytes: Vec<u8>,
}

impl Artifact {
    /// An artifact of one module.
    pub fn of_module(target: &'static str, module: &Module, path: String, text: String) -> Artifact {
        Artifact {
            path,
            class: Class::Protocol,
            layer: module.layer.name().to_owned(),
            target,
            source: module.path.clone(),
            bytes: text.into_bytes(),
        }
    }

    /// An artifact of one template.
    pub fn of_template(target: &'static str, template: &Template, path: String, text: String) -> Artifact {
        Artifact {
            path,
            class: template.decl.class,
            layer: template.layer.name().to_owned(),
            target,
            source: template.source.clone(),
            bytes: text.into_bytes(),
        }
    }

    /// An artifact of the whole spec.
    pub fn of_spec(target: &'static str, class: Class, path: impl Into<String>, text: String) -> Artifact {
        Artifact {
            path: path.into(),
            class,
            layer: "-".to_owned(),
            target,
            source: "-".to_owned(),
            bytes: text.into_bytes(),
        }
    }
}
