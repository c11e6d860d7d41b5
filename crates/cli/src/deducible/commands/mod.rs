//! One module a command.

mod attest;
mod check;
mod deploy;
mod judge;

use crate::args::Command;
use etymon_cli::output::{Outcome, Output};

/// Runs a command.
pub fn run(command: Command, output: &Output) -> Outcome {
    match command {
        Command::Check(args) => check::check(&args, output),
        Command::Attest(args) => attest::attest(&args, output),
        Command::Judge(args) => judge::judge(&args, output),
        Command::Deploy(args) => deploy::deploy(&args, output),
    }
}
