//! Differential fuzzing: random whole programs on every implementation.

mod culprit;
mod expr;
mod generate;
mod keyed;
mod names;
mod types;

pub(crate) use names::LOCALS as NASTY_LOCALS;

use crate::batch::Batch;
use crate::case::Case;
use crate::compare::{Difference, Pair, differs};
use crate::error::Error;
use crate::protocol::Reply;
use crate::run::ask;
use crate::sabotage::Sabotage;
use crate::shrink::shrink;
use crate::testee::{Kind, limited_answers};
use crate::workshop::{Tools, Workshop};
use etymon_spec::canonical;
use serde::Serialize;

/// Functions in a batch. What every crate brings along costs as much to compile as a thousand of them.
const FUNCTIONS: usize = 3000;

/// What to run.
#[derive(Clone, Debug)]
pub struct FuzzOptions {
    /// Programs and folders.
    pub tools: Tools,
    /// How many programs.
    pub programs: u64,
    /// Decides everything.
    pub seed: u64,
    /// Who answers besides the evaluator.
    pub testees: Vec<Kind>,
    /// A planted defect.
    pub sabotage: Option<Sabotage>,
}

impl FuzzOptions {
    /// JavaScript, native and wasm.
    pub fn of(tools: Tools, programs: u64, seed: u64) -> FuzzOptions {
        let testees = vec![Kind::Js, Kind::Native, Kind::WasmWasmtime, Kind::WasmNode];
        FuzzOptions { tools, programs, seed, testees, sabotage: None }
    }
}

/// The outcome.
#[derive(Clone, Debug, PartialEq, Eq, Serialize)]
pub struct FuzzReport {
    /// No difference.
    pub ok: bool,
    /// The seed, as text, because JSON numbers end at 2^53.
    #[serde(serialize_with = "as_text")]
    pub seed: u64,
    /// Programs that ran.
    pub programs: u64,
    /// Calls that ran on every testee.
    pub calls: u64,
    /// Calls that the evaluator did not finish within its budget.
    pub skipped: u64,
    /// Who answered, the evaluator first.
    pub testees: Vec<&'static str>,
    /// How many calls differed.
    pub different: u64,
    /// For each testee that differs, its smallest difference, made smaller.
    pub differences: Vec<Difference>,
}

fn as_text<S: serde::Serializer>(seed: &u64, serializer: S) -> Result<S::Ok, S::Error> {
    serializer.collect_str(seed)
}

impl FuzzReport {
    /// The report as canonical JSON.
    pub fn to_json(&self) -> String {
        // All numbers are counts, far below 2^53.
        canonical::to_string(self).unwrap_or_default()
    }

    /// For people.
    pub fn to_text(&self) -> String {
        let mut out: String = self.differences.iter().map(Difference::to_text).collect();
        let verdict = if self.ok { "agree".to_owned() } else { format!("DISAGREE on {}", self.different) };
        let (seed, programs, calls, skipped) = (self.seed, self.programs, self.calls, self.skipped);
        let testees = self.testees.join(", ");
        out +=
            &format!("seed {seed}: {programs} programs, {calls} calls, {skipped} over budget; {testees}: {verdict}\n");
        out
    }
}

/// Runs random programs until all are done or some differ.
///
/// `progress` is told the number of programs done.
///
/// # Errors
/// [`Error`] when there is no verdict; differences are in the report.
pub fn fuzz(options: &FuzzOptions, progress: &mut dyn FnMut(u64)) -> Result<FuzzReport, Error> {
    let mut workshop = Workshop::open(options.tools.clone(), options.sabotage.clone())?;
    let mut report = FuzzReport {
        ok: true,
        seed: options.seed,
        programs: 0,
        calls: 0,
        skipped: 0,
        testees: std::iter::once(Kind::Evaluator).chain(options.testees.iter().copied()).map(Kind::name).collect(),
        different: 0,
        differences: Vec::new(),
    };
    while report.programs < options.programs && report.ok {
        let (cases, expected) = generate(options, &mut report)?;
        let found = match compare(&mut workshop, options, &cases, &expected) {
            Ok(found) => found,
            Err(error) => {
                let difference = culprit::culprit(&mut workshop, &options.testees, &cases, error)?;
                report.ok = false;
                report.different = 1;
                report.differences.push(difference);
                break;
            }
        };
        report.different = found.len() as u64;
        report.ok = found.is_empty();
        for kind in &options.testees {
            let own = found.iter().filter(|own| own.kind == *kind);
            if let Some(found) = own.min_by_key(|own| own.case.size()) {
                report.differences.push(minimise(&mut workshop, found)?);
            }
        }
        progress(report.programs);
    }
    Ok(report)
}

