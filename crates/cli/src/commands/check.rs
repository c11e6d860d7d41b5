//! `etymon check`.

use crate::args::CheckArgs;
use crate::emission::{emit, repair};
use crate::output::{Outcome, Output};
use etymon_cli::tree::gate;

/// Compares the committed artifacts with a fresh emission.
pub fn check(args: &CheckArgs, output: &Output) -> Outcome {
    let tree = args.artifacts.as_deref();
    let fresh = emit(&args.source, tree)?;
    gate(&fresh.tree, &fresh.emission, &repair(&args.source, tree), output)
}
