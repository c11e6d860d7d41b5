//! The command line, in `clap`'s terms.

mod exchange;
mod pipeline;

pub use exchange::{CloneArgs, GetObjectArgs, ListRefsArgs, PullArgs, PushArgs, RemoteArgs, ServeArgs};
pub use pipeline::{
    AuthorityArgs, KeysArgs, KeysCommand, ModeKind, RunArgs, SignArgs, SubstrateArgs, SubstrateKind, TrustArgs,
    VerifyArgs,
};

use clap::builder::{PossibleValue, PossibleValuesParser, RangedU64ValueParser, TypedValueParser};
use clap::{Args as ClapArgs, Parser, Subcommand};
use clap_complete::Shell;
use etymon_parity::{Kind, Server};
use std::path::PathBuf;

const LIMITS: &str = "\
Limits (refused with exit 3, never a crash):
  LIMIT_INPUT   16 MiB of input; 64 of requirements or of a materialization
  LIMIT_DEPTH   1,000,000 nested JSON arrays and objects; 256 nested nodes in a declaration that is built
  LIMIT_STEPS   50,000,000 steps of evaluation
  LIMIT_SIZE    64 MiB for a value, or for all effects, as if nothing were shared, 2^20 bits for a natural,
                20,000 modules and templates, 1 MiB for a template

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
    /// Emit every artifact of a spec, and keep it in the store.
    Build(BuildArgs),
    /// Compare the committed artifacts with a fresh emission; exit 1 when they differ.
    Check(CheckArgs),
    /// Print one node of the language as JavaScript or Rust.
    Lower(LowerArgs),
    /// Evaluate an expression, a statement or a call, and print its value.
    Eval(EvalArgs),
    /// Ask every implementation the committed questions; exit 1 when an answer differs.
    Parity(ParityArgs),
    /// Compare the implementations on generated programs; exit 1 when they differ, with the smallest program that shows it.
    Fuzz(FuzzArgs),
    /// Bundle, check or export the Lean sources.
    Lean(LeanArgs),
    /// Look into the content-addressed store, or tidy it.
    Store(StoreArgs),
    /// Run the constraints pipeline over a `.constraints.md` file.
    Run(RunArgs),
    /// Make signing keys, list them, or print what trusts them.
    Keys(KeysArgs),
    /// Sign the manifest of an emitted tree.
    Sign(SignArgs),
    /// Check a signed manifest or a materialization; exit 1 when its signature does not count.
    Verify(VerifyArgs),
    /// Serve a repository of constraint sets and materializations over HTTP, with pages that show runs.
    Serve(ServeArgs),
    /// Bring a repository from a server into a new folder.
    Clone(CloneArgs),
    /// Send a constraints file, or a head, and all that it needs to a server; exit 1 when somebody else was faster.
    Push(PushArgs),
    /// Bring heads and all that they need from a server.
    Pull(PullArgs),
    /// List the refs here, or the heads of a server.
    ListRefs(ListRefsArgs),
    /// Print an object, from here or from a server.
    GetObject(GetObjectArgs),
    /// Start a spec or an application of your own in a folder.
    Init(InitArgs),
    /// Derive an application's manifest, facade and views from its description.
    Appgen(AppgenArgs),
    /// Print the completion script of a shell.
    Completions(CompletionsArgs),
}

/// `etymon eval`.
#[derive(Debug, ClapArgs)]
#[command(after_help = "\
Examples:
  echo '{\"env\":[[\"x\",{\"nat\":\"5\"}]],\"expr\":{\"op\":[\"add\",[{\"var\":\"x\"},{\"lit\":{\"nat\":\"3\"}}]]}}' | etymon eval
  echo '{\"call\":\"kernel/Rbac.getState\",\"args\":[{\"nat\":\"511\"}]}' | etymon eval

A module given with the program imports from the spec; `\"module\":\"layer/Name\"` stands in that module of it.")]
pub struct EvalArgs {
    /// File with `{"env":[["x",v],…],"expr":…}`, or `"stmt"`, or `"call"` with `"args"` and optionally `"module"`; `-` is standard input.
    #[arg(default_value = "-")]
    pub file: String,
    /// Folder of the spec that calls of the form `layer/Name.fn` and imports go to; without it golden/spec, or else the image built
    /// into this program.
    #[arg(long, value_name = "DIR")]
    pub spec: Option<PathBuf>,
}

/// `etymon completions`.
#[derive(Debug, ClapArgs)]
pub struct CompletionsArgs {
    /// The shell.
    pub shell: Shell,
}

