//! One module a command.

mod check;
mod serve;

use crate::args::Command;
use etymon_cli::output::{Outcome, Output};

/// Runs a command.
pub fn run(command: Command, output: &Output) -> Outcome {
    match command {
        Command::Check(args) => check::check(&args, output),
        Command::Serve(args) => serve::serve(args, output),
    }
}
