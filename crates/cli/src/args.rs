//! The command line, in `clap`'s terms.

use clap::{Args as ClapArgs, Parser, Subcommand};
use clap_complete::Shell;
use std::path::PathBuf;

const LIMITS: &str = "\
Limits (refused with exit 3, never a crash):
  LIMIT_INPUT   16 MiB of input
  LIMIT_DEPTH   1,000,000 nested JSON arrays and objects; 256 nested nodes in a declaration that is built
  LIMIT_STEPS   50,000,000 steps of evaluation
  LIMIT_SIZE    64 MiB for a value as if nothing were shared, 2^20 bits for a natural, 20,000 modules

Exit codes:
  0 done   1 the check failed   2 wrong flags or I/O   3 the spec or input was refused";

const EXAMPLES: &str = "\
Examples:
  etymon build                                  emit everything from golden/spec into golden/artifacts
  etymon check                                  fail if the committed artifacts are not what the spec emits
  echo '{\"expr\":{\"op\":[\"add\",[{\"lit\":{\"nat\":\"3\"}},{\"lit\":{\"nat\":\"4\"}}]]}}' | etymon eval
  etymon lower --profile reference --to js node.json
  etymon parity                                 ask every implementation the same questions";

/// One checked spec in, every implementation out, byte for byte.
#[derive(Debug, Parser)]
#[command(name = "etymon", version, about, after_help = EXAMPLES, after_long_help = format!("{EXAMPLES}\n\n{LIMITS}"))]
#[command(max_term_width = 110, disable_help_subcommand = true)]
pub struct Args {
    /// Print results and diagnostics as JSON, one object a line.
    #[arg(long, global = true)]
    pub json: bool,
    /// What to do.
    #[command(subcommand)]
    pub command: Command,
}

/// What to do.
#[derive(Debug, Subcommand)]
pub enum Command {
    /// Evaluate an expression, a statement or a call, and print its value.
    Eval(EvalArgs),
    /// Print the completion script of a shell.
    Completions(CompletionsArgs),
}

/// `etymon eval`.
#[derive(Debug, ClapArgs)]
#[command(after_help = "\
Examples:
  echo '{\"env\":[[\"x\",{\"nat\":\"5\"}]],\"expr\":{\"op\":[\"add\",[{\"var\":\"x\"},{\"lit\":{\"nat\":\"3\"}}]]}}' | etymon eval
  echo '{\"call\":\"kernel/Rbac.getState\",\"args\":[{\"nat\":\"511\"}]}' | etymon eval")]
pub struct EvalArgs {
    /// File with `{\"env\":[[\"x\",v],…],\"expr\":…}`, or `\"stmt\"`, or `\"call\"` with `\"args\"` and optionally `\"module\"`; `-` is standard input.
    #[arg(default_value = "-")]
    pub file: String,
    /// Folder of the spec that calls of the form `layer/Name.fn` go to.
    #[arg(long, value_name = "DIR")]
    pub spec: Option<PathBuf>,
}

/// `etymon completions`.
#[derive(Debug, ClapArgs)]
pub struct CompletionsArgs {
    /// The shell.
    pub shell: Shell,
}
