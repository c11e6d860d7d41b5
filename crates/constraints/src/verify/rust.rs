//! Rust: `cargo check`, and assertions and properties compiled into programs whose process holds candidate and evidence.
//!
//! One process, because native values do not cross a membrane. What keeps them apart: the candidate is a crate of its own in which `unsafe`
//! is forbidden; there is no `/proc` through which it could look into the harness's memory; the harness reads a number from its input before
//! it calls anything, and only lines that begin with it count; both sides of a comparison are of the standard library's types, so that the
//! candidate cannot bring an equality of its own.
//!
//! This is weaker than two processes. Compilers accept some safe code that is not sound (rust-lang/rust#25860: a lifetime is stretched by a
//! function pointer), and with it a candidate finds the number in memory and says what it likes. It is still confined by the sandbox, but its
//! verdict is only as good as the compiler.

mod program;

use super::job::Job;
use super::node::seed;
use super::{Budget, Candidate, Finding, Runner, Verifier, VerifyError};
use crate::model::{Backend, Requirement};
use crate::sandbox::{End, Finished, Jail};
use etymon_spec::canonical::sha256_hex;
use program::Program;
use std::cell::Cell;
use std::fs::File;
use std::io::Read;
use std::path::Path;

/// Where the toolchain is inside.
const TOOLCHAIN: &str = "/opt/rust";
/// Most memory of the compiler's scratch folder, in bytes.
const SCRATCH: u64 = 256 << 20;
/// Largest program, in bytes.
const PROGRAM: usize = 64 << 20;

const MANIFEST: &str = "[package]\nname = \"candidate\"\nversion = \"0.0.0\"\nedition = \"2024\"\n\n[lib]\npath = \"lib.rs\"\n\n[workspace]\n";
/// The parts of the program that the candidate's names must not reach.
const HARNESS: &str = include_str!("../../harness/harness.rs");

/// What both crates are compiled with.
const FLAGS: &str = "--edition 2024 -A warnings --error-format short";

pub(super) fn start<'a>(
    verifier: &'a Verifier<'a>,
    candidate: &'a Candidate,
    interface: &[String],
    budget: Budget,
) -> Result<(Finding, Box<dyn Runner + 'a>), VerifyError> {
    let own = RustRunner { verifier, candidate, budget: Cell::new(budget) };
    let mut library = own.library();
    for name in interface {
        library.push_str(&format!("pub use module::{name};\n"));
    }
    let finished = own.cargo("cargo check --offline --quiet --message-format short >&2", &library, "")?;
    let finding = match finished.end {
        End::Exit(0) => Finding { backend: "types", holds: true, text: "no errors".to_owned() },
        _ => Finding { backend: "types", holds: false, text: problems(&finished) },
    };
    Ok((finding, Box::new(own)))
}

fn identifier(name: &str) -> String {
    name.replace('-', "_")
}

/// The compiler's errors, without its warnings.
fn problems(finished: &Finished) -> String {
    let lines: Vec<&str> = finished
        .stderr
        .lines()
        .filter(|line| {
            (line.starts_with("error") && !line.starts_with("error: could not compile")) || line.contains(": error")
        })
        .collect();
    if lines.is_empty() { format!("the compiler {}", finished.end) } else { lines.join("\n") }
}

struct RustRunner<'a> {
    verifier: &'a Verifier<'a>,
    candidate: &'a Candidate,
    budget: Cell<Budget>,
}

