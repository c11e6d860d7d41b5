//! Random whole programs.

use super::expr::{Callable, Scope};
use super::names::{CLASSES, CONSTANTS, FUNCTIONS, LOCALS};
use super::types::Type;
use crate::case::{Case, Program};
use crate::rng::Rng;
use crate::tree::{Action, Class, Func, Literal, ModuleTree, Procedure, Tree};
use etymon_kernel_rt::Val;
use etymon_spec::Layer;
use etymon_spec::ast::Name;
use etymon_spec::check::EFFECTS;
use std::sync::Arc;

/// Nodes of a function body.
const FUEL: usize = 22;

/// A program and calls into it.
pub(super) fn cases(seed: u64, index: u64) -> Vec<Case> {
    let mut rng = Rng::fork(seed, index);
    let wild = *rng.pick(&[2, 2, 5, 15, 60]);
    let library = rng.chance(25).then(|| Builder::new(&mut rng, Layer::Kernel, "A", wild).build(None));
    let main = Builder::new(&mut rng, Layer::App, "M", wild).build(library.as_ref());
    let mut modules = Vec::new();
    let mut entries = main.entries;
    if let Some(library) = library {
        modules.push(library.tree);
        entries.extend(library.entries.into_iter().take(1));
    }
    modules.push(main.tree);
    let program = Arc::new(Program { modules });
    let mut cases = Vec::new();
    for entry in entries {
        for variant in 0..2 {
            let args = arguments(&mut rng, &entry.params, variant == 1 && wild > 2);
            let id = format!("fuzz/{seed}/{index}/{}", cases.len());
            let (suite, call) = ("fuzz".to_owned(), entry.name.to_string());
            cases.push(Case { id, suite, program: Some(program.clone()), call, args, opaque: false });
        }
    }
    cases
}

fn arguments(rng: &mut Rng, params: &[Type], ill_typed: bool) -> Vec<Val> {
    let value = |own: &Type| {
        let other = Type::random(rng, 1);
        let own = if ill_typed && rng.chance(40) { &other } else { own };
        own.literal(rng).value()
    };
    params.iter().map(value).collect()
}

/// A module with what others may call or read in it.
struct Built {
    tree: ModuleTree,
    /// `layer/Name.fn` for callers from outside.
    entries: Vec<Callable>,
    /// Exported pure functions, constructors and methods.
    calls: Vec<Callable>,
    constants: Vec<(Name, Type)>,
}

struct Builder<'r> {
    rng: &'r mut Rng,
    wild: usize,
    tree: ModuleTree,
    taken: Vec<Name>,
    calls: Vec<Callable>,
    constants: Vec<(Name, Type)>,
    entries: Vec<Callable>,
    exported_calls: Vec<Callable>,
}

