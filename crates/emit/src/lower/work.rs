//! The work list that all four printers run on, so that no depth of nesting reaches the machine stack.

use crate::names::Scope;
use crate::writer::Writer;
use etymon_diagnostics::Diagnostic;
use etymon_kernel_rt::Val;
use etymon_spec::ast::{Ast, ExprId, LitId, StmtId};
use std::borrow::Cow;

/// Where the value of an expression goes that is printed as statements.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) enum Goal {
    Return,
    /// To the local at that place.
    Assign(usize),
}

/// What is still to be printed or done.
#[derive(Clone, Copy, Debug)]
pub(crate) enum Step<'a> {
    Text(&'a str),
    Expr(ExprId),
    Stmt(StmtId),
    /// An expression as statements.
    Into(ExprId, Goal),
    /// Begins the line that takes a value to its goal.
    To(Goal),
    /// A literal in normal form.
    Val(&'a Val),
    /// A literal as written.
    Lit(LitId),
    /// A string literal of the target language.
    Str(&'a str),
    /// A record key of the target language.
    Key(&'a str),
    /// Begins a line.
    Line,
    Indent,
    Dedent,
    /// Prints the target name that the next `Bind` gives this local.
    Declare(&'a str),
    /// Notes whether the value of the last declared local is surely boolean.
    Judge(ExprId),
    /// Brings the last declared local into scope.
    Bind,
    /// Keeps others from the name of the last declared local, which nothing in the source reads.
    BindHidden,
    /// Lets the innermost local be read under this name.
    Reveal(&'a str),
    /// Notes that the innermost local is surely boolean.
    SurelyBoolean,
    /// The target name of the local at that place.
    Local(usize),
    /// Ends the scope of that many locals.
    Unbind(usize),
}

/// A local that is not in scope yet.
struct Declared<'a> {
    name: &'a str,
    target: Cow<'a, str>,
    boolean: bool,
}

/// Printing state.
pub(crate) struct Work<'a> {
    pub ast: &'a Ast,
    pub out: Writer,
    pub scope: Scope<'a>,
    todo: Vec<Step<'a>>,
    declared: Vec<Declared<'a>>,
}

impl<'a> Work<'a> {
    pub fn new(ast: &'a Ast, out: Writer, scope: Scope<'a>) -> Work<'a> {
        Work { ast, out, scope, todo: Vec::new(), declared: Vec::new() }
    }

    /// Appends text now.
    pub fn text(&mut self, text: &str) {
        self.out.text(text);
    }

    /// Puts `steps` before everything that is still to do.
    pub fn then<const N: usize>(&mut self, steps: [Step<'a>; N]) {
        self.todo.extend(steps.into_iter().rev());
    }

    /// Puts the steps of every item before everything that is still to do, `between` between two items.
    pub fn each<T, const N: usize>(
        &mut self,
        items: &'a [T],
        between: &'static str,
        steps: impl Fn(&'a T) -> [Step<'a>; N],
    ) {
        for (at, item) in items.iter().enumerate().rev() {
            self.then(steps(item));
            if at > 0 && !between.is_empty() {
                self.todo.push(Step::Text(between));
            }
        }
    }

    /// `open` now, then the expressions separated by commas, then `close`.
    pub fn list(&mut self, open: &str, items: &'a [ExprId], close: &'static str) {
        self.text(open);
        self.then([Step::Text(close)]);
        self.each(items, ", ", |item| [Step::Expr(*item)]);
    }

    /// Declares and binds a parameter and prints its target name.
    pub fn parameter(&mut self, name: &'a str) {
        let target = self.scope.fresh(name);
        self.out.text(&target);
        self.scope.push(name, target);
    }

    fn bind(&mut self) {
        if let Some(Declared { name, target, boolean }) = self.declared.pop() {
            self.scope.push(name, target);
            if boolean {
                self.scope.set_boolean();
            }
        }
    }

    fn declare(&mut self, name: &'a str) {
        let target = self.scope.fresh(name);
        self.out.text(&target);
        self.declared.push(Declared { name, target, boolean: false });
    }
}

/// How one profile prints in one language. Each method prints the node's beginning and leaves the rest on the work list.
pub(crate) trait Printer<'a> {
    fn expr(&mut self, work: &mut Work<'a>, id: ExprId) -> Result<(), Diagnostic>;
    fn stmt(&mut self, work: &mut Work<'a>, id: StmtId) -> Result<(), Diagnostic>;
    /// An expression as statements (strict JavaScript).
    fn into(&mut self, work: &mut Work<'a>, id: ExprId, _goal: Goal) -> Result<(), Diagnostic> {
        self.expr(work, id)
    }
    /// Whether an expression is surely boolean (strict JavaScript).
    fn boolean(&mut self, _work: &Work<'a>, _id: ExprId) -> bool {
        false
    }
    /// A literal in normal form (strict profile).
    fn val(&mut self, _work: &mut Work<'a>, _val: &'a Val) {}
    /// A literal as written (reference profile).
    fn lit(&mut self, _work: &mut Work<'a>, _lit: LitId) {}
    fn string(&self, out: &mut String, text: &str);
    fn key(&self, out: &mut String, key: &str) -> Result<(), Diagnostic> {
        self.string(out, key);
        Ok(())
    }
}

/// Prints `first` and all that it leads to.
pub(crate) fn run<'a>(printer: &mut impl Printer<'a>, work: &mut Work<'a>, first: Step<'a>) -> Result<(), Diagnostic> {
    work.todo.push(first);
    while let Some(step) = work.todo.pop() {
        match step {
            Step::Text(text) => work.text(text),
            Step::Expr(id) => {
                printer.expr(work, id)?;
                work.out.check()?;
            }
            Step::Stmt(id) => {
                printer.stmt(work, id)?;
                work.out.check()?;
            }
            Step::Into(id, goal) => {
                printer.into(work, id, goal)?;
                work.out.check()?;
            }
            Step::To(Goal::Return) => {
                work.out.line().text("return ");
            }
            Step::To(Goal::Assign(place)) => {
                work.out.line().text(work.scope.target(place)).text(" = ");
            }
            Step::Val(val) => printer.val(work, val),
            Step::Lit(lit) => printer.lit(work, lit),
            Step::Str(text) => printer.string(work.out.buffer(), text),
            Step::Key(key) => printer.key(work.out.buffer(), key)?,
            Step::Line => {
                work.out.line();
            }
            Step::Indent => {
                work.out.indent();
            }
            Step::Dedent => {
                work.out.dedent();
            }
            Step::Declare(name) => work.declare(name),
            Step::Judge(id) => {
                let boolean = printer.boolean(work, id);
                if let Some(local) = work.declared.last_mut() {
                    local.boolean = boolean;
                }
            }
            Step::Bind => work.bind(),
            Step::BindHidden => {
                if let Some(Declared { target, .. }) = work.declared.pop() {
                    work.scope.push_hidden(target);
                }
            }
            Step::Reveal(name) => work.scope.reveal(name),
            Step::SurelyBoolean => work.scope.set_boolean(),
            Step::Local(place) => {
                work.out.text(work.scope.target(place));
            }
            Step::Unbind(count) => (0..count).for_each(|_| work.scope.pop()),
        }
    }
    Ok(())
}
