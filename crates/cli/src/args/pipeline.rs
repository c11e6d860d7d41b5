//! The commands of the constraints pipeline.

use clap::Args as ClapArgs;
use clap::builder::{PossibleValuesParser, TypedValueParser};
use etymon_constraints::event::Stage;
use std::path::PathBuf;

/// `etymon run`.
#[derive(Debug, ClapArgs)]
#[command(after_help = "\
Examples:
  etymon run clamp.constraints.md --until canonicalize            its content hash
  etymon run clamp.constraints.md --until validate --json         events for machines, one a line

A requirement is a level-2 heading, metadata directly under it, a blank line, and text:
  ## CLAMP1
  type: predicate
  authority: human-authored
  scope: module
  status: active
  depends-on: []

  The result lies between the bounds.

Each stage tells of itself on standard output: [stage] start|complete|error|skip key=value …")]
pub struct RunArgs {
    /// The `.constraints.md` file.
    pub file: PathBuf,
    /// Stop after this stage.
    #[arg(long, value_name = "STAGE", default_value = "canonicalize", value_parser = stage())]
    pub until: Stage,
}

/// Reads the name of a stage.
fn stage() -> impl TypedValueParser<Value = Stage> {
    // Those after canonicalize are not built in yet.
    let names = Stage::ALL.into_iter().filter(|stage| *stage <= Stage::Canonicalize).map(Stage::name);
    PossibleValuesParser::new(names).try_map(|name| Stage::from_name(&name).ok_or("not a stage"))
}
