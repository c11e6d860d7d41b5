//! Rust: `cargo check`, and assertions compiled into a program whose process holds candidate and evidence.
//!
//! One process, because native values do not cross a membrane. What keeps them apart: the candidate is a crate of its own in which `unsafe`
//! is forbidden, so it cannot look into the harness's memory; there is no `/proc` through which it could; the harness reads a number from its
//! input before it calls anything, and only lines that begin with it count; both sides of a comparison are of the standard library's types,
//! so that the candidate cannot bring an equality of its own.

use super::job::Job;
use super::{Candidate, Finding, Runner, Verifier, VerifyError};
use crate::model::{Backend, Requirement};
use crate::sandbox::{End, Finished, Jail};
use etymon_spec::canonical::sha256_hex;
use std::fs::File;
use std::io::Read;
use std::path::Path;
use std::time::Instant;

/// Where the toolchain is inside.
const TOOLCHAIN: &str = "/opt/rust";
/// Most memory of the compiler's scratch folder, in bytes.
const SCRATCH: u64 = 256 << 20;
/// Largest program, in bytes.
const PROGRAM: usize = 64 << 20;

const MANIFEST: &str = "[package]\nname = \"candidate\"\nversion = \"0.0.0\"\nedition = \"2024\"\n\n[lib]\npath = \"lib.rs\"\n\n[workspace]\n";
/// The parts of the program that the candidate's names must not reach.
const HARNESS: &str = include_str!("../../harness/harness.rs");

/// Names that evidence means the standard library's by. Named one by one they go before those that the candidate brings along.
const NAMES: &str = "use crate::harness::{claim, truth}; use std::{assert, assert_eq, assert_ne, format, matches, panic, vec}; \
     use std::option::Option::{self, None, Some}; use std::result::Result::{self, Err, Ok}; use std::string::{String, ToString}; use std::vec::Vec;";

pub(super) fn start<'a>(
    verifier: &'a Verifier<'a>,
    candidate: &'a Candidate,
    interface: &[String],
    deadline: Instant,
) -> Result<(Finding, Box<dyn Runner + 'a>), VerifyError> {
    let own = RustRunner { verifier, candidate, deadline };
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
    deadline: Instant,
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
        jail.limits.wall = self.verifier.bounds.block * 6;
        (jail.limits.memory, jail.limits.scratch, jail.limits.output) = (4 << 30, SCRATCH, PROGRAM);
        self.verifier.sandbox.run(&jail, b"").map_err(io)
    }

    /// Compiles the block and runs it.
    fn assertions(&self, text: &str, line: usize) -> Result<(bool, String), VerifyError> {
        let claims: Vec<(usize, &str)> = text
            .lines()
            .enumerate()
            .map(|(at, own)| (line + at, own.trim()))
            .filter(|(_, own)| !own.is_empty() && !own.starts_with("//"))
            .collect();
        let binds = |own: &str| own.starts_with("let ") || own.starts_with("use ");
        if claims.iter().all(|(_, own)| binds(own)) {
            return Ok((false, format!("line {line}: the block asserts nothing")));
        }
        // One claim a line, so that the compiler's line tells which one it is about.
        let before = HARNESS.lines().count() + 1;
        let mut main = format!("{HARNESS}mod evidence {{ use candidate::*; {NAMES} pub fn run() {{\n");
        for (at, claim) in &claims {
            main.push_str(&program_line(*at, claim));
        }
        main.push_str("}\n}\n");
        let script = "mkdir -p /tmp/target && rustc --edition 2024 --crate-type rlib --crate-name candidate -F unsafe_code -A warnings --error-format short lib.rs --out-dir /tmp/target >&2 \
                      && rustc --edition 2024 -A warnings --error-format short --extern candidate=/tmp/target/libcandidate.rlib main.rs -o /tmp/target/main >&2 && cat /tmp/target/main";
        let built = self.cargo(script, &self.library(), &main)?;
        if built.end != End::Exit(0) {
            let place =
                |own: &str| own.strip_prefix("main.rs:").and_then(|rest| rest.split(':').next()?.parse::<usize>().ok());
            let told: Vec<String> = built
                .stderr
                .lines()
                .filter(|own| {
                    own.contains(": error") || (own.starts_with("error") && !own.starts_with("error: aborting"))
                })
                .map(|own| match place(own).and_then(|at| claims.get(at.checked_sub(before + 1)?)) {
                    Some((at, claim)) => format!(
                        "line {at}: `{claim}` does not compile: {}",
                        own.split_once(": error").map_or("", |(_, why)| why)
                    ),
                    None => own.to_owned(),
                })
                .collect();
            return Ok((false, if told.is_empty() { format!("the compiler {}", built.end) } else { told.join("\n") }));
        }
        let answered: Vec<_> = claims.into_iter().filter(|(_, own)| !binds(own)).collect();
        self.run(&built.stdout, &answered)
    }

    /// The root file of the candidate's crate.
    fn library(&self) -> String {
        let mut text = String::from("#![forbid(unsafe_code)]\n");
        for import in &self.candidate.imports {
            text.push_str(&format!("#[path = \"{0}.rs\"]\npub mod {0};\n", identifier(&import.name)));
        }
        text + "#[path = \"module.rs\"]\nmod module;\npub use module::*;\n"
    }

    /// Runs the program where nothing is allowed, and counts what bears the number.
    fn run(&self, program: &[u8], claims: &[(usize, &str)]) -> Result<(bool, String), VerifyError> {
        let io = |source| VerifyError::Io { what: "run the compiled evidence".to_owned(), source };
        let job = Job::new(&[], &[])?;
        job.program("main", program)?;
        let mut jail = Jail::new("/job/main".into()).bind(job.path(), "/job");
        jail.limits = self.verifier.bounds.limits.clone();
        jail.limits.wall = self.verifier.bounds.block.min(self.deadline.saturating_duration_since(Instant::now()));
        let nonce = nonce().map_err(io)?;
        let finished = self.verifier.sandbox.run(&jail, format!("{nonce}\n").as_bytes()).map_err(io)?;
        let said = String::from_utf8_lossy(&finished.stdout);
        let answers: Vec<&str> =
            said.lines().filter_map(|own| own.strip_prefix(nonce.as_str())?.strip_prefix(' ')).collect();
        let mut told = Vec::new();
        for (at, (line, claim)) in claims.iter().enumerate() {
            match answers.get(at).and_then(|own| own.split_once(' ')) {
                Some(("true", _)) => {}
                Some((_, why)) => told.push(format!("line {line}: `{claim}` {why}")),
                None => {
                    told.push(format!(
                        "line {line}: `{claim}` was not answered: the process of the candidate {}",
                        finished.end
                    ));
                    break;
                }
            }
        }
        if finished.end != End::Exit(0) && told.is_empty() {
            told.push(format!("the process of the candidate {}", finished.end));
        }
        let count = claims.len();
        Ok(if told.is_empty() { (true, format!("{count} of {count} hold")) } else { (false, told.join("\n")) })
    }
}

