//! The command line of `deducible`, in `clap`'s terms.

mod losses;
mod valuation;

pub use losses::{ClaimArgs, LossesCommand, ProveArgs, VerifyArgs};
pub use valuation::{AttestArgs, DeployArgs, JudgeArgs};

use clap::{Args as ClapArgs, Parser, Subcommand, ValueEnum};
use std::net::IpAddr;
use std::path::PathBuf;

const EXAMPLES: &str = "\
Examples:
  deducible init home                              an instrument to begin with, and a chain to try it on
  deducible check home.fiqh                        fail if the instrument contradicts its rules, with citations
  deducible check home.fiqh --rules maliki         the same, under the rule module of an authority too
  deducible rules hash aaoifi                      what a ratification of that module pins
  deducible faraid --wives 1 --sons 2 --daughters 1
  deducible serve --manifests out                  hold terms to the manifests there
  deducible build home.fiqh --out out              contract, test, deployment, manifest and circuit
  deducible attest --new-key valuer.key            a key for a member of a valuation committee
  deducible deploy out/HomeFinance.deploy.json     deploy it to the node at http://127.0.0.1:8545

What is accepted is consistent with a cited rule-base. That is no religious or legal ruling.

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
    /// Start an instrument of one's own, with all that its contract is tried with.
    Init(InitArgs),
    /// Check instruments and bundles against their rules.
    Check(CheckArgs),
    /// Check an instrument or a bundle, and write what its targets make of it.
    Build(BuildArgs),
    /// Look at rule modules.
    #[command(subcommand)]
    Rules(RulesCommand),
    /// Try to break the front end with made-up input.
    Fuzz(FuzzArgs),
    /// Reckon the fixed shares of inheritance.
    Faraid(FaraidArgs),
    /// Serve an editor over standard input and output.
    Lsp(LspArgs),
    /// Hold terms to manifests, over HTTP.
    Serve(ServeArgs),
    /// Verify a conformance log.
    Conformance(ConformanceArgs),
    /// Show that a loss is shared in proportion, without showing who bore what.
    #[command(subcommand)]
    Losses(LossesCommand),
    /// Value an asset, and sign the value for an oracle.
    Attest(AttestArgs),
    /// Tell what an oracle will make of attestations.
    Judge(JudgeArgs),
    /// Deploy what was built, and let its lifecycle happen.
    Deploy(DeployArgs),
}

const INIT_EXAMPLES: &str = "\
Examples:
  deducible init home                              a diminishing partnership, in the new folder `home`
  deducible init shop --class murabahah --name MachineShop

Written are the instrument, with a comment on every section, and what its contract is compiled and tried with on a chain of
this machine: `package.json` and its lock, and the configuration of Hardhat.";

/// `deducible init`.
#[derive(Debug, ClapArgs)]
#[command(after_help = INIT_EXAMPLES)]
pub struct InitArgs {
    /// Folder to start in: a new or an empty one.
    #[arg(default_value = ".")]
    pub dir: PathBuf,
    /// What kind of instrument.
    #[arg(long, default_value = "musharakah_mutanaqisah")]
    pub class: String,
    /// Its name, a letter and then letters and digits; else that of the class's example.
    #[arg(long)]
    pub name: Option<String>,
}

const CHECK_EXAMPLES: &str = "\
Examples:
  deducible check home.fiqh
  deducible check *.fiqh --json                    one object a file; findings on standard error
  deducible check home.fiqh --rules dsn-mui        on top of the built-in rules
  deducible check home.fiqh --rules ./board.rules.json

Without `--rules`, the module that `meta { rules: …; }` names is taken.
Built-in modules: aaoifi, dsn-mui, hanafi, maliki, shafii, hanbali.";

/// `deducible check`.
#[derive(Debug, ClapArgs)]
#[command(after_help = CHECK_EXAMPLES)]
pub struct CheckArgs {
    /// The `.fiqh` files; `-` is standard input.
    #[arg(required = true)]
    pub files: Vec<String>,
    /// A rule module: the name of a built-in one, or the path of a `.rules.json` file.
    #[arg(long, value_name = "NAME|FILE")]
    pub rules: Option<String>,
}

const BUILD_EXAMPLES: &str = "\
Examples:
  deducible build home.fiqh --out out              contract, test, deployment, manifest and circuit
  deducible build home.fiqh --target manifest      the manifest alone, into the folder `out`
  deducible build trade.fiqh --out out             of a bundle: its legs and cycles, as `<Name>.composite.json`
  deducible build home.fiqh --out out --check      fail if `out` is not what would be written

A folder that is built into again keeps what was made there of other instruments and for other targets, up to date. `manifest.json`
there pins all of it, and `<Name>.fiqh` is what it was made of. `etymon build` writes the same bytes.";

