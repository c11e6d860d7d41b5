//! The commands of the constraints pipeline, of keys and of signatures.

use clap::builder::{PossibleValuesParser, TypedValueParser};
use clap::{Args as ClapArgs, Subcommand};
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

Each stage tells of itself on standard output: [stage] start|complete|error|skip key=value …
The content hash is told also where an import is refused. Imports count when a trusted signer says that they pass.")]
pub struct RunArgs {
    /// The `.constraints.md` file.
    pub file: PathBuf,
    /// Stop after this stage.
    #[arg(long, value_name = "STAGE", default_value = "canonicalize", value_parser = stage())]
    pub until: Stage,
    /// Whose signatures count.
    #[command(flatten)]
    pub trust: TrustArgs,
}

/// Reads the name of a stage.
fn stage() -> impl TypedValueParser<Value = Stage> {
    // Those after canonicalize are not built in yet.
    let names = Stage::ALL.into_iter().filter(|stage| *stage <= Stage::Canonicalize).map(Stage::name);
    PossibleValuesParser::new(names).try_map(|name| Stage::from_name(&name).ok_or("not a stage"))
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
