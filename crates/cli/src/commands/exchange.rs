//! `etymon clone`, `push`, `pull`, `list-refs` and `get-object`.

use crate::args::{
    AuthorityArgs, CloneArgs, GetObjectArgs, ListRefsArgs, PullArgs, PushArgs, RemoteArgs, StoreAddress, TrustArgs,
};
use crate::attestation::{key, trust};
use crate::output::{Failure, IO, Outcome, Output, counted};
use etymon_attest::{SigningKey, Trust};
use etymon_constraints::resolve::Folder;
use etymon_diagnostics::{Code, Diagnostic, Origin, Report};
use etymon_serve::checkout::{CheckedOut, checkout};
use etymon_serve::client::Remote;
use etymon_serve::record::{RecordError, record};
use etymon_serve::transfer::{self, Pulled, Standing};
use etymon_serve::{RefName, Repository, WireError, codes};
use etymon_store::{Digest, Store};
use serde_json::json;
use std::path::Path;

/// Signatures were checked for integrity only (a warning).
const NOT_TRUSTED: Code = Code::new("SIGNERS_NONE");
/// A file that was not written (a warning).
const CHECKOUT_LEFT: Code = Code::new("CHECKOUT_LEFT");
/// A file that was not written, because something else is there.
const CHECKOUT_KEPT: Code = Code::new("CHECKOUT_KEPT");
/// Ends the names of constraints files.
const ENDING: &str = ".constraints.md";

/// What a failure of the wire means for the exit code.
pub fn failure(error: WireError) -> Failure {
    let lost = error.is_stale();
    let refused = matches!(
        error,
        WireError::Frame { .. } | WireError::Object { .. } | WireError::Missing(_) | WireError::Cycle(_)
    ) || matches!(error, WireError::Refused { status, .. } if status < 500);
    let report = Report::from(error);
    match (lost, refused) {
        (true, _) => Failure::Check(report),
        (false, true) => Failure::Refused(report),
        (false, false) => Failure::Usage(report),
    }
}

/// The repository in a store.
pub fn open(store: &StoreAddress, trust: Option<Trust>) -> Result<Repository, Failure> {
    let store = Store::open(&store.address()).map_err(etymon_cli::tree::failure)?;
    Ok(Repository::new(store, trust))
}

/// Whom to trust. With nobody named, signatures are still checked, but under the keys that they bring.
fn known(args: &TrustArgs, output: &Output) -> Result<Option<Trust>, Failure> {
    let trust = trust(args, output)?;
    if trust.signers().is_empty() {
        let message = "no signers are trusted, so materializations are checked for integrity only";
        let help = "give a signers manifest with `--signers`";
        output.report(&Report::from(Diagnostic::warning(NOT_TRUSTED, message).help(help)));
        return Ok(None);
    }
    Ok(Some(trust))
}

/// The server of an address, or of a name that it was given before.
pub fn remote(
    repository: &Repository,
    given: &str,
    key: Option<SigningKey>,
    authorities: &AuthorityArgs,
) -> Result<Remote, Failure> {
    let authorities = authorities.authorities();
    if given.contains("://") {
        return Remote::new(given, key, &authorities).map_err(failure);
    }
    let url = repository.remote_url(given).map_err(failure)?;
    let unknown = || {
        let message = format!("no server is called `{given}` here");
        Failure::usage(message, "give its address, http://host:port")
    };
    Remote::new(&url.ok_or_else(unknown)?, key, &authorities).map_err(failure)
}

/// The server, and the name under which it is remembered.
fn reach<'a>(
    repository: &Repository,
    args: &'a RemoteArgs,
    key: Option<SigningKey>,
) -> Result<(Remote, &'a str), Failure> {
    let own = remote(repository, &args.remote, key, &args.authorities)?;
    if !args.remote.contains("://") {
        return Ok((own, &args.remote));
    }
    repository.name_remote(&args.name, own.url()).map_err(failure)?;
    Ok((own, &args.name))
}

