//! Makes a differing case small: cuts it in every possible place, keeps the smallest cut that still differs, and starts over.

mod edits;
mod program;

use crate::case::{Case, Program};
use crate::error::Error;
use crate::tree::{Literal, ModuleTree};
use etymon_spec::Spec;
use std::sync::Arc;

/// Cuts tried at once; a compiler is started once for all of them.
const AT_ONCE: usize = 400;
/// Cuts tried in all.
const MAX_TRIED: usize = 24_000;

/// Says of each case whether it still differs.
pub(crate) type Oracle<'o> = dyn FnMut(&[Case]) -> Result<Vec<bool>, Error> + 'o;

/// The smallest case found that still differs.
///
/// # Errors
/// Those of the oracle.
pub(crate) fn shrink(case: Case, differs: &mut Oracle<'_>) -> Result<Case, Error> {
    let mut best = case;
    let mut tried = 0;
    'smaller: while tried < MAX_TRIED {
        let mut cuts = cuts(&best);
        let limit = weight(&best);
        cuts.retain(|(own, _)| *own < limit);
        cuts.sort_by_key(|(own, _)| *own);
        for chunk in cuts.chunks(AT_ONCE) {
            let cases: Vec<Case> = chunk.iter().map(|(_, case)| case.clone()).collect();
            tried += cases.len();
            let still = differs(&cases)?;
            if let Some(at) = still.iter().position(|still| *still) {
                best = cases[at].clone();
                continue 'smaller;
            }
        }
        break;
    }
    Ok(best)
}

/// Order of cases: nodes first, then how large their literals are.
fn weight(case: &Case) -> usize {
    let program = case.program.as_ref().map_or(0, |program| program.modules.iter().map(program::weight).sum());
    program + case.args.iter().map(|arg| edits::literal_weight(&Literal::of(arg))).sum::<usize>()
}

fn cuts(case: &Case) -> Vec<(usize, Case)> {
    let mut all = Vec::new();
    for (at, arg) in case.args.iter().enumerate() {
        for literal in edits::literals(&Literal::of(arg)) {
            let mut cut = case.clone();
            cut.args[at] = literal.value();
            all.push(cut);
        }
    }
    if let Some(program) = &case.program {
        for cut in program::cuts(program, &case.call) {
            let mut own = Case { program: Some(Arc::new(cut.program)), ..case.clone() };
            if let Some(param) = cut.dropped_param {
                own.args.remove(param);
            }
            all.push(own);
        }
    }
    all.into_iter().map(|case| (weight(&case), case)).collect()
}

/// The case with a program of its own: the called module of `base` and what it imports.
pub(crate) fn standalone(base: &Spec, case: &Case) -> Case {
    let Some((path, _)) = case.call.split_once('.').filter(|_| case.program.is_none()) else { return case.clone() };
    let mut wanted: Vec<usize> = base.modules.iter().position(|module| module.path == path).into_iter().collect();
    let mut next = 0;
    while next < wanted.len() {
        for import in &base.modules[wanted[next]].uses {
            if !wanted.contains(&import.module) {
                wanted.push(import.module);
            }
        }
        next += 1;
    }
    let order = etymon_spec::eval::import_order(base).into_iter().filter(|at| wanted.contains(at));
    let modules = order.map(|at| ModuleTree::of(base.modules[at].layer, &base.modules[at].decl)).collect();
    Case { program: Some(Arc::new(Program { modules })), ..case.clone() }
}

#[cfg(test)]
mod tests {
    use super::shrink;
    use crate::case::{Case, Program};
    use crate::tree::sugar::{cond, let_in, list, nat, op, text, var};
    use crate::tree::{Func, ModuleTree, Tree};
    use etymon_kernel_rt::{Op, Val};
    use etymon_spec::Layer;
    use etymon_spec::ast::Name;
    use std::sync::Arc;

    fn mentions(tree: &Tree, wanted: Op) -> bool {
        let mut tree = tree.clone();
        matches!(&tree, Tree::Op(own, _) if *own == wanted)
            || tree.children_mut().into_iter().any(|child| mentions(child, wanted))
    }

    #[test]
    fn leaves_only_what_the_oracle_needs() {
        let mut module = ModuleTree::new(Layer::App, "M");
        let guilty = op(Op::Lt, [op(Op::Add, [var("x"), nat(12)]), list([text("abc")])]);
        let body = let_in("y", cond(guilty, nat(7), text("long text")), op(Op::ConcatStr, [var("y"), var("x")]));
        let params = vec![Name::from("x"), Name::from("z")];
        module.functions.push(Func { name: Name::from("f"), params, export: true, body });
        let unused = Func { name: Name::from("g"), params: Vec::new(), export: true, body: nat(9) };
        module.functions.push(unused);
        let program = Some(Arc::new(Program { modules: vec![module] }));
        let args = vec![Val::Bool(true), Val::None];
        let case = Case {
            id: "t".to_owned(),
            suite: "t".to_owned(),
            program,
            call: "app/M.f".to_owned(),
            args,
            opaque: false,
        };
        let body = |case: &Case| case.program.as_ref().map(|own| own.modules[0].functions[0].body.clone());
        let mut oracle = |cases: &[Case]| {
            Ok(cases.iter().map(|own| body(own).is_some_and(|body| mentions(&body, Op::Lt))).collect())
        };
        let small = shrink(case, &mut oracle).unwrap();
        assert!(small.args.is_empty());
        assert!(small.size() <= 4, "{}", small.reproducer());
    }
}
