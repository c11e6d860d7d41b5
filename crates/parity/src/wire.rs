//! The wire suite: servers on loopback, asked the same scripts, answer the same bytes (design, section 6).

mod client;
mod drive;
mod fuzz;
mod node;
mod random;
mod reopen;
mod server;
mod step;
mod stories;
mod story;

use crate::error::Error;
use crate::workshop::{Servers, Tools, Workshop};
pub use drive::WireDifference;
use drive::{Drive, Outcome};
use etymon_spec::Spec;
pub use fuzz::{ScriptOptions, ScriptReport, fuzz_scripts};
use serde::Serialize;
pub use server::Server;
use server::{Running, build};
use std::cmp::Reverse;
use std::fmt::Write;
use std::fs;
use std::path::{Path, PathBuf};
use std::sync::atomic::{AtomicUsize, Ordering};
use std::thread;
use step::Step;

/// The folder of the scripts, below that of the vectors.
const FOLDER: &str = "wire";

/// What to run.
#[derive(Clone, Debug)]
pub struct WireOptions {
    /// Programs and folders.
    pub tools: Tools,
    /// Folder of the spec.
    pub spec: PathBuf,
    /// Folder of the vectors, which holds the scripts in `wire`.
    pub vectors: PathBuf,
    /// Whom to ask.
    pub servers: Vec<Server>,
}

/// How every server did.
#[derive(Clone, Debug, PartialEq, Eq, Serialize)]
pub struct WireReport {
    /// Whether every step was answered as pinned, by all.
    pub ok: bool,
    /// Requests and messages of all scripts.
    pub steps: usize,
    /// The servers.
    pub servers: Vec<&'static str>,
    /// Scripts in their order.
    pub scripts: Vec<WireRow>,
    /// What was answered otherwise.
    pub differences: Vec<WireDifference>,
}

/// A script in the report.
#[derive(Clone, Debug, PartialEq, Eq, Serialize)]
pub struct WireRow {
    /// Its name.
    pub script: String,
    /// Requests and messages.
    pub steps: usize,
    /// How many of them each server answered as pinned, in the order of the servers.
    pub passed: Vec<usize>,
}

/// Most characters of an answer that a person is shown.
const SHOWN: usize = 1200;

impl WireReport {
    /// The matrix, and the first difference of each server in full.
    pub fn to_text(&self) -> String {
        let mut text = format!("{:<12}", "script");
        for server in &self.servers {
            text += &format!("{server:>12}");
        }
        text.push('\n');
        for row in &self.scripts {
            text += &format!("{:<12}", row.script);
            for passed in &row.passed {
                text += &format!("{:>12}", format!("{passed}/{}", row.steps));
            }
            text.push('\n');
        }
        for server in &self.servers {
            let own: Vec<_> = self.differences.iter().filter(|difference| difference.server == *server).collect();
            let Some(first) = own.first() else { continue };
            let shown = |text: &str| text.chars().take(SHOWN).collect::<String>();
            text += &format!(
                "\n{server}: {} differences, first in `{}`, step `{}`: {}\n  pinned:   {}\n  answered: {}\n",
                own.len(),
                first.script,
                first.step,
                first.what,
                shown(&first.expected),
                shown(&first.got),
            );
        }
        let verdict = if self.ok { "agree" } else { "DIFFER" };
        text + &format!("{} requests and messages, {} servers: {verdict}\n", self.steps, self.servers.len())
    }

    /// All of it.
    ///
    /// # Panics
    /// Never: it is plain data.
    pub fn to_json(&self) -> String {
        serde_json::to_string(self).expect("plain data")
    }
}

/// The scripts with their expectations, by name, in their order.
type Scripts = Vec<(String, Vec<Step>)>;

fn read(folder: &Path) -> Result<Scripts, Error> {
    let mut scripts = Scripts::new();
    for name in stories::names() {
        let path = folder.join(format!("{name}.jsonl"));
        let text = fs::read_to_string(&path).map_err(Error::io("read", &path))?;
        let steps = text.lines().enumerate().map(|(at, line)| {
            let reason = |error: serde_json::Error| Error::Vector {
                path: path.clone(),
                line: at + 1,
                reason: error.to_string(),
            };
            serde_json::from_str(line).map_err(reason)
        });
        scripts.push((name.to_owned(), steps.collect::<Result<_, _>>()?));
    }
    Ok(scripts)
}

