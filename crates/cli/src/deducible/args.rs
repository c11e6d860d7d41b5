//! The command line of `deducible`, in `clap`'s terms.

mod valuation;

pub use valuation::{AttestArgs, DeployArgs, JudgeArgs};

use clap::{Args as ClapArgs, Parser, Subcommand};
use std::path::PathBuf;

const EXAMPLES: &str = "\
Examples:
  deducible check home.fiqh                        fail if the instrument contradicts its rules, with citations
  deducible build home.fiqh --out out              contract, test, deployment, manifest and circuit
  deducible attest --new-key valuer.key            a key for a member of a valuation committee
  deducible deploy out/HomeFinance.deploy.json     deploy it to the node at http://127.0.0.1:8545

Exit codes:
  0 done   1 the check failed   2 wrong flags or I/O   3 the instrument was refused";

/// From a checked instrument to contract, manifest and circuit.
#[derive(Debug, Parser)]
#[command(name = "deducible", version, about, after_help = EXAMPLES, max_term_width = 110, disable_help_subcommand = true)]
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
    /// Check instruments and bundles against their rules.
    Check(CheckArgs),
    /// Value an asset, and sign the value for an oracle.
    Attest(AttestArgs),
    /// Tell what an oracle will make of attestations.
    Judge(JudgeArgs),
    /// Deploy what was built, and let its lifecycle happen.
    Deploy(DeployArgs),
}

/// `deducible check`.
#[derive(Debug, ClapArgs)]
pub struct CheckArgs {
    /// The `.fiqh` files.
    #[arg(required = true)]
    pub files: Vec<PathBuf>,
}
