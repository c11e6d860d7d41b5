//! The commands of the constraints pipeline, of keys and of signatures.

use super::StoreAddress;
use clap::builder::{PossibleValuesParser, RangedU64ValueParser, TypedValueParser};
use clap::{Args as ClapArgs, Subcommand, ValueEnum};
use etymon_constraints::Target;
use etymon_constraints::event::Stage;
use etymon_constraints::tls::Authorities;
use std::path::PathBuf;

/// `etymon run`.
#[derive(Debug, ClapArgs)]
#[command(after_help = "\
Examples:
  etymon run clamp.constraints.md --until canonicalize            its content hash
  etymon run clamp.constraints.md --until validate --json         events for machines, one a line
  etymon run clamp.constraints.md --key release                   all of it, from recorded answers: no network
  etymon run clamp.constraints.md --key release --substrate exec --command 'llm -m some-model' --record
  etymon run clamp.constraints.md --key release --substrate http --url https://service.example/v1 --model some-model
  etymon run clamp.constraints.md --key release --remote http://127.0.0.1:7474       a server derives and signs it

A requirement is a level-2 heading, metadata directly under it, a blank line, and text:
  ## CLAMP1
  type: predicate
  authority: human-authored
  scope: module
  status: active
  depends-on: []

  The result lies between the bounds.

Each stage tells of itself on standard output: [stage] start|complete|error|skip key=value …
The content hash is told also where an import is refused. Imports count when a trusted signer says that they pass.
What was derived from the very same before, beside the file or in the store, is verified again instead of derived.
With `--remote` the key signs the requests; what the server made counts when a trusted signer says that it passes.
Candidates run in a sandbox without network, home folder or other processes; where there is none, they are not run.
A candidate that fails is signed for the record, in FILE.materialization.fail.json, and never takes the place of one that passed.")]
pub struct RunArgs {
    /// The `.constraints.md` file.
    pub file: PathBuf,
    /// Stop after this stage.
    #[arg(long, value_name = "STAGE", default_value = "sign", value_parser = stage())]
    pub until: Stage,
    /// Language of the code; without it that of the file's materialization, or TypeScript.
    #[arg(long, value_parser = target())]
    pub target: Option<Target>,
    /// Who writes the code, and what checks it.
    #[command(flatten)]
    pub workshop: SubstrateArgs,
    /// Have a server derive, verify and sign it: http://host:port or https://host:port, or the name that it was given before.
    #[arg(long, value_name = "SERVER")]
    pub remote: Option<String>,
    /// The signing key: its name, or the path of its file.
    #[arg(long, value_name = "KEY", env = "ETYMON_KEY")]
    pub key: Option<String>,
    /// Where keys are.
    #[command(flatten)]
    pub folder: KeysFolder,
    /// Whose signatures count.
    #[command(flatten)]
    pub trust: TrustArgs,
    /// The store.
    #[command(flatten)]
    pub store: StoreAddress,
}

/// Who writes the code, and what checks it.
#[derive(Debug, ClapArgs)]
pub struct SubstrateArgs {
    /// `replay` reads recorded answers, `exec` asks a command, `http` an OpenAI-compatible service, `encdsl` an image that the file names.
    #[arg(long, value_enum, default_value_t = SubstrateKind::Replay)]
    pub substrate: SubstrateKind,
    /// What to call the model, without it `recorded` or `unnamed`; for `http` the model to ask.
    #[arg(long)]
    pub model: Option<String>,
    /// Folder of recorded answers; without it `answers` beside the file.
    #[arg(long, value_name = "DIR")]
    pub answers: Option<PathBuf>,
    /// Record the answers, so that `replay` can give them again.
    #[arg(long)]
    pub record: bool,
    /// The command of `exec`: words separated by spaces. The prompt is its standard input.
    #[arg(long, value_name = "COMMAND")]
    pub command: Option<String>,
    /// Address of the service of `http`, without `/chat/completions`.
    #[arg(long, value_name = "URL")]
    pub url: Option<String>,
    /// Environment variable with the service's key.
    #[arg(long, value_name = "NAME")]
    pub api_key_env: Option<String>,
    /// Ask for all at once, for one part after the other, or for parts if one answer is cut off.
    #[arg(long, value_enum, default_value_t = ModeKind::Auto)]
    pub mode: ModeKind,
    /// Longest wait for one answer, in seconds.
    #[arg(long, value_name = "SECONDS", default_value_t = 600, value_parser = RangedU64ValueParser::<u64>::new().range(1..=86_400))]
    pub patience: u64,
    /// Most processor time of one block of evidence, in seconds; by the clock it may take five times as long.
    #[arg(long, value_name = "SECONDS", default_value_t = 20, value_parser = RangedU64ValueParser::<u64>::new().range(1..=3_600))]
    pub evidence_time: u64,
    /// Let the substrate judge `judgment` blocks, too; what it says never blocks.
    #[arg(long)]
    pub judge: bool,
    /// Folder with the packages of the verification backends; tests/setup/verifiers.sh fills it.
    #[arg(long, value_name = "DIR", env = "ETYMON_VERIFIERS")]
    pub verifiers: Option<PathBuf>,
    /// Who may vouch for servers.
    #[command(flatten)]
    pub authorities: AuthorityArgs,
}

/// Who may vouch for servers.
#[derive(Debug, ClapArgs)]
pub struct AuthorityArgs {
    /// For https, the PEM certificates of the authorities that may vouch for servers, in place of the public ones.
    #[arg(long, value_name = "FILE", env = "SSL_CERT_FILE", hide_env_values = true)]
    pub ca: Option<PathBuf>,
}