impl RustRunner<'_> {
    /// Runs a compiler's command line in a sandbox of its own, where it may start processes. It runs none of the candidate's code.
    fn cargo(&self, script: &str, library: &str, main: &str) -> Result<Finished, VerifyError> {
        let io = |source| VerifyError::Io { what: "start the Rust compiler".to_owned(), source };
        let toolchain = self.verifier.tools.toolchain()?;
        let names: Vec<String> =
            self.candidate.imports.iter().map(|own| format!("{}.rs", identifier(&own.name))).collect();
        let mut files =
            vec![("Cargo.toml", MANIFEST), ("lib.rs", library), ("module.rs", self.candidate.code.as_str())];
        files.extend(names.iter().map(String::as_str).zip(self.candidate.imports.iter().map(|own| own.code.as_str())));
        files.push(("main.rs", main));
        let job = Job::new(&[], &files)?;
        let mut jail = Jail::new("/bin/sh".into()).bind(job.path(), "/job").bind(toolchain, TOOLCHAIN);
        // Some systems find their linker through it.
        let alternatives = Path::new("/etc/alternatives");
        if alternatives.is_dir() {
            jail = jail.bind(alternatives, alternatives);
        }
        jail.args = vec!["-c".to_owned(), format!("cp -r /job /tmp/job && cd /tmp/job && {script}")];
        let path = format!("{TOOLCHAIN}/bin:/usr/bin:/bin");
        for (key, value) in [("PATH", path.as_str()), ("CARGO_HOME", "/tmp/cargo"), ("CARGO_TARGET_DIR", "/tmp/target")]
        {
            jail.env.insert(key.to_owned(), value.to_owned());
        }
        (jail.may_fork, jail.scratch_exec, jail.proc) = (true, true, true);
        jail.limits = self.verifier.bounds.limits.clone();
        jail.limits = jail.limits.lasting(self.verifier.bounds.block * 6);
        (jail.limits.memory, jail.limits.scratch, jail.limits.output) = (4 << 30, SCRATCH, PROGRAM);
        self.verifier.sandbox.run(&jail, b"").map_err(io)
    }

    /// Compiles the evidence and runs it: the program's answers, or why there is none.
    fn answers(&self, program: &Program, count: usize) -> Result<Result<Answers, String>, VerifyError> {
        let main = format!("{HARNESS}{}", program.text);
        let linker = self.verifier.tools.linker.as_deref().map(|path| format!("-C linker={}", quoted(path)));
        let script = format!(
            "mkdir -p /tmp/target && rustc {FLAGS} --crate-type rlib --crate-name candidate -F unsafe_code lib.rs --out-dir /tmp/target >&2 \
             && rustc {FLAGS} {} --extern candidate=/tmp/target/libcandidate.rlib main.rs -o /tmp/target/main >&2 && cat /tmp/target/main",
            linker.unwrap_or_default()
        );
        let built = self.cargo(&script, &self.library(), &main)?;
        if built.end != End::Exit(0) {
            // Errors of a source text begin with its place.
            if let Some(reason) = built.stderr.lines().find(|own| own.starts_with("error: linker `")) {
                let help = "install a C compiler whose `cc` is on the path, below /usr or in /nix/store";
                return Err(VerifyError::Tool { tool: "Rust", reason: reason["error: ".len()..].to_owned(), help });
            }
            return Ok(Err(program.problems(&built)));
        }
        self.run(&built.stdout, count).map(Ok)
    }

    /// Checks a block of assertions.
    fn assertions(&self, text: &str, line: usize) -> Result<(bool, String), VerifyError> {
        let program = Program::assertions(text, line);
        let claims = &program.claims;
        if claims.is_empty() {
            return Ok((false, format!("line {line}: the block asserts nothing")));
        }
        let answers = match self.answers(&program, claims.len())? {
            Ok(answers) => answers,
            Err(problems) => return Ok((false, problems)),
        };
        let mut told = Vec::new();
        for (at, (line, claim)) in claims.iter().enumerate() {
            match answers.said.get(at) {
                Some((true, _)) => {}
                Some((false, why)) => told.push(format!("line {line}: `{claim}` {why}")),
                None => {
                    told.push(format!("line {line}: `{claim}` was not answered: {}", answers.process()));
                    break;
                }
            }
        }
        if answers.end != End::Exit(0) && told.is_empty() {
            told.push(answers.process());
        }
        let count = claims.len();
        Ok(if told.is_empty() { (true, format!("{count} of {count} hold")) } else { (false, told.join("\n")) })
    }

    /// Checks a property.
    fn property(&self, text: &str, line: usize, seed: u32) -> Result<(bool, String), VerifyError> {
        let program = Program::property(text, line, seed);
        let answers = match self.answers(&program, 1)? {
            Ok(answers) => answers,
            Err(problems) => return Ok((false, problems)),
        };
        Ok(match answers.said.first() {
            Some((true, why)) if answers.end == End::Exit(0) => (true, why.clone()),
            Some((true, _)) => (false, format!("line {line}: {}", answers.process())),
            Some((false, why)) => (false, format!("line {line}: {why}")),
            None => (false, format!("line {line}: the property was not answered: {}", answers.process())),
        })
    }

    /// The root file of the candidate's crate.
    fn library(&self) -> String {
        let mut text = String::from("#![forbid(unsafe_code)]\n");
        for import in &self.candidate.imports {
            text.push_str(&format!("#[path = \"{0}.rs\"]\npub mod {0};\n", identifier(&import.name)));
        }
        text + "#[path = \"module.rs\"]\nmod module;\npub use module::*;\n"
    }

    /// Runs the program where nothing is allowed, and takes the first `count` answers that bear the number.
    fn run(&self, program: &[u8], count: usize) -> Result<Answers, VerifyError> {
        let io = |source| VerifyError::Io { what: "run the compiled evidence".to_owned(), source };
        let job = Job::new(&[], &[])?;
        job.program("main", program)?;
        let mut jail = Jail::new("/job/main".into()).bind(job.path(), "/job");
        jail.limits = self.verifier.bounds.limits.clone();
        // Used up meanwhile, by the compiler: the program is started and ends at once.
        let mut budget = self.budget.get();
        (jail.limits.cpu, jail.limits.wall) = budget.allow(self.verifier.bounds.block).unwrap_or_default();
        let nonce = nonce().map_err(io)?;
        let finished = self.verifier.sandbox.run(&jail, format!("{nonce}\n").as_bytes()).map_err(io)?;
        budget.spend(finished.cpu);
        self.budget.set(budget);
        let text = String::from_utf8_lossy(&finished.stdout);
        let answer = |own: &str| {
            let (verdict, why) = own.strip_prefix(nonce.as_str())?.strip_prefix(' ')?.split_once(' ')?;
            Some((verdict == "true", why.to_owned()))
        };
        Ok(Answers { said: text.lines().filter_map(answer).take(count).collect(), end: finished.end })
    }
}

