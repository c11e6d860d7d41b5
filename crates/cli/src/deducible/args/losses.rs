//! The commands of partners who do not want to show who bore what.

use clap::{Args as ClapArgs, Subcommand};
use std::path::PathBuf;

const EXAMPLES: &str = "\
Examples:
  deducible losses prove --bank-bps 8000 --client-bps 2000 --bank 800 --client 200 --out loss.proof
  deducible losses verify --bank-bps 8000 --client-bps 2000 --total 1000 loss.proof

A sigma protocol over secp256k1: commitments hide both losses, the proof shows that they are in proportion to the shares and
add up to the total. It needs no ceremony. Whoever knows shares and total can compute the losses all the same. It is a proof of
concept, which no contract checks.";

/// `deducible losses`.
#[derive(Debug, Subcommand)]
#[command(after_help = EXAMPLES)]
pub enum LossesCommand {
    /// Prove that two losses are in proportion, without showing them.
    #[command(after_help = EXAMPLES)]
    Prove(ProveArgs),
    /// Fail if a proof does not hold.
    #[command(after_help = EXAMPLES)]
    Verify(VerifyArgs),
}

/// What a proof is about.
#[derive(Debug, ClapArgs)]
pub struct ClaimArgs {
    /// Share of the bank, in hundredths of a percent.
    #[arg(long, value_name = "N")]
    pub bank_bps: u64,
    /// Share of the client, in hundredths of a percent.
    #[arg(long, value_name = "N")]
    pub client_bps: u64,
    /// What the proof is bound to, such as contract and round.
    #[arg(long, value_name = "TEXT", default_value = "")]
    pub context: String,
}

/// `deducible losses prove`.
#[derive(Debug, ClapArgs)]
pub struct ProveArgs {
    #[command(flatten)]
    pub claim: ClaimArgs,
    /// Loss of the bank, in the ledger's smallest unit.
    #[arg(long, value_name = "N")]
    pub bank: u64,
    /// Loss of the client, in the ledger's smallest unit.
    #[arg(long, value_name = "N")]
    pub client: u64,
    /// File for the proof, as hex digits; without it they are printed.
    #[arg(long, value_name = "FILE")]
    pub out: Option<PathBuf>,
}

/// `deducible losses verify`.
#[derive(Debug, ClapArgs)]
pub struct VerifyArgs {
    #[command(flatten)]
    pub claim: ClaimArgs,
    /// The whole loss, in the ledger's smallest unit.
    #[arg(long, value_name = "N")]
    pub total: u64,
    /// The file of the proof; `-` is standard input.
    pub proof: String,
}
