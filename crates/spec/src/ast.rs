//! Syntax of EncDSL (language reference, sections 3 to 5 and 10), kept in flat arenas so that no depth of nesting can exhaust the stack.

use etymon_kernel_rt::{Nat, Op, Prim, Val};
use std::sync::Arc;

/// A name or key as written.
pub type Name = Arc<str>;

/// Index of an expression in its [`Ast`].
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash, PartialOrd, Ord)]
pub struct ExprId(pub u32);

/// Index of a statement in its [`Ast`].
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash, PartialOrd, Ord)]
pub struct StmtId(pub u32);

/// Index of a written literal in its [`Ast`].
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash, PartialOrd, Ord)]
pub struct LitId(pub u32);

/// A literal as written: order and repetition of record keys are kept, because the image and the reference profile print them.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum Lit {
    /// Natural number.
    Nat(Nat),
    /// Truth value.
    Bool(bool),
    /// Text.
    Str(Name),
    /// Octets.
    Bytes(Arc<[u8]>),
    /// List of literals.
    List(Vec<LitId>),
    /// Fields in writing order.
    Record(Vec<(Name, LitId)>),
    /// Absence.
    None,
}

/// The 16 expression constructors.
#[derive(Clone, Debug, PartialEq)]
pub enum Expr {
    /// Variable reference.
    Var(Name),
    /// Literal: as written, and in normal form.
    Lit(LitId, Val),
    /// Lambda; opaque to evaluation.
    Lam(Name, ExprId),
    /// Application; opaque to evaluation.
    App(ExprId, ExprId),
    /// `let name = value in body`.
    LetE(Name, ExprId, ExprId),
    /// Condition, then, else.
    IfE(ExprId, ExprId, ExprId),
    /// Record construction.
    Record(Vec<(Name, ExprId)>),
    /// Field access.
    Get(ExprId, Name),
    /// Record update.
    Set(ExprId, Name, ExprId),
    /// List construction.
    List(Vec<ExprId>),
    /// Left fold.
    Fold {
        /// The list.
        list: ExprId,
        /// First accumulator.
        init: ExprId,
        /// Name of the accumulator in `body`.
        acc: Name,
        /// Name of the element in `body`; shadows `acc` when equal.
        elem: Name,
        /// Next accumulator.
        body: ExprId,
    },
    /// Tag dispatch: scrutinee, cases, default.
    Dispatch(ExprId, Vec<(Name, ExprId)>, ExprId),
    /// Built-in operation.
    Op(Op, Vec<ExprId>),
    /// Trusted primitive.
    Prim(Prim, Vec<ExprId>),
    /// Call by name.
    Call(Name, Vec<ExprId>),
    /// Verbatim code; opaque to evaluation.
    RawExpr(Name),
}

/// The 7 statement constructors.
#[derive(Clone, Debug, PartialEq)]
pub enum Stmt {
    /// Return, or fall through when the expression is the literal none.
    Ret(ExprId),
    /// Effect type, payload, rest.
    Emit(Name, Vec<(Name, ExprId)>, StmtId),
    /// Name, value, body.
    LetS(Name, ExprId, StmtId),
    /// Condition, then, else.
    IfS(ExprId, StmtId, StmtId),
    /// Scrutinee, cases, default.
    Dispatch(ExprId, Vec<(Name, StmtId)>, StmtId),
    /// Collection, element name, body, rest.
    ForIn(ExprId, Name, StmtId, StmtId),
    /// First, then second if the first fell through.
    Seq(StmtId, StmtId),
}

/// The arenas of one module or one bare node.
#[derive(Clone, Debug, Default)]
pub struct Ast {
    exprs: Vec<Expr>,
    stmts: Vec<Stmt>,
    lits: Vec<Lit>,
}

impl Ast {
    /// Adds an expression. Children come before parents, so an id is always greater than its children's.
    pub fn expr(&mut self, expr: Expr) -> ExprId {
        self.exprs.push(expr);
        ExprId(self.exprs.len() as u32 - 1)
    }

    /// Adds a statement.
    pub fn stmt(&mut self, stmt: Stmt) -> StmtId {
        self.stmts.push(stmt);
        StmtId(self.stmts.len() as u32 - 1)
    }

    /// Adds a written literal. Children come before parents here, too.
    pub fn lit(&mut self, lit: Lit) -> LitId {
        self.lits.push(lit);
        LitId(self.lits.len() as u32 - 1)
    }

