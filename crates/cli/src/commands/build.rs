//! `etymon build`.

use crate::args::BuildArgs;
use crate::emission::emit;
use crate::output::{Outcome, Output};
use etymon_cli::tree::write;
use etymon_store::{Manifest, TreeChanges};
use serde_json::json;
use std::path::Path;

/// Emits every artifact, keeps it in the store, and writes it.
pub fn build(args: &BuildArgs, output: &Output) -> Outcome {
    let fresh = emit(&args.source, args.out.as_deref())?;
    output.report(&fresh.found);
    let address = args.store.address();
    let changes = write(&fresh.tree, &fresh.emission, (!args.no_store).then_some(address.as_str()))?;
    if output.json {
        print_json(fresh.emission.manifest(), &changes, &fresh.tree, output);
    } else {
        print(fresh.emission.manifest(), &changes, &fresh.tree, output);
    }
    Ok(())
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
