//! `etymon serve`.

use super::exchange::{failure, open};
use crate::args::ServeArgs;
use crate::attestation::trust;
use crate::output::{Failure, Outcome, Output};
use crate::workshop::{bench, substrate};
use etymon_attest::{SigningKey, Trust};
use etymon_diagnostics::{Code, Diagnostic, Report};
use etymon_serve::pipeline::Pipeline;
use etymon_serve::recording::Recording;
use etymon_serve::runs::Runs;
use etymon_serve::server::{Config, Server};
use serde_json::{Value, json};
use std::io::{BufRead, Read};
use std::path::Path;
use std::sync::Arc;
use std::time::SystemTime;

/// Writes are open to everybody (a warning).
const SERVE_INSECURE: Code = Code::new("SERVE_INSECURE");
/// More runs than a server remembers (a warning).
const SERVE_RUNS: Code = Code::new("SERVE_RUNS");
/// Longest file of recorded events, in bytes.
const MAX_EVENTS_FILE: u64 = 64 << 20;
/// Longest event on standard input, in bytes.
const MAX_LINE: u64 = 16 << 20;

/// Serves until the process ends.
pub fn serve(args: &ServeArgs, output: &Output) -> Outcome {
    let trust = trust(&args.trust, output)?;
    let nobody = trust.signers().is_empty();
    if nobody && !args.insecure {
        let message = "there is nobody who may write".to_owned();
        return Err(Failure::usage(message, "name them with `--signers`, or let everybody write with `--insecure`"));
    }
    if args.insecure {
        let message = if args.address.ip().is_loopback() {
            "writes are not authenticated: every program on this machine may write"
        } else {
            "writes are not authenticated: everybody who can connect may write"
        };
        let help = "leave `--insecure` out, and give a signers manifest";
        output.report(&Report::from(Diagnostic::warning(SERVE_INSECURE, message).help(help)));
    }
    let live = args.events.iter().any(|path| is_input(path));
    let recorded = args.events.iter().filter(|path| !is_input(path)).map(|path| read(path));
    let recorded = recorded.collect::<Result<Vec<_>, _>>()?;
    let repository = open(&args.store, (!nobody).then(|| trust.clone()))?;
    let mut config = Config::new(args.address, (!args.insecure).then(|| trust.clone()));
    if let Some(name) = &args.derive {
        let key = crate::attestation::key(&args.folder.keys, name)?;
        config.public_key = Some(key.public());
        config.engine = Some(Arc::new(pipeline(args, key, &trust)?));
    }
    config.hosts = args.hosts.iter().map(|host| host.to_ascii_lowercase()).collect();
    let auth = if args.insecure { "none" } else { etymon_serve::auth::SCHEME };
    let ready = |address, runs: &Arc<Runs>| {
        recorded.iter().for_each(|own| own.show(runs));
        if live {
            follow(Recording::start(runs, "standard input"));
        }
        tell_forgotten(runs, output);
        let url = format!("http://{address}");
        if output.json {
            output.print_json(&json!({ "url": url, "auth": auth }));
        } else {
            output.print(&format!("{url}/ui/\n"));
        }
    };
    Server::forever(repository, config, ready).map_err(failure)
}

/// The pipeline of this server, which accepts what it made itself.
fn pipeline(args: &ServeArgs, key: SigningKey, trust: &Trust) -> Result<Pipeline, Failure> {
    let own = Trust::in_key("this server", key.public());
    let trust = Trust::new(own.signers().iter().chain(trust.signers()).cloned().collect());
    let substrate = substrate(&args.workshop, Path::new("")).map_err(Failure::Usage)?;
    let workshop = Box::new(bench(&args.workshop, substrate).map_err(Failure::Usage)?);
    let repository = open(&args.store, Some(trust.clone()))?;
    Ok(Pipeline { repository, workshop, trust, key, clock: SystemTime::now })
}

/// Events of a file.
struct Recorded {
    title: String,
    events: Vec<Value>,
    /// Whether an event after them was cut off.
    cut: bool,
}

impl Recorded {
    fn show(&self, runs: &Arc<Runs>) {
        let mut recording = Recording::start(runs, &self.title);
        self.events.iter().for_each(|event| recording.tell(event));
        if self.cut { recording.break_off() } else { recording.end() }
    }
}

/// Says how many runs were recorded that the pages do not show.
fn tell_forgotten(runs: &Runs, output: &Output) {
    let (started, remembered) = runs.count();
    if started > remembered as u64 {
        let message = format!("{started} runs are to be shown, and a server remembers {remembered}: the last ones");
        let help = "give fewer files, or files with fewer runs";
        output.report(&Report::from(Diagnostic::warning(SERVE_RUNS, message).help(help)));
    }
}

fn is_input(path: &Path) -> bool {
    path.as_os_str() == "-"
}

/// Shows what comes on standard input as it comes. Lines that are no events are left out, as nobody can mend them any more.
fn follow(mut recording: Recording) {
    std::thread::spawn(move || {
        let (mut input, mut line, mut whole, mut cut) = (std::io::stdin().lock(), Vec::new(), true, false);
        loop {
            line.clear();
            match input.by_ref().take(MAX_LINE).read_until(b'\n', &mut line) {
                Ok(0) if !cut => return recording.end(),
                Ok(0) | Err(_) => return recording.break_off(),
                Ok(_) => {}
            }
            // What goes on with a line that is too long is what its beginning is.
            let own = event(&line).filter(|_| whole);
            let begins = if whole { begins_event(&line) } else { cut };
            whole = line.ends_with(b"\n");
            cut = own.is_none() && !whole && begins;
            own.iter().for_each(|event| recording.tell(event));
        }
    });
}

/// A stage event, if that is what the line holds.
fn event(line: &[u8]) -> Option<Value> {
    let event = serde_json::from_slice::<Value>(line).ok();
    event.filter(|event| ["stage", "status", "at"].iter().all(|key| event[key].is_string()))
}

/// Whether what stands at the end, and is no whole line, may be the beginning of an event.
fn begins_event(rest: &[u8]) -> bool {
    rest.trim_ascii_start().starts_with(b"{")
}

/// Reads a file. Its last line may be cut off, as that of standard input; any other that is no event can be mended.
fn read(path: &Path) -> Result<Recorded, Failure> {
    let shown = path.display();
    let length = std::fs::metadata(path).map_err(|error| Failure::io(shown.to_string(), error))?.len();
    if length > MAX_EVENTS_FILE {
        return Err(Failure::unusable(shown, "it is longer than 64 MiB", "record fewer events"));
    }
    let bytes = std::fs::read(path).map_err(|error| Failure::io(shown.to_string(), error))?;
    let (mut events, mut cut) = (Vec::new(), false);
    for (at, line) in bytes.split_inclusive(|byte| *byte == b'\n').enumerate() {
        match event(line) {
            Some(own) => events.push(own),
            None if line.trim_ascii().is_empty() => {}
            None if !line.ends_with(b"\n") => cut = begins_event(line),
            None => {
                let message = format!("line {} is no stage event", at + 1);
                return Err(Failure::unusable(shown, message, "record it with `etymon run --json`"));
            }
        }
    }
    let title = path.file_name().unwrap_or_default().to_string_lossy().into_owned();
    Ok(Recorded { title, events, cut })
}
