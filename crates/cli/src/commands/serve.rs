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
        for (title, events) in &recorded {
            show(runs, title, events);
        }
        if live {
            follow(Recording::start(runs, "standard input"));
        }
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

/// Shows events that were recorded.
fn show(runs: &Arc<Runs>, title: &str, events: &[Value]) {
    let mut recording = Recording::start(runs, title);
    for event in events {
        recording.tell(event);
    }
    recording.end();
}

fn is_input(path: &Path) -> bool {
    path.as_os_str() == "-"
}

/// Shows what comes on standard input as it comes. Lines that are no events are left out, as nobody can mend them any more.
fn follow(mut recording: Recording) {
    std::thread::spawn(move || {
        let (mut input, mut line, mut cut) = (std::io::stdin().lock(), Vec::new(), false);
        loop {
            line.clear();
            match input.by_ref().take(MAX_LINE).read_until(b'\n', &mut line) {
                Ok(0) if !cut => return recording.end(),
                Ok(0) | Err(_) => return recording.break_off(),
                Ok(_) => {}
            }
            let own = event(&line);
            cut = own.is_none() && !line.ends_with(b"\n");
            own.iter().for_each(|event| recording.tell(event));
        }
    });
}

/// A stage event, if that is what the line holds.
fn event(line: &[u8]) -> Option<Value> {
    let event = serde_json::from_slice::<Value>(line).ok();
    event.filter(|event| ["stage", "status", "at"].iter().all(|key| event[key].is_string()))
}

fn read(path: &Path) -> Result<(String, Vec<Value>), Failure> {
    let shown = path.display();
    let length = std::fs::metadata(path).map_err(|error| Failure::io(shown.to_string(), error))?.len();
    if length > MAX_EVENTS_FILE {
        return Err(Failure::unusable(shown, "it is longer than 64 MiB", "record fewer events"));
    }
    let text = std::fs::read_to_string(path).map_err(|error| Failure::io(path.display(), error))?;
    let event = |(line, text): (usize, &str)| {
        event(text.as_bytes()).ok_or_else(|| {
            let message = format!("line {} is no stage event", line + 1);
            Failure::unusable(path.display(), message, "record it with `etymon run --json`")
        })
    };
    let events = text.lines().enumerate().filter(|(_, line)| !line.is_empty()).map(event);
    let title = path.file_name().unwrap_or_default().to_string_lossy().into_owned();
    Ok((title, events.collect::<Result<_, _>>()?))
}