impl<'r> Builder<'r> {
    fn new(rng: &'r mut Rng, layer: Layer, name: &str, wild: usize) -> Builder<'r> {
        Builder {
            rng,
            wild,
            tree: ModuleTree::new(layer, name),
            taken: Vec::new(),
            calls: Vec::new(),
            constants: Vec::new(),
            entries: Vec::new(),
            exported_calls: Vec::new(),
        }
    }

    fn build(mut self, library: Option<&Built>) -> Built {
        if let Some(library) = library {
            self.import(library);
        }
        for _ in 0..self.rng.below(3) {
            self.constant();
        }
        for _ in 0..1 + self.rng.below(2) {
            self.function();
        }
        if self.rng.chance(45) {
            self.effect_function();
        }
        if self.rng.chance(25) {
            self.class();
        }
        Built { tree: self.tree, entries: self.entries, calls: self.exported_calls, constants: self.constants }
    }

    fn import(&mut self, library: &Built) {
        let mut names: Vec<Name> = Vec::new();
        for call in &library.calls {
            // A class brings its members.
            let root = Name::from(call.name.split('.').next().unwrap_or_default());
            if !names.contains(&root) {
                names.push(root);
            }
        }
        names.extend(library.constants.iter().map(|(name, _)| name.clone()));
        if names.is_empty() {
            return;
        }
        self.calls.extend(library.calls.iter().cloned());
        self.constants.extend(library.constants.iter().cloned());
        self.taken.extend(names.iter().cloned());
        self.tree.imports.push((names, Name::from(library.tree.path())));
    }

    /// A name that nothing else in this module has.
    fn declare(&mut self, nasty: &[&str], prefix: char) -> Name {
        let own = *self.rng.pick(nasty);
        let mut number = 0;
        let mut name = if self.rng.chance(35) { own.to_owned() } else { format!("{prefix}0") };
        while self.taken.iter().any(|taken| **taken == *name) {
            number += 1;
            name = format!("{prefix}{number}");
        }
        let name = Name::from(name);
        self.taken.push(name.clone());
        name
    }

    fn params(&mut self, count: usize) -> Vec<(Name, Type)> {
        let mut params: Vec<(Name, Type)> = Vec::new();
        while params.len() < count {
            let name = Name::from(*self.rng.pick(&LOCALS));
            // `this` is a method's own.
            if *name != *"this" && !params.iter().any(|(own, _)| *own == name) {
                params.push((name, Type::random(self.rng, 2)));
            }
        }
        params
    }

    fn scope(&mut self, locals: &[(Name, Type)]) -> Scope<'_> {
        let vars = self.constants.iter().chain(locals).cloned().collect();
        Scope { rng: &mut *self.rng, wild: self.wild, vars, calls: self.calls.clone() }
    }

    fn constant(&mut self) {
        let name = self.declare(&CONSTANTS, 'K');
        let own = Type::random(self.rng, 2);
        // A constant may call imported functions, which are the only ones known so far.
        let value = self.scope(&[]).expr(&own, 6);
        self.tree.constants.push((name.clone(), value));
        self.constants.push((name, own));
    }

    fn entry(&mut self, name: &str, params: &[(Name, Type)], result: Type) {
        let name = Name::from(format!("{}.{name}", self.tree.path()));
        self.entries.push(Callable { name, params: types(params), result });
    }

    fn function(&mut self) {
        let name = self.declare(&FUNCTIONS, 'f');
        let count = self.rng.below(4);
        let params = self.params(count);
        let result = Type::random(self.rng, 2);
        let fuel = if self.rng.chance(6) { 4 * FUEL } else { 4 + self.rng.below(FUEL) };
        let body = self.scope(&params).expr(&result, fuel);
        let export = self.rng.chance(85);
        let own = Callable { name: name.clone(), params: types(&params), result: result.clone() };
        if export {
            self.entry(&name, &params, result);
            self.exported_calls.push(own.clone());
        }
        self.calls.push(own);
        self.tree.functions.push(Func { name, params: names(&params), export, body });
    }

    fn effect_function(&mut self) {
        let name = self.declare(&FUNCTIONS, 'g');
        let count = self.rng.below(3);
        let params = self.params(count);
        let fuel = 8 + self.rng.below(FUEL);
        let body = self.scope(&params).stmt(fuel, true);
        self.entry(&name, &params, Type::None);
        self.tree.effect_functions.push(Procedure { name, params: names(&params), export: true, body });
    }

