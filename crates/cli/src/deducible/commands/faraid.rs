//! `deducible faraid`.

use crate::args::FaraidArgs;
use etymon_cli::input::read;
use etymon_cli::output::{Failure, Outcome, Output};
use etymon_diagnostics::Diagnostic;
use etymon_instrument::faraid::{Heirs, shares, shares_in};
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
