//! One module a command.

mod check;

use crate::args::Command;
use etymon_cli::output::{Outcome, Output};

/// Runs a command.
pub fn run(command: Command, output: &Output) -> Outcome {
    match command {
        Command::Check(args) => check::check(&args, output),
    }
}
