//! What a strict declaration may refer to beyond its locals.

use etymon_spec::ast::{ClassDecl, MethodDecl, ModuleDecl};
use etymon_spec::{Entity, Module, Spec};
use std::borrow::Cow;
use std::collections::{BTreeMap, BTreeSet};

/// Module-level names, and those already visible where printing stands.
#[derive(Clone, Debug, Default)]
pub(crate) struct Visible<'a> {
    /// All imported and declared names of the module, visible or not.
    pub taken: BTreeSet<&'a str>,
    constants: BTreeSet<&'a str>,
    /// What a call may name, with its number of arguments.
    callees: BTreeMap<Cow<'a, str>, usize>,
}

/// What a call resolves to.
pub(crate) enum Callee {
    /// It can be called with that many arguments.
    Fits,
    /// It takes another number of arguments.
    WrongArity,
    /// It is no pure function in sight.
    Unresolved,
}

impl<'a> Visible<'a> {
    /// The names at the start of `module`: its imports.
    pub fn of(spec: &'a Spec, module: &'a Module) -> Visible<'a> {
        let mut visible = Visible { taken: declared(&module.decl), ..Visible::default() };
        for own in &module.uses {
            visible.taken.insert(&own.name);
            let from = &spec.modules[own.module].decl;
            match own.entity {
                Entity::Constant(_) => visible.add_constant(&own.name),
                Entity::Function(at) => visible.add_function(&own.name, from.functions[at].params.len()),
                Entity::EffectFunction(_) => {}
                Entity::Class(at) => visible.add_class(&from.classes[at]),
            }
        }
        visible
    }

    /// The names at the start of a module given by itself: its imports are avoided, but mean nothing.
    pub fn alone(module: &'a ModuleDecl) -> Visible<'a> {
        let imported = module.imports.iter().flat_map(|import| import.names.iter().map(|name| &**name));
        Visible { taken: declared(module).into_iter().chain(imported).collect(), ..Visible::default() }
    }

    /// The names around a declaration given by itself: only its own.
    pub fn only(name: &'a str) -> Visible<'a> {
        Visible { taken: BTreeSet::from([name]), ..Visible::default() }
    }

    pub fn add_constant(&mut self, name: &'a str) {
        self.constants.insert(name);
    }

    pub fn add_function(&mut self, name: &'a str, arity: usize) {
        self.callees.insert(Cow::Borrowed(name), arity);
    }

    /// All of a class that is complete.
    pub fn add_class(&mut self, class: &'a ClassDecl) {
        self.add_constructor(class);
        for method in &class.methods {
            self.add_method(class, method);
        }
    }

    pub fn add_constructor(&mut self, class: &'a ClassDecl) {
        self.callees.insert(format!("{}.new", class.name).into(), class.constructor_params.len());
    }

    pub fn add_method(&mut self, class: &'a ClassDecl, method: &'a MethodDecl) {
        self.callees.insert(format!("{}.{}", class.name, method.name).into(), 1 + method.params.len());
    }

    pub fn constant(&self, name: &str) -> bool {
        self.constants.contains(name)
    }

    pub fn callee(&self, name: &str, arguments: usize) -> Callee {
        match self.callees.get(name) {
            Some(arity) if *arity == arguments => Callee::Fits,
            Some(_) => Callee::WrongArity,
            None => Callee::Unresolved,
        }
    }
}

fn declared(module: &ModuleDecl) -> BTreeSet<&str> {
    let constants = module.constants.iter().map(|(name, _)| name);
    let functions = module.functions.iter().map(|own| &own.name);
    let effects = module.effect_functions.iter().map(|own| &own.name);
    let classes = module.classes.iter().map(|own| &own.name);
    constants.chain(functions).chain(effects).chain(classes).map(|name| &**name).collect()
}
