//! From trees to the arenas that the evaluator and the targets take.

use super::{Action, Class, Fold, Literal, ModuleTree, Procedure, Tree};
use etymon_spec::ast::{
    Ast, ClassDecl, EffectFuncDecl, Expr, ExprId, FuncDecl, Import, Lit, LitId, MethodDecl, ModuleDecl, Name, Stmt,
    StmtId,
};

fn literal(ast: &mut Ast, own: &Literal) -> LitId {
    let lit = match own {
        Literal::Nat(nat) => Lit::Nat(nat.clone()),
        Literal::Bool(truth) => Lit::Bool(*truth),
        Literal::Str(text) => Lit::Str(text.clone()),
        Literal::Bytes(bytes) => Lit::Bytes(bytes.as_slice().into()),
        Literal::List(items) => Lit::List(items.iter().map(|item| literal(ast, item)).collect()),
        Literal::Record(fields) => {
            Lit::Record(fields.iter().map(|(key, item)| (key.clone(), literal(ast, item))).collect())
        }
        Literal::None => Lit::None,
    };
    ast.lit(lit)
}

fn exprs(ast: &mut Ast, trees: &[Tree]) -> Vec<ExprId> {
    trees.iter().map(|tree| expr(ast, tree)).collect()
}

fn fields(ast: &mut Ast, fields: &[(Name, Tree)]) -> Vec<(Name, ExprId)> {
    fields.iter().map(|(key, value)| (key.clone(), expr(ast, value))).collect()
}

/// Adds an expression to `ast`.
pub fn expr(ast: &mut Ast, tree: &Tree) -> ExprId {
    let own = match tree {
        Tree::Var(name) => Expr::Var(name.clone()),
        Tree::Lit(own) => Expr::Lit(literal(ast, own), own.value()),
        Tree::Lam(name, body) => Expr::Lam(name.clone(), expr(ast, body)),
        Tree::App(function, arg) => Expr::App(expr(ast, function), expr(ast, arg)),
        Tree::LetE(name, value, body) => Expr::LetE(name.clone(), expr(ast, value), expr(ast, body)),
        Tree::IfE(parts) => {
            let [cond, then, other] = parts.as_ref();
            Expr::IfE(expr(ast, cond), expr(ast, then), expr(ast, other))
        }
        Tree::Record(own) => Expr::Record(fields(ast, own)),
        Tree::Get(object, key) => Expr::Get(expr(ast, object), key.clone()),
        Tree::Set(object, key, value) => Expr::Set(expr(ast, object), key.clone(), expr(ast, value)),
        Tree::List(items) => Expr::List(exprs(ast, items)),
        Tree::Fold(fold) => {
            let Fold { list, init, acc, elem, body } = fold.as_ref();
            let (list, init, body) = (expr(ast, list), expr(ast, init), expr(ast, body));
            Expr::Fold { list, init, acc: acc.clone(), elem: elem.clone(), body }
        }
        Tree::Dispatch(scrutinee, cases, default) => {
            Expr::Dispatch(expr(ast, scrutinee), fields(ast, cases), expr(ast, default))
        }
        Tree::Op(op, args) => Expr::Op(*op, exprs(ast, args)),
        Tree::Prim(prim, args) => Expr::Prim(*prim, exprs(ast, args)),
        Tree::Call(name, args) => Expr::Call(name.clone(), exprs(ast, args)),
        Tree::RawExpr(code) => Expr::RawExpr(code.clone()),
    };
    ast.expr(own)
}

/// Adds a statement to `ast`.
pub fn stmt(ast: &mut Ast, action: &Action) -> StmtId {
    let own = match action {
        Action::Ret(value) => Stmt::Ret(expr(ast, value)),
        Action::Emit(kind, payload, rest) => Stmt::Emit(kind.clone(), fields(ast, payload), stmt(ast, rest)),
        Action::LetS(name, value, body) => Stmt::LetS(name.clone(), expr(ast, value), stmt(ast, body)),
        Action::IfS(cond, branches) => {
            let [then, other] = branches.as_ref();
            Stmt::IfS(expr(ast, cond), stmt(ast, then), stmt(ast, other))
        }
        Action::Dispatch(scrutinee, cases, default) => {
            let scrutinee = expr(ast, scrutinee);
            let cases = cases.iter().map(|(key, body)| (key.clone(), stmt(ast, body))).collect();
            Stmt::Dispatch(scrutinee, cases, stmt(ast, default))
        }
        Action::ForIn(collection, elem, parts) => {
            let [body, rest] = parts.as_ref();
            Stmt::ForIn(expr(ast, collection), elem.clone(), stmt(ast, body), stmt(ast, rest))
        }
        Action::Seq(parts) => {
            let [first, second] = parts.as_ref();
            Stmt::Seq(stmt(ast, first), stmt(ast, second))
        }
    };
    ast.stmt(own)
}

fn method(ast: &mut Ast, own: &Procedure) -> MethodDecl {
    MethodDecl { name: own.name.clone(), params: own.params.clone(), is_async: false, body: stmt(ast, &own.body) }
}

fn class(ast: &mut Ast, own: &Class) -> ClassDecl {
    ClassDecl {
        name: own.name.clone(),
        is_export: own.export,
        constructor_params: own.params.clone(),
        constructor_body: stmt(ast, &own.constructor),
        methods: own.methods.iter().map(|own| method(ast, own)).collect(),
    }
}

impl ModuleTree {
    /// The declaration of this module.
    pub fn decl(&self) -> ModuleDecl {
        let mut ast = Ast::default();
        let constants = self.constants.iter().map(|(name, value)| (name.clone(), expr(&mut ast, value))).collect();
        let functions = self.functions.iter().map(|own| FuncDecl {
            name: own.name.clone(),
            params: own.params.clone(),
            is_export: own.export,
            is_async: false,
            body: expr(&mut ast, &own.body),
        });
        let functions = functions.collect();
        let effect_functions = self.effect_functions.iter().map(|own| EffectFuncDecl {
            name: own.name.clone(),
            params: own.params.clone(),
            is_export: own.export,
            is_async: false,
            body: stmt(&mut ast, &own.body),
        });
        let effect_functions = effect_functions.collect();
        let classes = self.classes.iter().map(|own| class(&mut ast, own)).collect();
        let imports =
            self.imports.iter().map(|(names, source)| Import { names: names.clone(), source: source.clone() });
        ModuleDecl {
            name: self.name.clone(),
            header: Name::from(""),
            imports: imports.collect(),
            constants,
            classes,
            functions,
            effect_functions,
            ast,
        }
    }
}