/// Where the spec is.
#[derive(Debug, ClapArgs)]
pub struct SpecArgs {
    /// Instruments and bundles, `.fiqh` files; those that the folder was emitted from before stay in it.
    #[arg(value_name = "FILE", conflicts_with = "spec")]
    pub files: Vec<PathBuf>,
    /// Folder of the spec image, `<layer>/<Name>.json` and, if there is one, `spec.json`, or of `.fiqh` files; without it golden/spec, or else the image built into this program.
    #[arg(long, value_name = "DIR")]
    pub spec: Option<PathBuf>,
    /// What the manifest and the headers call the spec, whatever its `spec.json` says; without both, protocol.
    #[arg(long, value_name = "NAME")]
    pub name: Option<String>,
    /// Emit this target only; repeatable.
    #[arg(long = "target", value_name = "TARGET")]
    pub targets: Vec<String>,
    /// Threads; without it as many as there are cores. The bytes do not depend on it.
    #[arg(long, short, value_name = "N", value_parser = RangedU64ValueParser::<usize>::new().range(1..=1024))]
    pub jobs: Option<usize>,
}

/// Where the store is.
#[derive(Debug, ClapArgs)]
pub struct StoreAddress {
    /// Address of the store: a folder, or `s3://bucket/prefix` in builds with that feature.
    #[arg(long, value_name = "ADDRESS", env = "ETYMON_STORE", default_value = ".etymon/store", global = true)]
    pub store: String,
}

impl StoreAddress {
    /// The address.
    pub fn address(&self) -> String {
        self.store.clone()
    }
}

/// `etymon build`.
#[derive(Debug, ClapArgs)]
#[command(after_help = "\
Examples:
  etymon build                                      golden/spec into golden/artifacts
  etymon build --spec spec --out golden             a spec of your own
  etymon build --target js --out dist --no-store    one target, without keeping it
  etymon build home.fiqh --out out                  an instrument: contract, test, manifest, circuit
  etymon build --spec instruments --out golden      all instruments in a folder")]
pub struct BuildArgs {
    /// The spec.
    #[command(flatten)]
    pub source: SpecArgs,
    /// Folder to write; without it golden/artifacts, and golden/instruments for instruments.
    #[arg(long, short, value_name = "DIR")]
    pub out: Option<PathBuf>,
    /// The store.
    #[command(flatten)]
    pub store: StoreAddress,
    /// Do not keep the artifacts in the store.
    #[arg(long)]
    pub no_store: bool,
}

/// `etymon check`.
#[derive(Debug, ClapArgs)]
#[command(after_help = "\
Examples:
  etymon check                                      golden/artifacts against golden/spec
  etymon check --spec spec --artifacts golden       a spec of your own
  etymon check home.fiqh --artifacts out            an instrument

Extra files under the artifacts fail the check unless accepted-residue.json there names them:
  [{\"path\":\"js/README.md\",\"reason\":\"written by hand for the registry\"}]")]
pub struct CheckArgs {
    /// The spec.
    #[command(flatten)]
    pub source: SpecArgs,
    /// Folder of the committed artifacts; without it golden/artifacts, and golden/instruments for instruments.
    #[arg(long, value_name = "DIR")]
    pub artifacts: Option<PathBuf>,
}

/// A lowering profile.
#[derive(Clone, Copy, Debug, clap::ValueEnum)]
pub enum ProfileArg {
    /// The tables of the language reference, character for character.
    Reference,
    /// What artifacts ship in.
    Strict,
}

impl From<ProfileArg> for etymon_emit::Profile {
    fn from(profile: ProfileArg) -> Self {
        match profile {
            ProfileArg::Reference => etymon_emit::Profile::Reference,
            ProfileArg::Strict => etymon_emit::Profile::Strict,
        }
    }
}

/// A language to lower to.
#[derive(Clone, Copy, Debug, clap::ValueEnum)]
pub enum LanguageArg {
    /// JavaScript.
    Js,
    /// Rust.
    Rust,
}

impl From<LanguageArg> for etymon_emit::Language {
    fn from(language: LanguageArg) -> Self {
        match language {
            LanguageArg::Js => etymon_emit::Language::Js,
            LanguageArg::Rust => etymon_emit::Language::Rust,
        }
    }
}

/// `etymon lower`.
#[derive(Debug, ClapArgs)]
#[command(after_help = "\
Examples:
  echo '{\"op\":[\"band\",[{\"var\":\"bitmask\"},{\"rawExpr\":\"0xFFn\"}]]}' | etymon lower --profile reference --to rust
  etymon lower --profile strict --to js golden/spec/kernel/Rbac.json

