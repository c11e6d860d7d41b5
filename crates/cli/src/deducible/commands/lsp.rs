//! `deducible lsp`.

use etymon_cli::output::{Failure, Outcome};

/// Serves until the editor says `exit`; without `shutdown` before it, that is a failure.
pub fn lsp() -> Outcome {
    match etymon_instrument::lsp::serve(std::io::stdin().lock(), std::io::stdout().lock()) {
        Ok(true) => Ok(()),
        Ok(false) => Err(Failure::Printed),
        Err(error) => Err(Failure::io("standard input and output", error)),
    }
}
