//! `etymon run`.

use crate::args::RunArgs;
use crate::output::{Failure, Outcome, Output};
use etymon_constraints::engine::{self, Request};
use etymon_constraints::event::Event;
use etymon_constraints::resolve::{Acceptance, Accepted, Derived, Folder, Refusal};
use etymon_diagnostics::Code;
use std::time::SystemTime;

/// There is nobody whose signature counts.
const NO_SIGNERS: Code = Code::new("NO_SIGNERS");

/// Accepts nothing.
struct NoSigners;

impl Acceptance for NoSigners {
    fn accept(&self, _: Derived<'_>, _: &[u8]) -> Result<Accepted, Refusal> {
        let reason = "no signers are trusted".to_owned();
        Err(Refusal { code: NO_SIGNERS, reason, help: "give a signers manifest".to_owned() })
    }
}

/// Runs the pipeline over a file.
pub fn run(args: &RunArgs, output: &Output) -> Outcome {
    let request =
        Request { path: &args.file, until: args.until, clock: &now, library: &Folder, acceptance: &NoSigners };
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
