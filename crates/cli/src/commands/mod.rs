//! One module a command.

mod appgen;
mod build;
mod check;
mod completions;
mod eval;
mod exchange;
mod fuzz;
mod init;
mod keys;
mod lean;
mod lower;
mod parity;
mod run;
mod serve;
mod sign;
mod store;
mod verify;

use crate::args::Command;
use crate::output::{Outcome, Output};

/// Runs a command.
pub fn run(command: Command, output: &Output) -> Outcome {
    match command {
        Command::Build(args) => build::build(&args, output),
        Command::Check(args) => check::check(&args, output),
        Command::Appgen(args) => appgen::appgen(&args, output),
        Command::Init(args) => init::init(&args, output),
        Command::Eval(args) => eval::eval(&args, output),
        Command::Lean(args) => lean::lean(&args, output),
        Command::Lower(args) => lower::lower(&args, output),
        Command::Run(args) => run::run(&args, output),
        Command::Keys(args) => keys::keys(&args, output),
        Command::Sign(args) => sign::sign(&args, output),
        Command::Verify(args) => verify::verify(&args, output),
        Command::Parity(args) => parity::parity(&args, output),
        Command::Fuzz(args) => fuzz::fuzz(&args, output),
        Command::Serve(args) => serve::serve(&args, output),
        Command::Clone(args) => exchange::clone(&args, output),
        Command::Push(args) => exchange::push(&args, output),
        Command::Pull(args) => exchange::pull(&args, output),
        Command::ListRefs(args) => exchange::list_refs(&args, output),
        Command::GetObject(args) => exchange::get_object(&args, output),
        Command::Store(args) => store::store(&args, output),
        Command::Completions(args) => completions::completions(&args, output),
    }
}
