//! `etymon completions`.

use crate::args::{Args, CompletionsArgs};
use crate::output::{Outcome, Output};
use clap::CommandFactory;

/// Prints the completion script of a shell.
pub fn completions(args: &CompletionsArgs, output: &Output) -> Outcome {
    let mut script = Vec::new();
    clap_complete::generate(args.shell, &mut Args::command(), "etymon", &mut script);
    output.print(&String::from_utf8_lossy(&script));
    Ok(())
}
