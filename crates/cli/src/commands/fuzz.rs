//! `etymon fuzz`.

use super::parity::{failure, kinds, tools};
use crate::args::FuzzArgs;
use crate::output::{Failure, Outcome, Output};
use etymon_diagnostics::{Code, Diagnostic, Report};
use etymon_parity::{FuzzOptions, Kind, ScriptOptions, fuzz as run, fuzz_scripts};

/// Every implementation asked for is the one that all are compared with.
const NOTHING_TO_COMPARE: Code = Code::new("NOTHING_TO_COMPARE");

/// The spec whose node is asked.
const SPEC: &str = "golden/spec";

/// Runs generated programs on every testee.
pub fn fuzz(args: &FuzzArgs, output: &Output) -> Outcome {
    let mut options = FuzzOptions::of(tools(output), args.programs, args.seed);
    if !args.testees.is_empty() {
        options.testees = kinds(&args.testees);
        options.testees.retain(|kind| *kind != Kind::Evaluator);
        if options.testees.is_empty() {
            let message = "`--testees evaluator` leaves nobody to compare the evaluator with";
            return Err(Failure::Usage(Report::from(
                Diagnostic::error(NOTHING_TO_COMPARE, message).help("name another"),
            )));
        }
    }
    if args.with_lean && !options.testees.contains(&Kind::Lean) {
        options.testees.insert(0, Kind::Lean);
    }
    if let Some(scripts) = args.scripts {
        let FuzzOptions { tools, seed, testees, .. } = options;
        output.progress(&format!("telling {scripts} scripts"));
        let report =
            fuzz_scripts(&ScriptOptions { tools, spec: SPEC.into(), scripts, seed, testees }).map_err(failure)?;
        output.print(&if output.json { format!("{}\n", report.to_json()) } else { report.to_text() });
        return if report.ok { Ok(()) } else { Err(Failure::Printed) };
    }
    let mut progress = |done: u64| output.progress(&format!("{done} of {} programs", args.programs));
    let report = run(&options, &mut progress).map_err(failure)?;
    if output.json {
        output.print(&format!("{}\n", report.to_json()));
    } else {
        output.print(&report.to_text());
    }
    if report.ok { Ok(()) } else { Err(Failure::Printed) }
}
