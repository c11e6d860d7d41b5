//! `etymon init`.

use crate::args::InitArgs;
use crate::output::{Failure, Outcome, Output};
use serde_json::json;
use std::collections::BTreeSet;
use std::ffi::OsString;
use std::fs;

/// What a new project holds, by path.
const TEMPLATE: &[(&str, &str)] = &[
    (".gitignore", include_str!("../../template/gitignore")),
    ("README.md", include_str!("../../template/README.md")),
    ("flake.nix", include_str!("../../template/flake.nix")),
    ("justfile", include_str!("../../template/justfile")),
    ("spec/kernel/Ledger.json", include_str!("../../template/spec/kernel/Ledger.json")),
    ("spec/node/Payments.json", include_str!("../../template/spec/node/Payments.json")),
];

/// Starts a spec of one's own.
pub fn init(args: &InitArgs, output: &Output) -> Outcome {
    let dir = args.dir.display().to_string();
    fs::create_dir_all(&args.dir).map_err(|error| Failure::io(&dir, error))?;
    let entries = fs::read_dir(&args.dir).and_then(|entries| entries.map(|entry| Ok(entry?.file_name())).collect());
    let names: BTreeSet<OsString> = entries.map_err(|error| Failure::io(&dir, error))?;
    // A repository may be there before its first file.
    if let Some(name) = names.iter().find(|name| *name != ".git") {
        let why = format!("holds `{}` already; nothing was written", name.to_string_lossy());
        return Err(Failure::unusable(&dir, why, "give a new or empty folder"));
    }
    for (path, text) in TEMPLATE {
        let file = args.dir.join(path);
        let written = file.parent().map_or(Ok(()), fs::create_dir_all).and_then(|()| fs::write(&file, text));
        written.map_err(|error| Failure::io(file.display(), error))?;
    }
    if output.json {
        let paths: Vec<&str> = TEMPLATE.iter().map(|(path, _)| *path).collect();
        output.print_json(&json!({ "dir": dir, "written": paths }));
        return Ok(());
    }
    for (path, _) in TEMPLATE {
        output.print(&format!("{}\n", args.dir.join(path).display()));
    }
    output.print("next: etymon build --spec spec --out golden\n");
    Ok(())
}
