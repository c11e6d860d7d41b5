//! `etymon run`.

use crate::args::{ModeKind, RunArgs, SubstrateArgs, SubstrateKind};
use crate::attestation::{key, trust};
use crate::output::{Failure, Outcome, Output};
use etymon_constraints::derive::{
    EncdslSubstrate, ExecSubstrate, HttpSubstrate, Key, Mode, Recording, ReplaySubstrate, Substrate, SubstrateJudge,
};
use etymon_constraints::engine::{self, Request};
use etymon_constraints::event::{Event, Stage};
use etymon_constraints::resolve::{Folder, Library};
use etymon_constraints::sandbox::Launcher;
use etymon_constraints::verify::{Bounds, Judge, Tools, Verifier};
use etymon_constraints::workshop::Bench;
use etymon_constraints::{Target, materialization, parse::parse};
use etymon_diagnostics::{Diagnostic, Report};
use std::path::{Path, PathBuf};
use std::process::Command;
use std::time::{Duration, SystemTime};

/// First argument of the process that builds a sandbox and becomes the candidate's.
pub const SANDBOX: &str = "--in-sandbox";

/// Runs the pipeline over a file.
pub fn run(args: &RunArgs, output: &Output) -> Outcome {
    let trust = trust(&args.trust, output)?;
    let (until, substrate) = (args.until, args.substrate.kind());
    let key = match &args.key {
        Some(name) if until >= Stage::Sign => Some(key(&args.folder.keys, name)?),
        _ => None,
    };
    let target = args.target.or_else(|| earlier(&args.file)).unwrap_or(match substrate {
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
        // Looked for before anything is told or paid for.
        let sandbox = launcher().and_then(|own| own.probe().map_err(usage))?;
        let (substrate, tools) = (substrate_of(args)?, tools(args)?);
        let bounds = Bounds::default();
        let judge = SubstrateJudge(substrate.as_ref());
        let judge: Option<&dyn Judge> = args.judge.then_some(&judge);
        let verifier = Verifier { sandbox: &sandbox, tools: &tools, bounds: &bounds, judge };
        let bench = Bench { substrate: substrate.as_ref(), mode: args.substrate.mode(), verifier };
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

fn usage(diagnostic: impl AsRef<Diagnostic>) -> Failure {
    Failure::Usage(Report::from(diagnostic.as_ref().clone()))
}

fn missing(flag: &str, help: &str) -> Failure {
    Failure::usage(format!("`{flag}` is missing"), help)
}

/// This program, in the mode that builds sandboxes.
fn launcher() -> Result<Launcher, Failure> {
    let failed =
        |error: std::io::Error| Failure::usage(format!("cannot find this program: {error}"), "start it by its path");
    Ok(Launcher { helper: vec![std::env::current_exe().map_err(failed)?.into(), SANDBOX.into()] })
}

/// The language of the file's materialization, whatever else is to be said of that.
fn earlier(file: &Path) -> Option<Target> {
    let bytes = Folder.materialization(file).ok()??;
    let own: materialization::Materialization = serde_json::from_slice(&bytes).ok()?;
    Target::from_name(&own.provenance.target_lang)
}

impl SubstrateArgs {
    fn kind(&self) -> SubstrateKind {
        self.substrate
    }

    fn mode(&self) -> Mode {
        match self.mode {
            ModeKind::Single => Mode::Single,
            ModeKind::Multi => Mode::Multi,
            ModeKind::Auto => Mode::Auto,
        }
    }
}

fn substrate_of(args: &RunArgs) -> Result<Box<dyn Substrate>, Failure> {
    let own = &args.substrate;
    let folder = args.file.parent().unwrap_or(Path::new("")).to_owned();
    let answers = own.answers.clone().unwrap_or_else(|| folder.join("answers"));
    let model = |unnamed: &str| own.model.clone().unwrap_or_else(|| unnamed.to_owned());
    let patience = Duration::from_secs(own.patience);
    Ok(match own.kind() {
        SubstrateKind::Replay => Box::new(ReplaySubstrate { folder: answers, model: model("recorded") }),
        SubstrateKind::Exec => {
            let line =
                own.command.as_ref().ok_or_else(|| missing("--command", "name the program that answers prompts"))?;
            let command = line.split_whitespace().map(str::to_owned).collect();
            recorded(own, answers, ExecSubstrate { command, model: model("unnamed"), patience })
        }
        SubstrateKind::Http => {
            let base = own
                .url
                .clone()
                .ok_or_else(|| missing("--url", "name the service, such as https://service.example/v1"))?;
            let key = own.api_key_env.as_deref().map(Key::from_env).transpose().map_err(usage)?;
            let model = own.model.clone().ok_or_else(|| missing("--model", "name the model to ask"))?;
            let (total, pause) = (patience.saturating_mul(2), Duration::from_secs(1));
            recorded(own, answers, HttpSubstrate { base, model, key, patience, total, pause })
        }
        SubstrateKind::Encdsl => {
            let source = Folder.source(&args.file).map_err(crate::attestation::unreadable)?;
            Box::new(EncdslSubstrate::of(&parse(&source.file).document, &folder).map_err(usage)?)
        }
    })
}

fn recorded<S: Substrate + 'static>(own: &SubstrateArgs, folder: PathBuf, inner: S) -> Box<dyn Substrate> {
    if own.record { Box::new(Recording { inner, folder }) } else { Box::new(inner) }
}

/// What the backends run on. What is missing is told when a backend wants it.
fn tools(args: &RunArgs) -> Result<Tools, Failure> {
    let cache = || {
        let home = std::env::var_os("XDG_CACHE_HOME").map(PathBuf::from);
        let home = home.or_else(|| std::env::var_os("HOME").map(|home| Path::new(&home).join(".cache")));
        home.map(|cache| cache.join("etymon/pipeline"))
    };
    let verifiers =
        args.verifiers.clone().or_else(cache).ok_or_else(|| missing("--verifiers", "run tests/setup/verifiers.sh"))?;
    let path = std::env::var_os("PATH").unwrap_or_default();
    let node = std::env::split_paths(&path).map(|folder| folder.join("node")).find(|node| node.is_file());
    let toolchain = Command::new("rustc").args(["--print", "sysroot"]).output().ok().filter(|out| out.status.success());
    let toolchain = toolchain.and_then(|out| String::from_utf8(out.stdout).ok()).map(|text| PathBuf::from(text.trim()));
    Ok(Tools { node: node.unwrap_or_else(|| PathBuf::from("node")), verifiers, toolchain })
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
