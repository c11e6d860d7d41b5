//! The commands that share constraint sets and materializations.

use super::{AuthorityArgs, StoreAddress, SubstrateArgs, TrustArgs, pipeline::KeysFolder};
use clap::Args as ClapArgs;
use std::net::SocketAddr;
use std::path::PathBuf;

/// `etymon serve`.
#[derive(Debug, ClapArgs)]
#[command(after_help = "\
Examples:
  etymon serve                                                  http://127.0.0.1:7474/ui/
  etymon serve --address 0.0.0.0:7474 --host etymon.example:7474
  etymon serve --events run.ndjson                              show a run recorded with `etymon run --json`
  etymon run clamp.constraints.md --json | etymon serve --events -      show a run while it happens
  etymon serve --derive release --substrate exec --command 'llm -m some-model'

Everybody who can connect may read. Writes must be signed by a key of the signers manifest; `endpoints: /repo/objects,
/repo/refs` under a key limits it to those. There is no TLS: across machines, put a proxy in front that has it.")]
pub struct ServeArgs {
    /// Address to listen at; port 0 takes any that is free.
    #[arg(long, value_name = "IP:PORT", default_value = "127.0.0.1:7474")]
    pub address: SocketAddr,
    /// A name by which clients reach this server, besides its address; repeatable. Requests for other names are refused.
    #[arg(long = "host", value_name = "NAME:PORT")]
    pub hosts: Vec<String>,
    /// Let everybody write.
    #[arg(long)]
    pub insecure: bool,
    /// A run to show: stage events, one JSON object a line; `-` is standard input, shown as it comes; repeatable.
    #[arg(long, value_name = "FILE")]
    pub events: Vec<PathBuf>,
    /// Derive what is asked for at `POST /derive`, and sign it with this key: its name, or the path of its file.
    #[arg(long, value_name = "KEY")]
    pub derive: Option<String>,
    /// Where keys are.
    #[command(flatten)]
    pub folder: KeysFolder,
    /// Who writes the code, and what checks it.
    #[command(flatten)]
    pub workshop: SubstrateArgs,
    /// Whose writes and materializations count.
    #[command(flatten)]
    pub trust: TrustArgs,
    /// The store.
    #[command(flatten)]
    pub store: StoreAddress,
}

/// `etymon clone`.
#[derive(Debug, ClapArgs)]
#[command(after_help = "\
Examples:
  etymon clone http://127.0.0.1:7474 specs --signers signers.constraints.md

Every head becomes a file <name>.constraints.md in its canonical form, with its imports and materializations beside it,
which `etymon run` takes as they are.")]
pub struct CloneArgs {
    /// The server: http://host:port or https://host:port.
    pub url: String,
    /// The folder; it must not hold anything yet.
    pub dir: PathBuf,
    /// Bring the objects only.
    #[arg(long)]
    pub no_files: bool,
    /// Whose materializations count.
    #[command(flatten)]
    pub trust: TrustArgs,
    /// Who may vouch for servers.
    #[command(flatten)]
    pub authorities: AuthorityArgs,
}

/// A server, and what is known of it here.
#[derive(Debug, ClapArgs)]
pub struct RemoteArgs {
    /// The server: http://host:port or https://host:port, or the name that it was given before; `clone` names it origin.
    #[arg(value_name = "SERVER")]
    pub remote: String,
    /// Name under which the server is remembered.
    #[arg(long = "as", value_name = "NAME", default_value = "origin")]
    pub name: String,
    /// Whose materializations count.
    #[command(flatten)]
    pub trust: TrustArgs,
    /// The store.
    #[command(flatten)]
    pub store: StoreAddress,
    /// Who may vouch for servers.
    #[command(flatten)]
    pub authorities: AuthorityArgs,
}

/// `etymon push`.
#[derive(Debug, ClapArgs)]
#[command(after_help = "\
Examples:
  etymon push http://127.0.0.1:7474 clamp.constraints.md --key release
  etymon push origin clamp --key release

A file is recorded first: with what it imports and with the materializations beside them, as the next step of the head
that is called like it. What the server has already is not sent again. When somebody pushed meanwhile, nothing moves:
pull, look at what changed, and push again; yours then follows theirs.")]
pub struct PushArgs {
    /// The server.
    #[command(flatten)]
    pub remote: RemoteArgs,
    /// A `.constraints.md` file, or the name of a head.
    pub what: String,
    /// Name of the head; without it the file's, in lower case.
    #[arg(long, value_name = "NAME")]
    pub head: Option<String>,
    /// The key that signs the requests: its name, or the path of its file.
    #[arg(long, value_name = "KEY", env = "ETYMON_KEY")]
    pub key: Option<String>,
    /// Where keys are.
    #[command(flatten)]
    pub folder: KeysFolder,
}

/// `etymon pull`.
#[derive(Debug, ClapArgs)]
#[command(after_help = "\
Examples:
  etymon pull origin                  every head, with its files in this folder
  etymon pull origin clamp            one of them
  etymon pull origin --no-files       what is known of them only

Every head becomes a file <name>.constraints.md, with its imports and materializations beside it, which `etymon run`
takes as they are. A file that says the same stays as it is, one that an earlier pull wrote is brought forward, and one
with a content of its own is told and never overwritten (exit code 1).

A head here moves only forward. Where both sides went on, yours stays, theirs is refs/remotes/origin/<name>, and the exit
code is 1.")]
pub struct PullArgs {
    /// The server.
    #[command(flatten)]
    pub remote: RemoteArgs,
    /// Names of heads; all without it.
    pub names: Vec<String>,
    /// Folder of the files.
    #[arg(long, value_name = "DIR", default_value = ".")]
    pub dir: PathBuf,
    /// Write no files.
    #[arg(long)]
    pub no_files: bool,
}

/// `etymon list-refs`.
#[derive(Debug, ClapArgs)]
#[command(after_help = "\
Examples:
  etymon list-refs                              heads of this repository, and what is known of others
  etymon list-refs http://127.0.0.1:7474        heads of a server")]
pub struct ListRefsArgs {
    /// A server, or the name that it was given before; without it this repository.
    pub remote: Option<String>,
    /// The store.
    #[command(flatten)]
    pub store: StoreAddress,
    /// Who may vouch for servers.
    #[command(flatten)]
    pub authorities: AuthorityArgs,
}

/// `etymon get-object`.
#[derive(Debug, ClapArgs)]
#[command(after_help = "\
Examples:
  etymon list-refs                              the hashes to begin with
  etymon get-object HASH                        an object of this repository, byte for byte
  etymon get-object HASH --from origin          of a server; it is hashed again before it is printed")]
pub struct GetObjectArgs {
    /// Its SHA-256, 64 hex digits.
    pub hash: String,
    /// A server, or the name that it was given before; without it this repository.
    #[arg(long, value_name = "SERVER")]
    pub from: Option<String>,
    /// The store.
    #[command(flatten)]
    pub store: StoreAddress,
    /// Who may vouch for servers.
    #[command(flatten)]
    pub authorities: AuthorityArgs,
}
