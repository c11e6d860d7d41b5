//! Rust: `cargo check`, and assertions and properties compiled into programs that ask the candidate's process.
//!
//! Two processes, because safe Rust is no border: compilers accept some safe code that is not sound (rust-lang/rust#25860), and with it a
//! candidate reads and writes the memory of its process. What the candidate offers is read from its text ([`interface`]). The evidence is
//! linked with a crate of the same names and types that is written here ([`texts`]) and in which every function sends its arguments through a
//! pipe and waits for the answer; the candidate is linked with a program that reads them, calls, and answers. Verdicts come from the first
//! process alone, which has no line of the candidate in it.
//!
//! Types whose fields are public are data: the evidence has a definition of its own of them, with the traits that the candidate derives.
//! Values of the others stay where they are and are named by a number. An equality that the candidate wrote is its word on itself, so there
//! is none in the evidence; its `Display` and `Debug` are asked, as texts. What cannot be sent (generics, functions, references through which
//! something can be changed) is left out, and evidence that uses it is told why.

mod crates;
mod interface;
mod names;
mod pair;
mod params;
mod program;
mod source;
mod texts;
mod types;

use super::job::Job;
use super::node::seed;
use super::{Budget, Candidate, Finding, Runner, Verifier, VerifyError};
use crate::model::{Backend, Requirement};
use crate::sandbox::{End, Finished, Jail};
use crates::Crates;
use pair::Answers;
use program::Program;
use std::collections::{BTreeMap, BTreeSet};
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

/// How often what does not compile is left out before the candidate as a whole is.
const MAX_TRIES: usize = 5;

/// What all crates are compiled with.
const FLAGS: &str = "--edition 2024 -A warnings --error-format short";

pub(super) fn start<'a>(
    verifier: &'a Verifier<'a>,
    candidate: &'a Candidate,
    interface: &[String],
    budget: Budget,
) -> Result<(Finding, Box<dyn Runner + 'a>), VerifyError> {
    let own = RustRunner { verifier, candidate, budget, built: None };
    let mut library = own.library();
    for name in interface {
        library.push_str(&format!("pub use module::{name};\n"));
    }
    let mut files = own.sources(&library);
    files.push(("main.rs".to_owned(), ""));
    let finished = own.compile(&files, &[], "cargo check --offline --quiet --message-format short >&2")?;
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
    budget: Budget,
    /// Made when it is first wanted.
    built: Option<Result<Built, String>>,
}

/// What a candidate becomes.
struct Built {
    /// The program that has the candidate in it and answers.
    server: Vec<u8>,
    /// The library that the evidence is linked with.
    stub: Vec<u8>,
    /// Names that evidence cannot use, and why.
    left: BTreeMap<String, String>,
    /// Says for which of the candidate's types comparisons compile.
    compared: String,
}

