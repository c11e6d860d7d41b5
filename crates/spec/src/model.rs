//! A checked spec: what every target receives.

use crate::about::About;
use crate::ast::{ModuleDecl, Name};
use crate::template::Template;
use std::fmt;

/// The layers of a protocol, lowest first. A module may import from its own layer and lower ones.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash, PartialOrd, Ord)]
pub enum Layer {
    /// Which histories, states and proofs are valid.
    Kernel,
    /// What a node does around the kernel.
    Node,
    /// Applications.
    App,
    /// Where and how it runs.
    Deployment,
    /// Derived applications; sees kernel, node and app, not deployment.
    Appgen,
}

impl Layer {
    /// All layers in order.
    pub const ALL: [Layer; 5] = [Layer::Kernel, Layer::Node, Layer::App, Layer::Deployment, Layer::Appgen];

    /// The folder name.
    pub fn name(self) -> &'static str {
        match self {
            Layer::Kernel => "kernel",
            Layer::Node => "node",
            Layer::App => "app",
            Layer::Deployment => "deployment",
            Layer::Appgen => "appgen",
        }
    }

    /// The layer of that folder name.
    pub fn from_name(name: &str) -> Option<Layer> {
        Layer::ALL.into_iter().find(|layer| layer.name() == name)
    }

    /// Whether a module of this layer may import one of `other`.
    pub fn may_import(self, other: Layer) -> bool {
        other <= self && !(self == Layer::Appgen && other == Layer::Deployment)
    }
}

impl fmt::Display for Layer {
    fn fmt(&self, out: &mut fmt::Formatter<'_>) -> fmt::Result {
        out.write_str(self.name())
    }
}

/// What an artifact is for.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash, PartialOrd, Ord)]
pub enum Class {
    /// The rules themselves.
    Protocol,
    /// What carries them on a platform: runtimes, package manifests, indices.
    Platform,
    /// What operates or tests them.
    Operational,
}

impl Class {
    /// All classes.
    pub const ALL: [Class; 3] = [Class::Protocol, Class::Platform, Class::Operational];

    /// The word in manifests and images.
    pub const fn name(self) -> &'static str {
        match self {
            Class::Protocol => "protocol",
            Class::Platform => "platform",
            Class::Operational => "operational",
        }
    }

    /// The class of that word.
    pub fn from_name(name: &str) -> Option<Class> {
        Class::ALL.into_iter().find(|class| class.name() == name)
    }
}

/// What an imported or declared name stands for.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Entity {
    /// Index into `constants`.
    Constant(usize),
    /// Index into `functions`.
    Function(usize),
    /// Index into `effect_functions`.
    EffectFunction(usize),
    /// Index into `classes`.
    Class(usize),
}

/// One imported name, resolved.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Use {
    /// The name in both modules.
    pub name: Name,
    /// Index of the exporting module in [`Spec::modules`].
    pub module: usize,
    /// What it is there.
    pub entity: Entity,
}

/// One module of a spec.
#[derive(Clone, Debug)]
pub struct Module {
    /// Its layer.
    pub layer: Layer,
    /// `layer/Name`.
    pub path: String,
    /// Where it was read, for diagnostics.
    pub file: String,
    /// The declarations.
    pub decl: ModuleDecl,
    /// Imported names in writing order, resolved.
    pub uses: Vec<Use>,
    /// Canonical image (RFC 8785 bytes of `{"module":…}`).
    pub image: String,
    /// SHA-256, lower-case hex, over this module's path and image and the hashes of the modules it imports: it changes when anything it reaches does.
    pub hash: String,
}

/// A checked spec with its identity.
#[derive(Clone, Debug)]
pub struct Spec {
    /// `encdsl`.
    pub kind: &'static str,
    /// Name for people: the one that it states, else for example the folder's.
    pub name: String,
    /// What it says of itself, or what holds where it says nothing.
    pub about: About,
    /// Canonical image of what it says of itself; nothing where it says nothing.
    pub about_image: Option<String>,
    /// Sorted by path.
    pub modules: Vec<Module>,
    /// Sorted by source. Evaluation knows nothing of them.
    pub templates: Vec<Template>,
    /// SHA-256, lower-case hex, of the canonical `{kind, modules:[["layer/name", image],…]}`, templates among the modules, with `spec`, the content of `spec.json`, if there is one.
    pub sha256: String,
}

impl Spec {
    /// Index in `modules` of the module at `layer/Name`.
    pub fn index_of(&self, path: &str) -> Option<usize> {
        self.modules.binary_search_by(|module| module.path.as_str().cmp(path)).ok()
    }

    /// The module at `layer/Name`.
    pub fn module(&self, path: &str) -> Option<&Module> {
        self.index_of(path).map(|at| &self.modules[at])
    }

    /// SHA-256, lower-case hex, as [`Spec::sha256`] of a spec with these modules that has no templates and says nothing of itself: what is evaluated.
    pub fn program_sha256(&self) -> String {
        if self.about_image.is_none() && self.templates.is_empty() {
            return self.sha256.clone();
        }
        crate::load::spec_hash(&self.modules, &[], None)
    }

    /// Splits `layer/Name.member`: the module's index, and the name in it.
    pub fn locate<'n>(&self, name: &'n str) -> Option<(usize, &'n str)> {
        let (path, member) = name.split_once('.')?;
        Some((self.index_of(path)?, member))
    }
}
