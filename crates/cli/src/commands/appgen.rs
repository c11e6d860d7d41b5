//! `etymon appgen`.

use crate::app::derive;
use crate::args::AppgenArgs;
use crate::output::{Failure, Outcome, Output};
use crate::source;
use etymon_cli::tree::failure;
use etymon_diagnostics::Report;
use etymon_spec::image::Source;
use etymon_store::{drift, write_tree};
use serde_json::json;

/// Derives an application's manifest, facade and views, or compares them with what is there.
pub fn appgen(args: &AppgenArgs, output: &Output) -> Outcome {
    let bytes = source::read(&args.file)?;
    let spec = match &args.spec {
        Some(folder) => source::load(Some(folder), None)?,
        None => source::embedded()?,
    };
    let emission = derive(&spec, Source { path: &args.file, bytes: &bytes })?;
    let out = args.out.display();
    if !args.check {
        let changes = write_tree(&args.out, &emission).map_err(failure)?;
        if output.json {
            let (written, removed) = (&changes.written, &changes.removed);
            output.print_json(
                &json!({ "out": out.to_string(), "written": written, "removed": removed, "kept": changes.kept }),
            );
            return Ok(());
        }
        changes.written.iter().for_each(|path| output.print(&format!("{}\n", args.out.join(path).display())));
        if changes.is_empty() {
            output.print(&format!("nothing changed: all {} files are as they should be\n", changes.unchanged));
        }
        return Ok(());
    }
    let found = drift::compare(&args.out, &emission).map_err(failure)?;
    if found.is_clean() {
        if output.json {
            output.print_json(&json!({ "clean": true, "compared": found.compared }));
        } else {
            output.print(&format!("{out}: {} files are what `{}` leads to\n", found.compared, args.file));
        }
        return Ok(());
    }
    let repair = format!("etymon appgen {} --out {out}", args.file);
    let report: Report = found.findings.iter().map(|own| own.diagnostic(&args.out, &repair)).collect();
    Err(Failure::Check(report))
}
