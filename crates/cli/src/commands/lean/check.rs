//! `etymon lean check`: the whole tree in the kernel, its axioms, its image, its text.

use super::{LEAN_FAILED, LEAN_ORPHAN, Sources, differences, export, refused, run};
use crate::output::{Failure, Outcome, Output};
use crate::source;
use etymon_diagnostics::{Code, Diagnostic, Origin, Report};
use etymon_emit::{Declaration, Language, NO_LOWERING, Profile, declarations};
use etymon_spec::Spec;
use serde_json::{Value, json};
use std::collections::{BTreeSet, HashMap};
use std::fs;
use std::path::Path;

/// The axioms are not the committed ones.
const AXIOMS_DIFFER: Code = Code::new("AXIOMS_DIFFER");
/// Lean lowers a declaration to other text than Rust.
const LOWERING_DIFFERS: Code = Code::new("LOWERING_DIFFERS");

/// What the Lean side says of a module with a declaration that has no text.
const NOT_LOWERED: &str = "not lowered";

/// The committed list of axioms, beside the sources.
const AXIOMS: &str = "axioms.golden";
/// How the lines of that list are told from what else Lean prints.
const AXIOM_MARK: &str = "axioms: ";
/// How the line begins that names the axioms of all declarations of a run.
const EVERYTHING: &str = "everything:";

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
    step("every proof checks, on the committed axioms", kernel(sources, output)?);
    step("the exported image is the committed one", differences(&export(sources, output)?, image)?);
    let spec = source::load(Some(image), None)?;
    output.progress("comparing lowered text");
    step("Lean and Rust lower to the same text", lowering(sources, &spec)?);
    report.into_result(()).map_err(Failure::Check)
}

/// What is elaborated, one run each: the stand-in for Lean has 4 GiB for a run, and the theorems about the whole spec take most of them.
const PROOFS: [&str; 3] = ["Enc", "Enc.Proofs.Portable", "Enc.Proofs.Reference"];
const PROGRAMS: [&str; 2] = ["Export", "Referee"];
/// Prints the axioms of all that was elaborated before it.
const PRINTER: &str = "Enc.Proofs.Axioms";

fn orphans(sources: &Sources) -> Result<Report, Failure> {
    let roots = PROOFS.iter().chain(&PROGRAMS).chain([&PRINTER]);
    let bundles: Vec<String> = roots.map(|root| sources.bundle(&[root])).collect::<Result<_, _>>()?;
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

/// Elaborates everything. The last file of each run prints the axioms of every theorem, one line each.
fn kernel(sources: &Sources, output: &Output) -> Result<Report, Failure> {
    let (mut found, mut everything) = (BTreeSet::new(), BTreeSet::new());
    for root in PROOFS {
        output.progress(&format!("checking every proof of {root} in the kernel"));
        let run = run(&sources.bundle(&[root, PRINTER])?, &[], &[], String::new())?;
        if !run.ok {
            return Err(refused(&run));
        }
        for line in run.stdout.lines().filter_map(|line| line.split_once(AXIOM_MARK).map(|(_, rest)| rest)) {
            match line.strip_prefix(EVERYTHING) {
                Some(axioms) => everything.extend(axioms.split_whitespace().map(str::to_owned)),
                None => drop(found.insert(line.to_owned())),
            }
        }
    }
    if !found.is_empty() {
        let axioms: Vec<String> = everything.into_iter().map(|axiom| format!(" {axiom}")).collect();
        found.insert(format!("{EVERYTHING}{}", axioms.concat()));
    }
    let found: Vec<&str> = found.iter().map(String::as_str).collect();
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
    let mut wanted: Vec<(String, Option<Vec<Declaration>>)> = Vec::new();
    for module in &spec.modules {
        for (profile, to) in PAIRS {
            let id = format!("{} {} {}", module.path, profile.name(), to.name());
            let request = json!({
                "id": id, "lower": { "profile": profile.name(), "to": to.name() }, "module": module.path,
            });
            input.push_str(&format!("{request}\n"));
            let own = match declarations(spec, module, profile, to) {
                Ok(own) => Some(own),
                // Documents have names that no program has; which modules may be without, a theorem says.
                Err(refused) if refused.code == NO_LOWERING => None,
                Err(refused) => return Err(Box::new(refused).into()),
            };
            wanted.push((id, own));
        }
    }
    let run = run(&sources.bundle(&["Referee"])?, &["--run"], &[], input)?;
    let mut answers: HashMap<String, Value> = HashMap::new();
    for answer in run.stdout.lines().filter_map(|line| serde_json::from_str::<Value>(line).ok()) {
        if let Some(id) = answer["id"].as_str().map(str::to_owned) {
            answers.entry(id).or_insert(answer);
        }
    }
    let mut report = Report::new();
    for (id, own) in &wanted {
        match answers.get(id) {
            None => return Err(refused(&run)),
            Some(answer) => report.merge(compare(id, own.as_deref(), answer)),
        }
    }
    Ok(report)
}

/// What Lean answers, beside the own texts, which are none where Rust refuses the module.
fn compare(id: &str, own: Option<&[Declaration]>, answer: &Value) -> Report {
    let differs = |message: String| Diagnostic::error(LOWERING_DIFFERS, message).help("docs/lowering.md decides");
    let Some(own) = own else {
        return match answer["refused"] == NOT_LOWERED {
            true => Report::new(),
            false => Report::from(differs(format!("{id}: Rust refuses it with {NO_LOWERING}, Lean does not"))),
        };
    };
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

#[cfg(test)]
mod tests {
    use super::{Declaration, compare};
    use serde_json::{Value, json};

    #[test]
    fn texts_and_refusals_must_be_the_same() {
        let own = [Declaration { name: "f".to_owned(), text: "1".to_owned() }];
        let differs = |own: Option<&[Declaration]>, answer: Value| compare("m", own, &answer).has_errors();
        let texts = |texts: Value| json!({ "ok": { "decls": texts } });
        assert!(!differs(Some(&own), texts(json!([["f", "1"]]))));
        assert!(!differs(None, json!({ "refused": "not lowered" })));
        assert!(differs(Some(&own), texts(json!([["f", "2"]]))));
        assert!(differs(Some(&own), texts(json!([["f", "1"], ["g", "1"]]))));
        assert!(differs(Some(&own), json!({ "refused": "not lowered" })));
        assert!(differs(None, texts(json!([["f", "1"]]))));
        assert!(differs(None, json!({ "refused": "unknown module, profile or language" })));
    }
}
