//! `etymon run`.

use crate::args::RunArgs;
use crate::attestation::trust;
use crate::output::{Failure, Outcome, Output};
use etymon_constraints::engine::{self, Request};
use etymon_constraints::event::Event;
use etymon_constraints::{Target, resolve::Folder};
use std::time::SystemTime;

/// Runs the pipeline over a file.
pub fn run(args: &RunArgs, output: &Output) -> Outcome {
    let trust = trust(&args.trust, output)?;
    let request = Request {
        path: &args.file,
        until: args.until,
        clock: &now,
        library: &Folder,
        trust: &trust,
        workshop: None,
        target: Target::Ts,
        key: None,
    };
    let outcome = engine::run(request, &mut |event| tell(event, output));
    match outcome.failure {
        None => {
            output.report(&outcome.report);
            Ok(())
        }
        Some(engine::Failure::Check) => Err(Failure::Check(outcome.report)),
        Some(engine::Failure::Io) => Err(Failure::Usage(outcome.report)),
        Some(engine::Failure::Refused) => Err(Failure::Refused(outcome.report)),
    }
}

fn tell(event: &Event, output: &Output) {
    if output.json {
        output.print(&format!("{}\n", serde_json::to_string(event).unwrap_or_default()));
    } else {
        output.print(&format!("{}\n", clean(&event.to_string())));
    }
}

/// Without characters that would start a line or steer a terminal.
fn clean(line: &str) -> String {
    line.chars().map(|c| if c.is_control() { ' ' } else { c }).collect()
}

/// The time, in UTC.
pub fn now() -> String {
    humantime::format_rfc3339_millis(SystemTime::now()).to_string()
}
