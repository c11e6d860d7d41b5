//! What one repository has and another lacks: push and pull.
//!
//! Objects go first, whole and hashed again by whoever receives them, and the ref moves last. A transfer that breaks off leaves objects that
//! the next one need not repeat, and no ref that leads nowhere.

use crate::client::Remote;
use crate::frame::{HEADER, push as push_frame};
use crate::server::RefUpdate;
use crate::{Composition, Move, RefName, Repository, Walk, WireError};
use etymon_store::Digest;
use std::collections::BTreeSet;

/// Frames that are sent in one request, in bytes, unless a single one is longer.
const BATCH: usize = 8 << 20;
/// Objects that one pull may bring, in bytes.
pub const MAX_PULL: u64 = 2 << 30;
/// How often objects are sent again that the other side has collected meanwhile.
const ROUNDS: usize = 2;

/// What came of a push.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Pushed {
    /// The head.
    pub name: RefName,
    /// Where it was.
    pub old: Option<Digest>,
    /// Where it is now.
    pub new: Digest,
    /// Objects that the other side lacked.
    pub sent: usize,
    /// Their length, in bytes.
    pub bytes: u64,
}

/// How a local head stands to one that was pulled.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Standing {
    /// There was none; now there is.
    Created,
    /// It moved on to theirs.
    Forward,
    /// They are the same.
    Same,
    /// Ours continues theirs.
    Ahead,
    /// Both continue something else; ours was kept.
    Apart,
}

impl Standing {
    /// The name for machines.
    pub const fn name(self) -> &'static str {
        match self {
            Standing::Created => "created",
            Standing::Forward => "forward",
            Standing::Same => "same",
            Standing::Ahead => "ahead",
            Standing::Apart => "apart",
        }
    }
}

/// What came of a pull of one head.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Pulled {
    /// The head.
    pub name: RefName,
    /// Where theirs is.
    pub theirs: Digest,
    /// Where ours is now.
    pub ours: Digest,
    /// How they stand.
    pub standing: Standing,
    /// Objects that were lacking here.
    pub received: usize,
    /// Their length, in bytes.
    pub bytes: u64,
}

/// Sends a head and all that it leads to. What this repository has seen of the other is kept under `refs/remotes/<as_remote>/`.
///
/// A head that has gone apart from theirs is put on top of theirs, if theirs was pulled and so seen; both stay in its history.
///
/// # Errors
/// `REF_NOT_FOUND` when there is no such head, `REF_STALE` when theirs has moved and was not pulled, `HTTP_…`, or what the store says.
pub fn push(repository: &Repository, remote: &Remote, as_remote: &str, name: &RefName) -> Result<Pushed, WireError> {
    let session = remote.capabilities()?.session;
    let head = repository.read_ref(name)?.ok_or_else(|| WireError::RefNotFound(name.to_string()))?;
    let old = remote.refs()?.get(name).copied();
    let seen = RefName::remote(as_remote, name.short())?;
    let new = match old {
        Some(theirs) if !repository.follows(head, theirs) => {
            if repository.read_ref(&seen)? != Some(theirs) {
                return Err(WireError::Stale { name: name.clone(), expected: repository.read_ref(&seen)?, found: old });
            }
            put_on_top(repository, name, head, theirs)?
        }
        _ => head,
    };
    let (mut sent, mut bytes) = (0, 0);
    if old != Some(new) {
        for round in 1.. {
            let own = send(repository, remote, &session, new)?;
            (sent, bytes) = (sent + own.0, bytes + own.1);
            match remote.update(&session, &RefUpdate { name: name.clone(), old, new }) {
                Err(WireError::Refused { code, .. }) if code == "WIRE_MISSING" && round < ROUNDS => {}
                other => {
                    other?;
                    break;
                }
            }
        }
    }
    see(repository, &seen, new)?;
    Ok(Pushed { name: name.clone(), old, new, sent, bytes })
}

/// Says the same as our head, but after theirs.
fn put_on_top(repository: &Repository, name: &RefName, ours: Digest, theirs: Digest) -> Result<Digest, WireError> {
    let own = repository.composition(&ours)?;
    if own.says_the_same(&repository.composition(&theirs)?) {
        repository.update_ref(name, Some(ours), theirs, Move::Anywhere)?;
        return Ok(theirs);
    }
    let new = repository.put(&Composition { previous: Some(theirs), ..own }.to_bytes())?;
    repository.update_ref(name, Some(ours), new, Move::Anywhere)?;
    Ok(new)
}

