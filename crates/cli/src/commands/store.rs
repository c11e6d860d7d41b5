//! `etymon store`.

use crate::args::{StoreArgs, StoreCommand};
use crate::output::{Failure, Outcome, Output, counted};
use etymon_cli::tree::{failure, label};
use etymon_store::{Manifest, Root, RootKind, Store};
use serde_json::json;
use std::path::Path;

/// Looks into the store, or tidies it.
pub fn store(args: &StoreArgs, output: &Output) -> Outcome {
    let store = Store::open_existing(&args.store.address()).map_err(failure)?;
    match &args.command {
        StoreCommand::Ls => ls(&store, output),
        StoreCommand::Cat { hash } => cat(&store, hash, output),
        StoreCommand::Fsck => fsck(&store, output),
        StoreCommand::Gc { dry_run } => gc(&store, *dry_run, output),
        StoreCommand::Keep { name, drop } => keep(&store, name.as_deref(), *drop, output),
    }
}

fn ls(store: &Store, output: &Output) -> Outcome {
    let objects = store.objects().map_err(failure)?;
    let manifests = store.manifests().map_err(failure)?;
    for manifest in &manifests {
        let (spec, generator) = (&manifest.spec.sha256, &manifest.generator.version);
        let artifacts = manifest.artifacts.len();
        if output.json {
            let row = json!({ "manifest": { "spec": spec, "generator": generator, "artifacts": artifacts } });
            output.print_json(&row);
        } else {
            output.print(&format!("spec {spec} generator {generator} {artifacts} artifacts\n"));
        }
    }
    for (digest, bytes) in &objects {
        if output.json {
            output.print_json(&json!({ "object": digest, "bytes": bytes }));
        } else {
            output.print(&format!("{digest} {bytes:>9}\n"));
        }
    }
    let (objects, manifests) = (counted(objects.len(), "object"), counted(manifests.len(), "manifest"));
    output.progress(&format!("{objects}, {manifests} in {}", store.address()));
    Ok(())
}

fn cat(store: &Store, hash: &str, output: &Output) -> Outcome {
    let digest = store.resolve(hash).map_err(failure)?;
    let bytes = store.get(&digest).map_err(failure)?;
    output.print_bytes(&bytes);
    Ok(())
}

fn fsck(store: &Store, output: &Output) -> Outcome {
    let found = store.fsck().map_err(failure)?;
    if output.json {
        let whole = found.is_whole();
        output.print_json(&json!({
            "whole": whole, "objects": found.objects, "bytes": found.bytes, "manifests": found.manifests,
        }));
    } else {
        let verdict = if found.is_whole() { "whole" } else { "damaged" };
        let (objects, manifests) = (counted(found.objects, "object"), counted(found.manifests, "manifest"));
        output.print(&format!("{verdict}: {objects}, {}, {manifests}\n", counted(found.bytes, "byte")));
    }
    if found.is_whole() {
        output.report(&found.report);
        return Ok(());
    }
    Err(Failure::Check(found.report))
}

fn gc(store: &Store, dry_run: bool, output: &Output) -> Outcome {
    let gone = store.gc(dry_run).map_err(failure)?;
    if output.json {
        output.print_json(&json!({
            "dryRun": dry_run, "objects": gone.objects, "bytes": gone.bytes, "manifests": gone.manifests,
            "leftovers": gone.leftovers, "kept": gone.kept,
        }));
    } else {
        let verb = if dry_run { "would remove" } else { "removed" };
        let (objects, manifests) = (counted(gone.objects, "object"), counted(gone.manifests, "manifest"));
        let (bytes, kept) = (counted(gone.bytes, "byte"), counted(gone.kept, "object"));
        output.print(&format!("{verb} {objects} ({bytes}) and {manifests}; {kept} kept\n"));
    }
    Ok(())
}

fn keep(store: &Store, name: Option<&str>, drop: bool, output: &Output) -> Outcome {
    let roots = match name {
        None => store.roots(),
        Some(name) if drop => store.unkeep(&label(name)),
        Some(name) if Path::new(name).is_file() => return keep_manifest(store, name, output),
        Some(name) => store.keep(name),
    };
    for root in &roots.map_err(failure)? {
        print_root(root, output);
    }
    Ok(())
}

/// Keeps what a committed manifest names.
fn keep_manifest(store: &Store, path: &str, output: &Output) -> Outcome {
    let bytes = std::fs::read(path).map_err(|error| Failure::io(path, error))?;
    let manifest = Manifest::read(&bytes, path).map_err(failure)?;
    let label = label(path);
    store.keep_manifest(&label, &manifest).map_err(failure)?;
    for root in store.roots().map_err(failure)?.iter().filter(|root| root.label == label) {
        print_root(root, output);
    }
    Ok(())
}

fn print_root(root: &Root, output: &Output) {
    let kind = match root.kind {
        RootKind::Manifest => "manifest",
        RootKind::Object => "object",
        RootKind::List => "list",
    };
    if output.json {
        output.print_json(&json!({ "kind": kind, "label": root.label, "sha256": root.sha256 }));
    } else {
        output.print(&format!("{kind} {} {}\n", root.sha256, root.label));
    }
}
