//! What both strict printers share: names in force and portability.

use super::module::{Callee, Visible};
use super::work::{Printer, Step, Work, run};
use crate::names::Scope;
use crate::writer::Writer;
use etymon_diagnostics::Diagnostic;
use etymon_kernel_rt::Val;
use etymon_spec::ast::{Ast, ClassDecl, EffectFuncDecl, Expr, ExprId, FuncDecl, MethodDecl, Name};
use etymon_spec::codes::NOT_PORTABLE;
use std::fmt::Write;

mod boolean;
pub(crate) mod free;
pub(crate) mod js;
pub(crate) mod rust;

/// Whether a statement stands in a constructor, whose value is the object and which may not emit.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) enum Body {
    Effectful,
    Constructor,
}

/// The declaration texts of one strict language.
pub(crate) trait Declarations<'a>: Printer<'a> {
    fn constant(&mut self, work: &mut Work<'a>, name: &'a str, value: ExprId) -> Result<(), Diagnostic>;
    fn function(&mut self, work: &mut Work<'a>, own: &'a FuncDecl) -> Result<(), Diagnostic>;
    fn effect_function(&mut self, work: &mut Work<'a>, own: &'a EffectFuncDecl) -> Result<(), Diagnostic>;
    fn method(&mut self, work: &mut Work<'a>, own: &'a MethodDecl) -> Result<(), Diagnostic>;
    fn class(&mut self, work: &mut Work<'a>, own: &'a ClassDecl) -> Result<(), Diagnostic>;
    /// Sets what is visible from now on.
    fn visible(&mut self) -> &mut Visible<'a>;
}

/// Starts printing at the beginning of a piece with the module-level names of `visible`.
pub(crate) fn work<'a>(ast: &'a Ast, mut out: Writer, visible: &Visible<'a>) -> Work<'a> {
    out.begin();
    Work::new(ast, out, Scope::new(visible.taken.clone()))
}

/// Prints a parameter list with `suffix` after every name.
pub(crate) fn parameters<'a>(work: &mut Work<'a>, this: bool, names: &'a [Name], suffix: &str) -> usize {
    let all = this.then_some("this").into_iter().chain(names.iter().map(|name| &**name));
    let mut count = 0;
    for name in all {
        if count > 0 {
            work.text(", ");
        }
        work.parameter(name);
        work.text(suffix);
        count += 1;
    }
    count
}

/// Runs `step` to its end and then forgets `count` locals.
pub(crate) fn scoped<'a>(
    printer: &mut impl Printer<'a>,
    work: &mut Work<'a>,
    step: Step<'a>,
    count: usize,
) -> Result<(), Diagnostic> {
    run(printer, work, step)?;
    run(printer, work, Step::Unbind(count))
}

pub(crate) fn refuse(what: &str, help: &str) -> Diagnostic {
    Diagnostic::error(NOT_PORTABLE, format!("{what} has no meaning that every target shares")).help(help)
}

/// The refusal of a construct that has no strict text.
pub(crate) fn not_portable(expr: &Expr) -> Diagnostic {
    match expr {
        Expr::Lam(..) => refuse("`lam`", "write a function of its own, or use `fold`"),
        Expr::App(..) => refuse("`app`", "use `call` with a declared function"),
        _ => refuse("`rawExpr`", "write it with the forms of the grammar"),
    }
}

/// Whether a call prints; if not, it is none.
///
/// # Errors
/// `NOT_PORTABLE` for a call that resolves to no pure function.
pub(crate) fn resolves(visible: &Visible<'_>, name: &str, arguments: usize) -> Result<bool, Diagnostic> {
    match visible.callee(name, arguments) {
        Callee::Fits => Ok(true),
        Callee::WrongArity => Ok(false),
        Callee::Unresolved => {
            Err(refuse(&format!("the call of `{name}`"), "call a pure function declared earlier or imported"))
        }
    }
}

/// Whether `id` is a literal without parts.
pub(crate) fn scalar_literal(ast: &Ast, id: ExprId) -> bool {
    matches!(&ast[id], Expr::Lit(_, Val::Nat(_) | Val::Bool(_) | Val::Str(_) | Val::None))
}

/// The bindings of the letE chain that begins at `id`, and what its last one encloses.
pub(crate) fn chain(ast: &Ast, mut id: ExprId) -> (Vec<(&Name, ExprId)>, ExprId) {
    let mut bindings = Vec::new();
    while let Expr::LetE(name, value, body) = &ast[id] {
        bindings.push((name, *value));
        id = *body;
    }
    (bindings, id)
}

pub(crate) fn emitting_constructor() -> Diagnostic {
    refuse("`emit` in a constructor", "emit from a method or an effect function")
}

/// Prints octets in decimal, separated by commas.
pub(crate) fn octets(work: &mut Work<'_>, bytes: &[u8]) {
    let out = work.out.buffer();
    for (at, byte) in bytes.iter().enumerate() {
        if at > 0 {
            out.push_str(", ");
        }
        // Writing to a `String` cannot fail.
        let _ = write!(out, "{byte}");
    }
}
