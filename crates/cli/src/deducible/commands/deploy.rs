//! `deducible deploy`.

use super::placed;
use crate::args::DeployArgs;
use etymon_attest::write_file;
use etymon_cli::input::read;
use etymon_cli::output::{Failure, Outcome, Output};
use etymon_diagnostics::{Diagnostic, Report};
use etymon_serve::deploy::{self, Artifacts, DeployError, Deployment, JsonRpc, MAX_PLAN, Plan, codes, record_path};
use std::path::Path;
use std::time::Duration;

/// Deploys an instrument.
pub fn deploy(args: &DeployArgs, output: &Output) -> Outcome {
    let bytes = read(&args.plan.to_string_lossy(), MAX_PLAN)?;
    let plan = Plan::from_json(&bytes).map_err(|error| described(error, &args.plan, &bytes))?;
    let beside = || args.plan.parent().unwrap_or(Path::new("")).join("artifacts");
    let artifacts = Artifacts::open(&args.artifacts.clone().unwrap_or_else(beside)).map_err(failure)?;
    let path = record_path(&args.out, &plan.instrument).map_err(failure)?;
    let mut ledger = node(args, output)?;
    let done = deploy::deploy(&plan, &artifacts, &mut ledger, &output.teller()).map_err(failure)?;
    write_file(&path, &done.to_text())
        .map_err(|error| Failure::unusable(path.display(), error, "choose another folder"))?;
    show(&done, &path, output);
    let report = report(&done);
    if report.is_empty() { Ok(()) } else { Err(Failure::Check(report)) }
}

/// The node, as soon as it answers.
fn node(args: &DeployArgs, output: &Output) -> Result<JsonRpc, Failure> {
    for second in 0..args.wait {
        match JsonRpc::new(&args.rpc, args.allow_remote) {
            Err(DeployError::Ledger { .. }) => {}
            answered => return answered.map_err(failure),
        }
        if second == 0 {
            output.progress(&format!("waiting for {}", args.rpc));
        }
        std::thread::sleep(Duration::from_secs(1));
    }
    JsonRpc::new(&args.rpc, args.allow_remote).map_err(failure)
}

fn show(done: &Deployment, path: &Path, output: &Output) {
    if output.json {
        let row = serde_json::to_value(done).unwrap_or_default();
        return output.print_json(&row);
    }
    for contract in &done.contracts {
        output.print(&format!("created {} {}\n", contract.name, contract.id));
    }
    for step in &done.steps {
        output.print(&format!("{} {} {}\n", step.status, step.role, step.function));
    }
    for read in &done.reads {
        let mark = if read.ok { "" } else { ", which is wrong" };
        output.print(&format!("{} is {}{mark}\n", read.function, read.got));
    }
    output.print(&format!("recorded in {}\n", path.display()));
}

/// What went otherwise than the plan says.
fn report(done: &Deployment) -> Report {
    let mut report = Report::new();
    for step in done.steps.iter().filter(|own| own.status == "reverted") {
        let reason = step.reason.as_deref().unwrap_or("no reason is given");
        let message = format!("`{}` by `{}` was undone: {reason}", step.function, step.role);
        report.push(
            Diagnostic::error(codes::DEPLOY_STEP, message).help("look at what the contract demands of this call"),
        );
    }
    for read in done.reads.iter().filter(|own| !own.ok) {
        let message = format!("`{}` answers {}, not {}", read.function, read.got, read.expect);
        report.push(
            Diagnostic::error(codes::DEPLOY_READ, message).help("compare the steps with what the description expects"),
        );
    }
    report
}

/// A description that is refused, with the place in it.
fn described(error: DeployError, path: &Path, bytes: &[u8]) -> Failure {
    let place = match &error {
        DeployError::PlanJson(own) => Some((own.line(), own.column())),
        _ => None,
    };
    Failure::Refused(placed(error.into(), path, bytes, place))
}

/// What is described is input; everything else is flags and I/O.
fn failure(error: DeployError) -> Failure {
    match error {
        DeployError::Plan(_) | DeployError::PlanJson(_) | DeployError::Oracle(_) => Failure::Refused(error.into()),
        DeployError::Create { .. } => Failure::Check(error.into()),
        _ => Failure::Usage(error.into()),
    }
}