impl AuthorityArgs {
    /// The authorities.
    pub fn authorities(&self) -> Authorities {
        Authorities::in_file(self.ca.clone())
    }
}

/// Who writes the code.
#[derive(Clone, Copy, Debug, PartialEq, Eq, ValueEnum)]
pub enum SubstrateKind {
    /// Recorded answers.
    Replay,
    /// A command.
    Exec,
    /// An OpenAI-compatible service.
    Http,
    /// An EncDSL image that a requirement names.
    Encdsl,
}

/// How the substrate is asked.
#[derive(Clone, Copy, Debug, PartialEq, Eq, ValueEnum)]
pub enum ModeKind {
    /// Once.
    Single,
    /// Part by part.
    Multi,
    /// Once, and by parts if the answer is cut off.
    Auto,
}

/// Reads the name of a stage.
fn stage() -> impl TypedValueParser<Value = Stage> {
    let names = Stage::ALL.into_iter().map(Stage::name);
    PossibleValuesParser::new(names).try_map(|name| Stage::from_name(&name).ok_or("not a stage"))
}

/// Reads the name of a language.
fn target() -> impl TypedValueParser<Value = Target> {
    let names = [Target::Ts, Target::Js, Target::Rust, Target::Encdsl].map(Target::name);
    PossibleValuesParser::new(names).try_map(|name| Target::from_name(&name).ok_or("not a target"))
}

/// Whose signatures count.
#[derive(Debug, ClapArgs)]
pub struct TrustArgs {
    /// The signers manifest, a `.constraints.md` with one trusted key under each heading; without it signers.constraints.md, if it is there.
    #[arg(long, value_name = "FILE", env = "ETYMON_SIGNERS")]
    pub signers: Option<PathBuf>,
}

/// Where keys are.
#[derive(Debug, ClapArgs)]
pub struct KeysFolder {
    /// Folder of the signing keys.
    #[arg(long, value_name = "DIR", env = "ETYMON_KEYS", default_value = ".etymon/keys", global = true)]
    pub keys: PathBuf,
}

/// `etymon keys`.
#[derive(Debug, ClapArgs)]
#[command(after_help = "\
Examples:
  etymon keys new release                                  .etymon/keys/release.pem, which only you can read
  etymon keys signer release >>signers.constraints.md      trust it
  etymon keys list                                         names, key ids, public keys

To rotate a key, make a new one, add its block to the signers manifest, and when nothing needs the old one any more,
write `status: retracted` into the old block. Private keys are never printed and never overwritten.")]
pub struct KeysArgs {
    /// Where keys are.
    #[command(flatten)]
    pub folder: KeysFolder,
    /// What to do with them.
    #[command(subcommand)]
    pub command: KeysCommand,
}

/// What to do with keys.
#[derive(Debug, Subcommand)]
pub enum KeysCommand {
    /// Make a key.
    New {
        /// Its name: letters, digits, `-`, `_`.
        name: String,
    },
    /// List the keys: name, key id, public key.
    List,
    /// Print the block by which a signers manifest trusts a key.
    Signer {
        /// The key's name, or the path of its file.
        name: String,
        /// What people call the signer; without it the key's name.
        #[arg(long, value_name = "TEXT")]
        title: Option<String>,
    },
    /// Print a public key as PEM, for other tools.
    Public {
        /// The key's name, or the path of its file.
        name: String,
    },
}

/// `etymon sign`.
#[derive(Debug, ClapArgs)]
#[command(after_help = "\
Examples:
  etymon sign golden/artifacts/manifest.json --key release --out manifest.intoto.json
  etymon verify manifest.intoto.json --manifest golden/artifacts/manifest.json

The manifest becomes the predicate of an in-toto statement about every artifact, in a DSSE envelope.")]
pub struct SignArgs {
    /// The manifest of an emitted tree.
    pub manifest: PathBuf,
    /// The signing key: its name, or the path of its file.
    #[arg(long, value_name = "KEY", env = "ETYMON_KEY")]
    pub key: String,
    /// Where keys are.
    #[command(flatten)]
    pub folder: KeysFolder,
    /// File to write instead of standard output.
    #[arg(long, short, value_name = "FILE")]
    pub out: Option<PathBuf>,
}

/// `etymon verify`.
#[derive(Debug, ClapArgs)]
#[command(after_help = "\
Examples:
  etymon verify clamp.constraints.md.materialization.json                     against signers.constraints.md
  etymon verify manifest.intoto.json --public-key release.pub.pem             with one public key only
  etymon verify manifest.intoto.json --manifest golden/artifacts/manifest.json

It tells by the content whether it holds a signed manifest or a materialization. A materialization is compared with the
file beside it, if that is there. Exit 1 when the signature does not count, or stands under something else.")]
pub struct VerifyArgs {
    /// What `etymon sign` or `etymon run` wrote.
    pub file: PathBuf,
    /// Whose signatures count.
    #[command(flatten)]
    pub trust: TrustArgs,
    /// Trust this key and no other: 64 hex digits, or a file with them or with a PEM.
    #[arg(long, value_name = "KEY", conflicts_with = "signers")]
    pub public_key: Option<String>,
    /// The constraints file that a materialization must belong to; without it the one beside it.
    #[arg(long, value_name = "FILE")]
    pub spec: Option<PathBuf>,
    /// The manifest that a signed manifest must equal.
    #[arg(long, value_name = "FILE", conflicts_with = "spec")]
    pub manifest: Option<PathBuf>,
}
