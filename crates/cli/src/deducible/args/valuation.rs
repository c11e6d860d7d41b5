//! The commands of valuers, and the one that deploys.

use clap::Args as ClapArgs;
use etymon_instrument::oracle::{Address, U256};
use std::path::PathBuf;
use std::str::FromStr;

/// `deducible attest`.
#[derive(Debug, ClapArgs)]
#[command(after_help = "\
Examples:
  deducible attest --new-key valuer.key                        a member's key; prints the address for the committee
  deducible attest --comparables sales.json --multiple 1000    only value
  deducible attest --round 1 --value 1000000 --oracle 0x5FbDB2315678afecb367f032d93F642f64180aa3 --chain-id 31337 --key valuer.key
  deducible attest --round 2 --comparables sales.json --oracle 0x5FbD…0aa3 --chain-id 31337 --key valuer.key --json

Comparables are a JSON list such as [{\"value\": 1000000, \"weight\": 2}, {\"value\": \"1010000\"}]; their value is the weighted
median. What is signed is Keccak-256 of round, value, oracle and chain with the prefix of EIP-191; the key is never shown.
An ephemeral key is forgotten: its address is printed, so that a committee for one round can be named after it signed.")]
pub struct AttestArgs {
    /// Make a new key file that only its owner may read, and print its address.
    #[arg(long, value_name = "FILE", conflicts_with_all = ["round", "value", "oracle", "chain_id", "key", "ephemeral", "comparables"])]
    pub new_key: Option<PathBuf>,
    /// The round that the value is for: one more than the oracle's latest.
    #[arg(long, value_name = "N", value_parser = positive, requires_all = ["oracle", "chain_id"])]
    pub round: Option<U256>,
    /// The value, in the smallest unit of the ledger's coin.
    #[arg(long, value_name = "N", value_parser = natural, requires = "round", conflicts_with = "comparables")]
    pub value: Option<U256>,
    /// What others like it were worth: a JSON file, from which the value is found.
    #[arg(long, value_name = "FILE", required_unless_present_any = ["value", "new_key"])]
    pub comparables: Option<PathBuf>,
    /// Round what comparables give to the nearest multiple of this.
    #[arg(long, value_name = "N", value_parser = natural, default_value = "1", requires = "comparables")]
    pub multiple: U256,
    /// The oracle's address.
    #[arg(long, value_name = "ADDRESS", value_parser = contract, requires = "round")]
    pub oracle: Option<Address>,
    /// The chain's number.
    #[arg(long, value_name = "N", value_parser = natural, requires = "round")]
    pub chain_id: Option<U256>,
    /// The member's key file.
    #[arg(long, value_name = "FILE", requires = "round", conflicts_with = "ephemeral")]
    pub key: Option<PathBuf>,
    /// Sign with a new key that is then forgotten.
    #[arg(long, requires = "round")]
    pub ephemeral: bool,
}

/// `deducible judge`.
#[derive(Debug, ClapArgs)]
#[command(after_help = "\
Examples:
  cat member-*.json > round.jsonl && deducible judge round.jsonl --quorum 3 --gharar-bound-bps 500
  deducible judge round.jsonl --quorum 3 --gharar-bound-bps 500 --json    with the arguments of submitRound

Checks every signature and says what the oracle will make of the round, before it is paid for. The exit code is 1 when the
value will not be known.")]
pub struct JudgeArgs {
    /// What `deducible attest --json` printed for the members, a line each.
    pub attestations: PathBuf,
    /// How many members must agree.
    #[arg(long, value_name = "N")]
    pub quorum: usize,
    /// Half the width of the band around the median, in hundredths of a percent of it.
    #[arg(long, value_name = "N")]
    pub gharar_bound_bps: u64,
    /// How many members there are, if that is to be checked.
    #[arg(long, value_name = "N")]
    pub committee: Option<usize>,
}

/// `deducible deploy`.
#[derive(Debug, ClapArgs)]
#[command(after_help = "\
Examples:
  npx hardhat node                                             in another terminal: a chain of one's own
  npx hardhat compile && deducible deploy HomeFinance.deploy.json
  deducible deploy HomeFinance.deploy.json --wait 60           as soon as the node answers
  deducible deploy HomeFinance.deploy.json --rpc http://127.0.0.1:9545 --artifacts out.json --json

Deploys the oracle, then the contract; pays in; lets every step of the lifecycle happen; asks what the contract says in the
end. Each role has an account of its own that the node unlocks. The keys of a committee are of this run only. What came of
it is written to generated_<instrument>.json; the exit code is 1 when a step was undone or an answer is wrong.")]
pub struct DeployArgs {
    /// The description: `<Name>.deploy.json`.
    pub plan: PathBuf,
    /// The node.
    #[arg(long, value_name = "URL", default_value = "http://127.0.0.1:8545")]
    pub rpc: String,
    /// Give a node that was just started time to answer.
    #[arg(long, value_name = "SECONDS", default_value_t = 0, value_parser = clap::value_parser!(u64).range(..=3600))]
    pub wait: u64,
    /// Allow a node on another machine.
    #[arg(long)]
    pub allow_remote: bool,
    /// The compiled contracts: a folder of Hardhat's artifacts, or a file of solc's standard JSON [default: artifacts beside the description].
    #[arg(long, value_name = "PATH")]
    pub artifacts: Option<PathBuf>,
    /// The folder for what came of it.
    #[arg(long, value_name = "DIR", default_value = "deployments")]
    pub out: PathBuf,
}

/// Decimal digits.
fn natural(text: &str) -> Result<U256, String> {
    let digits = !text.is_empty() && text.bytes().all(|byte| byte.is_ascii_digit());
    let number = digits.then(|| U256::from_str_radix(text, 10).ok()).flatten();
    number.ok_or_else(|| "give a natural number below 2^256, in decimal digits".to_owned())
}

/// The number of a round.
fn positive(text: &str) -> Result<U256, String> {
    let number = natural(text)?;
    if number.is_zero() { Err("rounds begin with 1".to_owned()) } else { Ok(number) }
}

/// An address at which there can be a contract.
fn contract(text: &str) -> Result<Address, String> {
    let address: Address = text.parse().map_err(|error: <Address as FromStr>::Err| error.to_string())?;
    if address == Address::ZERO { Err("no oracle is at the zero address".to_owned()) } else { Ok(address) }
}
