//! `etymon lean check`: the whole tree in the kernel, its axioms, its image, its text.

use super::{LEAN_FAILED, Sources, differences, export, refused, run};
use crate::args::DEFAULT_NAME;
use crate::output::{Failure, Outcome, Output};
use crate::source;
use etymon_diagnostics::{Code, Diagnostic, Origin, Report};
use etymon_emit::{Declaration, Language, Profile, declarations};
use etymon_spec::Spec;
use serde_json::{Value, json};
use std::collections::BTreeSet;
use std::fs;
use std::path::Path;

/// A file that no program imports, and that nothing therefore checks.
const LEAN_ORPHAN: Code = Code::new("LEAN_ORPHAN");
/// The axioms are not the committed ones.
const AXIOMS_DIFFER: Code = Code::new("AXIOMS_DIFFER");
/// Lean lowers a declaration to other text than Rust.
const LOWERING_DIFFERS: Code = Code::new("LOWERING_DIFFERS");

/// The committed list of axioms, beside the sources.
const AXIOMS: &str = "axioms.golden";
/// How the lines of that list are told from what else Lean prints.
const AXIOM_MARK: &str = "axioms: ";

/// Runs every check and says which passed.
pub fn check(sources: &Sources, image: &Path, output: &Output) -> Outcome {
    let mut report = Report::new();
    let mut step = |name: &str, found: Report| {
        let verdict = if found.has_errors() { "failed" } else { "ok" };
        if output.json {
            output.print_json(&json!({ "step": name, "ok": !found.has_errors() }));
        } else {
            output.print(&format!("{name}: {verdict}\n"));
        }
        report.merge(found);
    };
    step("every file is imported", orphans(sources)?);
    output.progress("checking every proof in the kernel");
    step("every proof checks, on the committed axioms", kernel(sources)?);
    step("the exported image is the committed one", differences(&export(sources, output)?, image)?);
    let spec = source::load(Some(image), DEFAULT_NAME)?;
    output.progress("comparing lowered text");
    step("Lean and Rust lower to the same text", lowering(sources, &spec)?);
    report.into_result(()).map_err(Failure::Check)
}

fn orphans(sources: &Sources) -> Result<Report, Failure> {
    let programs = ["Enc", "Export", "Referee"];
    let bundles: Vec<String> = programs.iter().map(|root| sources.bundle(root)).collect::<Result<_, _>>()?;
    let included: BTreeSet<&str> =
        bundles.iter().flat_map(|bundle| bundle.lines()).filter_map(|line| line.strip_prefix("-- ")).collect();
    let orphans = sources.files.keys().filter(|path| !included.contains(path.as_str()) && *path != "lakefile.lean");
    Ok(orphans
        .map(|path| {
            Diagnostic::error(LEAN_ORPHAN, "nothing imports this file, so nothing checks it")
                .at(Origin::path(sources.folder.join(path).display().to_string()))
                .help("import it from lean/Enc.lean")
        })
        .collect())
}

/// Elaborates everything. The last file prints the axioms of every theorem, one line each.
fn kernel(sources: &Sources) -> Result<Report, Failure> {
    let run = run(&sources.bundle("Enc")?, &[], String::new())?;
    if !run.ok {
        return Err(refused(&run));
    }
    let mut found: Vec<&str> =
        run.stdout.lines().filter_map(|line| line.split_once(AXIOM_MARK).map(|(_, rest)| rest)).collect();
    found.sort_unstable();
    let mut report = Report::new();
    if found.is_empty() {
        report.push(Diagnostic::error(LEAN_FAILED, "lean printed no axioms, so the proofs were not reached"));
    }
    let path = sources.folder.join(AXIOMS);
    let golden = fs::read_to_string(&path).map_err(|error| Failure::io(path.display(), error))?;
    let committed: Vec<&str> = golden.lines().collect();
    let added = found.iter().filter(|line| !committed.contains(line)).map(|line| ("+", *line));
    let gone = committed.iter().filter(|line| !found.contains(line)).map(|line| ("-", *line));
    let lines: Vec<String> = added.chain(gone).map(|(sign, line)| format!("{sign}{line}")).collect();
    if !lines.is_empty() {
        let difference = Diagnostic::error(AXIOMS_DIFFER, "theorems or axioms are not the committed ones")
            .at(Origin::path(path.display().to_string()))
            .note(lines.join("\n"))
            .help("review the difference, then write these lines into the file, sorted");
        report.push(difference);
    }
    Ok(report)
}

const PAIRS: [(Profile, Language); 4] = [
    (Profile::Strict, Language::Js),
    (Profile::Strict, Language::Rust),
    (Profile::Reference, Language::Js),
    (Profile::Reference, Language::Rust),
];

fn lowering(sources: &Sources, spec: &Spec) -> Result<Report, Failure> {
    let mut input = String::new();
    let mut wanted: Vec<(String, Vec<Declaration>)> = Vec::new();
    for module in &spec.modules {
        for (profile, to) in PAIRS {
            let id = format!("{} {} {}", module.path, profile.name(), to.name());
            let request = json!({
                "id": id, "lower": { "profile": profile.name(), "to": to.name() }, "module": module.path,
            });
            input.push_str(&format!("{request}\n"));
            wanted.push((id, declarations(spec, module, profile, to).map_err(Box::new)?));
        }
    }
    let run = run(&sources.bundle("Referee")?, &["--run"], input)?;
    let mut report = Report::new();
    for (id, own) in &wanted {
        let answer = run.stdout.lines().filter_map(|line| serde_json::from_str::<Value>(line).ok());
        match answer.into_iter().find(|answer| answer["id"] == **id) {
            None => return Err(refused(&run)),
            Some(answer) => report.merge(compare(id, own, &answer)),
        }
    }
    Ok(report)
}

fn compare(id: &str, own: &[Declaration], answer: &Value) -> Report {
    let differs = |message: String| Diagnostic::error(LOWERING_DIFFERS, message).help("docs/lowering.md decides");
    let Some(theirs) = answer["ok"]["decls"].as_array() else {
        return Report::from(differs(format!("{id}: Lean refuses: {}", answer["refused"])));
    };
    let mut report = Report::new();
    for (at, own) in own.iter().enumerate() {
        let their = theirs.get(at).map(|pair| (pair[0].as_str().unwrap_or(""), pair[1].as_str().unwrap_or("")));
        if their != Some((&own.name, &own.text)) {
            let (name, text) = their.unwrap_or(("nothing", ""));
            let note = format!("Rust, `{}`:\n{}\nLean, `{name}`:\n{text}", own.name, own.text);
            report.push(differs(format!("{id}: `{}` is lowered to different text", own.name)).note(note));
        }
    }
    if theirs.len() > own.len() {
        report.push(differs(format!("{id}: Lean gives {} texts, Rust {}", theirs.len(), own.len())));
    }
    report
}
