//! `etymon fuzz`.

use super::parity::{failure, kinds};
use crate::args::FuzzArgs;
use crate::output::{Failure, Outcome, Output};
use etymon_parity::{FuzzOptions, Kind, Tools, fuzz as run};
use std::path::Path;

/// Runs generated programs on every testee.
pub fn fuzz(args: &FuzzArgs, output: &Output) -> Outcome {
    let mut options = FuzzOptions::of(Tools::of(Path::new(".")), args.programs, args.seed);
    if !args.testees.is_empty() {
        options.testees = kinds(&args.testees);
        options.testees.retain(|kind| *kind != Kind::Evaluator);
    }
    if args.with_lean && !options.testees.contains(&Kind::Lean) {
        options.testees.insert(0, Kind::Lean);
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