/// Sends a head.
pub fn push(args: &PushArgs, output: &Output) -> Outcome {
    let repository = open(&args.remote.store, known(&args.remote.trust, output)?)?;
    let key = args.key.as_deref().map(|name| key(&args.folder.keys, name)).transpose()?;
    let name = if args.what.ends_with(ENDING) {
        keep(&repository, Path::new(&args.what), args.head.as_deref(), output)?
    } else {
        RefName::head(&args.what).map_err(failure)?
    };
    let (remote, known_as) = reach(&repository, &args.remote, key)?;
    let pushed = transfer::push(&repository, &remote, known_as, &name).map_err(failure)?;
    if output.json {
        output.print_json(&json!({
            "name": pushed.name, "old": pushed.old, "new": pushed.new, "sent": pushed.sent, "bytes": pushed.bytes,
        }));
    } else if pushed.old == Some(pushed.new) {
        output.print(&format!("{} {} is there already\n", pushed.name, pushed.new));
    } else {
        let sent = counted(pushed.sent, "object");
        output.print(&format!("{} {} ({sent}, {})\n", pushed.name, pushed.new, counted(pushed.bytes, "byte")));
    }
    Ok(())
}

/// Records a file; its head.
fn keep(repository: &Repository, path: &Path, head: Option<&str>, output: &Output) -> Result<RefName, Failure> {
    let file = path.file_name().unwrap_or_default().to_string_lossy();
    let own = file.strip_suffix(ENDING).unwrap_or(&file).to_ascii_lowercase();
    let name = RefName::head(head.unwrap_or(&own)).map_err(|error| match head {
        Some(_) => failure(error),
        None => {
            let finding = Diagnostic::error(codes::REF_NAME, error.to_string());
            Failure::Usage(finding.help("give the head a name with `--head`").into())
        }
    })?;
    match record(repository, &Folder, path, &name) {
        Ok(recorded) => {
            output.report(&recorded.warnings);
            Ok(name)
        }
        Err(RecordError::Refused(report)) => Err(crate::attestation::unreadable(report)),
        Err(RecordError::Wire(error)) => Err(failure(error)),
    }
}

/// Brings heads.
pub fn pull(args: &PullArgs, output: &Output) -> Outcome {
    let repository = open(&args.remote.store, known(&args.remote.trust, output)?)?;
    let (remote, known_as) = reach(&repository, &args.remote, None)?;
    let heads = remote.refs().map_err(failure)?;
    let names = if args.names.is_empty() {
        heads.keys().cloned().collect()
    } else {
        args.names.iter().map(|name| RefName::head(name)).collect::<Result<Vec<_>, _>>().map_err(failure)?
    };
    let (mut apart, mut done) = (Report::new(), CheckedOut::default());
    for name in names {
        let theirs = heads.get(&name).copied().ok_or_else(|| failure(WireError::RefNotFound(name.to_string())))?;
        let pulled = transfer::pull(&repository, &remote, known_as, &name, theirs).map_err(failure)?;
        show(&pulled, output);
        if !args.no_files {
            checkout(&repository, pulled.ours, &args.dir, name.short(), None, &mut done).map_err(failure)?;
        }
        if pulled.standing == Standing::Apart {
            let message = format!("`{name}` went on here and there; yours stays at `{}`", pulled.ours);
            let help = format!("look at `{theirs}`; when you push, yours follows it");
            apart.push(Diagnostic::error(codes::REF_STALE, message).help(help));
        }
    }
    output.report(&done.left.iter().map(left).collect());
    output.progress(&format!("{} in {}", counted(done.written.len(), "file"), args.dir.display()));
    apart.merge(done.kept.iter().map(kept).collect());
    if apart.is_empty() { Ok(()) } else { Err(Failure::Check(apart)) }
}