/// `deducible build`.
#[derive(Debug, ClapArgs)]
#[command(after_help = BUILD_EXAMPLES)]
pub struct BuildArgs {
    /// The `.fiqh` file; `-` is standard input.
    pub spec: String,
    /// What to write.
    #[arg(long, value_enum, default_value_t = TargetKind::All)]
    pub target: TargetKind,
    /// Folder to write into.
    #[arg(long, value_name = "DIR", default_value = "out")]
    pub out: PathBuf,
    /// A rule module: the name of a built-in one, or the path of a `.rules.json` file.
    #[arg(long, value_name = "NAME|FILE")]
    pub rules: Option<String>,
    /// Compare instead of writing; exit 1 when something differs.
    #[arg(long)]
    pub check: bool,
    /// Keep what is written in this store, too: a folder.
    #[arg(long, value_name = "ADDRESS", env = "ETYMON_STORE")]
    pub store: Option<String>,
}

/// What an instrument becomes.
#[derive(Clone, Copy, Debug, PartialEq, Eq, ValueEnum)]
pub enum TargetKind {
    /// `<Name>Gen.sol`, its test and its deployment.
    Solidity,
    /// `<Name>.manifest.json`.
    Manifest,
    /// A circuit, its Groth16 manifest and the gate, for classes that share losses.
    Zk,
    /// All of them.
    All,
}

const RULES_EXAMPLES: &str = "\
Examples:
  deducible rules verify                           all built-in modules
  deducible rules verify ./board.rules.json        fail if it is not what was ratified
  deducible rules hash ./board.rules.json          what `ratification.sha256_of_module` must say";

/// `deducible rules`.
#[derive(Debug, Subcommand)]
#[command(after_help = RULES_EXAMPLES)]
pub enum RulesCommand {
    /// Fail if a module is not what its record says was ratified.
    #[command(after_help = RULES_EXAMPLES)]
    Verify(ModulesArgs),
    /// Print the hash that a ratification pins: SHA-256 of the canonical form of `regimes`.
    #[command(after_help = RULES_EXAMPLES)]
    Hash(ModulesArgs),
}

/// Rule modules.
#[derive(Debug, ClapArgs)]
pub struct ModulesArgs {
    /// Names of built-in modules, or paths; all built-in ones when none is given.
    #[arg(value_name = "NAME|FILE")]
    pub modules: Vec<String>,
}

const FUZZ_EXAMPLES: &str = "\
Examples:
  deducible fuzz                                   10,000 inputs
  deducible fuzz 1000000 --seed 7                  another run; the same seed makes the same inputs";

/// `deducible fuzz`.
#[derive(Debug, ClapArgs)]
#[command(after_help = FUZZ_EXAMPLES)]
pub struct FuzzArgs {
    /// How many inputs.
    #[arg(default_value_t = 10_000)]
    pub count: u64,
    /// What the inputs are made from.
    #[arg(long, default_value_t = 1)]
    pub seed: u64,
}

const FARAID_EXAMPLES: &str = "\
Examples:
  deducible faraid --daughters 1 --mother          7500 and 2500 hundredths of a percent
  deducible faraid --wives 1 --sons 2 --daughters 1 --json
  echo '{\"husband\":true,\"daughters\":2}' | deducible faraid --heirs -

Refused, to be decided by people: a spouse with both parents and no children; other heirs than these.
This is arithmetic, and no religious or legal ruling.";

/// `deducible faraid`.
#[derive(Debug, ClapArgs)]
#[command(after_help = FARAID_EXAMPLES)]
pub struct FaraidArgs {
    /// A husband is left behind.
    #[arg(long, conflicts_with = "heirs")]
    pub husband: bool,
    /// How many wives are.
    #[arg(long, value_name = "N", default_value_t = 0, conflicts_with = "heirs")]
    pub wives: u32,
    /// The father is.
    #[arg(long, conflicts_with = "heirs")]
    pub father: bool,
    /// The mother is.
    #[arg(long, conflicts_with = "heirs")]
    pub mother: bool,
    /// How many sons are.
    #[arg(long, value_name = "N", default_value_t = 0, conflicts_with = "heirs")]
    pub sons: u32,
    /// How many daughters are.
    #[arg(long, value_name = "N", default_value_t = 0, conflicts_with = "heirs")]
    pub daughters: u32,
    /// The heirs as a JSON object with those names; `-` is standard input.
    #[arg(long, value_name = "FILE")]
    pub heirs: Option<PathBuf>,
}

const LSP_EXAMPLES: &str = "\
Examples:
  deducible lsp                                    started by an editor, for files that end in `.fiqh`

Offered: findings, hover with citations, completion, symbols.";

/// `deducible lsp`.
#[derive(Debug, ClapArgs)]
#[command(after_help = LSP_EXAMPLES)]
pub struct LspArgs {}

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

/// `deducible conformance`.
#[derive(Debug, ClapArgs)]
#[command(after_help = "\
Examples:
  deducible conformance conformance.jsonl           fail if it is not what was written, with the line
  deducible conformance conformance.jsonl --head 5f…  and if its end was cut off since that entry, or all of it made anew

A gateway may be writing the log meanwhile. Nothing is changed.")]
pub struct ConformanceArgs {
    /// The log.
    pub log: PathBuf,
    /// The hash of an entry, which was kept elsewhere: `log.head` of an answer, or `hash` of an entry.
    #[arg(long, value_name = "HASH")]
    pub head: Option<String>,
}
