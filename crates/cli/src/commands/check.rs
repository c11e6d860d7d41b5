//! `etymon check`.

use super::store::failure;
use crate::args::CheckArgs;
use crate::emission::emit;
use crate::output::{Failure, Outcome, Output};
use etymon_diagnostics::Report;
use etymon_store::drift;
use serde_json::json;

/// Compares the committed artifacts with a fresh emission.
pub fn check(args: &CheckArgs, output: &Output) -> Outcome {
    let (_, emission) = emit(&args.source)?;
    let found = drift::compare(&args.artifacts, &emission).map_err(failure)?;
    if output.json {
        let rows: Vec<_> = found
            .findings
            .iter()
            .map(|own| json!({ "path": own.path, "code": own.kind.code().as_str(), "message": own.message, "diff": own.diff }))
            .collect();
        let manifest = emission.manifest();
        output.print_json(&json!({
            "clean": found.is_clean(), "compared": found.compared, "accepted": found.accepted, "findings": rows,
            "spec": manifest.spec, "generator": manifest.generator,
        }));
        return if found.is_clean() { Ok(()) } else { Err(Failure::Printed) };
    }
    if found.is_clean() {
        let accepted = match found.accepted {
            0 => String::new(),
            count => format!(", {count} accepted by hand"),
        };
        output.print(&format!(
            "{}: {} files are what the spec emits{accepted}\n",
            args.artifacts.display(),
            found.compared
        ));
        return Ok(());
    }
    let repair = repair(args);
    let report: Report = found.findings.iter().map(|own| own.diagnostic(&args.artifacts, &repair)).collect();
    Err(Failure::Check(report))
}

/// The command that makes the artifacts what they should be.
fn repair(args: &CheckArgs) -> String {
    let mut words = vec!["etymon build".to_owned()];
    let quoted = |text: &str| {
        let plain = text.bytes().all(|byte| byte.is_ascii_alphanumeric() || b"-_./".contains(&byte));
        if plain && !text.is_empty() { text.to_owned() } else { format!("'{}'", text.replace('\'', "'\\''")) }
    };
    if let Some(spec) = &args.source.spec {
        words.push(format!("--spec {}", quoted(&spec.display().to_string())));
    }
    if let Some(name) = &args.source.name {
        words.push(format!("--name {}", quoted(name)));
    }
    words.extend(args.source.targets.iter().map(|target| format!("--target {}", quoted(target))));
    let artifacts = args.artifacts.display().to_string();
    if artifacts != "golden/artifacts" {
        words.push(format!("--out {}", quoted(&artifacts)));
    }
    words.join(" ")
}