/// Sends all scripts to processes of one server, the long ones first. Each of them hears the first script first, which makes the registry.
fn drive_all(
    server: Server,
    built: &Servers,
    scripts: &Scripts,
    registry: &str,
    data: &Path,
    tell: fn(&str),
) -> Result<Vec<Outcome>, Error> {
    let mut order: Vec<usize> = (1..scripts.len()).collect();
    order.sort_by_key(|at| Reverse(scripts[*at].1.len()));
    let next = AtomicUsize::new(0);
    let one = |number: usize| {
        let start = || Running::start(server, built, &data.join(format!("{}-{number}", server.name())), registry);
        let mut running = start()?;
        let mut drive = Drive::new(server, &mut running);
        let mut outcomes: Vec<(usize, Outcome)> = Vec::new();
        let mut at = Some(0);
        while let Some(script) = at {
            let (name, steps) = &scripts[script];
            let outcome = drive.script(name, steps);
            tell(&format!("{}: {name} {}/{}", server.name(), outcome.passed, steps.len()));
            outcomes.push((script, outcome));
            at = order.get(next.fetch_add(1, Ordering::Relaxed)).copied();
        }
        let said = running.stop();
        if outcomes.iter().any(|(_, outcome)| !outcome.differences.is_empty()) && !said.is_empty() {
            tell(&format!("{}: it said: {said}", server.name()));
        }
        // The reference audits in an interpreter, which would take longer than all of this; its audit is among the vectors.
        if server != Server::Lean {
            let mut again = start()?;
            for (script, outcome) in &mut outcomes {
                let (name, steps) = &scripts[*script];
                outcome.differences.extend(reopen::differences(server, &again, name, steps));
            }
            again.stop();
        }
        Ok(outcomes)
    };
    let mut merged = vec![Outcome::default(); scripts.len()];
    let all: Vec<Result<Vec<(usize, Outcome)>, Error>> = thread::scope(|scope| {
        let threads: Vec<_> = (0..server.processes()).map(|number| scope.spawn(move || one(number))).collect();
        threads.into_iter().map(|thread| thread.join().expect("a drive does not panic")).collect()
    });
    for (script, outcome) in all.into_iter().collect::<Result<Vec<_>, _>>()?.into_iter().flatten() {
        // The first script is every process's; the worst answer to it counts.
        if merged[script].differences.is_empty() {
            merged[script] = outcome;
        }
    }
    Ok(merged)
}

/// Starts every server and sends it the committed scripts.
///
/// # Errors
/// Where a server cannot be built or started, or a script cannot be read.
pub fn run_wire(options: &WireOptions) -> Result<WireReport, Error> {
    let spec = Spec::load(&options.spec).map_err(|report| Error::spec(&report))?;
    let scripts = read(&options.vectors.join(FOLDER))?;
    let workshop = Workshop::open(options.tools.clone(), None)?;
    let built = build(&workshop, &spec, &options.servers)?;
    let registry = stories::registry_id(&spec);
    let data = workshop.empty_folder("wire.data")?;
    let outcomes: Vec<Result<Vec<Outcome>, Error>> = thread::scope(|scope| {
        let one = |server: Server| {
            let (built, scripts, registry, data) = (&built, &scripts, &registry, &data);
            let tell = options.tools.tell;
            scope.spawn(move || drive_all(server, built, scripts, registry, data, tell))
        };
        let threads: Vec<_> = options.servers.iter().map(|server| one(*server)).collect();
        threads.into_iter().map(|thread| thread.join().expect("a drive does not panic")).collect()
    });
    let outcomes: Vec<Vec<Outcome>> = outcomes.into_iter().collect::<Result<_, _>>()?;
    let rows = scripts.iter().enumerate().map(|(at, (script, steps))| WireRow {
        script: script.clone(),
        steps: steps.len(),
        passed: outcomes.iter().map(|own| own[at].passed).collect(),
    });
    let scripts: Vec<WireRow> = rows.collect();
    let differences: Vec<WireDifference> =
        outcomes.into_iter().flatten().flat_map(|outcome| outcome.differences).collect();
    Ok(WireReport {
        ok: differences.is_empty() && scripts.iter().all(|row| row.passed.iter().all(|passed| *passed == row.steps)),
        steps: scripts.iter().map(|row| row.steps).sum(),
        servers: options.servers.iter().map(|server| server.name()).collect(),
        scripts,
        differences,
    })
}

/// Writes the scripts with the answers of the node in this process, one file each. Answers their names and numbers of steps.
///
/// # Errors
/// [`Error::Pins`] where an answer that is pinned would change and `replace` is not set; what the file system says.
pub fn pin_wire(spec: &Path, vectors: &Path, replace: bool) -> Result<Vec<(String, usize)>, Error> {
    let spec = Spec::load(spec).map_err(|report| Error::spec(&report))?;
    let folder = vectors.join(FOLDER);
    fs::create_dir_all(&folder).map_err(Error::io("create", &folder))?;
    let mut files = Vec::new();
    let mut changes = Vec::new();
    for (name, steps) in story::write_all(&spec) {
        let mut text = String::new();
        for step in &steps {
            let line = serde_json::to_string(step).expect("steps are plain data");
            writeln!(text, "{line}").expect("writing to a string");
        }
        let path = folder.join(format!("{name}.jsonl"));
        let pinned = fs::read_to_string(&path).unwrap_or_default();
        let differs = pinned.lines().zip(text.lines()).find(|(old, new)| old != new);
        changes.extend(differs.map(|(old, new)| format!("`{name}`: {old} becomes {new}")));
        files.push((path, text, name, steps.len()));
    }
    if !changes.is_empty() && !replace {
        return Err(Error::Pins { changes });
    }
    for (path, text, ..) in &files {
        fs::write(path, text).map_err(Error::io("write", path))?;
    }
    Ok(files.into_iter().map(|(_, _, name, steps)| (name, steps)).collect())
}
