//! From arenas back to trees.

use super::{Action, Class, Fold, Func, Literal, ModuleTree, Procedure, Tree};
use etymon_spec::Layer;
use etymon_spec::ast::{Ast, ClassDecl, Expr, ExprId, Lit, LitId, ModuleDecl, Name, Stmt, StmtId};

fn literal(ast: &Ast, id: LitId) -> Literal {
    match &ast[id] {
        Lit::Nat(nat) => Literal::Nat(nat.clone()),
        Lit::Bool(truth) => Literal::Bool(*truth),
        Lit::Str(text) => Literal::Str(text.clone()),
        Lit::Bytes(bytes) => Literal::Bytes(bytes.to_vec()),
        Lit::List(items) => Literal::List(items.iter().map(|item| literal(ast, *item)).collect()),
        Lit::Record(fields) => {
            Literal::Record(fields.iter().map(|(key, item)| (key.clone(), literal(ast, *item))).collect())
        }
        Lit::None => Literal::None,
    }
}

fn boxed(ast: &Ast, id: ExprId) -> Box<Tree> {
    Box::new(expr(ast, id))
}

fn exprs(ast: &Ast, ids: &[ExprId]) -> Vec<Tree> {
    ids.iter().map(|id| expr(ast, *id)).collect()
}

fn fields(ast: &Ast, fields: &[(Name, ExprId)]) -> Vec<(Name, Tree)> {
    fields.iter().map(|(key, id)| (key.clone(), expr(ast, *id))).collect()
}

fn expr(ast: &Ast, id: ExprId) -> Tree {
    match &ast[id] {
        Expr::Var(name) => Tree::Var(name.clone()),
        Expr::Lit(lit, _) => Tree::Lit(literal(ast, *lit)),
        Expr::Lam(name, body) => Tree::Lam(name.clone(), boxed(ast, *body)),
        Expr::App(function, arg) => Tree::App(boxed(ast, *function), boxed(ast, *arg)),
        Expr::LetE(name, value, body) => Tree::LetE(name.clone(), boxed(ast, *value), boxed(ast, *body)),
        Expr::IfE(cond, then, other) => Tree::IfE(Box::new([cond, then, other].map(|id| expr(ast, *id)))),
        Expr::Record(own) => Tree::Record(fields(ast, own)),
        Expr::Get(object, key) => Tree::Get(boxed(ast, *object), key.clone()),
        Expr::Set(object, key, value) => Tree::Set(boxed(ast, *object), key.clone(), boxed(ast, *value)),
        Expr::List(items) => Tree::List(exprs(ast, items)),
        Expr::Fold { list, init, acc, elem, body } => Tree::Fold(Box::new(Fold {
            list: expr(ast, *list),
            init: expr(ast, *init),
            acc: acc.clone(),
            elem: elem.clone(),
            body: expr(ast, *body),
        })),
        Expr::Dispatch(scrutinee, cases, default) => {
            Tree::Dispatch(boxed(ast, *scrutinee), fields(ast, cases), boxed(ast, *default))
        }
        Expr::Op(op, args) => Tree::Op(*op, exprs(ast, args)),
        Expr::Prim(prim, args) => Tree::Prim(*prim, exprs(ast, args)),
        Expr::Call(name, args) => Tree::Call(name.clone(), exprs(ast, args)),
        Expr::RawExpr(code) => Tree::RawExpr(code.clone()),
    }
}

fn pair(ast: &Ast, a: StmtId, b: StmtId) -> Box<[Action; 2]> {
    Box::new([stmt(ast, a), stmt(ast, b)])
}

fn stmt(ast: &Ast, id: StmtId) -> Action {
    match &ast[id] {
        Stmt::Ret(value) => Action::Ret(expr(ast, *value)),
        Stmt::Emit(kind, payload, rest) => Action::Emit(kind.clone(), fields(ast, payload), Box::new(stmt(ast, *rest))),
        Stmt::LetS(name, value, body) => Action::LetS(name.clone(), expr(ast, *value), Box::new(stmt(ast, *body))),
        Stmt::IfS(cond, then, other) => Action::IfS(expr(ast, *cond), pair(ast, *then, *other)),
        Stmt::Dispatch(scrutinee, cases, default) => Action::Dispatch(
            expr(ast, *scrutinee),
            cases.iter().map(|(key, body)| (key.clone(), stmt(ast, *body))).collect(),
            Box::new(stmt(ast, *default)),
        ),
        Stmt::ForIn(collection, elem, body, rest) => {
            Action::ForIn(expr(ast, *collection), elem.clone(), pair(ast, *body, *rest))
        }
        Stmt::Seq(first, second) => Action::Seq(pair(ast, *first, *second)),
    }
}

fn class(ast: &Ast, own: &ClassDecl) -> Class {
    let methods = own.methods.iter().map(|method| Procedure {
        name: method.name.clone(),
        params: method.params.clone(),
        export: true,
        body: stmt(ast, method.body),
    });
    Class {
        name: own.name.clone(),
        export: own.is_export,
        params: own.constructor_params.clone(),
        constructor: stmt(ast, own.constructor_body),
        methods: methods.collect(),
    }
}

impl ModuleTree {
    /// The tree of a declaration; header and `isAsync`, which mean nothing, are dropped.
    pub fn of(layer: Layer, decl: &ModuleDecl) -> ModuleTree {
        let ast = &decl.ast;
        let functions = decl.functions.iter().map(|own| Func {
            name: own.name.clone(),
            params: own.params.clone(),
            export: own.is_export,
            body: expr(ast, own.body),
        });
        let effect_functions = decl.effect_functions.iter().map(|own| Procedure {
            name: own.name.clone(),
            params: own.params.clone(),
            export: own.is_export,
            body: stmt(ast, own.body),
        });
        ModuleTree {
            layer,
            name: decl.name.clone(),
            imports: decl.imports.iter().map(|import| (import.names.clone(), import.source.clone())).collect(),
            constants: decl.constants.iter().map(|(name, value)| (name.clone(), expr(ast, *value))).collect(),
            functions: functions.collect(),
            effect_functions: effect_functions.collect(),
            classes: decl.classes.iter().map(|own| class(ast, own)).collect(),
        }
    }
}
