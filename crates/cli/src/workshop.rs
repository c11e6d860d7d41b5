//! What derives and verifies on this machine, as flags say it.

use crate::args::{ModeKind, SubstrateArgs, SubstrateKind};
use crate::output::USAGE;
use etymon_constraints::derive::{ExecSubstrate, HttpSubstrate, Key, Mode, Recording, ReplaySubstrate, Substrate};
use etymon_constraints::sandbox::Launcher;
use etymon_constraints::verify::{Bounds, Tools, linker};
use etymon_constraints::workshop::Bench;
use etymon_diagnostics::{Diagnostic, Report};
use std::path::{Path, PathBuf};
use std::process::Command;
use std::time::{Duration, SystemTime};

/// First argument of the process that builds a sandbox and becomes the candidate's.
pub const SANDBOX: &str = "--in-sandbox";

/// A substrate that may be used from any thread.
pub type Substance = Box<dyn Substrate + Send + Sync>;

/// A bench whose code comes from `substrate`.
///
/// # Errors
/// `SANDBOX_UNAVAILABLE`, before anything is told or paid for; a flag that is missing.
pub fn bench(args: &SubstrateArgs, substrate: Substance) -> Result<Bench, Report> {
    // From here on there is something to tidy up.
    crate::interrupt::tidy_up();
    let failed = |error: std::io::Error| usage(format!("cannot find this program: {error}"), "start it by its path");
    let launcher = Launcher { helper: vec![std::env::current_exe().map_err(failed)?.into(), SANDBOX.into()] };
    let sandbox = launcher.probe().map_err(|error| Report::from(*error))?;
    let mode = match args.mode {
        ModeKind::Single => Mode::Single,
        ModeKind::Multi => Mode::Multi,
        ModeKind::Auto => Mode::Auto,
    };
    let (tools, bounds) = (tools(args)?, Bounds::with_block(Duration::from_secs(args.evidence_time)));
    Ok(Bench { substrate, mode, judges: args.judge, sandbox, tools, bounds, clock: SystemTime::now })
}

/// The substrate that flags name; answers are recorded in `folder` unless they say where. `encdsl` belongs to a file, and is not among them.
///
/// # Errors
/// A flag that is missing, a key that is not there.
pub fn substrate(args: &SubstrateArgs, folder: &Path) -> Result<Substance, Report> {
    let answers = args.answers.clone().unwrap_or_else(|| folder.join("answers"));
    let model = |unnamed: &str| args.model.clone().unwrap_or_else(|| unnamed.to_owned());
    let patience = Duration::from_secs(args.patience);
    Ok(match args.substrate {
        SubstrateKind::Replay => Box::new(ReplaySubstrate { folder: answers, model: model("recorded") }),
        SubstrateKind::Exec => {
            let line =
                args.command.as_ref().ok_or_else(|| missing("--command", "name the program that answers prompts"))?;
            let command = line.split_whitespace().map(str::to_owned).collect();
            recorded(args, answers, ExecSubstrate { command, model: model("unnamed"), patience })
        }
        SubstrateKind::Http => {
            let help = "name the service, such as https://service.example/v1";
            let base = args.url.clone().ok_or_else(|| missing("--url", help))?;
            let key =
                args.api_key_env.as_deref().map(Key::from_env).transpose().map_err(|error| Report::from(*error))?;
            let model = args.model.clone().ok_or_else(|| missing("--model", "name the model to ask"))?;
            let (total, pause) = (patience.saturating_mul(2), Duration::from_secs(1));
            let (authorities, clock) = (args.authorities.authorities(), SystemTime::now);
            recorded(args, answers, HttpSubstrate { base, model, key, patience, total, pause, authorities, clock })
        }
        SubstrateKind::Encdsl => {
            return Err(usage("the substrate `encdsl` belongs to a file".to_owned(), "use it with `etymon run`"));
        }
    })
}

fn usage(message: String, help: &str) -> Report {
    Report::from(Diagnostic::error(USAGE, message).help(help))
}

fn missing(flag: &str, help: &str) -> Report {
    usage(format!("`{flag}` is missing"), help)
}

fn recorded<S: Substrate + Send + Sync + 'static>(args: &SubstrateArgs, folder: PathBuf, inner: S) -> Substance {
    if args.record { Box::new(Recording { inner, folder }) } else { Box::new(inner) }
}

/// What the backends run on. What is missing is told when a backend wants it.
fn tools(args: &SubstrateArgs) -> Result<Tools, Report> {
    let cache = || {
        let home = std::env::var_os("XDG_CACHE_HOME").map(PathBuf::from);
        let home = home.or_else(|| std::env::var_os("HOME").map(|home| Path::new(&home).join(".cache")));
        home.map(|cache| cache.join("etymon/pipeline"))
    };
    let verifiers = args.verifiers.clone().or_else(cache);
    let verifiers = verifiers.ok_or_else(|| missing("--verifiers", "run tests/setup/verifiers.sh"))?;
    let path = std::env::var_os("PATH").unwrap_or_default();
    let node = std::env::split_paths(&path).map(|folder| folder.join("node")).find(|node| node.is_file());
    let toolchain = Command::new("rustc").args(["--print", "sysroot"]).output().ok().filter(|out| out.status.success());
    let toolchain = toolchain.and_then(|out| String::from_utf8(out.stdout).ok()).map(|text| PathBuf::from(text.trim()));
    let node = node.unwrap_or_else(|| PathBuf::from("node"));
    Ok(Tools { node, verifiers, toolchain, linker: linker(&path) })
}
