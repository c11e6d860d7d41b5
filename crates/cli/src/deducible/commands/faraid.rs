//! `deducible faraid`.

use crate::args::FaraidArgs;
use etymon_cli::input::read;
use etymon_cli::output::{Failure, Outcome, Output};
use etymon_diagnostics::{Code, Diagnostic, Origin};
use etymon_instrument::faraid::{Heirs, shares};
use serde_json::json;

/// The heirs are no JSON object of the known names.
const HEIRS: Code = Code::new("HEIRS");

/// Longest description of heirs that is read, in bytes.
const MAX_HEIRS: usize = 64 << 10;

/// Prints the shares.
pub fn faraid(args: &FaraidArgs, output: &Output) -> Outcome {
    let heirs = match &args.heirs {
        None => Heirs {
            husband: args.husband,
            wives: args.wives,
            father: args.father,
            mother: args.mother,
            sons: args.sons,
            daughters: args.daughters,
        },
        Some(path) => {
            let path = path.display().to_string();
            serde_json::from_slice(&read(&path, MAX_HEIRS)?).map_err(|error| {
                let help = "write an object such as `{\"wives\":1,\"sons\":2,\"daughters\":1}`";
                Failure::Refused(Diagnostic::error(HEIRS, error.to_string()).at(Origin::path(path)).help(help).into())
            })?
        }
    };
    let shares = shares(&heirs).map_err(|error| Failure::Refused((*error).into()))?;
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
