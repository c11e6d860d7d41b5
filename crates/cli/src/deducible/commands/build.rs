//! `deducible build`.

use super::rules::load;
use crate::args::{BuildArgs, TargetKind};
use etymon_cli::instruments::{SHARED, emission, join_former, plan};
use etymon_cli::output::{Outcome, Output, counted};
use etymon_cli::tree::{gate, quoted, write};
use etymon_instrument::target::Target;
use etymon_store::ArtifactEntry;
use serde_json::json;
use std::collections::BTreeSet;

/// Checks a file and writes what its targets make of it. Nothing is written unless everything could be made.
pub fn build(args: &BuildArgs, output: &Output) -> Outcome {
    let module = args.rules.as_deref().map(load).transpose()?;
    let own = plan(&args.spec, module.as_ref(), &targets(args.target))?;
    output.report(&own.found);
    let name = own.name().to_owned();
    let mut planned = vec![own];
    join_former(&args.out, &mut planned)?;
    let emission = emission(planned, None)?;
    if args.check {
        let (spec, out) = (quoted(&args.spec), quoted(&args.out.display().to_string()));
        return gate(&args.out, &emission, &format!("deducible build {spec} --out {out}"), output);
    }
    let changes = write(&args.out, &emission, args.store.as_deref())?;
    let is_own = |own: &&ArtifactEntry| own.source == name || own.source == SHARED;
    let paths: Vec<&str> =
        emission.manifest().artifacts.iter().filter(is_own).map(|entry| entry.path.as_str()).collect();
    if output.json {
        let out = args.out.display().to_string();
        output.print_json(&json!({
            "path": args.spec, "out": out, "artifacts": paths, "written": changes.written, "removed": changes.removed,
        }));
    } else {
        for path in paths {
            output.print(&format!("{}\n", args.out.join(path).display()));
        }
        output.print(&format!("{} written, {} unchanged\n", counted(changes.written.len(), "file"), changes.unchanged));
    }
    Ok(())
}

fn targets(kind: TargetKind) -> BTreeSet<Target> {
    match kind {
        TargetKind::Solidity => [Target::Solidity].into(),
        TargetKind::Manifest => [Target::Manifest].into(),
        TargetKind::Zk => [Target::Zk].into(),
        TargetKind::All => Target::ALL.into(),
    }
}
