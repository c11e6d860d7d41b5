//! What a name means at a place: own earlier declarations, then imports.

use crate::ast::{ClassDecl, ModuleDecl, Name};
use crate::model::{Entity, Spec, Use};
use std::collections::HashMap;

/// Where in a module a name is read. Order is constants, functions, effect functions, classes.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Place {
    /// In the constant of that index.
    Constant(usize),
    /// In the function of that index.
    Function(usize),
    /// In an effect function.
    EffectFunction,
    /// In the constructor of that class.
    Constructor(usize),
    /// In that class, in the method of that index.
    Method(usize, usize),
    /// After everything, as a caller from outside stands.
    Outside,
}

/// What a call runs.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Callee {
    /// Module and index of a function.
    Function(usize, usize),
    /// Module and index of an effect function; only callers from outside reach one.
    EffectFunction(usize, usize),
    /// Module and class of a constructor.
    Constructor(usize, usize),
    /// Module, class and index of a method.
    Method(usize, usize, usize),
}

/// Why a call resolves to nothing.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Unresolved {
    /// No such function.
    Unknown,
    /// The function itself, or one that comes later.
    Later,
    /// An effect function.
    Effect,
}

/// Modules and what their names mean.
#[derive(Debug)]
pub struct World<'s> {
    modules: Vec<&'s ModuleDecl>,
    names: Vec<HashMap<&'s str, (usize, Entity)>>,
    /// The methods of each class of each module.
    methods: Vec<Vec<HashMap<&'s str, usize>>>,
}

impl<'s> World<'s> {
    /// The modules of a spec, with the same indices.
    pub fn of_spec(spec: &'s Spec) -> World<'s> {
        World::of(spec.modules.iter().map(|module| (&module.decl, module.uses.as_slice())))
    }

    /// Modules that are linked but not yet checked.
    pub(crate) fn of_unlinked(unlinked: &'s [crate::check::Unlinked]) -> World<'s> {
        World::of(unlinked.iter().map(|module| (&module.decl, module.uses.as_slice())))
    }

    /// The modules of a spec and one more after them, whose imports stand for `uses`.
    pub(crate) fn beside(spec: Option<&'s Spec>, decl: &'s ModuleDecl, uses: &'s [Use]) -> World<'s> {
        let modules = spec.into_iter().flat_map(|spec| &spec.modules);
        World::of(modules.map(|module| (&module.decl, module.uses.as_slice())).chain([(decl, uses)]))
    }

    fn of(modules: impl Iterator<Item = (&'s ModuleDecl, &'s [Use])>) -> World<'s> {
        let mut world = World::empty();
        for (at, (decl, uses)) in modules.enumerate() {
            world.modules.push(decl);
            world.names.push(names(at, decl, uses));
            world.methods.push(decl.classes.iter().map(methods).collect());
        }
        world
    }

    /// No module at all.
    pub fn empty() -> World<'s> {
        World { modules: Vec::new(), names: Vec::new(), methods: Vec::new() }
    }

    /// Number of modules.
    pub fn len(&self) -> usize {
        self.modules.len()
    }

    /// Whether there is no module.
    pub fn is_empty(&self) -> bool {
        self.modules.is_empty()
    }

    /// The module of that index.
    pub fn module(&self, module: usize) -> &'s ModuleDecl {
        self.modules[module]
    }

    /// What a name stands for in a module, wherever it is declared.
    pub fn entity(&self, module: usize, name: &str) -> Option<(usize, Entity)> {
        self.names.get(module)?.get(name).copied()
    }

