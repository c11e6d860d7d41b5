//! A call into a spec or into a program of its own.

use crate::error::Error;
use crate::protocol::push_args;
use crate::tree::{ModuleTree, value_size};
use etymon_kernel_rt::{Val, push_string};
use etymon_spec::image::{Source, module_image, read_module};
use etymon_spec::{Layer, Spec};
use std::fmt::Write as _;
use std::sync::Arc;

/// Modules that come with a case, as the spec they form.
#[derive(Clone, Debug, PartialEq)]
pub struct Program {
    /// The modules; imports among them resolve.
    pub modules: Vec<ModuleTree>,
}

impl Program {
    /// Reads `[["layer/Name",{"module":…}],…]` given as pairs of path and image text.
    ///
    /// # Errors
    /// What the image reader refuses, or a path that is none.
    pub fn read(pairs: &[(&str, &str)]) -> Result<Program, String> {
        let read = |(path, image): &(&str, &str)| {
            let layer = path.split_once('/').and_then(|(layer, _)| Layer::from_name(layer));
            let layer = layer.ok_or_else(|| format!("`{path}` is no `layer/Name`"))?;
            let source = Source { path, bytes: image.as_bytes() };
            let decl = read_module(source).map_err(|refused| refused.message.clone())?;
            if path.split_once('/').is_none_or(|(_, name)| name != decl.name.as_ref()) {
                return Err(format!("`{path}` holds a module called `{}`", decl.name));
            }
            Ok(ModuleTree::of(layer, &decl))
        };
        Ok(Program { modules: pairs.iter().map(read).collect::<Result<_, String>>()? })
    }

    /// The program as `[["layer/Name",{"module":…}],…]`, canonical.
    pub fn image(&self) -> String {
        let mut out = String::from("[");
        for (at, module) in self.modules.iter().enumerate() {
            out.push_str(if at > 0 { ",[" } else { "[" });
            push_string(&mut out, &module.path());
            out.push(',');
            out.push_str(&module_image(&module.decl()));
            out.push(']');
        }
        out.push(']');
        out
    }

    /// A linked spec of it, unchecked, because vectors hold wrong arities.
    ///
    /// # Errors
    /// Imports that do not resolve.
    pub fn spec(&self) -> Result<Spec, Error> {
        let decls = self.modules.iter().map(|module| (module.layer, module.decl())).collect();
        Spec::unchecked("program", decls).map_err(|report| Error::spec(&report))
    }

    /// Nodes of all modules.
    pub fn size(&self) -> usize {
        self.modules.iter().map(ModuleTree::size).sum()
    }

    /// Number of functions of every kind.
    pub fn functions(&self) -> usize {
        let methods = |module: &ModuleTree| module.classes.iter().map(|class| 1 + class.methods.len()).sum::<usize>();
        self.modules.iter().map(|own| own.functions.len() + own.effect_functions.len() + methods(own)).sum()
    }
}

/// One call.
#[derive(Clone, Debug, PartialEq)]
pub struct Case {
    /// Name, unique within a run.
    pub id: String,
    /// Suite.
    pub suite: String,
    /// Modules that come with it; without, the call is into the spec at hand.
    pub program: Option<Arc<Program>>,
    /// `layer/Name.fn`, `layer/Name.Class.new` or `layer/Name.Class.method`.
    pub call: String,
    /// Arguments.
    pub args: Vec<Val>,
    /// The program holds something not portable: it has a value, but compiled testees must refuse to be made of it.
    pub opaque: bool,
}

impl Case {
    /// Nodes of program and arguments.
    pub fn size(&self) -> usize {
        self.program.as_ref().map_or(0, |program| program.size()) + self.args.iter().map(value_size).sum::<usize>()
    }

    /// The input of `etymon eval` that runs this case on the Rust evaluator. Programs of several modules have no such form: they are given as a spec.
    pub fn reproducer(&self) -> String {
        let mut out = String::from("{");
        let name = match (&self.program, self.call.split_once('.')) {
            (Some(program), Some((_, name))) if program.modules.len() == 1 => {
                let _ = write!(out, "\"module\":{},", module_image(&program.modules[0].decl()));
                name
            }
            (Some(program), _) => {
                let _ = write!(out, "\"modules\":{},", program.image());
                self.call.as_str()
            }
            _ => self.call.as_str(),
        };
        out.push_str("\"call\":");
        push_string(&mut out, name);
        out.push(',');
        push_args(&mut out, &self.args);
        out.push('}');
        out
    }
}
