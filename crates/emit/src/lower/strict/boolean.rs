//! Which expressions are surely boolean (docs/lowering.md, "Strict JavaScript").

use crate::lower::work::Work;
use crate::names::Scope;
use etymon_kernel_rt::{Op, Val};
use etymon_spec::ast::{Ast, Expr, ExprId};

/// What is known of the expressions asked about. Each stands in one place, so its locals are the same whenever it is asked about.
#[derive(Default)]
pub(crate) struct Booleans {
    known: Vec<Option<bool>>,
}

impl Booleans {
    /// Whether the value is a boolean in every environment, as far as its form and the locals in force show.
    pub fn sure(&mut self, work: &Work<'_>, id: ExprId) -> bool {
        self.ask(work.ast, &work.scope, id, &mut Vec::new())
    }

    /// Whether the accumulator of a fold is: at the start, and after each step if it was before.
    pub fn sure_acc<'a>(
        &mut self,
        work: &mut Work<'a>,
        [init, body]: [ExprId; 2],
        acc: &'a str,
        elem: &'a str,
    ) -> bool {
        if !self.sure(work, init) {
            return false;
        }
        for (name, boolean) in [(acc, true), (elem, false)] {
            let target = work.scope.fresh(name);
            work.scope.push(name, target);
            if boolean {
                work.scope.set_boolean();
            }
        }
        let mut found = Vec::new();
        let sure = self.ask(work.ast, &work.scope, body, &mut found);
        work.scope.pop();
        work.scope.pop();
        if !sure {
            // What was found assumed that it is.
            found.into_iter().for_each(|id| self.known[at(id)] = None);
        }
        sure
    }

    /// Answers without following the nesting on the machine stack; `found` receives what was not known before.
    fn ask(&mut self, ast: &Ast, scope: &Scope<'_>, id: ExprId, found: &mut Vec<ExprId>) -> bool {
        self.known.resize(ast.exprs().len(), None);
        let mut open = vec![id];
        while let Some(&id) = open.last() {
            let answer = match &ast[id] {
                Expr::Lit(_, Val::Bool(_)) => Some(true),
                Expr::Var(name) => Some(scope.is_boolean(name)),
                Expr::Op(Op::Eq, args) => Some(args.len() == 2),
                Expr::Op(op @ (Op::Not | Op::And | Op::Or), args) if args.len() == op.arity() => {
                    self.all(args, &mut open)
                }
                Expr::IfE(cond, yes, no) => self.all(&[*cond, *yes, *no], &mut open),
                _ => Some(false),
            };
            if let Some(answer) = answer {
                if self.known[at(id)].replace(answer).is_none() {
                    found.push(id);
                }
                open.pop();
            }
        }
        self.known[at(id)] == Some(true)
    }

    /// Whether all of `parts` are, or the first of which that must be asked first.
    fn all(&self, parts: &[ExprId], open: &mut Vec<ExprId>) -> Option<bool> {
        for part in parts {
            match self.known[at(*part)] {
                Some(true) => {}
                Some(false) => return Some(false),
                None => {
                    open.push(*part);
                    return None;
                }
            }
        }
        Some(true)
    }
}

fn at(id: ExprId) -> usize {
    id.0 as usize
}
