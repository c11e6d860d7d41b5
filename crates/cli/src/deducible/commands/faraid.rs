//! `deducible faraid`.

use crate::args::FaraidArgs;
use etymon_cli::input::read;
use etymon_cli::output::{Failure, Outcome, Output};
use etymon_diagnostics::{Diagnostic, Origin, SourceFile, Span};
use etymon_instrument::faraid::{HEIRS, Heirs, shares, shares_in};
use serde_json::json;

/// Longest description of heirs that is read, in bytes.
const MAX_HEIRS: usize = 64 << 10;

/// Prints the shares.
pub fn faraid(args: &FaraidArgs, output: &Output) -> Outcome {
    let refused = |error: Box<Diagnostic>| Failure::Refused((*error).into());
    let (heirs, shares) = match &args.heirs {
        None => {
            let FaraidArgs { husband, wives, father, mother, sons, daughters, .. } = *args;
            let heirs = Heirs { husband, wives, father, mother, sons, daughters };
            (heirs, shares(&heirs).map_err(refused)?)
        }
        Some(path) => {
            let path = path.display().to_string();
            let bytes = read(&path, MAX_HEIRS)?;
            only_object(&path, &bytes).map_err(refused)?;
            shares_in(&path, &bytes).map_err(refused)?
        }
    };
    if output.json {
        output.print_json(&json!({"heirs": heirs, "shares": shares}));
        return Ok(());
    }
    for share in &shares {
        let each = if share.count > 1 {
            format!("  {} each", share.each_bps[share.each_bps.len() - 1])
        } else {
            String::new()
        };
        output.print(&format!(
            "{:<10} {:>4}  {:>8}  {:>5} bps{each}\n",
            share.heir,
            share.count,
            share.fraction.to_string(),
            share.bps
        ));
    }
    Ok(())
}

/// Refuses JSON that is no object: a list of numbers would be taken for one.
fn only_object(path: &str, bytes: &[u8]) -> Result<(), Box<Diagnostic>> {
    let first = bytes.iter().position(|byte| !byte.is_ascii_whitespace());
    let Some(at) = first.filter(|at| bytes[*at] != b'{') else { return Ok(()) };
    let source = SourceFile::from_bytes(path, bytes);
    let help = "write an object such as `{\"wives\":1,\"sons\":2,\"daughters\":1}`";
    let refused = Diagnostic::error(HEIRS, "the heirs are no JSON object");
    Err(Box::new(refused.at(Origin::span(&source, Span::at(at))).help(help)))
}