    /// Functions, effect functions and classes that a module declares itself.
    pub fn own_names(&self, module: usize) -> impl Iterator<Item = &'s str> {
        let decl = self.modules.get(module);
        decl.into_iter().flat_map(|decl| {
            let functions = decl.functions.iter().map(|own| own.name.as_ref());
            let effects = decl.effect_functions.iter().map(|own| own.name.as_ref());
            functions.chain(effects).chain(decl.classes.iter().map(|own| own.name.as_ref()))
        })
    }

    /// The constant that `var name` reads at a place: its module and index.
    pub fn constant(&self, module: usize, place: Place, name: &str) -> Option<(usize, usize)> {
        match (self.entity(module, name)?, place) {
            ((own, Entity::Constant(at)), Place::Constant(before)) if own == module && at >= before => None,
            ((own, Entity::Constant(at)), _) => Some((own, at)),
            _ => None,
        }
    }

    /// What `call name` runs at a place.
    ///
    /// # Errors
    /// Why it runs nothing.
    pub fn callee(&self, module: usize, place: Place, name: &str) -> Result<Callee, Unresolved> {
        match name.split_once('.') {
            None => self.function(module, place, name),
            Some((class, member)) => self.member(module, place, class, member),
        }
    }

    fn function(&self, module: usize, place: Place, name: &str) -> Result<Callee, Unresolved> {
        match self.entity(module, name) {
            Some((own, Entity::Function(at))) => {
                let visible = match place {
                    Place::Constant(_) => 0,
                    Place::Function(before) => before,
                    _ => usize::MAX,
                };
                if own == module && at >= visible { Err(Unresolved::Later) } else { Ok(Callee::Function(own, at)) }
            }
            Some((own, Entity::EffectFunction(at))) if place == Place::Outside => Ok(Callee::EffectFunction(own, at)),
            Some((_, Entity::EffectFunction(_))) => Err(Unresolved::Effect),
            _ => Err(Unresolved::Unknown),
        }
    }

    fn member(&self, module: usize, place: Place, class: &str, member: &str) -> Result<Callee, Unresolved> {
        let Some((own, Entity::Class(at))) = self.entity(module, class) else { return Err(Unresolved::Unknown) };
        // How many classes are whole here, and how many methods of the next one; its constructor comes before them.
        let (whole, methods) = match place {
            _ if own != module => (usize::MAX, None),
            Place::Outside => (usize::MAX, None),
            Place::Constructor(class) => (class, None),
            Place::Method(class, method) => (class, Some(method)),
            _ => (0, None),
        };
        let partly = at == whole;
        let later = at > whole || partly && methods.is_none();
        let found = if member == "new" {
            Callee::Constructor(own, at)
        } else {
            let Some(&index) = self.methods[own][at].get(member) else { return Err(Unresolved::Unknown) };
            if partly && methods.is_some_and(|before| index >= before) {
                return Err(Unresolved::Later);
            }
            Callee::Method(own, at, index)
        };
        if later { Err(Unresolved::Later) } else { Ok(found) }
    }

    /// Number of arguments a callee takes; a method's includes the object.
    pub fn arity(&self, callee: Callee) -> usize {
        match callee {
            Callee::Function(module, at) => self.modules[module].functions[at].params.len(),
            Callee::EffectFunction(module, at) => self.modules[module].effect_functions[at].params.len(),
            Callee::Constructor(module, class) => self.modules[module].classes[class].constructor_params.len(),
            Callee::Method(module, class, at) => self.modules[module].classes[class].methods[at].params.len() + 1,
        }
    }
}

/// Declared names of a module in order, with what they are.
pub fn declared(decl: &ModuleDecl) -> impl Iterator<Item = (&Name, Entity)> {
    let constants = decl.constants.iter().enumerate().map(|(at, (name, _))| (name, Entity::Constant(at)));
    let functions = decl.functions.iter().enumerate().map(|(at, func)| (&func.name, Entity::Function(at)));
    let effects = decl.effect_functions.iter().enumerate().map(|(at, func)| (&func.name, Entity::EffectFunction(at)));
    let classes = decl.classes.iter().enumerate().map(|(at, class)| (&class.name, Entity::Class(at)));
    constants.chain(functions).chain(effects).chain(classes)
}

fn methods(class: &ClassDecl) -> HashMap<&str, usize> {
    let mut methods = HashMap::new();
    for (at, method) in class.methods.iter().enumerate() {
        methods.entry(method.name.as_ref()).or_insert(at);
    }
    methods
}

fn names<'s>(own: usize, decl: &'s ModuleDecl, uses: &'s [Use]) -> HashMap<&'s str, (usize, Entity)> {
    let mut names = HashMap::new();
    for (name, entity) in declared(decl) {
        names.entry(name.as_ref()).or_insert((own, entity));
    }
    for import in uses {
        names.entry(import.name.as_ref()).or_insert((import.module, import.entity));
    }
    names
}
