//! `etymon run`.

use super::exchange::open;
use crate::args::{RunArgs, StoreAddress, SubstrateKind};
use crate::attestation::{key, trust};
use crate::output::{Failure, Outcome, Output};
use crate::workshop::{bench, substrate};
use etymon_constraints::derive::EncdslSubstrate;
use etymon_constraints::engine::{self, Request, Supply, Workshop};
use etymon_constraints::event::{Event, Stage};
use etymon_constraints::parse::Parsed;
use etymon_constraints::resolve::{Folder, Library, Shelf};
use etymon_constraints::{Target, materialization};
use etymon_diagnostics::{Report, clean};
use etymon_serve::Repository;
use std::path::Path;
use std::time::SystemTime;

mod remote;

/// Runs the pipeline over a file.
pub fn run(args: &RunArgs, output: &Output) -> Outcome {
    let trust = trust(&args.trust, output)?;
    let until = args.until;
    let key = match &args.key {
        Some(name) if until >= Stage::Sign || args.remote.is_some() => Some(key(&args.folder.keys, name)?),
        _ => None,
    };
    let target = args.target.or_else(|| earlier(&args.file)).unwrap_or(match args.workshop.substrate {
        SubstrateKind::Encdsl => Target::Encdsl,
        _ => Target::Ts,
    });
    let (lazy, known) = (Lazy(args), known(&args.store)?);
    // A repository that cannot be read keeps nobody from deriving.
    let kept = |hash: &str| known.as_ref().and_then(|own| own.materializations(hash).ok()).unwrap_or_default();
    let shelf = Shelf(kept);
    let request = Request {
        path: &args.file,
        until,
        clock: SystemTime::now,
        library: &shelf,
        trust: &trust,
        workshop: Some(&lazy),
        target,
        key: None,
    };
    if let Some(url) = args.remote.as_deref().filter(|_| until >= Stage::Derive) {
        return remote::run(request, (url, known.as_ref(), &args.workshop.authorities), key, output);
    }
    let request = Request { key: key.as_ref(), ..request };
    conclude(engine::run(request, &mut |event: &Event| tell(event, output)), output)
}

/// What a run comes to for whoever started it.
fn conclude(outcome: engine::Outcome, output: &Output) -> Outcome {
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

/// The repository, if there is one: looking makes none.
fn known(store: &StoreAddress) -> Result<Option<Repository>, Failure> {
    let address = store.address();
    let there = address.contains(':') || Path::new(&address).is_dir();
    there.then(|| open(store, None)).transpose()
}

/// The workshop that the flags describe. What is wrong with the file is told even where no candidate could be run.
struct Lazy<'a>(&'a RunArgs);

impl Supply for Lazy<'_> {
    fn workshop<'s>(&'s self, parsed: &Parsed) -> Result<Box<dyn Workshop + 's>, Report> {
        let args = &self.0.workshop;
        let folder = self.0.file.parent().unwrap_or(Path::new(""));
        let substrate = match args.substrate {
            SubstrateKind::Encdsl => {
                Box::new(EncdslSubstrate::of(&parsed.document, folder, &|at| parsed.image_origin(at))?)
            }
            _ => substrate(args, folder)?,
        };
        Ok(Box::new(bench(args, substrate)?))
    }
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
