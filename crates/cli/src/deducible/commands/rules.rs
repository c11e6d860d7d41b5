//! `deducible rules`.

use crate::args::{ModulesArgs, RulesCommand};
use etymon_cli::input::read;
use etymon_cli::output::{Failure, Outcome, Output};
use etymon_diagnostics::Report;
use etymon_instrument::rules::{MAX_MODULE, RuleSet};
use serde_json::json;

/// Hashes modules or verifies their ratification.
pub fn rules(command: &RulesCommand, output: &Output) -> Outcome {
    match command {
        RulesCommand::Hash(args) => {
            for (name, module) in modules(args)? {
                if output.json {
                    output.print_json(&json!({"module": name, "authority": module.authority, "version": module.version, "sha256": module.hash()}));
                } else {
                    output.print(&format!("{}  {name}\n", module.hash()));
                }
            }
            Ok(())
        }
        RulesCommand::Verify(args) => verify(args, output),
    }
}

fn verify(args: &ModulesArgs, output: &Output) -> Outcome {
    let mut report = Report::new();
    for (name, module) in modules(args)? {
        let found = module.verify();
        let state = match &found {
            None => "ratified",
            Some(found) if Report::from(found.clone()).has_errors() => "tampered",
            Some(_) => "draft",
        };
        if output.json {
            output.print_json(&json!({"module": name, "state": state, "sha256": module.hash()}));
        } else {
            output.print(&format!("{name}: {state}\n"));
        }
        report.extend(found);
    }
    if report.has_errors() {
        return Err(Failure::Check(report));
    }
    output.report(&report);
    Ok(())
}

fn modules(args: &ModulesArgs) -> Result<Vec<(String, RuleSet)>, Failure> {
    let names: Vec<String> = match args.modules.is_empty() {
        true => RuleSet::names().map(str::to_owned).collect(),
        false => args.modules.clone(),
    };
    names.into_iter().map(|name| load(&name).map(|module| (name, module))).collect()
}

/// A built-in module by its name, or one in a file: what has a dot or a slash is a path.
pub fn load(name: &str) -> Result<RuleSet, Failure> {
    let module = if name.contains(['.', '/']) {
        RuleSet::from_json(name, &read(name, MAX_MODULE)?)
    } else {
        RuleSet::embedded(name)
    };
    module.map_err(|error| Failure::Refused((*error).into()))
}
