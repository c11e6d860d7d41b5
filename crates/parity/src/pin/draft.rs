//! Vectors before their answers are known.

use crate::case::{Case, Program};
use crate::tree::{Action, Func, ModuleTree, Procedure, Tree};
use etymon_kernel_rt::Val;
use etymon_spec::Layer;
use etymon_spec::ast::Name;
use std::sync::Arc;

/// A case, with its answer if it was published.
pub(super) struct Draft {
    pub case: Case,
    /// The published answer, and where.
    pub published: Option<(Val, String)>,
}

/// The drafts of one file.
pub(super) struct Suite {
    pub name: &'static str,
    pub drafts: Vec<Draft>,
}

impl Suite {
    pub fn new(name: &'static str) -> Suite {
        Suite { name, drafts: Vec::new() }
    }

    fn case(&self, id: &str, program: Option<Arc<Program>>, call: &str, args: Vec<Val>) -> Case {
        let id = format!("{}/{id}", self.name);
        Case { id, suite: self.name.to_owned(), program, call: call.to_owned(), args, opaque: false }
    }

    /// A call into a program.
    pub fn call(&mut self, id: &str, program: &Arc<Program>, call: &str, args: Vec<Val>) {
        let case = self.case(id, Some(program.clone()), call, args);
        self.drafts.push(Draft { case, published: None });
    }

    /// A call into the spec.
    pub fn spec(&mut self, id: &str, call: &str, args: Vec<Val>) {
        let case = self.case(id, None, call, args);
        self.drafts.push(Draft { case, published: None });
    }

    /// An expression on its own.
    pub fn expr(&mut self, id: &str, body: Tree) {
        self.call(id, &function(&[], body), "app/P.f", Vec::new());
    }

    /// An expression with bindings.
    pub fn with(&mut self, id: &str, params: &[&str], body: Tree, args: Vec<Val>) {
        self.call(id, &function(params, body), "app/P.f", args);
    }

    /// An expression with `x` bound that is not portable.
    pub fn opaque(&mut self, id: &str, body: Tree) {
        self.opaque_call(id, &function(&["x"], body), "app/P.f", vec![super::values::nat(5)]);
    }

    /// A call into a program that is not portable.
    pub fn opaque_call(&mut self, id: &str, program: &Arc<Program>, call: &str, args: Vec<Val>) {
        let case = Case { opaque: true, ..self.case(id, Some(program.clone()), call, args) };
        self.drafts.push(Draft { case, published: None });
    }

    /// A statement with bindings.
    pub fn stmt(&mut self, id: &str, params: &[&str], body: Action, args: Vec<Val>) {
        self.call(id, &effect_function(params, body), "app/P.g", args);
    }

    /// An expression with a published value.
    pub fn published(&mut self, id: &str, body: Tree, value: Val, source: &str) {
        let case = self.case(id, Some(function(&[], body)), "app/P.f", Vec::new());
        self.drafts.push(Draft { case, published: Some((value, source.to_owned())) });
    }
}

fn names(params: &[&str]) -> Vec<Name> {
    params.iter().map(|name| Name::from(*name)).collect()
}

/// `app/P` with one function `f`.
pub(super) fn function(params: &[&str], body: Tree) -> Arc<Program> {
    module(|own| own.functions.push(func("f", params, body)))
}

/// `app/P` with one effect function `g`.
pub(super) fn effect_function(params: &[&str], body: Action) -> Arc<Program> {
    module(|own| own.effect_functions.push(procedure("g", params, body)))
}

/// `app/P`.
pub(super) fn module(fill: impl FnOnce(&mut ModuleTree)) -> Arc<Program> {
    let mut own = ModuleTree::new(Layer::App, "P");
    fill(&mut own);
    Arc::new(Program { modules: vec![own] })
}

pub(super) fn func(name: &str, params: &[&str], body: Tree) -> Func {
    Func { name: Name::from(name), params: names(params), export: true, body }
}

pub(super) fn procedure(name: &str, params: &[&str], body: Action) -> Procedure {
    Procedure { name: Name::from(name), params: names(params), export: true, body }
}

/// Short writings for statements.
pub(super) mod steps {
    use crate::tree::{Action, Literal, Tree};
    use etymon_spec::ast::Name;

    pub fn ret(value: Tree) -> Action {
        Action::Ret(value)
    }

    /// Falls through.
    pub fn done() -> Action {
        Action::Ret(Tree::Lit(Literal::None))
    }

    pub fn emit<const N: usize>(kind: &str, payload: [(&str, Tree); N], rest: Action) -> Action {
        let payload = payload.into_iter().map(|(key, value)| (Name::from(key), value)).collect();
        Action::Emit(Name::from(kind), payload, Box::new(rest))
    }

    /// An effect that says where execution went.
    pub fn mark(at: Tree, rest: Action) -> Action {
        emit("storage.appendEvent", [("event", at)], rest)
    }

    pub fn bind(name: &str, value: Tree, body: Action) -> Action {
        Action::LetS(Name::from(name), value, Box::new(body))
    }

    pub fn when(cond: Tree, then: Action, other: Action) -> Action {
        Action::IfS(cond, Box::new([then, other]))
    }

    pub fn switch<const N: usize>(scrutinee: Tree, cases: [(&str, Action); N], default: Action) -> Action {
        let cases = cases.into_iter().map(|(key, body)| (Name::from(key), body)).collect();
        Action::Dispatch(scrutinee, cases, Box::new(default))
    }

    pub fn each(list: Tree, name: &str, body: Action, rest: Action) -> Action {
        Action::ForIn(list, Name::from(name), Box::new([body, rest]))
    }

    pub fn seq(first: Action, second: Action) -> Action {
        Action::Seq(Box::new([first, second]))
    }
}
