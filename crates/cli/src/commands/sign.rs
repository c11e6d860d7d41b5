//! `etymon sign`.

use crate::args::SignArgs;
use crate::attestation::{failure, key, statement};
use crate::output::{Failure, Outcome, Output, counted};
use etymon_attest::write_file;
use etymon_store::Manifest;
use serde_json::json;

/// Signs the manifest of an emitted tree.
pub fn sign(args: &SignArgs, output: &Output) -> Outcome {
    let shown = args.manifest.display().to_string();
    let bytes = std::fs::read(&args.manifest).map_err(|error| Failure::io(&shown, error))?;
    let manifest = Manifest::read(&bytes, &shown).map_err(|error| Failure::Refused(error.into()))?;
    let key = key(&args.folder.keys, &args.key)?;
    let statement = statement(manifest);
    let envelope = statement.seal(&key).map_err(failure)?;
    let text = envelope.to_text().map_err(failure)?;
    let Some(out) = &args.out else {
        output.print(&text);
        return Ok(());
    };
    write_file(out, &text).map_err(failure)?;
    let (id, artifacts) = (key.public().key_id(), statement.subject.len());
    if output.json {
        output.print_json(&json!({ "path": out.display().to_string(), "keyId": id, "artifacts": artifacts }));
    } else {
        output.print(&format!("{}: {} signed with {id}\n", out.display(), counted(artifacts, "artifact")));
    }
    Ok(())
}
