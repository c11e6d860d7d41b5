//! Measures stages 1 to 5: `cargo run --release --package etymon-constraints --example stages_bench [requirements…]`.
//!
//! Without arguments, 1,000, 10,000 and 100,000 requirements of the usual size, each once without fences and once with evidence.

use etymon_constraints::canonicalize::canonicalize;
use etymon_constraints::codes::RESOLVE_UNDERIVED;
use etymon_constraints::parse::parse;
use etymon_constraints::read::read;
use etymon_constraints::resolve::{Acceptance, Accepted, Derived, Folder, Refusal, resolve};
use etymon_constraints::validate::validate;
use std::error::Error;
use std::fmt::Write as _;
use std::time::{Duration, Instant};

const RUNS: usize = 41;
const USUAL: [usize; 3] = [1_000, 10_000, 100_000];

/// What was measured over one file.
struct Measured {
    bytes: u64,
    /// The middle of the runs: read, parse, validate, resolve, canonicalize.
    stages: [Duration; 5],
    total: Duration,
    /// The shortest run, which other work on the machine disturbs least.
    least: Duration,
}

/// The files import nothing, so nothing is to be accepted.
struct Nobody;

impl Acceptance for Nobody {
    fn accept(&self, _: Derived<'_>, _: &[u8]) -> Result<Accepted, Refusal> {
        Err(Refusal { code: RESOLVE_UNDERIVED, reason: "nobody is trusted".to_owned(), help: String::new() })
    }
}

/// A file of that many requirements, each depending on the one before it.
fn file(requirements: usize, evidence: bool) -> String {
    let mut text = String::from("# Measured\n\n@provides: measured\n  threshold: R1\n  interface: [a, b]\n\n");
    for nr in 1..=requirements {
        let before = if nr > 1 { format!("R{}", nr - 1) } else { String::new() };
        let _ = write!(
            text,
            "## R{nr}\ntype: predicate\nauthority: derived\nscope: module\nstatus: active\ndepends-on: [{before}]\n\n\
             The result of call {nr} lies between the bounds that the caller gave, whatever the order of its arguments.\n\n"
        );
        if evidence {
            let _ = write!(text, "```assert\nclamp({nr}, 0, 3) === 3\nclamp(-{nr}, 0, 3) === 0\n```\n\n");
        }
    }
    text
}

fn measure(text: &str) -> Result<Measured, Box<dyn Error>> {
    let folder = tempfile::tempdir()?;
    let path = folder.path().join("measured.constraints.md");
    std::fs::write(&path, text)?;
    let mut runs = Vec::new();
    let mut bytes = 0;
    for _ in 0..RUNS {
        let start = Instant::now();
        let source = read(&path)?;
        let after_read = Instant::now();
        let parsed = parse(&source.file);
        let after_parse = Instant::now();
        let findings = validate(&parsed);
        let after_validate = Instant::now();
        let imports = resolve(&path, &parsed, &Folder, &Nobody).map_err(|report| report.to_string())?;
        let after_resolve = Instant::now();
        let canonical = canonicalize(&parsed.document);
        let end = Instant::now();
        if !parsed.report.is_empty() || !findings.is_empty() || !imports.is_empty() || canonical.text.is_empty() {
            return Err(format!("the file has findings: {} {findings}", parsed.report).into());
        }
        bytes = source.bytes;
        let stages = [
            after_read - start,
            after_parse - after_read,
            after_validate - after_parse,
            after_resolve - after_validate,
            end - after_resolve,
        ];
        runs.push((end - start, stages));
    }
    runs.sort_by_key(|(total, _)| *total);
    let (total, stages) = runs[RUNS / 2];
    Ok(Measured { bytes, stages, total, least: runs[0].0 })
}

fn main() -> Result<(), Box<dyn Error>> {
    let mut sizes = Vec::new();
    for argument in std::env::args().skip(1) {
        sizes.push(argument.parse()?);
    }
    if sizes.is_empty() {
        sizes.extend(USUAL);
    }
    println!(
        "requirements  evidence      bytes  read  parse  validate  resolve  canonicalize  total  least  (ms, median and least of {RUNS})"
    );
    for size in sizes {
        for evidence in [false, true] {
            let own = measure(&file(size, evidence))?;
            let [read, parse, validate, resolve, canonicalize] = own.stages.map(|stage| stage.as_secs_f64() * 1e3);
            let total = own.total.as_secs_f64() * 1e3;
            let (bytes, least) = (own.bytes, own.least.as_secs_f64() * 1e3);
            println!(
                "{size:>12}  {evidence:>8} {bytes:>10}  {read:.2}  {parse:.2}  {validate:.2}  {resolve:.2}  {canonicalize:.2}  {total:.2}  {least:.2}"
            );
        }
    }
    Ok(())
}
