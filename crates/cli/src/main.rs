//! `etymon`: one checked spec in, every implementation out.

mod app;
mod args;
mod attestation;
mod commands;
mod emission;
mod interrupt;
mod source;
mod workshop;

use clap::Parser;
use etymon_cli::output;
use mimalloc::MiMalloc;
use std::io::Write;
use std::process::ExitCode;

// Emission makes many small pieces that live shortly; the system's allocator took a fifth of its time.
#[global_allocator]
static ALLOCATOR: MiMalloc = MiMalloc;

fn main() -> ExitCode {
    let mut given = std::env::args_os().skip(1);
    if given.next().is_some_and(|first| first == workshop::SANDBOX) {
        return etymon_constraints::sandbox::helper_main(given);
    }
    let args = match args::Args::try_parse() {
        Ok(args) => args,
        Err(error) => {
            // Help and version are answers, everything else is a wrong flag.
            let asked = !error.use_stderr();
            if !asked && std::env::args_os().any(|arg| arg == "--json") {
                let text = error.render().to_string();
                let message = text.lines().next().unwrap_or_default();
                let message = message.strip_prefix("error: ").unwrap_or(message).to_owned();
                let failure = output::Failure::usage(message, "`etymon --help` lists commands and flags");
                return output::Output::new(true).finish(Err(failure));
            }
            let printed = error.print().is_ok_and(|()| std::io::stdout().flush().is_ok());
            return if asked && printed { ExitCode::SUCCESS } else { ExitCode::from(output::Failure::USAGE) };
        }
    };
    let output = output::Output::new(args.json);
    output.finish(commands::run(args.command, &output))
}
