//! `deducible build`.

use super::check::examine;
use super::rules::load;
use crate::args::{BuildArgs, TargetKind};
use etymon_cli::input::read;
use etymon_cli::output::{Failure, Outcome, Output, counted};
use etymon_diagnostics::Report;
use etymon_emit::Artifact;
use etymon_instrument::ast::{Instrument, Unit};
use etymon_instrument::class::Class;
use etymon_instrument::rules::RuleSet;
use etymon_instrument::{bundle, manifest, oracle, parser, solidity, zk};
use serde_json::json;
use std::fs;
use std::io::Write;
use std::path::Path;

/// Checks a file and writes what its targets make of it. Nothing is written unless everything could be made.
pub fn build(args: &BuildArgs, output: &Output) -> Outcome {
    let module = args.rules.as_deref().map(load).transpose()?;
    let bytes = read(&args.spec, parser::MAX_INPUT)?;
    let (source, unit, found) = examine(&args.spec, &bytes, module.as_ref());
    let (Some(source), Some(unit)) = (source, unit) else { return Err(Failure::Refused(found)) };
    if found.has_errors() {
        return Err(Failure::Refused(found));
    }
    output.report(&found);
    let artifacts = match &unit {
        Unit::Instrument(own) => emit(own, args.target, module.as_ref())?,
        Unit::Bundle(own) => vec![bundle::composite(&source, own)?],
    };
    let mut written = Vec::new();
    for own in &artifacts {
        if write(&args.out, own)? {
            written.push(own.path.as_str());
        }
    }
    if output.json {
        let paths: Vec<&str> = artifacts.iter().map(|own| own.path.as_str()).collect();
        let out = args.out.display().to_string();
        output.print_json(&json!({"path": args.spec, "out": out, "artifacts": paths, "written": written}));
    } else {
        for own in &artifacts {
            output.print(&format!("{}\n", args.out.join(&own.path).display()));
        }
        let unchanged = artifacts.len() - written.len();
        output.print(&format!("{} written, {unchanged} unchanged\n", counted(written.len(), "file")));
    }
    Ok(())
}

/// What the chosen targets make of an instrument, sorted by path.
fn emit(instrument: &Instrument, target: TargetKind, rules: Option<&RuleSet>) -> Result<Vec<Artifact>, Report> {
    let all = target == TargetKind::All;
    let mut artifacts = Vec::new();
    if all || target == TargetKind::Solidity {
        let contracts = solidity::emit(instrument)?;
        let is_valued =
            contracts.iter().any(|own| String::from_utf8_lossy(&own.bytes).contains(oracle::INTERFACE.file));
        artifacts.extend(contracts);
        if is_valued {
            artifacts.extend(oracle::artifacts(&instrument.name.text));
        }
    }
    if all || target == TargetKind::Manifest {
        artifacts.extend(manifest::emit_under(instrument, rules)?);
    }
    // A class without a share in losses has no circuit: asked for by name it is refused, with `all` it is left out.
    let proves = Class::from_name(&instrument.class.text).is_some_and(zk::applies);
    if target == TargetKind::Zk || (all && proves) {
        artifacts.extend(zk::emit(instrument)?);
    }
    artifacts.sort_by(|a, b| a.path.cmp(&b.path));
    artifacts.dedup_by(|a, b| a.path == b.path && a.bytes == b.bytes);
    Ok(artifacts)
}

/// Writes one file beside its place and moves it there; tells whether it was other than it should be.
fn write(out: &Path, artifact: &Artifact) -> Result<bool, Failure> {
    let path = out.join(&artifact.path);
    if fs::read(&path).is_ok_and(|bytes| bytes == artifact.bytes) {
        return Ok(false);
    }
    let failed = |error| Failure::io(path.display(), error);
    fs::create_dir_all(out).map_err(|error| Failure::io(out.display(), error))?;
    let mut file = tempfile::Builder::new().permissions(permissions()).tempfile_in(out).map_err(failed)?;
    file.write_all(&artifact.bytes).and_then(|()| file.as_file().sync_all()).map_err(failed)?;
    file.persist(&path).map_err(|error| failed(error.error))?;
    Ok(true)
}

/// Those of any new file, which a temporary one does not have by itself.
fn permissions() -> fs::Permissions {
    use std::os::unix::fs::PermissionsExt;
    fs::Permissions::from_mode(0o666)
}
