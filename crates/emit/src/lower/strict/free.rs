//! Free variables of a node given by itself.

use etymon_spec::ast::{Ast, Expr, ExprId, Name, Stmt, StmtId};
use std::collections::{BTreeMap, BTreeSet};

#[derive(Clone, Copy)]
enum Step<'a> {
    Expr(ExprId),
    Stmt(StmtId),
    Bind(&'a str),
    Unbind(&'a str),
}

/// The names that `stmt` or `expr` reads without binding them, in order of first occurrence.
pub(crate) fn free(ast: &Ast, first: Result<ExprId, StmtId>) -> Vec<&str> {
    let mut bound: BTreeMap<&str, usize> = BTreeMap::new();
    let mut seen = BTreeSet::new();
    let mut found = Vec::new();
    let mut todo = vec![first.map_or_else(Step::Stmt, Step::Expr)];
    while let Some(step) = todo.pop() {
        let kept = todo.len();
        match step {
            Step::Expr(id) => expr(&ast[id], &mut todo),
            Step::Stmt(id) => stmt(&ast[id], &mut todo),
            Step::Bind(name) => *bound.entry(name).or_default() += 1,
            Step::Unbind(name) => *bound.entry(name).or_default() -= 1,
        }
        todo[kept..].reverse();
        if let Step::Expr(id) = step
            && let Expr::Var(name) = &ast[id]
            && bound.get(&**name).is_none_or(|count| *count == 0)
            && seen.insert(&**name)
        {
            found.push(&**name);
        }
    }
    found
}

/// Every expression of a statement, in printing order.
pub(crate) fn expressions(ast: &Ast, first: StmtId) -> Vec<ExprId> {
    let mut found = Vec::new();
    let mut todo = vec![Step::Stmt(first)];
    while let Some(step) = todo.pop() {
        let kept = todo.len();
        match step {
            Step::Expr(id) => found.push(id),
            Step::Stmt(id) => stmt(&ast[id], &mut todo),
            Step::Bind(_) | Step::Unbind(_) => {}
        }
        todo[kept..].reverse();
    }
    found
}

/// Adds what an expression consists of, in printing order.
fn expr<'a>(expr: &'a Expr, todo: &mut Vec<Step<'a>>) {
    let all = |todo: &mut Vec<Step<'a>>, ids: &[ExprId]| todo.extend(ids.iter().map(|id| Step::Expr(*id)));
    let fields =
        |todo: &mut Vec<Step<'a>>, ids: &[(Name, ExprId)]| todo.extend(ids.iter().map(|(_, id)| Step::Expr(*id)));
    match expr {
        Expr::Var(_) | Expr::Lit(..) | Expr::RawExpr(_) => {}
        Expr::Lam(name, body) => todo.extend([Step::Bind(name), Step::Expr(*body), Step::Unbind(name)]),
        Expr::App(function, argument) => all(todo, &[*function, *argument]),
        Expr::LetE(name, value, body) => {
            todo.extend([Step::Expr(*value), Step::Bind(name), Step::Expr(*body), Step::Unbind(name)]);
        }
        Expr::IfE(cond, yes, no) => all(todo, &[*cond, *yes, *no]),
        Expr::Record(own) => fields(todo, own),
        Expr::Get(object, _) => all(todo, &[*object]),
        Expr::Set(object, _, value) => all(todo, &[*object, *value]),
        Expr::List(args) | Expr::Op(_, args) | Expr::Prim(_, args) | Expr::Call(_, args) => all(todo, args),
        Expr::Fold { list, init, acc, elem, body } => {
            all(todo, &[*list, *init]);
            todo.extend([Step::Bind(acc), Step::Bind(elem), Step::Expr(*body), Step::Unbind(elem), Step::Unbind(acc)]);
        }
        Expr::Dispatch(on, cases, default) => {
            all(todo, &[*on]);
            fields(todo, cases);
            all(todo, &[*default]);
        }
    }
}

/// Adds what a statement consists of, in printing order.
fn stmt<'a>(stmt: &'a Stmt, todo: &mut Vec<Step<'a>>) {
    match stmt {
        Stmt::Ret(value) => todo.push(Step::Expr(*value)),
        Stmt::Emit(_, payload, rest) => {
            todo.extend(payload.iter().map(|(_, id)| Step::Expr(*id)));
            todo.push(Step::Stmt(*rest));
        }
        Stmt::LetS(name, value, body) => {
            todo.extend([Step::Expr(*value), Step::Bind(name), Step::Stmt(*body), Step::Unbind(name)]);
        }
        Stmt::IfS(cond, yes, no) => todo.extend([Step::Expr(*cond), Step::Stmt(*yes), Step::Stmt(*no)]),
        Stmt::Dispatch(on, cases, default) => {
            todo.push(Step::Expr(*on));
            todo.extend(cases.iter().map(|(_, id)| Step::Stmt(*id)));
            todo.push(Step::Stmt(*default));
        }
        Stmt::ForIn(list, name, body, rest) => {
            todo.extend([
                Step::Expr(*list),
                Step::Bind(name),
                Step::Stmt(*body),
                Step::Unbind(name),
                Step::Stmt(*rest),
            ]);
        }
        Stmt::Seq(first, second) => todo.extend([Step::Stmt(*first), Step::Stmt(*second)]),
    }
}
