//! Two testees on the same cases.

use crate::batch::Batch;
use crate::case::Case;
use crate::error::Error;
use crate::protocol::{Reply, shorten};
use crate::run::ask;
use crate::testee::{Kind, limited_answers};
use crate::workshop::Workshop;
use serde::Serialize;

/// A case on which somebody stands alone.
#[derive(Clone, Debug, PartialEq, Eq, Serialize)]
pub struct Difference {
    /// The vector or random case that it comes from.
    pub id: String,
    /// Who answers otherwise.
    pub testee: &'static str,
    /// Whose answer it is compared with: `pinned`, or a testee.
    pub against: &'static str,
    /// That answer.
    pub expected: String,
    /// The other answer.
    pub got: String,
    /// Nodes of program and arguments.
    pub nodes: u64,
    /// What `etymon eval` takes to run it on the evaluator.
    pub program: String,
    /// Anything else to know.
    pub note: Option<String>,
}

impl Difference {
    pub(crate) fn new(case: &Case, testee: Kind, against: &'static str, expected: &Reply, got: &Reply) -> Difference {
        Difference {
            id: case.id.clone(),
            testee: testee.name(),
            against,
            expected: shorten(&expected.text()),
            got: shorten(&got.text()),
            nodes: case.size() as u64,
            program: case.reproducer(),
            note: None,
        }
    }

    /// A few lines for people.
    pub fn to_text(&self) -> String {
        let note = self.note.as_ref().map_or_else(String::new, |note| format!("  note: {note}\n"));
        format!(
            "  `{}` on {} ({} nodes)\n  {}: {}\n  {}: {}\n{note}  reproduce: etymon eval - <<'END'\n{}\nEND\n",
            self.id, self.testee, self.nodes, self.against, self.expected, self.testee, self.got, self.program
        )
    }
}

/// Whom to compare.
#[derive(Clone, Copy, Debug)]
pub(crate) struct Pair {
    pub trusted: Kind,
    pub suspect: Kind,
}

/// For each case the two answers, where they differ. What the evaluator does not finish counts as equal.
///
/// # Errors
/// When one of the two cannot be asked.
pub(crate) fn differs(
    workshop: &mut Workshop,
    cases: &[Case],
    pair: Pair,
) -> Result<Vec<Option<(Reply, Reply)>>, Error> {
    let mut found = vec![None; cases.len()];
    // Only what can be emitted and is finished within the budget is asked; a constant without end would stop the whole batch.
    let mut chosen: Vec<usize> = Vec::new();
    let mut asked: Vec<Case> = Vec::new();
    for (at, case) in cases.iter().enumerate() {
        if matches!(limited_answers(std::slice::from_ref(case))?.as_slice(), [Some(_)]) {
            chosen.push(at);
            asked.push(Case { id: at.to_string(), ..case.clone() });
        }
    }
    if asked.is_empty() {
        return Ok(found);
    }
    let batch = Batch::new(None, asked)?;
    let kinds = [pair.trusted, pair.suspect];
    let built = workshop.build(&batch, &kinds)?;
    let answers = ask(workshop, &built, &batch, &kinds)?;
    if let [(_, trusted), (_, suspect)] = answers.as_slice() {
        for (at, (expected, got)) in chosen.into_iter().zip(trusted.iter().zip(suspect)) {
            if expected != got {
                found[at] = Some((expected.clone(), got.clone()));
            }
        }
    }
    Ok(found)
}
