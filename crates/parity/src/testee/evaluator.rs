//! The Rust evaluator, in this process.

use super::{Kind, Testee};
use crate::batch::Batch;
use crate::case::Case;
use crate::error::Error;
use crate::protocol::{Reply, Request};
use crate::sabotage::Sabotage;
use crate::tree::{Action, ModuleTree, Tree};
use crate::workshop::{Built, Workshop};
use etymon_diagnostics::Diagnostic;
use etymon_kernel_rt::{Op, decoder};
use etymon_spec::Spec;
use etymon_spec::eval::{self, Limits};

/// The Rust evaluator.
#[derive(Clone, Copy, Debug, Default)]
pub struct Evaluator;

impl Testee for Evaluator {
    fn kind(&self) -> Kind {
        Kind::Evaluator
    }

    fn answer(&mut self, workshop: &Workshop, _: &Built, batch: &Batch) -> Result<Vec<Reply>, Error> {
        match workshop.sabotage() {
            Some(Sabotage::Operation { from, to }) => {
                let spec = damaged(&batch.spec, *from, *to)?;
                answers(&spec, &batch.requests, Limits::default())
            }
            _ => answers(&batch.spec, &batch.requests, Limits::default()),
        }
    }
}

/// Answers of the evaluator to calls into `spec`.
///
/// # Errors
/// [`Error::Spec`] when a constant exceeds the budget.
pub(crate) fn answers(spec: &Spec, requests: &[Request], limits: Limits) -> Result<Vec<Reply>, Error> {
    let exhausted = |why: eval::Exhausted| Error::Spec(Diagnostic::from(why).note("in a constant").into());
    let evaluator = eval::Evaluator::new(spec, limits).map_err(exhausted)?;
    Ok(requests.iter().map(|request| answer(&evaluator, spec, request)).collect())
}

/// What a random program may use: little, so that no testee takes long.
const BUDGET: Limits = Limits { steps: 200_000, size: 1 << 18 };

/// Answers to cases that share one program, or none where the evaluator does not finish within a small budget.
///
/// # Errors
/// [`Error::Spec`] when the program does not link.
pub(crate) fn limited_answers(cases: &[Case]) -> Result<Vec<Option<Reply>>, Error> {
    let Some(program) = cases.first().and_then(|case| case.program.as_ref()) else {
        return Ok(vec![None; cases.len()]);
    };
    let spec = program.spec()?;
    let Ok(evaluator) = eval::Evaluator::new(&spec, BUDGET) else { return Ok(vec![None; cases.len()]) };
    let one = |case: &Case| {
        let Case { id, suite, call, args, .. } = case.clone();
        let reply = answer(&evaluator, &spec, &Request { id, suite, call, args });
        matches!(reply, Reply::Ok(_)).then_some(reply)
    };
    Ok(cases.iter().map(one).collect())
}

/// Checks in the order of the compiled testees: the call, then the number of arguments.
fn answer(evaluator: &eval::Evaluator<'_>, spec: &Spec, request: &Request) -> Reply {
    if let Some((arity, run)) = decoder::find(&request.call) {
        return if request.args.len() == arity {
            Reply::value(&run(&request.args))
        } else {
            Reply::Refused("arity".to_owned())
        };
    }
    let Some(callee) = evaluator.find(spec, &request.call) else {
        return match evaluator.constant(spec, &request.call) {
            None => Reply::Refused("unknown call".to_owned()),
            Some(_) if !request.args.is_empty() => Reply::Refused("arity".to_owned()),
            Some(value) => Reply::value(value),
        };
    };
    if evaluator.arity(callee) != request.args.len() {
        return Reply::Refused("arity".to_owned());
    }
    match evaluator.call(callee, request.args.clone()) {
        Ok(answer) => Reply::value(&answer.into_val()),
        Err(why) => Reply::Refused(why.code().to_string()),
    }
}

/// The spec with every `from` computing `to`.
fn damaged(spec: &Spec, from: Op, to: Op) -> Result<Spec, Error> {
    let decls = spec.modules.iter().map(|module| {
        let mut tree = ModuleTree::of(module.layer, &module.decl);
        tree.each_expr(&mut |own: &mut Tree| {
            if let Tree::Op(op, _) = own
                && *op == from
            {
                *op = to;
            }
        });
        (module.layer, tree.decl())
    });
    Spec::unchecked(&spec.name, decls.collect()).map_err(|report| Error::spec(&report))
}

impl ModuleTree {
    /// Visits every expression, outermost first.
    fn each_expr(&mut self, visit: &mut dyn FnMut(&mut Tree)) {
        self.constants.iter_mut().for_each(|(_, value)| in_expr(value, visit));
        self.functions.iter_mut().for_each(|own| in_expr(&mut own.body, visit));
        self.effect_functions.iter_mut().for_each(|own| in_stmt(&mut own.body, visit));
        for class in &mut self.classes {
            in_stmt(&mut class.constructor, visit);
            class.methods.iter_mut().for_each(|own| in_stmt(&mut own.body, visit));
        }
    }
}

fn in_expr(tree: &mut Tree, visit: &mut dyn FnMut(&mut Tree)) {
    visit(tree);
    for child in tree.children_mut() {
        in_expr(child, visit);
    }
}

fn in_stmt(action: &mut Action, visit: &mut dyn FnMut(&mut Tree)) {
    let (exprs, stmts) = action.children_mut();
    exprs.into_iter().for_each(|child| in_expr(child, visit));
    stmts.into_iter().for_each(|child| in_stmt(child, visit));
}