/// Sends what the other side lacks of all that an object leads to; how many objects and bytes that was.
///
/// # Errors
/// `WIRE_MISSING` when not all of it is here, `HTTP_…`, or what the store says.
pub fn send(repository: &Repository, remote: &Remote, session: &str, from: Digest) -> Result<(usize, u64), WireError> {
    let closure = repository.closure(&[from])?;
    if !closure.missing.is_empty() {
        return Err(WireError::Missing(closure.missing));
    }
    let all: Vec<Digest> = closure.objects.iter().map(|own| own.digest).collect();
    let lacking: BTreeSet<Digest> = remote.lacks(&all)?.into_iter().collect();
    let (mut batch, mut bytes) = (Vec::new(), 0);
    // What others lead to first, so that what is there is never far from whole.
    for own in closure.objects.iter().rev().filter(|own| lacking.contains(&own.digest)) {
        let (object, payload) = repository.object(&own.digest)?;
        if !batch.is_empty() && batch.len() + HEADER + payload.len() > BATCH {
            remote.send(session, &batch)?;
            batch.clear();
        }
        push_frame(&mut batch, object.kind(), &payload);
        bytes += payload.len() as u64;
    }
    if !batch.is_empty() {
        remote.send(session, &batch)?;
    }
    Ok((lacking.len(), bytes))
}

/// Brings a head of the other side and all that it leads to. A local head moves only forward.
///
/// # Errors
/// `HTTP_…`, `WIRE_FRAME`, `WIRE_OBJECT` for what is not sound, or what the store says.
pub fn pull(
    repository: &Repository,
    remote: &Remote,
    as_remote: &str,
    name: &RefName,
    theirs: Digest,
) -> Result<Pulled, WireError> {
    pull_at_most(repository, (remote, as_remote), (name, theirs), MAX_PULL)
}

/// The same, of no more than `most` bytes.
///
/// # Errors
/// As [`pull`], and `WIRE_LIMIT`; no head has moved then.
pub fn pull_at_most(
    repository: &Repository,
    (remote, as_remote): (&Remote, &str),
    (name, theirs): (&RefName, Digest),
    most: u64,
) -> Result<Pulled, WireError> {
    let (received, bytes) = fetch(repository, remote, theirs, most)?;
    see(repository, &RefName::remote(as_remote, name.short())?, theirs)?;
    let head = repository.read_ref(name)?;
    let (standing, ours) = match head {
        None => (Standing::Created, theirs),
        Some(ours) if ours == theirs => (Standing::Same, ours),
        Some(ours) if repository.follows(theirs, ours) => (Standing::Forward, theirs),
        Some(ours) if repository.follows(ours, theirs) => (Standing::Ahead, ours),
        Some(ours) => (Standing::Apart, ours),
    };
    if head != Some(ours) {
        repository.update_ref(name, head, ours, Move::Forward)?;
    }
    Ok(Pulled { name: name.clone(), theirs, ours, standing, received, bytes })
}

/// Fetches all that an object leads to and that is not here.
fn fetch(repository: &Repository, remote: &Remote, from: Digest, most: u64) -> Result<(usize, u64), WireError> {
    let mut walk = Walk::new(repository);
    let mut level = vec![from];
    let (mut received, mut bytes) = (0, 0);
    loop {
        walk.expand(&level)?;
        level = std::mem::take(&mut walk.closure.missing);
        if level.is_empty() {
            return Ok((received, bytes));
        }
        let mut wanted = level.as_slice();
        while !wanted.is_empty() {
            let found = remote.fetch(wanted)?;
            let mut framed = Vec::new();
            for (kind, _, payload) in &found {
                push_frame(&mut framed, *kind, payload);
                bytes += payload.len() as u64;
            }
            if bytes > most {
                // What was received before is led to by nothing, and goes with the next collection.
                return Err(WireError::Limit {
                    what: "bytes in one pull",
                    max: usize::try_from(most).unwrap_or(usize::MAX),
                });
            }
            repository.receive(&crate::frame::frames(&framed).collect::<Result<Vec<_>, _>>()?)?;
            received += found.len();
            wanted = &wanted[found.len()..];
        }
    }
}

/// Remembers where the other side's head is.
fn see(repository: &Repository, seen: &RefName, theirs: Digest) -> Result<(), WireError> {
    let before = repository.read_ref(seen)?;
    if before == Some(theirs) {
        return Ok(());
    }
    match repository.update_ref(seen, before, theirs, Move::Anywhere) {
        // Another process has seen something meanwhile, which is as good.
        Err(WireError::Stale { .. }) => Ok(()),
        other => other,
    }
}
