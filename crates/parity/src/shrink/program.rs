//! Cuts in whole programs. A cut program stays one that every target takes: calls that lost their function become none.

use super::edits::{expr_weight, exprs, stmt_weight, stmts};
use crate::case::Program;
use crate::tree::{Action, Class, Literal, ModuleTree, Procedure, Tree};
use etymon_spec::ast::Name;
use std::collections::HashSet;

/// A cut, and which parameter of the called function went with it.
pub(super) struct Cut {
    pub program: Program,
    pub dropped_param: Option<usize>,
}

const DECLARATION: usize = 300;

/// Weight of a module.
pub(super) fn weight(module: &ModuleTree) -> usize {
    let mut module = module.clone();
    let params = |own: &[Name]| DECLARATION + 8 * own.len();
    let mut sum = DECLARATION + module.imports.iter().map(|(names, _)| 1 + names.len()).sum::<usize>();
    for (_, value) in &mut module.constants {
        sum += DECLARATION + expr_weight(value);
    }
    for own in &mut module.functions {
        sum += params(&own.params) + expr_weight(&mut own.body);
    }
    for own in &mut module.effect_functions {
        sum += params(&own.params) + stmt_weight(&mut own.body);
    }
    for class in &mut module.classes {
        sum += params(&class.params) + stmt_weight(&mut class.constructor);
        for own in &mut class.methods {
            sum += params(&own.params) + stmt_weight(&mut own.body);
        }
    }
    sum
}

/// Every program that one cut makes, in which `call` still exists.
pub(super) fn cuts(program: &Program, call: &str) -> Vec<Cut> {
    let Some((path, name)) = call.split_once('.') else { return Vec::new() };
    let mut all = Vec::new();
    let mut push = |mut program: Program, dropped_param| {
        mend(&mut program);
        all.push(Cut { program, dropped_param });
    };
    for (at, module) in program.modules.iter().enumerate() {
        let called = module.path() == path;
        let mut with = |module: ModuleTree, dropped| {
            let mut program = program.clone();
            program.modules[at] = module;
            push(program, dropped);
        };
        if called {
            drop_param(module, name, &mut with);
        }
        let keep = if called { name } else { "" };
        declarations(module, keep, &mut |cut| with(cut, None));
        bodies(module, &mut |cut| with(cut, None));
        if !called {
            let mut program = program.clone();
            program.modules.remove(at);
            push(program, None);
        }
    }
    all
}

fn drop_param(module: &ModuleTree, name: &str, push: &mut dyn FnMut(ModuleTree, Option<usize>)) {
    let lists = |module: &mut ModuleTree, visit: &mut dyn FnMut(&mut Vec<Name>, usize)| {
        let functions = module.functions.iter_mut().map(|own| (&own.name, &mut own.params));
        let effects = module.effect_functions.iter_mut().map(|own| (&own.name, &mut own.params));
        for (own, params) in functions.chain(effects) {
            if **own == *name {
                visit(params, 0);
            }
        }
        for class in &mut module.classes {
            if format!("{}.new", class.name) == name {
                visit(&mut class.params, 0);
            }
            for method in &mut class.methods {
                if format!("{}.{}", class.name, method.name) == name {
                    visit(&mut method.params, 1);
                }
            }
        }
    };
    let mut count = 0;
    lists(&mut module.clone(), &mut |params, _| count = params.len());
    for at in 0..count {
        let mut cut = module.clone();
        let mut dropped = None;
        lists(&mut cut, &mut |params, this| {
            params.remove(at);
            dropped = Some(at + this);
        });
        push(cut, dropped);
    }
}

/// Leaves out one declaration other than `keep`.
fn declarations(module: &ModuleTree, keep: &str, push: &mut dyn FnMut(ModuleTree)) {
    for at in 0..module.constants.len() {
        let mut cut = module.clone();
        cut.constants.remove(at);
        push(cut);
    }
    for at in (0..module.functions.len()).filter(|at| *module.functions[*at].name != *keep) {
        let mut cut = module.clone();
        cut.functions.remove(at);
        push(cut);
    }
    for at in (0..module.effect_functions.len()).filter(|at| *module.effect_functions[*at].name != *keep) {
        let mut cut = module.clone();
        cut.effect_functions.remove(at);
        push(cut);
    }
    for (at, class) in module.classes.iter().enumerate() {
        if keep.split('.').next() != Some(&class.name) {
            let mut cut = module.clone();
            cut.classes.remove(at);
            push(cut);
        }
        for method in
            (0..class.methods.len()).filter(|own| format!("{}.{}", class.name, class.methods[*own].name) != keep)
        {
            let mut cut = module.clone();
            cut.classes[at].methods.remove(method);
            push(cut);
        }
    }
}

