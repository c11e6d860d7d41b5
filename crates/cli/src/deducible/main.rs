//! `deducible`: from a checked instrument to contract, manifest and circuit.

mod args;
mod commands;

use clap::Parser;
use etymon_cli::output::{Failure, Output};
use std::io::Write;
use std::process::ExitCode;

fn main() -> ExitCode {
    let args = match args::Args::try_parse() {
        Ok(args) => args,
        Err(error) => {
            let printed = error.print().is_ok_and(|()| std::io::stdout().flush().is_ok());
            return if !error.use_stderr() && printed { ExitCode::SUCCESS } else { ExitCode::from(Failure::USAGE) };
        }
    };
    let output = Output::new(args.json);
    output.finish(commands::run(args.command, &output))
}
