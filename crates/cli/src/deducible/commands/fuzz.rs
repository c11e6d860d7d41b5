//! `deducible fuzz`.

use crate::args::FuzzArgs;
use etymon_cli::output::{Failure, Outcome, Output, counted};
use etymon_diagnostics::{Code, Diagnostic, Report};
use etymon_instrument::fuzz::{Input, Numbers, Tally, try_input};
use serde_json::json;

/// An input made something panic.
const PANIC: Code = Code::new("PANIC");

/// Tries inputs until one makes something panic, or all are done.
pub fn fuzz(args: &FuzzArgs, output: &Output) -> Outcome {
    let mut numbers = Numbers::new(args.seed);
    let mut tally = Tally::default();
    for count in 0..args.count {
        let input = numbers.input();
        let mut next = tally;
        // The tally is a copy and the input is only read, so nothing is left half-changed.
        let tried = std::panic::catch_unwind(move || {
            try_input(&input, &mut next);
            next
        });
        match tried {
            Ok(next) => tally = next,
            Err(_) => return Err(panicked(args.seed, count)),
        }
    }
    if output.json {
        output.print_json(&json!({"inputs": args.count, "seed": args.seed, "tally": tally}));
    } else {
        let Tally { unreadable, refused, accepted } = tally;
        let inputs = counted(args.count, "input");
        output.print(&format!("{inputs}, no panic: {unreadable} unreadable, {refused} refused, {accepted} accepted\n"));
    }
    Ok(())
}

fn panicked(seed: u64, count: u64) -> Failure {
    let mut numbers = Numbers::new(seed);
    let Some(Input { format, bytes }) = (0..=count).map(|_| numbers.input()).last() else {
        return Failure::Check(Report::new());
    };
    let message = format!("input {} of seed {seed} makes something panic", count + 1);
    let shown = String::from_utf8_lossy(&bytes).escape_debug().to_string();
    let help = "report it with this input";
    Failure::Check(Diagnostic::error(PANIC, message).note(format!("for {format:?}: {shown}")).help(help).into())
}