/// Cuts inside one body.
fn bodies(module: &ModuleTree, push: &mut dyn FnMut(ModuleTree)) {
    for (at, (_, value)) in module.constants.iter().enumerate() {
        for cut in exprs(value) {
            let mut module = module.clone();
            module.constants[at].1 = cut;
            push(module);
        }
    }
    for (at, own) in module.functions.iter().enumerate() {
        for cut in exprs(&own.body) {
            let mut module = module.clone();
            module.functions[at].body = cut;
            push(module);
        }
    }
    for (at, own) in module.effect_functions.iter().enumerate() {
        for cut in stmts(&own.body) {
            let mut module = module.clone();
            module.effect_functions[at].body = cut;
            push(module);
        }
    }
    for (at, class) in module.classes.iter().enumerate() {
        in_class(class, &mut |class| {
            let mut module = module.clone();
            module.classes[at] = class;
            push(module);
        });
    }
}

fn in_class(class: &Class, push: &mut dyn FnMut(Class)) {
    for cut in stmts(&class.constructor) {
        push(Class { constructor: cut, ..class.clone() });
    }
    for (at, own) in class.methods.iter().enumerate() {
        for cut in stmts(&own.body) {
            let mut class = class.clone();
            class.methods[at] = Procedure { body: cut, ..own.clone() };
            push(class);
        }
    }
}

fn callable(module: &ModuleTree) -> HashSet<String> {
    let functions = module.functions.iter().map(|own| own.name.to_string());
    let members = module.classes.iter().flat_map(|class| {
        let methods = class.methods.iter().map(move |own| format!("{}.{}", class.name, own.name));
        std::iter::once(format!("{}.new", class.name)).chain(methods)
    });
    functions.chain(members).collect()
}

fn declared(module: &ModuleTree) -> HashSet<Name> {
    let constants = module.constants.iter().map(|(name, _)| name);
    let functions = module.functions.iter().map(|own| &own.name);
    let effects = module.effect_functions.iter().map(|own| &own.name);
    let classes = module.classes.iter().map(|own| &own.name);
    constants.chain(functions).chain(effects).chain(classes).cloned().collect()
}

/// Removes imports and calls of what is gone.
fn mend(program: &mut Program) {
    let known: Vec<(String, HashSet<Name>, HashSet<String>)> =
        program.modules.iter().map(|own| (own.path(), declared(own), callable(own))).collect();
    let find = |source: &str| known.iter().find(|(path, ..)| path == source);
    for module in &mut program.modules {
        for (names, source) in &mut module.imports {
            names.retain(|name| find(source).is_some_and(|(_, declared, _)| declared.contains(name)));
        }
        module.imports.retain(|(names, _)| !names.is_empty());
        let mut visible = callable(module);
        for (names, source) in &module.imports {
            let exported = find(source).into_iter().flat_map(|(.., callable)| callable);
            let root = |own: &str| own.split('.').next().unwrap_or_default().to_owned();
            visible.extend(exported.filter(|own| names.iter().any(|name| **name == *root(own))).cloned());
        }
        module.constants.iter_mut().for_each(|(_, value)| mend_expr(value, &visible));
        module.functions.iter_mut().for_each(|own| mend_expr(&mut own.body, &visible));
        module.effect_functions.iter_mut().for_each(|own| mend_stmt(&mut own.body, &visible));
        for class in &mut module.classes {
            mend_stmt(&mut class.constructor, &visible);
            class.methods.iter_mut().for_each(|own| mend_stmt(&mut own.body, &visible));
        }
    }
}

fn mend_expr(tree: &mut Tree, visible: &HashSet<String>) {
    if matches!(tree, Tree::Call(name, _) if !visible.contains(name.as_ref())) {
        *tree = Tree::Lit(Literal::None);
    }
    tree.children_mut().into_iter().for_each(|child| mend_expr(child, visible));
}

fn mend_stmt(action: &mut Action, visible: &HashSet<String>) {
    let (exprs, stmts) = action.children_mut();
    exprs.into_iter().for_each(|child| mend_expr(child, visible));
    stmts.into_iter().for_each(|child| mend_stmt(child, visible));
}
