//! One module a command.

mod check;
mod faraid;
mod fuzz;
mod lsp;
mod rules;
mod serve;

use crate::args::Command;
use etymon_cli::output::{Outcome, Output};

/// Runs a command.
pub fn run(command: Command, output: &Output) -> Outcome {
    match command {
        Command::Check(args) => check::check(&args, output),
        Command::Rules(command) => rules::rules(&command, output),
        Command::Fuzz(args) => fuzz::fuzz(&args, output),
        Command::Faraid(args) => faraid::faraid(&args, output),
        Command::Lsp(_) => lsp::lsp(),
        Command::Serve(args) => serve::serve(args, output),
    }
}
