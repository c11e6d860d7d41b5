//! `etymon run`.

use crate::args::{RunArgs, SubstrateKind};
use crate::attestation::{key, trust, unreadable};
use crate::output::{Failure, Outcome, Output};
use crate::workshop::{bench, substrate};
use etymon_constraints::derive::{EncdslSubstrate, Substrate};
use etymon_constraints::engine::{self, Request};
use etymon_constraints::event::{Event, Stage};
use etymon_constraints::resolve::{Folder, Library};
use etymon_constraints::{Target, materialization, parse::parse};
use etymon_diagnostics::Report;
use std::path::Path;
use std::time::SystemTime;

/// Runs the pipeline over a file.
pub fn run(args: &RunArgs, output: &Output) -> Outcome {
    let trust = trust(&args.trust, output)?;
    let until = args.until;
    let key = match &args.key {
        Some(name) if until >= Stage::Sign => Some(key(&args.folder.keys, name)?),
        _ => None,
    };
    let target = args.target.or_else(|| earlier(&args.file)).unwrap_or(match args.workshop.substrate {
        SubstrateKind::Encdsl => Target::Encdsl,
        _ => Target::Ts,
    });
    let request = Request {
        path: &args.file,
        until,
        clock: &now,
        library: &Folder,
        trust: &trust,
        workshop: None,
        target,
        key: key.as_ref(),
    };
    let sink = &mut |event: &Event| tell(event, output);
    // What is wrong with the file is told even where no candidate could be run.
    let is_sound = || engine::run(request, &mut |_| {}).failure.is_none();
    let outcome = if until < Stage::Derive || !is_sound() {
        engine::run(request, sink)
    } else {
        let folder = args.file.parent().unwrap_or(Path::new(""));
        let substrate = match args.workshop.substrate {
            SubstrateKind::Encdsl => image(&args.file, folder)?,
            _ => substrate(&args.workshop, folder)?,
        };
        let bench = bench(&args.workshop, substrate)?;
        engine::run(Request { workshop: Some(&bench), ..request }, sink)
    };
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

/// The image that the file names.
fn image(file: &Path, folder: &Path) -> Result<Box<dyn Substrate + Send + Sync>, Failure> {
    let source = Folder.source(file).map_err(unreadable)?;
    let own = EncdslSubstrate::of(&parse(&source.file).document, folder);
    Ok(Box::new(own.map_err(|error| Failure::Usage(Report::from(*error)))?))
}

/// The language of the file's materialization, whatever else is to be said of that.
fn earlier(file: &Path) -> Option<Target> {
    let bytes = Folder.materialization(file).ok()??;
    let own: materialization::Materialization = serde_json::from_slice(&bytes).ok()?;
    Target::from_name(&own.provenance.target_lang)
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
