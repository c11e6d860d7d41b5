//! What `etymon eval` runs.

use crate::ast::{Ast, ExprId, ModuleDecl, Name, StmtId};
use etymon_kernel_rt::Val;

/// One evaluation: what to run, and in which environment.
#[derive(Clone, Debug)]
pub struct Program {
    /// Bindings, a later one shadowing an earlier one of the same name.
    pub env: Vec<(Name, Val)>,
    /// Where the ids of `task` point.
    pub ast: Ast,
    /// What to run.
    pub task: Task,
    /// A module given with the program, whose functions and constants it sees.
    pub module: Option<ModuleDecl>,
    /// A module of the spec at hand, named `layer/Name`.
    pub module_path: Option<Name>,
}

/// What to run.
#[derive(Clone, Debug)]
pub enum Task {
    /// Evaluate an expression.
    Expr(ExprId),
    /// Execute a statement.
    Stmt(StmtId),
    /// Call a function, effect function, constructor or method.
    Call(Name, Vec<Val>),
}