/// What a program has answered before it ended.
struct Answers {
    said: Vec<(bool, String)>,
    end: End,
}

impl Answers {
    fn process(&self) -> String {
        format!("the process of the candidate {}", self.end)
    }
}

/// A path as one word of the shell.
fn quoted(path: &Path) -> String {
    format!("'{}'", path.display().to_string().replace('\'', "'\\''"))
}

/// A number that the candidate cannot know: it changes nothing but who is believed.
fn nonce() -> std::io::Result<String> {
    let mut bytes = [0; 32];
    File::open(Path::new("/dev/urandom"))?.read_exact(&mut bytes)?;
    Ok(sha256_hex(&bytes))
}

impl Runner for RustRunner<'_> {
    fn block(&mut self, requirement: &Requirement, evidence: usize, index: usize) -> Result<Finding, VerifyError> {
        let evidence = &requirement.evidence[evidence];
        let backend = evidence.backend.name();
        if self.budget.get().allow(self.verifier.bounds.block).is_none() {
            let text = "not run: the time for the whole verification is used up".to_owned();
            return Ok(Finding { backend, holds: false, text });
        }
        let (holds, text) = match evidence.backend {
            Backend::Assert => self.assertions(&evidence.text, evidence.line)?,
            Backend::Property => self.property(&evidence.text, evidence.line, seed(&requirement.id, index))?,
            // Whoever asks for a whole run is told of these before anything is derived.
            _ => (false, format!("`{backend}` evidence cannot be checked for target `rust`")),
        };
        Ok(Finding { backend, holds, text })
    }
}
