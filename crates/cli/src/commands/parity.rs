//! `etymon parity`.

use crate::args::ParityArgs;
use crate::output::{Failure, Outcome, Output};
use etymon_diagnostics::{Code, Diagnostic, Report};
use etymon_parity::{Error, Kind, PinOptions, RunOptions, Server, Tools, WireOptions, pin, pin_wire, run, run_wire};
use std::fs;
use std::path::Path;

/// No verdict: a testee cannot be set up, or a vector file is broken.
const PARITY_FAILED: Code = Code::new("PARITY_FAILED");
/// Pinning would change what is pinned, or the witnesses disagree.
const PIN_REFUSED: Code = Code::new("PIN_REFUSED");

/// Asks every testee the committed questions, or pins the answers.
pub fn parity(args: &ParityArgs, output: &Output) -> Outcome {
    let tools = tools(output);
    if args.suites.iter().any(|suite| suite == WIRE) || !args.servers.is_empty() {
        return wire(args, tools, output);
    }
    if args.pin {
        return pin_answers(args, tools, output);
    }
    let mut options = RunOptions::of(tools);
    options.spec.clone_from(&args.spec);
    options.vectors.clone_from(&args.vectors);
    options.suites.clone_from(&args.suites);
    if !args.testees.is_empty() {
        options.testees = kinds(&args.testees);
    }
    let names: Vec<&str> = options.testees.iter().map(|kind| kind.name()).collect();
    output.progress(&format!("building and asking {}", names.join(", ")));
    let report = run(&options).map_err(failure)?;
    conclude(&args.report, &report.to_json(), &report.to_text(), report.ok, output)
}

/// Writes the report, prints it, and fails where it does.
fn conclude(path: &Path, json: &str, text: &str, ok: bool, output: &Output) -> Outcome {
    if let Some(parent) = path.parent() {
        fs::create_dir_all(parent).map_err(|error| Failure::io(parent.display(), error))?;
    }
    fs::write(path, json).map_err(|error| Failure::io(path.display(), error))?;
    if output.json {
        output.print(&format!("{json}\n"));
    } else {
        output.print(text);
        output.print(&format!("report: {}\n", path.display()));
    }
    if ok { Ok(()) } else { Err(Failure::Printed) }
}

/// The suite that starts servers.
const WIRE: &str = "wire";

/// Drives servers over loopback, or pins what they are to answer.
fn wire(args: &ParityArgs, tools: Tools, output: &Output) -> Outcome {
    if args.suites.iter().any(|suite| suite != WIRE) || !args.testees.is_empty() {
        let message = "the suite `wire` stands alone: it asks servers, the other suites ask functions";
        let help = "run `etymon parity --suite wire`, with `--servers` to choose";
        return Err(Failure::Usage(Diagnostic::error(PARITY_FAILED, message).help(help).into()));
    }
    if args.pin {
        for (script, steps) in pin_wire(&args.spec, &args.vectors, args.replace).map_err(failure)? {
            output.print(&format!("{WIRE}/{script}.jsonl: {steps} steps\n"));
        }
        return Ok(());
    }
    let mut servers = if args.servers.is_empty() { Server::ALL.to_vec() } else { args.servers.clone() };
    servers.sort();
    servers.dedup();
    let names: Vec<&str> = servers.iter().map(|server| server.name()).collect();
    output.progress(&format!("building and starting {}", names.join(", ")));
    let options = WireOptions { tools, spec: args.spec.clone(), vectors: args.vectors.clone(), servers };
    let report = run_wire(&options).map_err(failure)?;
    conclude(&args.report, &report.to_json(), &report.to_text(), report.ok, output)
}

fn pin_answers(args: &ParityArgs, tools: Tools, output: &Output) -> Outcome {
    let witnesses = if args.testees.is_empty() { vec![Kind::Lean] } else { kinds(&args.testees) };
    let options =
        PinOptions { tools, spec: args.spec.clone(), vectors: args.vectors.clone(), witnesses, replace: args.replace };
    let report = pin(&options).map_err(failure)?;
    for (file, count) in &report.files {
        output.print(&format!("{file}: {count} vectors\n"));
    }
    for line in &report.changed {
        output.print(&format!("{line}\n"));
    }
    Ok(())
}

/// The tools of the checkout that is the working folder.
pub fn tools(output: &Output) -> Tools {
    Tools { tell: output.teller(), ..Tools::of(Path::new(".")) }
}

/// The testees of the flags, each once, in the order of the matrix.
pub fn kinds(chosen: &[Kind]) -> Vec<Kind> {
    let mut kinds = chosen.to_vec();
    kinds.sort();
    kinds.dedup();
    kinds
}

/// What a run without a verdict is reported as.
pub fn failure(error: Error) -> Failure {
    match error {
        Error::Pins { changes } => {
            let count = changes.len();
            let shown: Vec<String> = changes.into_iter().take(40).collect();
            let message = format!("{count} pinned answers would change or are contested");
            let help = "look at each; `--replace` accepts changes, nothing accepts a contest";
            Failure::Check(Report::from(Diagnostic::error(PIN_REFUSED, message).note(shown.join("\n")).help(help)))
        }
        Error::Spec(report) => Failure::from(report),
        error => {
            let help = match &error {
                Error::Io { .. } => Some(
                    "`--vectors` names the folder of the pinned questions, golden/vectors of this project's repository",
                ),
                Error::Suite { .. } => Some("name one of these with `--suite`, or leave it out to ask all"),
                Error::Vector { .. } => {
                    Some("restore the file from its repository, or pin the vectors anew with `--pin`")
                }
                _ => None,
            };
            let diagnostic = Diagnostic::error(PARITY_FAILED, error.to_string());
            Failure::Usage(Report::from(match help {
                Some(help) => diagnostic.help(help),
                None => diagnostic,
            }))
        }
    }
}
