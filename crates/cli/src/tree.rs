//! A generated tree: it is written, or held against what it should be.

use crate::output::{Failure, Outcome, Output};
use etymon_diagnostics::{Code, Diagnostic, Report};
use etymon_store::{
    Emission, MANIFEST_FILE, Manifest, Store, StoreError, TreeChanges, Verify, drift, write_tree, write_tree_after,
};
use serde_json::json;
use std::collections::BTreeSet;
use std::fs;
use std::path::Path;

/// The folder holds artifacts of targets that are not built.
const TARGETS_LEFT_OUT: Code = Code::new("TARGETS_LEFT_OUT");

/// A failure of the store: I/O, unless the store itself is at fault.
pub fn failure(error: StoreError) -> Failure {
    Failure::Usage(error.into())
}

/// How a root that a path names is called: absolute, because a store may serve several checkouts.
pub fn label(name: &str) -> String {
    match Path::new(name) {
        path if path.is_file() || name.contains('/') || name.ends_with(".json") => {
            std::path::absolute(path).unwrap_or_else(|_| path.to_path_buf()).display().to_string()
        }
        _ => name.to_owned(),
    }
}

/// Makes `out` hold an emission; where a store is named, what it holds is kept there first.
///
/// # Errors
/// `TARGETS_LEFT_OUT`, and what the store or the folder is refused for.
pub fn write(out: &Path, emission: &Emission, store: Option<&str>) -> Result<TreeChanges, Failure> {
    refuse_fewer_targets(out, emission.manifest())?;
    let changes = match store {
        None => write_tree(out, emission),
        Some(address) => {
            let store = Store::open(address).map_err(failure)?;
            let label = label(&out.join(MANIFEST_FILE).display().to_string());
            write_tree_after(out, emission, || store.record_as(&label, emission, Verify::Hash).map(drop))
        }
    };
    changes.map_err(failure)
}

/// Refuses to remove what the targets of an earlier build made: whoever names some means to see them, not to lose the others.
fn refuse_fewer_targets(out: &Path, fresh: &Manifest) -> Outcome {
    let path = out.join(MANIFEST_FILE);
    // What cannot be read is written anew.
    let Some(earlier) = former(out) else { return Ok(()) };
    let of = |manifest: &Manifest| -> BTreeSet<String> {
        manifest.artifacts.iter().map(|entry| entry.target.clone()).collect()
    };
    let lost: Vec<String> = of(&earlier).difference(&of(fresh)).cloned().collect();
    if lost.is_empty() {
        return Ok(());
    }
    let message = format!("`{}` lists artifacts of {} also, which would be removed", path.display(), lost.join(", "));
    let diagnostic = Diagnostic::error(TARGETS_LEFT_OUT, message);
    Err(Failure::Usage(diagnostic.help("give another folder with `--out`, or leave `--target` out").into()))
}

/// The manifest that an earlier build left in a folder, if it can be read.
pub fn former(out: &Path) -> Option<Manifest> {
    fs::read(out.join(MANIFEST_FILE)).ok().and_then(|bytes| Manifest::read(&bytes, "").ok())
}

/// The gate: tells how a committed folder differs from what it should be. `repair` is the command that mends it.
///
/// # Errors
/// Exit 1 for each difference; exit 2 when the folder cannot be read.
pub fn gate(artifacts: &Path, emission: &Emission, repair: &str, output: &Output) -> Outcome {
    let found = drift::compare(artifacts, emission).map_err(failure)?;
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
        output.print(&format!("{}: {} files are what the spec emits{accepted}\n", artifacts.display(), found.compared));
        return Ok(());
    }
    let report: Report = found.findings.iter().map(|own| own.diagnostic(artifacts, repair)).collect();
    Err(Failure::Check(report))
}

/// A word of a command, as a shell wants it.
pub fn quoted(text: &str) -> String {
    let plain = text.bytes().all(|byte| byte.is_ascii_alphanumeric() || b"-_./".contains(&byte));
    if plain && !text.is_empty() { text.to_owned() } else { format!("'{}'", text.replace('\'', "'\\''")) }
}
