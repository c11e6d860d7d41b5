//! `etymon keys`.

use crate::args::{KeysArgs, KeysCommand};
use crate::attestation::{failure, key, key_path};
use crate::output::{Failure, Outcome, Output};
use etymon_attest::{PublicKey, SigningKey, create_key_file, read_key_file};
use etymon_constraints::signers;
use etymon_diagnostics::Report;
use serde_json::json;
use std::path::Path;

/// Makes keys and tells of them.
pub fn keys(args: &KeysArgs, output: &Output) -> Outcome {
    let folder = &args.folder.keys;
    match &args.command {
        KeysCommand::New { name } => new(folder, name, output),
        KeysCommand::List => list(folder, output),
        KeysCommand::Signer { name, title } => {
            let public = key(folder, name)?.public();
            let name = stem(name);
            let id = format!("SIGNER-{}", public.key_id());
            let block = signers::block(&id, title.as_deref().unwrap_or(name), &public);
            print(output, &format!("\n{block}"), || json!({ "keyId": public.key_id(), "block": block }));
            Ok(())
        }
        KeysCommand::Public { name } => {
            let public = key(folder, name)?.public();
            print(output, &public.to_pem(), || row(stem(name), &public, &key_path(folder, name)));
            Ok(())
        }
    }
}

fn new(folder: &Path, name: &str, output: &Output) -> Outcome {
    let plain = |c: char| c.is_ascii_alphanumeric() || c == '-' || c == '_';
    if name.is_empty() || name.len() > 64 || !name.chars().all(plain) {
        let help = "letters, digits, `-` and `_`, at most 64";
        return Err(Failure::usage(format!("`{name}` is no name of a key"), help));
    }
    let path = key_path(folder, name);
    let key = SigningKey::generate().map_err(failure)?;
    create_key_file(&path, &key).map_err(failure)?;
    tell(name, &key.public(), &path, output);
    Ok(())
}

fn list(folder: &Path, output: &Output) -> Outcome {
    let entries = match std::fs::read_dir(folder) {
        Ok(entries) => entries,
        Err(error) if error.kind() == std::io::ErrorKind::NotFound => return Ok(()),
        Err(error) => return Err(Failure::io(folder.display(), error)),
    };
    let mut paths = entries
        .map(|entry| entry.map(|own| own.path()))
        .collect::<Result<Vec<_>, _>>()
        .map_err(|error| Failure::io(folder.display(), error))?;
    paths.retain(|path| path.extension().is_some_and(|ending| ending == "pem"));
    paths.sort();
    let mut report = Report::new();
    for path in paths {
        match read_key_file(&path) {
            Ok(key) => tell(stem(&path.to_string_lossy()), &key.public(), &path, output),
            Err(error) => report.push(error.into()),
        }
    }
    if report.is_empty() { Ok(()) } else { Err(Failure::Refused(report)) }
}

fn tell(name: &str, public: &PublicKey, path: &Path, output: &Output) {
    let text = format!("{name} {} {}\n", public.key_id(), public.to_hex());
    print(output, &text, || row(name, public, path));
}

fn row(name: &str, public: &PublicKey, path: &Path) -> serde_json::Value {
    json!({ "name": name, "keyId": public.key_id(), "publicKey": public.to_hex(), "path": path.display().to_string() })
}

fn print(output: &Output, text: &str, row: impl FnOnce() -> serde_json::Value) {
    if output.json { output.print_json(&row()) } else { output.print(text) }
}

/// The name of a key that may be given as a path.
fn stem(name: &str) -> &str {
    let file = name.rsplit('/').next().unwrap_or(name);
    file.strip_suffix(".pem").unwrap_or(file)
}
