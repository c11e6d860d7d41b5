//! `etymon build`.

use super::store::{failure, label};
use crate::args::BuildArgs;
use crate::emission::emit;
use crate::output::{Failure, Outcome, Output};
use etymon_diagnostics::{Code, Diagnostic};
use etymon_store::{Manifest, Store, TreeChanges, Verify, write_tree, write_tree_after};
use serde_json::json;
use std::collections::BTreeSet;
use std::fs;
use std::path::Path;

/// The folder holds artifacts of targets that are not built.
const TARGETS_LEFT_OUT: Code = Code::new("TARGETS_LEFT_OUT");

/// Emits every artifact, keeps it in the store, and writes it.
pub fn build(args: &BuildArgs, output: &Output) -> Outcome {
    let (_, emission) = emit(&args.source)?;
    refuse_fewer_targets(&args.out, emission.manifest())?;
    let changes = if args.no_store {
        write_tree(&args.out, &emission)
    } else {
        let store = Store::open(&args.store.address()).map_err(failure)?;
        let manifest = args.out.join("manifest.json").display().to_string();
        write_tree_after(&args.out, &emission, || store.record_as(&label(&manifest), &emission, Verify::Hash).map(drop))
    };
    let changes = changes.map_err(failure)?;
    if output.json {
        print_json(emission.manifest(), &changes, &args.out, output);
    } else {
        print(emission.manifest(), &changes, &args.out, output);
    }
    Ok(())
}

/// Refuses to remove what the targets of an earlier build made: whoever names some means to see them, not to lose the others.
fn refuse_fewer_targets(out: &Path, fresh: &Manifest) -> Outcome {
    let path = out.join("manifest.json");
    // What cannot be read is written anew.
    let Some(earlier) = fs::read(&path).ok().and_then(|bytes| Manifest::read(&bytes, "").ok()) else { return Ok(()) };
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

fn print_json(manifest: &Manifest, changes: &TreeChanges, out: &Path, output: &Output) {
    output.print_json(&json!({
        "spec": manifest.spec, "generator": manifest.generator, "counts": manifest.counts, "out": out.display().to_string(),
        "changed": !changes.is_empty(), "written": changes.written, "removed": changes.removed, "kept": changes.kept,
        "unchanged": changes.unchanged,
    }));
}

fn print(manifest: &Manifest, changes: &TreeChanges, out: &Path, output: &Output) {
    let counts = &manifest.counts;
    output.print(&format!(
        "spec       {} ({})\ngenerator  {}\nartifacts  {} protocol, {} platform, {} operational\nfiles      {}\n",
        manifest.spec.sha256,
        manifest.spec.kind,
        manifest.generator.version,
        counts.protocol,
        counts.platform,
        counts.operational,
        out.display(),
    ));
    if changes.is_empty() {
        output.print(&format!("nothing changed: all {} files are as they should be\n", changes.unchanged));
    } else {
        let (written, unchanged, removed) = (changes.written.len(), changes.unchanged, changes.removed.len());
        let files = if written == 1 { "file" } else { "files" };
        output.print(&format!("{written} {files} written, {unchanged} unchanged, {removed} removed\n"));
    }
    for path in &changes.kept {
        output.print(&format!("left alone, changed by hand: {}\n", out.join(path).display()));
    }
}