fn show(pulled: &Pulled, output: &Output) {
    let Pulled { name, theirs, ours, standing, received, bytes } = pulled;
    if output.json {
        output.print_json(&json!({
            "name": name, "theirs": theirs, "ours": ours, "standing": standing.name(), "received": received, "bytes": bytes,
        }));
    } else {
        let received = counted(received, "object");
        output.print(&format!("{name} {theirs} {} ({received}, {})\n", standing.name(), counted(bytes, "byte")));
    }
}

/// Brings everything into a new folder.
pub fn clone(args: &CloneArgs, output: &Output) -> Outcome {
    let shown = || args.dir.display();
    let trust = known(&args.trust, output)?;
    let remote = Remote::new(&args.url, None, &args.authorities.authorities()).map_err(failure)?;
    let heads = remote.refs().map_err(failure)?;
    std::fs::create_dir_all(&args.dir).map_err(|error| Failure::io(shown(), error))?;
    let mut entries = std::fs::read_dir(&args.dir).map_err(|error| Failure::io(shown(), error))?;
    // What an interrupted clone left is taken up again.
    let own = |entry: std::io::Result<std::fs::DirEntry>| entry.is_ok_and(|entry| entry.file_name() == ".etymon");
    if !entries.all(own) {
        return Err(Failure::unusable(shown(), "it holds something already", "give the path of a new folder"));
    }
    let store = StoreAddress { store: args.dir.join(".etymon/store").display().to_string() };
    let repository = open(&store, trust)?;
    repository.name_remote("origin", remote.url()).map_err(failure)?;
    let mut done = CheckedOut::default();
    for (name, theirs) in heads {
        let pulled = transfer::pull(&repository, &remote, "origin", &name, theirs).map_err(failure)?;
        if !args.no_files {
            checkout(&repository, pulled.ours, &args.dir, name.short(), None, &mut done).map_err(failure)?;
        }
        show(&pulled, output);
    }
    output.report(&done.left.iter().chain(&done.kept).map(left).collect());
    output.progress(&format!("{} in {}", counted(done.written.len(), "file"), shown()));
    Ok(())
}

fn left(path: &String) -> Diagnostic {
    let message = format!("`{path}` was not written");
    let help = "it is another head's, or lies outside the folder; `etymon get-object` prints what belongs there";
    Diagnostic::warning(CHECKOUT_LEFT, message).help(help)
}

fn kept(path: &String) -> Diagnostic {
    let message = format!("`{path}` holds something else, which was not overwritten");
    let help = "move it away or record it with `etymon push`, then pull again; `--no-files` leaves files alone";
    Diagnostic::error(CHECKOUT_KEPT, message).at(Origin::path(path)).help(help)
}

/// Lists refs.
pub fn list_refs(args: &ListRefsArgs, output: &Output) -> Outcome {
    let repository = open(&args.store, None)?;
    let refs = match &args.remote {
        None => repository.refs(),
        Some(given) => remote(&repository, given, None, &args.authorities)?.refs(),
    };
    for (name, value) in refs.map_err(failure)? {
        if output.json {
            output.print_json(&json!({ "name": name, "value": value }));
        } else {
            output.print(&format!("{value} {name}\n"));
        }
    }
    Ok(())
}

/// Prints an object as it is.
pub fn get_object(args: &GetObjectArgs, output: &Output) -> Outcome {
    let repository = open(&args.store, None)?;
    let wrong = |error: etymon_store::NotADigest| Failure::usage(error.to_string(), "give all 64 digits");
    let digest: Digest = args.hash.parse().map_err(wrong)?;
    let (kind, bytes) = match &args.from {
        None => repository.object(&digest).map(|(object, bytes)| (object.kind(), bytes)).map_err(failure)?,
        Some(given) => {
            let found = remote(&repository, given, None, &args.authorities)?.object(&digest).map_err(failure)?;
            (found.0, found.2)
        }
    };
    if output.json {
        let text = String::from_utf8(bytes)
            .map_err(|_| Failure::Usage(Diagnostic::error(IO, "the object is no text").into()))?;
        output.print_json(&json!({ "hash": digest, "type": kind, "text": text }));
    } else {
        output.print_bytes(&bytes);
    }
    Ok(())
}