/// The next programs, as many as one batch takes, with the evaluator's answers.
fn generate(options: &FuzzOptions, report: &mut FuzzReport) -> Result<(Vec<Case>, Vec<Reply>), Error> {
    let (mut cases, mut expected) = (Vec::new(), Vec::new());
    let mut functions = 0;
    while report.programs < options.programs && functions < FUNCTIONS {
        let own = generate::cases(options.seed, report.programs);
        report.programs += 1;
        let answers = limited_answers(&own)?;
        let (before, program) = (cases.len(), own.first().and_then(|case| case.program.clone()));
        for (case, answer) in own.into_iter().zip(answers) {
            match answer {
                Some(answer) => {
                    cases.push(case);
                    expected.push(answer);
                }
                None => report.skipped += 1,
            }
        }
        if cases.len() > before {
            functions += program.map_or(0, |program| program.functions());
        }
    }
    report.calls += cases.len() as u64;
    Ok((cases, expected))
}

/// A call that a testee answers in a way of its own.
struct Found {
    kind: Kind,
    case: Case,
    expected: Reply,
    got: Reply,
}

fn compare(
    workshop: &mut Workshop,
    options: &FuzzOptions,
    cases: &[Case],
    expected: &[Reply],
) -> Result<Vec<Found>, Error> {
    let batch = Batch::new(None, cases.to_vec())?;
    let built = workshop.build(&batch, &options.testees)?;
    let mut found = Vec::new();
    for (kind, replies) in ask(workshop, &built, &batch, &options.testees)? {
        for ((case, expected), reply) in batch.cases.iter().zip(expected).zip(&replies) {
            if expected != reply {
                found.push(Found { kind, case: case.clone(), expected: expected.clone(), got: reply.clone() });
            }
        }
    }
    Ok(found)
}

fn minimise(workshop: &mut Workshop, found: &Found) -> Result<Difference, Error> {
    let Found { kind: suspect, case, expected, got } = found;
    let suspect = *suspect;
    let pair = Pair { trusted: Kind::Evaluator, suspect };
    // The referee takes long to start, so its differences are named, not cut.
    let small = if suspect == Kind::Lean {
        case.clone()
    } else {
        shrink(case.clone(), &mut |cases| {
            let found = differs(workshop, cases, pair)?;
            Ok(found.iter().map(Option::is_some).collect())
        })?
    };
    let found = differs(workshop, std::slice::from_ref(&small), pair)?;
    Ok(match found.into_iter().next().flatten() {
        Some((expected, got)) => Difference::new(&small, suspect, Kind::Evaluator.name(), &expected, &got),
        None => {
            let note = Some("it does not differ alone".to_owned());
            Difference { note, ..Difference::new(case, suspect, Kind::Evaluator.name(), expected, got) }
        }
    })
}

#[cfg(test)]
mod tests {
    use super::generate::cases;
    use crate::protocol::Reply;
    use crate::testee::limited_answers;
    use etymon_kernel_rt::{Op, Prim};
    use etymon_spec::check::EFFECTS;
    use std::collections::BTreeMap;

    const FORMS: [&str; 13] =
        ["var", "lit", "letE", "ifE", "record", "get", "set", "list", "fold", "dispatch", "op", "prim", "call"];
    const STATEMENTS: [&str; 7] = ["ret", "emit", "letS", "ifS", "dispatch", "forIn", "seq"];

    #[test]
    fn random_programs_reach_every_construct() {
        let images: String = (0..1500).filter_map(|at| Some(cases(5, at).first()?.program.as_ref()?.image())).collect();
        for form in FORMS.into_iter().chain(STATEMENTS) {
            assert!(images.matches(&format!("{{\"{form}\":")).count() > 20, "{form}");
        }
        let names = Op::ALL.map(Op::name).into_iter().chain(Prim::ALL.into_iter().map(Prim::name));
        for name in names.chain(EFFECTS.map(|(kind, _)| kind)) {
            assert!(images.contains(&format!("[\"{name}\",[")), "{name}");
        }
        for part in ["\"constructorBody\":", "\"kernel/A\"", "\"constants\":[[", "\"isExport\":false"] {
            assert!(images.contains(part), "{part}");
        }
    }

    #[test]
    fn most_random_programs_answer_something() {
        let mut by_type: BTreeMap<String, usize> = BTreeMap::new();
        for at in 0..600 {
            for answer in limited_answers(&cases(6, at)).unwrap().into_iter().flatten() {
                let Reply::Ok(text) = answer else { continue };
                let tag = text.split('"').nth(1).unwrap_or_default().to_owned();
                *by_type.entry(tag).or_default() += 1;
            }
        }
        let all: usize = by_type.values().sum();
        assert!(by_type.len() == 7, "{by_type:?}");
        assert!(by_type["none"] * 3 < all, "{by_type:?}");
    }
}
