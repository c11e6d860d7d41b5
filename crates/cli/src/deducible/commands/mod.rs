//! One module a command.

mod attest;
mod build;
mod check;
mod conformance;
mod deploy;
mod faraid;
mod fuzz;
mod init;
mod judge;
mod losses;
mod lsp;
mod rules;
mod serve;

use crate::args::Command;
use etymon_cli::output::{Outcome, Output};
use etymon_diagnostics::{Origin, Position, Report, SourceFile, Span};
use std::path::Path;

/// Runs a command.
pub fn run(command: Command, output: &Output) -> Outcome {
    match command {
        Command::Init(args) => init::init(&args, output),
        Command::Build(args) => build::build(&args, output),
        Command::Check(args) => check::check(&args, output),
        Command::Rules(command) => rules::rules(&command, output),
        Command::Fuzz(args) => fuzz::fuzz(&args, output),
        Command::Faraid(args) => faraid::faraid(&args, output),
        Command::Lsp(_) => lsp::lsp(),
        Command::Serve(args) => serve::serve(args, output),
        Command::Conformance(args) => conformance::conformance(&args, output),
        Command::Losses(command) => losses::losses(&command, output),
        Command::Attest(args) => attest::attest(&args, output),
        Command::Judge(args) => judge::judge(&args, output),
        Command::Deploy(args) => deploy::deploy(&args, output),
    }
}

/// A report on a file, at a line and column of it where they are known.
fn placed(mut report: Report, path: &Path, bytes: &[u8], place: Option<(usize, usize)>) -> Report {
    let source = SourceFile::from_bytes(path.display().to_string(), bytes);
    let origin = match place {
        Some((line, column)) => {
            let start = source.offset(Position { line, column: column.max(1) });
            Origin::span(&source, Span::new(start, start))
        }
        None => Origin::path(source.path()),
    };
    report.iter_mut().for_each(|own| own.origin = origin.clone());
    report
}
