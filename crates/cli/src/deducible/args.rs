//! The command line of `deducible`, in `clap`'s terms.

use clap::{Args as ClapArgs, Parser, Subcommand};
use std::net::IpAddr;
use std::path::PathBuf;

const EXAMPLES: &str = "\
Examples:
  deducible check home.fiqh                        fail if the instrument contradicts its rules, with citations
  deducible build home.fiqh --out out              contract, test, deployment, manifest and circuit
  deducible serve --manifests out                  hold terms to the manifests there

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
    /// Hold terms to manifests, over HTTP.
    Serve(ServeArgs),
}

/// `deducible check`.
#[derive(Debug, ClapArgs)]
pub struct CheckArgs {
    /// The `.fiqh` files.
    #[arg(required = true)]
    pub files: Vec<PathBuf>,
}

/// `deducible serve`.
#[derive(Debug, ClapArgs)]
#[command(after_help = "\
Examples:
  deducible serve --manifests out
  deducible serve --manifests out --registry parties.json --log conformance.jsonl --token-file token
  curl -d '{\"target\":\"HomeFinance\",\"terms\":{\"loss_share\":\"by_ownership\"}}' http://127.0.0.1:8799/enforce

Asked are /enforce, /authorize and /attest with POST, /manifests, /conformance/<target>, /openapi.json and / with GET. Manifests and
registry are read again within a second after they change. Who attests sends `Authorization: Bearer <token>`. The registry is a JSON
object from parties to what is known of them: `minor`, `interdicted`, `bankrupt`, `kyc`, `aml_sanctioned`. There is no TLS: across
machines, put a proxy in front that has it. Interrupting ends what has begun.")]
pub struct ServeArgs {
    /// Folder of `<Name>.manifest.json` files.
    #[arg(long, value_name = "DIR")]
    pub manifests: PathBuf,
    /// Port to listen on; 0 takes any that is free.
    #[arg(long, env = "GATEWAY_PORT", default_value_t = etymon_serve::gateway::DEFAULT_PORT)]
    pub port: u16,
    /// Address to listen at.
    #[arg(long, value_name = "IP", default_value = "127.0.0.1")]
    pub address: IpAddr,
    /// A name by which clients reach this gateway, besides its address; repeatable. Requests for other names are refused.
    #[arg(long = "host", value_name = "NAME:PORT")]
    pub hosts: Vec<String>,
    /// Conformance log, made if it is not there; without it nothing can be attested.
    #[arg(long, value_name = "FILE")]
    pub log: Option<PathBuf>,
    /// Registry of parties; without it nobody is known, and nobody authorized.
    #[arg(long, value_name = "FILE")]
    pub registry: Option<PathBuf>,
    /// File of the token that those who attest must send, 16 characters or more; without it the variable GATEWAY_TOKEN.
    #[arg(long, value_name = "FILE", conflicts_with = "insecure")]
    pub token_file: Option<PathBuf>,
    /// Let everybody attest.
    #[arg(long)]
    pub insecure: bool,
}
