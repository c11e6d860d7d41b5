//! Direct children, for those who rewrite trees.

use super::{Action, Fold, Tree};

impl Tree {
    /// The expressions directly below.
    pub fn children_mut(&mut self) -> Vec<&mut Tree> {
        match self {
            Tree::Var(_) | Tree::Lit(_) | Tree::RawExpr(_) => Vec::new(),
            Tree::Lam(_, body) => vec![body],
            Tree::App(a, b) | Tree::LetE(_, a, b) | Tree::Set(a, _, b) => vec![a, b],
            Tree::IfE(parts) => parts.iter_mut().collect(),
            Tree::Record(fields) => fields.iter_mut().map(|(_, value)| value).collect(),
            Tree::Get(object, _) => vec![object],
            Tree::List(items) | Tree::Op(_, items) | Tree::Prim(_, items) | Tree::Call(_, items) => {
                items.iter_mut().collect()
            }
            Tree::Fold(fold) => {
                let Fold { list, init, body, .. } = fold.as_mut();
                vec![list, init, body]
            }
            Tree::Dispatch(scrutinee, cases, default) => {
                let mut all = vec![scrutinee.as_mut()];
                all.extend(cases.iter_mut().map(|(_, body)| body));
                all.push(default);
                all
            }
        }
    }
}

impl Action {
    /// The expressions and statements directly below.
    pub fn children_mut(&mut self) -> (Vec<&mut Tree>, Vec<&mut Action>) {
        match self {
            Action::Ret(value) => (vec![value], Vec::new()),
            Action::Emit(_, payload, rest) => (payload.iter_mut().map(|(_, value)| value).collect(), vec![rest]),
            Action::LetS(_, value, body) => (vec![value], vec![body]),
            Action::IfS(cond, branches) => (vec![cond], branches.iter_mut().collect()),
            Action::Dispatch(scrutinee, cases, default) => {
                let mut stmts: Vec<&mut Action> = cases.iter_mut().map(|(_, body)| body).collect();
                stmts.push(default);
                (vec![scrutinee], stmts)
            }
            Action::ForIn(collection, _, parts) => (vec![collection], parts.iter_mut().collect()),
            Action::Seq(parts) => (Vec::new(), parts.iter_mut().collect()),
        }
    }
}
