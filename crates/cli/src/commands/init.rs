//! `etymon init`.

mod app;

use crate::args::InitArgs;
use crate::output::{Outcome, Output};
use etymon_cli::folder::{claim, fill};
use serde_json::json;
use std::borrow::Cow;

/// What a new project holds, by path.
const TEMPLATE: &[(&str, &str)] = &[
    (".gitignore", include_str!("../../template/gitignore")),
    ("README.md", include_str!("../../template/README.md")),
    ("flake.nix", include_str!("../../template/flake.nix")),
    ("justfile", include_str!("../../template/justfile")),
    ("spec/kernel/Ledger.json", include_str!("../../template/spec/kernel/Ledger.json")),
    ("spec/node/Payments.json", include_str!("../../template/spec/node/Payments.json")),
    ("spec/spec.json", include_str!("../../template/spec/spec.json")),
];

/// Starts a spec or an application of one's own.
pub fn init(args: &InitArgs, output: &Output) -> Outcome {
    let dir = args.dir.display().to_string();
    claim(&args.dir)?;
    let (files, next) = match args.app {
        Some(profile) => (app::files(profile, &args.dir)?, "npm ci && npm test"),
        None => (spec_files(), "etymon build --spec spec --out golden"),
    };
    fill(&args.dir, files.iter().map(|(path, bytes)| (&**path, &**bytes)))?;
    if output.json {
        let paths: Vec<&str> = files.iter().map(|(path, _)| &**path).collect();
        output.print_json(&json!({ "dir": dir, "written": paths }));
        return Ok(());
    }
    // What is vendored is told as a whole.
    let (vendored, own): (Vec<_>, Vec<_>) = files.iter().partition(|(path, _)| path.starts_with("vendor/"));
    for (path, _) in own {
        output.print(&format!("{}\n", args.dir.join(&**path).display()));
    }
    if !vendored.is_empty() {
        output.print(&format!("{}: {} files\n", args.dir.join("vendor").display(), vendored.len()));
    }
    output.print(&format!("next: {next}\n"));
    Ok(())
}

/// A file by its path.
type File = (Cow<'static, str>, Vec<u8>);

fn spec_files() -> Vec<File> {
    TEMPLATE.iter().map(|(path, text)| (Cow::Borrowed(*path), text.as_bytes().to_vec())).collect()
}
