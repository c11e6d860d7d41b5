//! `deducible conformance`.

use crate::args::ConformanceArgs;
use etymon_cli::output::{Failure, Outcome, Output, counted};
use etymon_diagnostics::{Code, Diagnostic, Origin, Report};
use etymon_serve::gateway::{Verified, verify};
use serde_json::json;

/// The last line is no whole one (a warning).
const LOG_REST: Code = Code::new("GATEWAY_LOG_REST");

/// Verifies a log.
pub fn conformance(args: &ConformanceArgs, output: &Output) -> Outcome {
    let origin = || Origin::path(args.log.display().to_string());
    let Verified { entries, head, rest } = verify(&args.log, args.head.as_deref()).map_err(|error| {
        let mut report = Report::from(&error);
        report.iter_mut().for_each(|own| own.origin = origin());
        if error.is_io() { Failure::Usage(report) } else { Failure::Check(report) }
    })?;
    if rest > 0 {
        let message = format!("{} at its end are no line", counted(rest, "byte"));
        let help = "an entry is being written, or was when its gateway ended; `deducible serve` cuts them off";
        output.report(&Report::from(Diagnostic::warning(LOG_REST, message).at(origin()).help(help)));
    }
    if output.json {
        let log = args.log.display().to_string();
        output.print_json(&json!({ "log": log, "intact": true, "entries": entries, "head": head, "rest": rest }));
    } else {
        output.print(&format!("intact: {}, head {head}\n", counted(entries, "line")));
    }
    Ok(())
}