/// One claim; a comparison is taken apart so that its left side can be shown.
fn program_line(line: usize, claim: &str) -> String {
    let claim = claim.trim_end_matches(';');
    if claim.starts_with("let ") || claim.starts_with("use ") {
        return format!("{claim};\n");
    }
    // `claim!` parses the expression itself; what it cannot take apart is a truth.
    match top_level_equality(claim) {
        Some((left, operator, right)) => format!("claim({line}, || ({left}), \"{operator}\", || ({right}));\n"),
        None => format!("truth({line}, || ({claim}));\n"),
    }
}

/// The sides of the one `==` or `!=` outside of brackets, strings and characters.
fn top_level_equality(claim: &str) -> Option<(&str, &str, &str)> {
    let bytes = claim.as_bytes();
    let (mut depth, mut quoted, mut at, mut found) = (0_i32, false, 0, None);
    while at < bytes.len() {
        match bytes[at] {
            b'\\' if quoted => at += 1,
            b'"' => quoted = !quoted,
            _ if quoted => {}
            b'\'' if bytes.get(at + 2) == Some(&b'\'') => at += 2,
            b'(' | b'[' | b'{' => depth += 1,
            b')' | b']' | b'}' => depth -= 1,
            b'&' | b'|' if depth == 0 && bytes.get(at + 1) == Some(&bytes[at]) => return None,
            b'=' | b'!' if depth == 0 && bytes.get(at + 1) == Some(&b'=') => {
                if found.is_some() {
                    return None;
                }
                found = Some(at);
                at += 1;
            }
            _ => {}
        }
        at += 1;
    }
    found.map(|at| (claim[..at].trim(), &claim[at..at + 2], claim[at + 2..].trim()))
}

/// A number that the candidate cannot know: it changes nothing but who is believed.
fn nonce() -> std::io::Result<String> {
    let mut bytes = [0; 32];
    File::open(Path::new("/dev/urandom"))?.read_exact(&mut bytes)?;
    Ok(sha256_hex(&bytes))
}

impl Runner for RustRunner<'_> {
    fn block(&mut self, requirement: &Requirement, evidence: usize, _index: usize) -> Result<Finding, VerifyError> {
        let evidence = &requirement.evidence[evidence];
        let backend = evidence.backend.name();
        if self.deadline <= Instant::now() {
            let text = "not run: the time for the whole verification is used up".to_owned();
            return Ok(Finding { backend, holds: false, text });
        }
        let (holds, text) = match evidence.backend {
            Backend::Assert => self.assertions(&evidence.text, evidence.line)?,
            _ => (false, format!("`{backend}` evidence cannot be checked for target `rust`")),
        };
        Ok(Finding { backend, holds, text })
    }
}
