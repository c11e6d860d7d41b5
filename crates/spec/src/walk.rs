//! Preorder walk over a declaration's tree, without recursion, knowing depth and JSON path.

use crate::ast::{Ast, Expr, ExprId, Stmt, StmtId};

/// A node of either kind.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Either {
    /// An expression.
    Expr(ExprId),
    /// A statement.
    Stmt(StmtId),
}

/// Step from a parent to a child in the image: the parent's tag and up to three array indices.
#[derive(Clone, Copy, Debug)]
struct Segment {
    parent: u32,
    tag: &'static str,
    at: [u32; 3],
}

const NO: u32 = u32::MAX;

/// The walk.
#[derive(Debug)]
pub struct Walk<'a> {
    ast: &'a Ast,
    open: Vec<(Either, u32, u32)>,
    trail: Vec<Segment>,
}

/// A visited node.
#[derive(Clone, Copy, Debug)]
pub struct Visit {
    /// Which node.
    pub node: Either,
    /// Nodes above it.
    pub depth: u32,
    here: u32,
}

impl<'a> Walk<'a> {
    /// A walk from `root`.
    pub fn new(ast: &'a Ast, root: Either) -> Walk<'a> {
        Walk { ast, open: vec![(root, 0, NO)], trail: Vec::new() }
    }

    /// JSON path of a visited node below the walk's root, such as `.op[1][0]`.
    pub fn path(&self, visit: Visit) -> String {
        let mut segments = Vec::new();
        let mut here = visit.here;
        while let Some(segment) = self.trail.get(here as usize) {
            segments.push(segment);
            here = segment.parent;
        }
        let mut path = String::new();
        for segment in segments.into_iter().rev() {
            path.push('.');
            path.push_str(segment.tag);
            for at in segment.at.into_iter().filter(|at| *at != NO) {
                path.push_str(&format!("[{at}]"));
            }
        }
        path
    }

    fn child(&mut self, visit: Visit, tag: &'static str, at: [u32; 3], node: Either) {
        self.trail.push(Segment { parent: visit.here, tag, at });
        self.open.push((node, visit.depth + 1, self.trail.len() as u32 - 1));
    }

    fn descend_expr(&mut self, visit: Visit, id: ExprId) {
        let ast = self.ast;
        let mut child = |tag, at, node| self.child(visit, tag, at, Either::Expr(node));
        match &ast[id] {
            Expr::Var(_) | Expr::Lit(..) | Expr::RawExpr(_) => {}
            Expr::Lam(_, body) => child("lam", [1, NO, NO], *body),
            Expr::App(function, arg) => {
                child("app", [0, NO, NO], *function);
                child("app", [1, NO, NO], *arg);
            }
            Expr::LetE(_, value, body) => {
                child("letE", [1, NO, NO], *value);
                child("letE", [2, NO, NO], *body);
            }
            Expr::IfE(cond, then, other) => {
                child("ifE", [0, NO, NO], *cond);
                child("ifE", [1, NO, NO], *then);
                child("ifE", [2, NO, NO], *other);
            }
            Expr::Record(fields) => {
                (0..).zip(fields).for_each(|(at, (_, value))| child("record", [at, 1, NO], *value));
            }
            Expr::Get(object, _) => child("get", [0, NO, NO], *object),
            Expr::Set(object, _, value) => {
                child("set", [0, NO, NO], *object);
                child("set", [2, NO, NO], *value);
            }
            Expr::List(items) => (0..).zip(items).for_each(|(at, item)| child("list", [at, NO, NO], *item)),
            Expr::Fold { list, init, body, .. } => {
                child("fold", [0, NO, NO], *list);
                child("fold", [1, NO, NO], *init);
                child("fold", [4, NO, NO], *body);
            }
            Expr::Dispatch(scrutinee, cases, default) => {
                child("dispatch", [0, NO, NO], *scrutinee);
                (0..).zip(cases).for_each(|(at, (_, body))| child("dispatch", [1, at, 1], *body));
                child("dispatch", [2, NO, NO], *default);
            }
            Expr::Op(_, args) => (0..).zip(args).for_each(|(at, arg)| child("op", [1, at, NO], *arg)),
            Expr::Prim(_, args) => (0..).zip(args).for_each(|(at, arg)| child("prim", [1, at, NO], *arg)),
            Expr::Call(_, args) => (0..).zip(args).for_each(|(at, arg)| child("call", [1, at, NO], *arg)),
        }
    }

    fn descend_stmt(&mut self, visit: Visit, id: StmtId) {
        let ast = self.ast;
        let mut child = |tag, at, node| self.child(visit, tag, at, node);
        let (expr, stmt) = (Either::Expr, Either::Stmt);
        match &ast[id] {
            Stmt::Ret(value) => child("ret", [NO, NO, NO], expr(*value)),
            Stmt::Emit(_, payload, rest) => {
                (0..).zip(payload).for_each(|(at, (_, value))| child("emit", [1, at, 1], expr(*value)));
                child("emit", [2, NO, NO], stmt(*rest));
            }
            Stmt::LetS(_, value, body) => {
                child("letS", [1, NO, NO], expr(*value));
                child("letS", [2, NO, NO], stmt(*body));
            }
            Stmt::IfS(cond, then, other) => {
                child("ifS", [0, NO, NO], expr(*cond));
                child("ifS", [1, NO, NO], stmt(*then));
                child("ifS", [2, NO, NO], stmt(*other));
            }
            Stmt::Dispatch(scrutinee, cases, default) => {
                child("dispatch", [0, NO, NO], expr(*scrutinee));
                (0..).zip(cases).for_each(|(at, (_, body))| child("dispatch", [1, at, 1], stmt(*body)));
                child("dispatch", [2, NO, NO], stmt(*default));
            }
            Stmt::ForIn(collection, _, body, rest) => {
                child("forIn", [0, NO, NO], expr(*collection));
                child("forIn", [2, NO, NO], stmt(*body));
                child("forIn", [3, NO, NO], stmt(*rest));
            }
            Stmt::Seq(first, second) => {
                child("seq", [0, NO, NO], stmt(*first));
                child("seq", [1, NO, NO], stmt(*second));
            }
        }
    }
}

impl Iterator for Walk<'_> {
    type Item = Visit;

    fn next(&mut self) -> Option<Visit> {
        let (node, depth, here) = self.open.pop()?;
        let visit = Visit { node, depth, here };
        let from = self.open.len();
        match node {
            Either::Expr(id) => self.descend_expr(visit, id),
            Either::Stmt(id) => self.descend_stmt(visit, id),
        }
        self.open[from..].reverse();
        Some(visit)
    }
}