    /// Levels of every literal, indexed by its id: 1 for one that holds no other.
    pub fn literal_depths(&self) -> Vec<u32> {
        let mut depths: Vec<u32> = Vec::with_capacity(self.lits.len());
        for lit in &self.lits {
            let below = match lit {
                Lit::List(items) => items.iter().map(|item| depths[item.0 as usize]).max(),
                Lit::Record(fields) => fields.iter().map(|(_, value)| depths[value.0 as usize]).max(),
                _ => None,
            };
            depths.push(1 + below.unwrap_or(0));
        }
        depths
    }

    /// All expressions, children before parents, indexed by their ids.
    pub fn exprs(&self) -> &[Expr] {
        &self.exprs
    }

    /// Number of nodes of all three kinds.
    pub fn len(&self) -> usize {
        self.exprs.len() + self.stmts.len() + self.lits.len()
    }

    /// Whether nothing has been added.
    pub fn is_empty(&self) -> bool {
        self.len() == 0
    }
}

impl std::ops::Index<ExprId> for Ast {
    type Output = Expr;
    fn index(&self, id: ExprId) -> &Expr {
        &self.exprs[id.0 as usize]
    }
}

impl std::ops::Index<StmtId> for Ast {
    type Output = Stmt;
    fn index(&self, id: StmtId) -> &Stmt {
        &self.stmts[id.0 as usize]
    }
}

impl std::ops::Index<LitId> for Ast {
    type Output = Lit;
    fn index(&self, id: LitId) -> &Lit {
        &self.lits[id.0 as usize]
    }
}

/// Pure function (reference, section 10).
#[derive(Clone, Debug, PartialEq)]
pub struct FuncDecl {
    /// Function name.
    pub name: Name,
    /// Parameter names.
    pub params: Vec<Name>,
    /// Whether other modules and callers see it.
    pub is_export: bool,
    /// Written `async` in the reference profile; without meaning otherwise.
    pub is_async: bool,
    /// Result.
    pub body: ExprId,
}

/// Effect function (reference, section 10).
#[derive(Clone, Debug, PartialEq)]
pub struct EffectFuncDecl {
    /// Function name.
    pub name: Name,
    /// Parameter names.
    pub params: Vec<Name>,
    /// Whether other modules and callers see it.
    pub is_export: bool,
    /// Written `async` in the reference profile; without meaning otherwise.
    pub is_async: bool,
    /// What runs.
    pub body: StmtId,
}

/// Class method (reference, section 10): a function of `this` and `params`.
#[derive(Clone, Debug, PartialEq)]
pub struct MethodDecl {
    /// Method name.
    pub name: Name,
    /// Parameter names after `this`.
    pub params: Vec<Name>,
    /// Written `async` in the reference profile; without meaning otherwise.
    pub is_async: bool,
    /// What runs.
    pub body: StmtId,
}

/// Class (reference, section 10).
#[derive(Clone, Debug, PartialEq)]
pub struct ClassDecl {
    /// Class name.
    pub name: Name,
    /// Whether other modules and callers see it.
    pub is_export: bool,
    /// Parameter names of the constructor.
    pub constructor_params: Vec<Name>,
    /// What the constructor runs; its value is the new object.
    pub constructor_body: StmtId,
    /// Methods in order.
    pub methods: Vec<MethodDecl>,
}

/// One import: the names, and the module they come from.
#[derive(Clone, Debug, PartialEq)]
pub struct Import {
    /// Imported names.
    pub names: Vec<Name>,
    /// Source as written.
    pub source: Name,
}

/// One module (reference, section 10).
#[derive(Clone, Debug)]
pub struct ModuleDecl {
    /// Module name.
    pub name: Name,
    /// Text of the header comment.
    pub header: Name,
    /// Imports in order.
    pub imports: Vec<Import>,
    /// Constants in order.
    pub constants: Vec<(Name, ExprId)>,
    /// Classes in order.
    pub classes: Vec<ClassDecl>,
    /// Pure functions in order.
    pub functions: Vec<FuncDecl>,
    /// Effect functions in order.
    pub effect_functions: Vec<EffectFuncDecl>,
    /// Where the ids of this module point.
    pub ast: Ast,
}

/// What `etymon lower` reads: one node of any kind, with its arenas.
#[derive(Clone, Debug)]
pub enum Node {
    /// A bare expression.
    Expr(Ast, ExprId),
    /// `{"stmt":…}`.
    Stmt(Ast, StmtId),
    /// `{"func":…}`.
    Func(Ast, FuncDecl),
    /// `{"effectFunc":…}`.
    EffectFunc(Ast, EffectFuncDecl),
    /// `{"method":…}`.
    Method(Ast, MethodDecl),
    /// `{"class":…}`.
    Class(Ast, ClassDecl),
    /// `{"module":…}`.
    Module(ModuleDecl),
}