    fn class(&mut self) {
        let name = self.declare(&CLASSES, 'C');
        let count = self.rng.below(3);
        let params = self.params(count);
        let object = Type::Record(vec![(Name::from("a"), Type::Nat), (Name::from("b"), Type::random(self.rng, 1))]);
        let constructor = self.scope(&params).constructor(&object, 10);
        let member = |method: &str| Name::from(format!("{name}.{method}"));
        let new = Callable { name: member("new"), params: types(&params), result: object.clone() };
        let mut methods: Vec<Procedure> = Vec::new();
        let mut own = vec![new];
        self.entry(&own[0].name.clone(), &params, object.clone());
        for at in 0..self.rng.below(3) {
            let method = Name::from(*self.rng.pick(&["toString", "call", "length", "name", "m"]));
            let method =
                if methods.iter().any(|own| own.name == method) { Name::from(format!("m{at}")) } else { method };
            let count = self.rng.below(2);
            let extra = self.params(count);
            let mut all = vec![(Name::from("this"), object.clone())];
            all.extend(extra.iter().cloned());
            // A method sees the methods before it, not the constructor of its own class.
            let visible = own[1..].to_vec();
            let mut scope = self.scope(&all);
            scope.calls.extend(visible);
            let body = scope.stmt(12, true);
            let result = Type::Record(vec![(Name::from("value"), Type::Nat)]);
            let callable = Callable { name: member(&method), params: types(&all), result };
            self.entry(&callable.name.clone(), &all, Type::None);
            own.push(callable);
            methods.push(Procedure { name: method, params: names(&extra), export: true, body });
        }
        self.exported_calls.extend(own);
        self.tree.classes.push(Class { name, export: true, params: names(&params), constructor, methods });
    }
}

fn types(params: &[(Name, Type)]) -> Vec<Type> {
    params.iter().map(|(_, own)| own.clone()).collect()
}

fn names(params: &[(Name, Type)]) -> Vec<Name> {
    params.iter().map(|(name, _)| name.clone()).collect()
}

impl Scope<'_> {
    fn fall_through() -> Action {
        Action::Ret(Tree::Lit(Literal::None))
    }

    fn constructor(&mut self, object: &Type, fuel: usize) -> Action {
        if self.rng.chance(30) { self.stmt(fuel, false) } else { Action::Ret(self.expr(object, fuel)) }
    }

    fn bound(&mut self, bound: (Name, Type), fuel: usize, emits: bool) -> Action {
        self.vars.push(bound);
        let body = self.stmt(fuel, emits);
        self.vars.pop();
        body
    }

    /// A statement of about `fuel` nodes.
    fn stmt(&mut self, fuel: usize, emits: bool) -> Action {
        let share = fuel / 3;
        if fuel < 3 {
            return if self.rng.chance(60) { Scope::fall_through() } else { self.ret(fuel) };
        }
        match self.rng.below(12) {
            0 => self.ret(fuel),
            1 => Scope::fall_through(),
            2 | 3 if emits => self.emit(fuel),
            4 | 5 => {
                let own = Type::random(self.rng, 1);
                let value = self.expr(&own, share);
                let name = self.binder();
                let body = self.bound((name.clone(), own), fuel - share, emits);
                Action::LetS(name, value, Box::new(body))
            }
            6 | 7 => {
                let cond = self.expr(&Type::Bool, share);
                Action::IfS(cond, Box::new([self.stmt(share, emits), self.stmt(share, emits)]))
            }
            8 => {
                let scrutinee = self.expr(&Type::Str, share);
                let tags = self.tags_of();
                let cases = tags.into_iter().map(|key| (key, self.stmt(share, emits))).collect();
                Action::Dispatch(scrutinee, cases, Box::new(self.stmt(share, emits)))
            }
            9 => {
                let item = Type::random(self.rng, 1);
                let list = self.expr(&Type::List(Box::new(item.clone())), share);
                let name = self.binder();
                let body = self.bound((name.clone(), item), share, emits);
                Action::ForIn(list, name, Box::new([body, self.stmt(share, emits)]))
            }
            _ => Action::Seq(Box::new([self.stmt(fuel / 2, emits), self.stmt(fuel / 2, emits)])),
        }
    }

    fn ret(&mut self, fuel: usize) -> Action {
        let own = Type::random(self.rng, 1);
        Action::Ret(self.expr(&own, fuel))
    }

    fn emit(&mut self, fuel: usize) -> Action {
        let (kind, keys) = *self.rng.pick(&EFFECTS);
        let mut payload = Vec::new();
        for key in keys {
            let own = Type::random(self.rng, 1);
            payload.push((Name::from(*key), self.expr(&own, fuel / 4)));
        }
        Action::Emit(Name::from(kind), payload, Box::new(self.stmt(fuel / 2, true)))
    }
}
