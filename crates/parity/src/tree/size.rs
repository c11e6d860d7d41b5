//! Node counts: what "smallest" means.

use super::{Action, Class, Literal, ModuleTree, Procedure, Tree};
use etymon_kernel_rt::Val;

/// Nodes of a value.
pub fn value_size(value: &Val) -> usize {
    match value {
        Val::List(list) => 1 + list.items().iter().map(value_size).sum::<usize>(),
        Val::Record(record) => 1 + record.fields().iter().map(|(_, item)| value_size(item)).sum::<usize>(),
        _ => 1,
    }
}

/// Nodes of a literal.
pub fn literal_size(literal: &Literal) -> usize {
    match literal {
        Literal::List(items) => 1 + items.iter().map(literal_size).sum::<usize>(),
        Literal::Record(fields) => 1 + fields.iter().map(|(_, item)| literal_size(item)).sum::<usize>(),
        _ => 1,
    }
}

fn sum<'t>(trees: impl IntoIterator<Item = &'t Tree>) -> usize {
    trees.into_iter().map(expr_size).sum()
}

/// Nodes of an expression; a literal counts as one node more for everything inside it.
pub fn expr_size(tree: &Tree) -> usize {
    1 + match tree {
        Tree::Var(_) | Tree::RawExpr(_) => 0,
        Tree::Lit(literal) => literal_size(literal) - 1,
        Tree::Lam(_, body) => expr_size(body),
        Tree::App(a, b) | Tree::LetE(_, a, b) | Tree::Set(a, _, b) => expr_size(a) + expr_size(b),
        Tree::IfE(parts) => sum(parts.iter()),
        Tree::Record(fields) => sum(fields.iter().map(|(_, value)| value)),
        Tree::Get(object, _) => expr_size(object),
        Tree::List(items) | Tree::Op(_, items) | Tree::Prim(_, items) | Tree::Call(_, items) => sum(items),
        Tree::Fold(fold) => sum([&fold.list, &fold.init, &fold.body]),
        Tree::Dispatch(scrutinee, cases, default) => {
            expr_size(scrutinee) + sum(cases.iter().map(|(_, body)| body)) + expr_size(default)
        }
    }
}

/// Nodes of a statement.
pub fn stmt_size(action: &Action) -> usize {
    1 + match action {
        Action::Ret(value) => expr_size(value),
        Action::Emit(_, payload, rest) => sum(payload.iter().map(|(_, value)| value)) + stmt_size(rest),
        Action::LetS(_, value, body) => expr_size(value) + stmt_size(body),
        Action::IfS(cond, branches) => expr_size(cond) + branches.iter().map(stmt_size).sum::<usize>(),
        Action::Dispatch(scrutinee, cases, default) => {
            expr_size(scrutinee) + cases.iter().map(|(_, body)| stmt_size(body)).sum::<usize>() + stmt_size(default)
        }
        Action::ForIn(collection, _, parts) => expr_size(collection) + parts.iter().map(stmt_size).sum::<usize>(),
        Action::Seq(parts) => parts.iter().map(stmt_size).sum(),
    }
}

fn class_size(class: &Class) -> usize {
    1 + stmt_size(&class.constructor) + class.methods.iter().map(procedure_size).sum::<usize>()
}

fn procedure_size(own: &Procedure) -> usize {
    1 + stmt_size(&own.body)
}

impl ModuleTree {
    /// Nodes of all declarations, each counting one itself.
    pub fn size(&self) -> usize {
        self.constants.iter().map(|(_, value)| 1 + expr_size(value)).sum::<usize>()
            + self.functions.iter().map(|func| 1 + expr_size(&func.body)).sum::<usize>()
            + self.effect_functions.iter().map(procedure_size).sum::<usize>()
            + self.classes.iter().map(class_size).sum::<usize>()
    }
}