impl RustRunner<'_> {
    /// The files of the candidate's crate.
    fn sources<'b>(&'b self, library: &'b str) -> Vec<(String, &'b str)> {
        let own = [("Cargo.toml", MANIFEST), ("lib.rs", library), ("module.rs", self.candidate.code.as_str())];
        let imports =
            self.candidate.imports.iter().map(|own| (format!("{}.rs", identifier(&own.name)), own.code.as_str()));
        own.into_iter().map(|(name, text)| (name.to_owned(), text)).chain(imports).collect()
    }

    /// Runs a compiler's command line in a sandbox of its own, where it may start processes. It runs none of the candidate's code.
    fn compile(
        &self,
        files: &[(String, &str)],
        programs: &[(&str, &[u8])],
        script: &str,
    ) -> Result<Finished, VerifyError> {
        let io = |source| VerifyError::Io { what: "start the Rust compiler".to_owned(), source };
        let toolchain = self.verifier.tools.toolchain()?;
        let files: Vec<(&str, &str)> = files.iter().map(|(name, text)| (name.as_str(), *text)).collect();
        let job = Job::new(&[], &files)?;
        programs.iter().try_for_each(|(name, bytes)| job.program(name, bytes))?;
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

    /// The candidate's program and the crate that stands for it; the inner error is why neither can be made.
    fn build(&self) -> Result<Result<Built, String>, VerifyError> {
        let mut out = BTreeSet::new();
        let mut left = BTreeMap::new();
        for _ in 0..MAX_TRIES {
            let crates = match Crates::of(self.candidate, &out) {
                Ok(own) => own,
                Err(why) => return Ok(Err(why)),
            };
            let library = self.library();
            let script = format!(
                "mkdir -p /tmp/target && rustc {FLAGS} --crate-type rlib --crate-name candidate -F unsafe_code lib.rs --out-dir /tmp/target >&2 \
                 && rustc {FLAGS} {} --extern candidate=/tmp/target/libcandidate.rlib server.rs -o /tmp/target/main >&2 && cat /tmp/target/main",
                self.linking()
            );
            let mut files = self.sources(&library);
            files.push(("server.rs".to_owned(), &crates.server.text));
            let server = self.compile(&files, &[], &script)?;
            let wrong = if server.end == End::Exit(0) {
                let script = format!(
                    "mkdir -p /tmp/target && rustc {FLAGS} --crate-type rlib --crate-name candidate stub.rs --out-dir /tmp/target >&2 \
                     && cat /tmp/target/libcandidate.rlib"
                );
                let stub = self.compile(&[("stub.rs".to_owned(), &crates.stub.text)], &[], &script)?;
                if stub.end == End::Exit(0) {
                    left.extend(crates.left);
                    return Ok(Ok(Built { server: server.stdout, stub: stub.stdout, left, compared: crates.compared }));
                }
                (Crates::wrong(&crates.stub, "stub.rs", &stub.stderr), stub)
            } else {
                self.linked(&server)?;
                (Crates::wrong(&crates.server, "server.rs", &server.stderr), server)
            };
            // What the compiler does not take cannot be asked; the rest can.
            let (wrong, said) = wrong;
            if wrong.keys().all(|key| out.contains(key)) {
                return Ok(Err(format!("the candidate cannot be asked from another process: {}", problems(&said))));
            }
            for (key, why) in wrong {
                left.entry(crates.name(key)).or_insert(format!("cannot be asked from another process{why}"));
                out.insert(key);
            }
        }
        Ok(Err("the candidate cannot be asked from another process".to_owned()))
    }

    /// Tells of a compiler that links nothing.
    fn linked(&self, built: &Finished) -> Result<(), VerifyError> {
        // Errors of a source text begin with its place.
        match built.stderr.lines().find(|own| own.starts_with("error: linker `")) {
            Some(reason) => {
                let help = "install a C compiler whose `cc` is on the path, below /usr or in /nix/store";
                Err(VerifyError::Tool { tool: "Rust", reason: reason["error: ".len()..].to_owned(), help })
            }
            None => Ok(()),
        }
    }

    fn linking(&self) -> String {
        let linker = self.verifier.tools.linker.as_deref().map(|path| format!("-C linker={}", quoted(path)));
        linker.unwrap_or_default()
    }

    /// Compiles the evidence, which `program` makes of what is compared, and runs it: the program's answers, or why there is none.
    fn answers(
        &mut self,
        program: impl Fn(&str) -> Program,
    ) -> Result<Result<(Program, Answers), String>, VerifyError> {
        if self.built.is_none() {
            self.built = Some(self.build()?);
        }
        let built = match self.built.as_ref() {
            Some(Ok(own)) => own,
            Some(Err(why)) => return Ok(Err(why.clone())),
            None => return Ok(Err("the candidate cannot be asked".to_owned())),
        };
        let program = program(&built.compared);
        let main = format!("{HARNESS}{}", program.text);
        let script = format!(
            "mkdir -p /tmp/target && rustc {FLAGS} {} --extern candidate=libcandidate.rlib main.rs -o /tmp/target/main >&2 && cat /tmp/target/main",
            self.linking()
        );
        let evidence =
            self.compile(&[("main.rs".to_owned(), &main)], &[("libcandidate.rlib", &built.stub)], &script)?;
        if evidence.end != End::Exit(0) {
            self.linked(&evidence)?;
            return Ok(Err(program.problems(&evidence, &built.left)));
        }
        // Used up meanwhile, by the compiler: both are started and end at once.
        let allowed = self.budget.allow(self.verifier.bounds.block).unwrap_or_default();
        let answers = pair::run(self.verifier, allowed, &built.server, &evidence.stdout, &program)?;
        self.budget.spend(answers.cpu);
        Ok(Ok((program, answers)))
    }

    /// Checks a block of assertions.
    fn assertions(&mut self, text: &str, line: usize) -> Result<(bool, String), VerifyError> {
        if Program::assertions(text, line, "").claims.is_empty() {
            return Ok((false, format!("line {line}: the block asserts nothing")));
        }
        let (program, answers) = match self.answers(|compared| Program::assertions(text, line, compared))? {
            Ok(own) => own,
            Err(problems) => return Ok((false, problems)),
        };
        let claims = &program.claims;
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
        if answers.lost.is_some() && told.is_empty() {
            told.push(answers.process());
        }
        let count = claims.len();
        Ok(if told.is_empty() { (true, format!("{count} of {count} hold")) } else { (false, told.join("\n")) })
    }

    /// Checks a property.
    fn property(&mut self, text: &str, line: usize, seed: u32) -> Result<(bool, String), VerifyError> {
        let (_, answers) = match self.answers(|compared| Program::property(text, line, seed, compared))? {
            Ok(own) => own,
            Err(problems) => return Ok((false, problems)),
        };
        Ok(match answers.said.first() {
            Some((true, why)) if answers.lost.is_none() => (true, why.clone()),
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
}

/// A path as one word of the shell.
fn quoted(path: &Path) -> String {
    format!("'{}'", path.display().to_string().replace('\'', "'\\''"))
}

impl Runner for RustRunner<'_> {
    fn block(&mut self, requirement: &Requirement, evidence: usize, index: usize) -> Result<Finding, VerifyError> {
        let evidence = &requirement.evidence[evidence];
        let backend = evidence.backend.name();
        if self.budget.allow(self.verifier.bounds.block).is_none() {
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
