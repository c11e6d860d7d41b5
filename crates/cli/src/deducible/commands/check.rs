//! `deducible check`.

use super::rules::load;
use crate::args::CheckArgs;
use etymon_cli::input::read;
use etymon_cli::instruments::examine;
use etymon_cli::output::{Failure, Outcome, Output, counted};
use etymon_diagnostics::Report;
use etymon_instrument::ast::Unit;
use etymon_instrument::{parser, target};
use serde_json::json;

const NO_RULING: &str = "consistent with a cited rule-base, which is no religious or legal ruling";

/// Checks every file, and tells all that was found.
pub fn check(args: &CheckArgs, output: &Output) -> Outcome {
    let module = args.rules.as_deref().map(load).transpose()?;
    let mut report = Report::new();
    let mut accepted = 0;
    for path in &args.files {
        let bytes = read(path, parser::MAX_INPUT)?;
        let (_, unit, found) = examine(path, &bytes, module.as_ref());
        accepted += usize::from(!found.has_errors());
        if output.json {
            let (name, class) = unit.as_ref().map(named).unzip();
            let accepted = !found.has_errors();
            output.print_json(&json!({"path": path, "name": name, "class": class.flatten(), "accepted": accepted}));
        } else if let Some(unit) = unit.filter(|_| !found.has_errors()) {
            output.print(&format!("{path}: `{}` is {NO_RULING}\n", named(&unit).0));
        }
        report.merge(found);
    }
    output.progress(&format!("{} of {} accepted", accepted, counted(args.files.len(), "file")));
    if report.has_errors() {
        return Err(Failure::Refused(report));
    }
    output.report(&report);
    Ok(())
}

/// The name of a unit, and its class if it has one.
fn named(unit: &Unit) -> (String, Option<String>) {
    let class = match unit {
        Unit::Instrument(own) => Some(own.class.text.clone()),
        Unit::Bundle(_) => None,
    };
    (target::name(unit).to_owned(), class)
}
