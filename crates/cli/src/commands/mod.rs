//! One module a command.

mod completions;
mod eval;

use crate::args::Command;
use crate::output::{Outcome, Output};

/// Runs a command.
pub fn run(command: Command, output: &Output) -> Outcome {
    match command {
        Command::Eval(args) => eval::eval(&args, output),
        Command::Completions(args) => completions::completions(&args, output),
    }
}