A bare node is an expression; others are {\"stmt\":…}, {\"func\":…}, {\"effectFunc\":…}, {\"method\":…}, {\"class\":…}, {\"module\":…}.
Where the reference defines no text the command exits 3 with NO_LOWERING.")]
pub struct LowerArgs {
    /// File with one node; `-` is standard input.
    #[arg(default_value = "-")]
    pub file: String,
    /// Which text.
    #[arg(long, value_enum, default_value = "strict")]
    pub profile: ProfileArg,
    /// Which language.
    #[arg(long, value_enum, default_value = "js")]
    pub to: LanguageArg,
}

/// `etymon store`.
#[derive(Debug, ClapArgs)]
pub struct StoreArgs {
    /// The store.
    #[command(flatten)]
    pub store: StoreAddress,
    /// What to do with it.
    #[command(subcommand)]
    pub command: StoreCommand,
}

/// What to do with the store.
#[derive(Debug, Subcommand)]
pub enum StoreCommand {
    /// List manifests and objects.
    Ls,
    /// Print an object.
    Cat {
        /// Its SHA-256, or the beginning of it.
        hash: String,
    },
    /// Read everything and name what is damaged; exit 1 if anything is.
    Fsck,
    /// Remove what no committed manifest and no `keep` holds.
    Gc {
        /// Only say what would go.
        #[arg(long)]
        dry_run: bool,
    },
    /// Spare an object, or everything emitted from a spec, from `gc`; without a name, list what is spared.
    Keep {
        /// Path of a manifest, or hash of an object or a spec, or the beginning of one.
        name: Option<String>,
        /// Let go of it instead.
        #[arg(long, requires = "name")]
        drop: bool,
    },
}

/// A profile of applications.
#[derive(Clone, Copy, Debug, PartialEq, Eq, clap::ValueEnum)]
pub enum AppProfile {
    /// One person's data.
    Personal,
    /// A group with moderation.
    Group,
    /// A mailbox.
    Dm,
    /// Where everyone may say what is where.
    Registry,
}

/// `etymon appgen`.
#[derive(Debug, ClapArgs)]
#[command(after_help = "\
Examples:
  etymon appgen app.json --out app            write the files
  etymon appgen app.json --out app --check    fail if they are not what the description leads to

What a description says stands in docs/guides/apps.md; `etymon init --app group` starts with one.")]
pub struct AppgenArgs {
    /// File with the description; `-` is standard input.
    pub file: String,
    /// Folder to write.
    #[arg(long, short, value_name = "DIR")]
    pub out: PathBuf,
    /// Compare instead of writing; exit 1 when something differs.
    #[arg(long)]
    pub check: bool,
    /// Folder of the spec whose rules hold; without it the image built into this program.
    #[arg(long, value_name = "DIR")]
    pub spec: Option<PathBuf>,
}

/// `etymon init`.
#[derive(Debug, ClapArgs)]
#[command(after_help = "\
Examples:
  etymon init ledger                        a spec, with a justfile and a flake
  etymon init --app group guestbook         an application of the protocol, with its tests

An application gets the packages and the node that this program emits, in vendor/.")]
pub struct InitArgs {
    /// Start an application of this profile instead of a spec.
    #[arg(long, value_enum, value_name = "PROFILE")]
    pub app: Option<AppProfile>,
    /// The folder; it must not hold anything yet.
    #[arg(default_value = ".")]
    pub dir: PathBuf,
}

/// `etymon lean`.
#[derive(Debug, ClapArgs)]
#[command(after_help = "\
Examples:
  etymon lean check                       every proof, the axioms, the image and the lowered text
  etymon lean export --out golden/spec    write the image that the Lean modules describe
  etymon lean bundle --out Referee.lean   the Lean reference as one program: lean --run Referee.lean

Lean is `$ETYMON_LEAN`, or `lean` on the path, or the stand-in that tests/setup/lean.sh installs.")]
pub struct LeanArgs {
    /// Folder of the Lean sources.
    #[arg(long, value_name = "DIR", default_value = "lean", global = true)]
    pub lean: PathBuf,
    /// What to do with them.
    #[command(subcommand)]
    pub command: LeanCommand,
}

/// What to do with the Lean sources.
#[derive(Debug, Subcommand)]
pub enum LeanCommand {
    /// Print all files that a module needs as one program.
    Bundle {
        /// The module that the program is for.
        #[arg(long, value_name = "MODULE", default_value = "Referee")]
        root: String,
        /// File to write instead of standard output.
        #[arg(long, short, value_name = "FILE")]
        out: Option<PathBuf>,
    },
    /// Check the whole tree; exit 1 when a proof, an axiom, the image or a lowered text is not as committed.
    Check {
        /// Folder of the committed image.
        #[arg(long, value_name = "DIR", default_value = "golden/spec")]
        spec: PathBuf,
    },
    /// Print the image that the Lean modules describe, a line a module: path, tab, bytes.
    Export {
        /// Folder to write instead: `<layer>/<Name>.json`, byte for byte; modules that are no longer exported are removed.
        #[arg(long, short, value_name = "DIR")]
        out: Option<PathBuf>,
    },
}

/// `etymon parity`.
#[derive(Debug, ClapArgs)]
#[command(after_help = "\
Examples:
  etymon parity                                  all vectors on all six implementations
  etymon parity --testees evaluator,js,native    some of them
  etymon parity --suite operations               one suite
  etymon parity --suite wire                     four servers on loopback, driven by the committed scripts
  etymon parity --suite wire --servers node,rust two of them
  etymon parity --pin                            add answers for new questions, agreed on by evaluator and Lean

An implementation that cannot be set up is an error, never a silent skip. Run it from the repository's root.")]
pub struct ParityArgs {
    /// Implementations, separated by commas; all without it. With `--pin`, the witnesses besides the evaluator.
    #[arg(long, value_name = "NAMES", value_delimiter = ',', value_parser = testee())]
    pub testees: Vec<Kind>,
    /// Only this suite; repeatable. `wire` starts servers, and stands alone.
    #[arg(long = "suite", value_name = "SUITE")]
    pub suites: Vec<String>,
    /// Servers of the suite `wire`, separated by commas; all without it.
    #[arg(long, value_name = "NAMES", value_delimiter = ',', value_parser = server(), conflicts_with = "testees")]
    pub servers: Vec<Server>,
    /// Folder of the spec that the vectors call.
    #[arg(long, value_name = "DIR", default_value = "golden/spec")]
    pub spec: PathBuf,
    /// Folder of the vectors.
    #[arg(long, value_name = "DIR", default_value = "golden/vectors")]
    pub vectors: PathBuf,
    /// Where the report goes, as JSON.
    #[arg(long, value_name = "FILE", default_value = "target/parity/report.json")]
    pub report: PathBuf,
    /// Write the vectors, with answers on which evaluator and witnesses agree; refuses to change a pinned one.
    #[arg(long)]
    pub pin: bool,
    /// Let `--pin` change pinned answers.
    #[arg(long, requires = "pin")]
    pub replace: bool,
}

/// `etymon fuzz`.
#[derive(Debug, ClapArgs)]
#[command(after_help = "\
Examples:
  etymon fuzz --programs 20000 --seed 7
  etymon fuzz --programs 500 --seed 7 --with-lean
  etymon fuzz --scripts 50 --seed 7            requests to a node, on the kernels of all implementations

The same seed makes the same programs. A difference is shrunk and printed in the form that `etymon eval` takes.")]
pub struct FuzzArgs {
    /// How many programs.
    #[arg(long, value_name = "N", default_value_t = 1000, value_parser = RangedU64ValueParser::<u64>::new().range(1..))]
    pub programs: u64,
    /// Random scripts of requests to a node instead: whatever its kernel is asked is asked of all.
    #[arg(long, value_name = "N", conflicts_with = "programs", value_parser = RangedU64ValueParser::<u64>::new().range(1..))]
    pub scripts: Option<u64>,
    /// What decides them.
    #[arg(long, value_name = "N", default_value_t = 1)]
    pub seed: u64,
    /// Implementations besides the evaluator, separated by commas; JavaScript, native and both wasm without it.
    #[arg(long, value_name = "NAMES", value_delimiter = ',', value_parser = testee())]
    pub testees: Vec<Kind>,
    /// Ask the Lean referee too.
    #[arg(long)]
    pub with_lean: bool,
}

/// Reads the name of a server.
fn server() -> impl TypedValueParser<Value = Server> {
    PossibleValuesParser::new(Server::ALL.map(|server| PossibleValue::new(server.name()).help(server.title())))
        .try_map(|name| Server::from_name(&name).ok_or("not a server"))
}

/// Reads the name of an implementation.
fn testee() -> impl TypedValueParser<Value = Kind> {
    PossibleValuesParser::new(Kind::ALL.map(|kind| PossibleValue::new(kind.name()).help(kind.title())))
        .try_map(|name| Kind::from_name(&name).ok_or("not an implementation"))
}
