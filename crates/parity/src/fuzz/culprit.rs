//! Programs that a testee cannot be made of: as much a finding as a wrong answer.

use crate::batch::Batch;
use crate::case::{Case, Program};
use crate::compare::Difference;
use crate::error::Error;
use crate::protocol::Reply;
use crate::run::ask;
use crate::shrink::shrink;
use crate::testee::Kind;
use crate::tree::{Func, ModuleTree, sugar::nat};
use crate::workshop::Workshop;
use etymon_spec::Layer;
use etymon_spec::ast::Name;
use std::sync::Arc;

/// Cuts tried one by one, because each is a build of its own.
const MAX_BUILDS: usize = 60;

/// Why `cases` cannot be asked, where that may be their own fault.
fn failure(workshop: &mut Workshop, kind: Kind, cases: Vec<Case>) -> Result<Option<String>, Error> {
    let batch = Batch::new(None, cases)?;
    let kinds = [kind];
    let asked = workshop.build(&batch, &kinds).and_then(|built| ask(workshop, &built, &batch, &kinds));
    match asked {
        Ok(answers) => Ok(answers.into_iter().find_map(|(_, replies)| all_crashed(&replies))),
        Err(error) if suspect(&error, &kinds).is_some() => Ok(Some(error.to_string())),
        Err(error) => Err(error),
    }
}

/// What it said, if it dies whatever it is asked.
fn all_crashed(replies: &[Reply]) -> Option<String> {
    match replies.first() {
        Some(Reply::Crashed(said)) if replies.iter().all(|own| matches!(own, Reply::Crashed(_))) => Some(said.clone()),
        _ => None,
    }
}

/// The testee that an error blames; a refusal to emit blames the first compiled one.
fn suspect(error: &Error, testees: &[Kind]) -> Option<Kind> {
    match error {
        Error::Setup { testee, .. } | Error::Crashes { testee, .. } => {
            // Both wasm testees are built under one name.
            Kind::from_name(testee).filter(|kind| kind.is_compiled())
        }
        Error::Spec(_) => testees.iter().copied().find(|kind| kind.is_compiled()),
        _ => None,
    }
}

/// A program that nothing can be wrong with.
fn harmless() -> Case {
    let mut module = ModuleTree::new(Layer::App, "M");
    module.functions.push(Func { name: Name::from("f"), params: Vec::new(), export: true, body: nat(0) });
    let program = Some(Arc::new(Program { modules: vec![module] }));
    let (id, suite, call) = ("harmless".to_owned(), "fuzz".to_owned(), "app/M.f".to_owned());
    Case { id, suite, program, call, args: Vec::new(), opaque: false }
}

/// Finds the program of `cases` that `error` comes from, by halving.
///
/// # Errors
/// `error` itself, where it is not the programs' fault.
pub(super) fn culprit(
    workshop: &mut Workshop,
    testees: &[Kind],
    cases: &[Case],
    error: Error,
) -> Result<Difference, Error> {
    let Some(kind) = suspect(&error, testees) else { return Err(error) };
    if failure(workshop, kind, vec![harmless()])?.is_some() {
        return Err(error);
    }
    let mut rest = cases;
    while rest.len() > 1 {
        let (left, right) = rest.split_at(rest.len() / 2);
        rest = if failure(workshop, kind, left.to_vec())?.is_some() { left } else { right };
    }
    let Some(case) = rest.first().cloned() else { return Err(error) };
    let mut builds = 0;
    let small = shrink(case, &mut |cuts| {
        // Enough to know one that still fails; the others count as whole.
        let mut still = vec![false; cuts.len()];
        for (at, cut) in cuts.iter().enumerate() {
            if builds >= MAX_BUILDS {
                break;
            }
            builds += 1;
            if failure(workshop, kind, vec![cut.clone()])?.is_some() {
                still[at] = true;
                break;
            }
        }
        Ok(still)
    })?;
    let Some(reason) = failure(workshop, kind, vec![small.clone()])? else { return Err(error) };
    let nothing = Reply::Refused("an answer of any kind".to_owned());
    let difference = Difference::new(&small, kind, "any program", &nothing, &Reply::Malformed("none".to_owned()));
    Ok(Difference { note: Some(reason), ..difference })
}
