//! Objects and refs in a store, and the rules by which they may change.

use crate::composition::Composition;
use crate::frame::Frame;
use crate::object::{Content, Object};
use crate::{Kind, RefName, WireError};
use etymon_attest::Trust;
use etymon_store::{Digest, Entry, Key, Recorded, Store, StoreError, Swapped, Verify};
use std::collections::{BTreeMap, BTreeSet};
use std::sync::{Arc, Mutex, PoisonError};

/// Most objects that one ref may lead to.
pub const MAX_CLOSURE: usize = 200_000;
/// Objects whose links are remembered; beyond it, everything is forgotten and read again.
const MAX_REMEMBERED: usize = 100_000;
/// A composition with its constraint set and imports, as the check for circles sees it.
type Edges = BTreeMap<Digest, BTreeSet<Digest>>;

/// Objects and refs in a store.
pub struct Repository {
    store: Store,
    trust: Option<Trust>,
    /// Of objects that were read before. An object never changes, so neither does this.
    links: Mutex<BTreeMap<Digest, Arc<Links>>>,
}

/// What the walk needs of an object.
#[derive(Debug)]
struct Links {
    kind: Kind,
    bytes: u64,
    to: Vec<(Digest, Kind)>,
}

/// An object in a listing.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord)]
pub struct Listed {
    /// Its hash.
    pub digest: Digest,
    /// Its kind.
    pub kind: Kind,
    /// Its length, in bytes.
    pub bytes: u64,
}

/// Everything that objects lead to.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct Closure {
    /// What is there, in the order in which it was found.
    pub objects: Vec<Listed>,
    /// What is named and not there.
    pub missing: Vec<Digest>,
}

/// Whether a ref must keep its history.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Move {
    /// What is there must be in the history of what follows.
    Forward,
    /// Anywhere: for what only mirrors another server.
    Anywhere,
}

impl Repository {
    /// A repository in a store. Materializations are accepted from those whom `trust` names; without it, from anybody.
    pub fn new(store: Store, trust: Option<Trust>) -> Self {
        Self { store, trust, links: Mutex::default() }
    }

    /// The store.
    pub fn store(&self) -> &Store {
        &self.store
    }

    /// The bytes of an object, and what it is.
    ///
    /// # Errors
    /// `WIRE_NOT_FOUND` for what is not there or is something else that the store keeps; `STORE_CORRUPT`.
    pub fn object(&self, digest: &Digest) -> Result<(Object, Vec<u8>), WireError> {
        let absent = || WireError::NotFound(digest.to_string());
        let bytes = match self.store.get(digest) {
            Err(StoreError::NotFound { .. }) => return Err(absent()),
            other => other?,
        };
        // It was checked when it came. Whom one trusts may have changed since, which is for those to judge who use it.
        let object = Object::read(&bytes, None).map_err(|_| absent())?;
        Ok((object, bytes))
    }

    /// The composition of that hash.
    ///
    /// # Errors
    /// As [`Repository::object`]; `WIRE_OBJECT` when it is something else.
    pub fn composition(&self, digest: &Digest) -> Result<Composition, WireError> {
        match self.object(digest)?.0.content {
            Content::Composition(own) => Ok(*own),
            _ => Err(contradiction(*digest, "it is no composition manifest")),
        }
    }

    /// Keeps what frames carry, all of it or nothing.
    ///
    /// # Errors
    /// `WIRE_OBJECT`, `WIRE_LIMIT`, or when the store cannot be written.
    pub fn receive(&self, frames: &[Frame<'_>]) -> Result<Recorded, WireError> {
        for frame in frames {
            Object::of_frame(frame, self.trust.as_ref())?;
        }
        let payloads: Vec<&[u8]> = frames.iter().map(|frame| frame.payload).collect();
        Ok(self.store.begin()?.put_objects(&payloads, Verify::Hash)?)
    }

    /// Keeps an object that was made here.
    ///
    /// # Errors
    /// As [`Repository::receive`].
    pub fn put(&self, bytes: &[u8]) -> Result<Digest, WireError> {
        let object = Object::read(bytes, self.trust.as_ref())?;
        self.store.begin()?.put_objects(&[bytes], Verify::Hash)?;
        Ok(object.digest)
    }

    /// Those of the objects that are not there.
    ///
    /// # Errors
    /// When the store cannot be read.
    pub fn missing(&self, digests: &[Digest]) -> Result<Vec<Digest>, WireError> {
        let keys: Vec<Key> = digests.iter().map(Key::object).collect();
        let sizes = self.store.backend().sizes(&keys)?;
        Ok(digests.iter().zip(sizes).filter(|(_, size)| size.is_none()).map(|(digest, _)| *digest).collect())
    }

    /// The refs, sorted by name.
    ///
    /// # Errors
    /// `REF_CORRUPT`, or when the store cannot be read.
    pub fn refs(&self) -> Result<BTreeMap<RefName, Digest>, WireError> {
        let mut refs = BTreeMap::new();
        for entry in self.store.backend().list("refs")? {
            let name = name_of(&entry)?;
            if let Some(value) = self.read_ref(&name)? {
                refs.insert(name, value);
            }
        }
        Ok(refs)
    }

    /// Where a ref is.
    ///
    /// # Errors
    /// `REF_CORRUPT`, or when the store cannot be read.
    pub fn read_ref(&self, name: &RefName) -> Result<Option<Digest>, WireError> {
        let bytes = self.store.backend().get(&name.key()?)?;
        bytes.map(|bytes| digest_of(name, &bytes)).transpose()
    }

    /// Moves a ref from where it is thought to be. Of several who do so at once, one wins.
    ///
    /// # Errors
    /// `REF_STALE` when it is elsewhere, `REF_HISTORY`, `WIRE_MISSING` when not everything is there that it leads to, `WIRE_OBJECT` and
    /// `WIRE_CYCLE` when that does not fit together.
    pub fn update_ref(
        &self,
        name: &RefName,
        expected: Option<Digest>,
        new: Digest,
        how: Move,
    ) -> Result<(), WireError> {
        let old = expected.map(|digest| format!("{digest}\n"));
        let guard = || {
            let closure = self.check(new)?;
            if let Some(old) = expected.filter(|old| how == Move::Forward && !self.follows(new, *old)) {
                return Err(WireError::History { name: name.clone(), old, new });
            }
            // Kept before the ref moves, so that nothing is collected in between.
            Ok(self.store.keep_list(name.as_str(), &closure.objects.iter().map(|own| own.digest).collect())?)
        };
        let new = format!("{new}\n");
        match self.store.swap(&name.key()?, old.as_deref().map(str::as_bytes), new.as_bytes(), guard)? {
            Swapped::Done => Ok(()),
            Swapped::Other(found) => {
                let found = found.map(|bytes| digest_of(name, &bytes)).transpose()?;
                Err(WireError::Stale { name: name.clone(), expected, found })
            }
        }
    }

    /// The address that a remote's name stands for.
    ///
    /// # Errors
    /// `REF_NAME` for what is no name, or when the store cannot be read.
    pub fn remote_url(&self, name: &str) -> Result<Option<String>, WireError> {
        let bytes = self.store.backend().get(&remote_key(name)?)?;
        Ok(bytes.map(|bytes| String::from_utf8_lossy(&bytes).trim().to_owned()))
    }

    /// Lets a name stand for a remote's address.
    ///
    /// # Errors
    /// `REF_NAME` for what is no name, or when the store cannot be written.
    pub fn name_remote(&self, name: &str, url: &str) -> Result<(), WireError> {
        let key = remote_key(name)?;
        let _session = self.store.begin()?;
        Ok(self.store.backend().put(&[(key, format!("{url}\n").as_bytes())])?)
    }

    /// Whether a composition is in the history of another, or the same.
    pub fn follows(&self, new: Digest, old: Digest) -> bool {
        let history = self.history(new, MAX_CLOSURE);
        history.is_ok_and(|history| history.iter().any(|(digest, _)| *digest == old))
    }

    /// A composition and those before it, the latest first, at most `limit` of them.
    ///
    /// # Errors
    /// As [`Repository::composition`].
    pub fn history(&self, from: Digest, limit: usize) -> Result<Vec<(Digest, Composition)>, WireError> {
        let mut history = Vec::new();
        let mut next = Some(from);
        while let Some(digest) = next.filter(|_| history.len() < limit) {
            let own = self.composition(&digest)?;
            next = own.previous;
            history.push((digest, own));
        }
        Ok(history)
    }

    /// Everything that these objects lead to, through imports, materializations and history.
    ///
    /// # Errors
    /// As [`Walk::expand`].
    pub fn closure(&self, from: &[Digest]) -> Result<Closure, WireError> {
        let mut walk = Walk::new(self);
        walk.expand(from)?;
        Ok(walk.closure)
    }

    /// The materializations of a constraint set that refs lead to, sorted by hash; whom one trusts is for the caller to judge.
    ///
    /// # Errors
    /// When the store cannot be read.
    pub fn materializations(&self, constraint_set_hash: &str) -> Result<Vec<Vec<u8>>, WireError> {
        let heads: Vec<Digest> = self.refs()?.into_values().collect();
        let mut listed = self.closure(&heads)?.objects;
        listed.retain(|own| own.kind == Kind::Materialization);
        listed.sort_unstable();
        let mut found = Vec::new();
        for own in listed {
            let (object, bytes) = self.object(&own.digest)?;
            if let Content::Materialization(made) = object.content
                && made.provenance.constraint_set_hash == constraint_set_hash
            {
                found.push(bytes);
            }
        }
        Ok(found)
    }

    fn links(&self, digest: &Digest) -> Result<Arc<Links>, WireError> {
        let remembered = || self.links.lock().unwrap_or_else(PoisonError::into_inner);
        if let Some(own) = remembered().get(digest) {
            return Ok(Arc::clone(own));
        }
        let (object, _) = self.object(digest)?;
        let own = Arc::new(Links { kind: object.kind(), bytes: object.bytes, to: object.links() });
        let mut all = remembered();
        if all.len() >= MAX_REMEMBERED {
            all.clear();
        }
        all.insert(*digest, Arc::clone(&own));
        Ok(own)
    }

    /// Whether a composition is whole and fits together; all that it leads to.
    fn check(&self, root: Digest) -> Result<Closure, WireError> {
        let absent = self.missing(&[root])?;
        if !absent.is_empty() {
            return Err(WireError::Missing(absent));
        }
        self.composition(&root)?;
        let closure = self.closure(&[root])?;
        if !closure.missing.is_empty() {
            return Err(WireError::Missing(closure.missing));
        }
        let mut edges = Edges::new();
        for own in self.current(root)? {
            self.fits(&own, &mut edges)?;
        }
        circle(&edges).map_or(Ok(closure), |digest| Err(WireError::Cycle(digest)))
    }

    /// A composition that is whole and fits together, as a ref to it would demand.
    ///
    /// # Errors
    /// `WIRE_MISSING`, `WIRE_OBJECT`, `WIRE_CYCLE`, `WIRE_LIMIT`.
    pub fn complete(&self, digest: Digest) -> Result<Composition, WireError> {
        self.check(digest)?;
        self.composition(&digest)
    }

    /// A composition and those that it imports, through others too, but not what came before; each with its hash.
    fn current(&self, root: Digest) -> Result<Vec<(Digest, Composition)>, WireError> {
        let mut seen = BTreeSet::from([root]);
        let mut open = vec![root];
        let mut found = Vec::new();
        while let Some(digest) = open.pop() {
            let own = self.composition(&digest)?;
            open.extend(own.imports.iter().map(|import| import.composition).filter(|to| seen.insert(*to)));
            found.push((digest, own));
        }
        Ok(found)
    }

    /// Whether what a composition says agrees with the objects that it names.
    fn fits(&self, (digest, own): &(Digest, Composition), edges: &mut Edges) -> Result<(), WireError> {
        let Content::ConstraintSet(document) = self.object(&own.constraint_set)?.0.content else {
            return Err(contradiction(own.constraint_set, "it is no constraint set"));
        };
        if let Some(reason) = own.contradiction(&document) {
            return Err(contradiction(*digest, &reason));
        }
        let to = edges.entry(own.constraint_set).or_default();
        for import in &own.imports {
            to.insert(import.constraint_set);
            let imported = self.composition(&import.composition)?;
            let provides = imported.provides.as_ref().map(|own| own.property.as_str());
            if imported.constraint_set != import.constraint_set || provides != Some(&import.property) {
                let reason = format!("its import `{}` is not what its composition says", import.property);
                return Err(contradiction(*digest, &reason));
            }
        }
        for made in &own.materializations {
            let Content::Materialization(made) = self.object(made)?.0.content else {
                return Err(contradiction(*made, "it is no materialization"));
            };
            if made.provenance.constraint_set_hash != own.constraint_set.to_string() {
                return Err(contradiction(*digest, "a materialization was made from another constraint set"));
            }
            let against = &made.provenance.imports;
            let against = against.iter().map(|own| (own.property.clone(), own.constraint_set_hash.clone()));
            let against: BTreeSet<(String, String)> = against.collect();
            let now = own.imports.iter().map(|own| (own.property.clone(), own.constraint_set.to_string()));
            if against != now.collect() {
                return Err(contradiction(*digest, "a materialization was made against other imports"));
            }
        }
        Ok(())
    }
}

/// A walk over objects that can go on when what was missing has come.
pub struct Walk<'r> {
    repository: &'r Repository,
    /// What was met so far, and what it must be. It is never walked twice, so a circle ends the walk like anything else.
    met: BTreeMap<Digest, Option<Kind>>,
    /// What was found.
    pub closure: Closure,
}

impl<'r> Walk<'r> {
    /// A walk that has not begun.
    pub fn new(repository: &'r Repository) -> Self {
        Self { repository, met: BTreeMap::new(), closure: Closure::default() }
    }

    /// Walks on from these objects, which are there now or are told as missing.
    ///
    /// # Errors
    /// `WIRE_LIMIT`, `WIRE_OBJECT` when something is of another kind than it is said to be, or when the store cannot be read.
    pub fn expand(&mut self, from: &[Digest]) -> Result<(), WireError> {
        let mut level = from.to_vec();
        for digest in from {
            self.met.entry(*digest).or_default();
        }
        while !level.is_empty() {
            let absent: BTreeSet<Digest> = self.repository.missing(&level)?.into_iter().collect();
            let mut next = Vec::new();
            for digest in level {
                if absent.contains(&digest) {
                    self.closure.missing.push(digest);
                } else {
                    self.visit(digest, &mut next)?;
                }
            }
            if self.met.len() > MAX_CLOSURE {
                return Err(WireError::Limit { what: "objects behind one ref", max: MAX_CLOSURE });
            }
            level = next;
        }
        Ok(())
    }

    fn visit(&mut self, digest: Digest, next: &mut Vec<Digest>) -> Result<(), WireError> {
        let own = self.repository.links(&digest)?;
        if let Some(expected) = self.met.get(&digest).copied().flatten().filter(|kind| *kind != own.kind) {
            let reason = format!("it is a `{}` where a `{}` belongs", own.kind.name(), expected.name());
            return Err(contradiction(digest, &reason));
        }
        self.closure.objects.push(Listed { digest, kind: own.kind, bytes: own.bytes });
        for (to, kind) in &own.to {
            match self.met.insert(*to, Some(*kind)) {
                None => next.push(*to),
                Some(Some(other)) if other != *kind => {
                    let reason = format!("it is named as a `{}` and as a `{}`", other.name(), kind.name());
                    return Err(contradiction(*to, &reason));
                }
                Some(_) => {}
            }
        }
        Ok(())
    }
}

fn contradiction(digest: Digest, reason: &str) -> WireError {
    let reason = etymon_diagnostics::Diagnostic::error(crate::codes::WIRE_OBJECT, reason);
    WireError::Object { digest, reason: Box::new(reason) }
}

fn remote_key(name: &str) -> Result<Key, WireError> {
    if !crate::is_name(name) {
        return Err(WireError::RefName(name.chars().take(200).collect()));
    }
    Ok(Key::parse(&format!("remotes/{name}"))?)
}

fn name_of(entry: &Entry) -> Result<RefName, WireError> {
    let corrupt = || WireError::RefCorrupt(entry.name.clone());
    if entry.plain { entry.name.parse().map_err(|_| corrupt()) } else { Err(corrupt()) }
}

fn digest_of(name: &RefName, bytes: &[u8]) -> Result<Digest, WireError> {
    let text = std::str::from_utf8(bytes).ok().and_then(|text| text.strip_suffix('\n'));
    text.and_then(|text| text.parse().ok()).ok_or_else(|| WireError::RefCorrupt(name.to_string()))
}

/// A node on or before a circle, found by taking away what nothing leads to.
fn circle(edges: &Edges) -> Option<Digest> {
    let mut into: BTreeMap<Digest, usize> = edges.keys().map(|from| (*from, 0)).collect();
    for to in edges.values().flatten() {
        *into.entry(*to).or_default() += 1;
    }
    let mut free: Vec<Digest> = into.iter().filter(|(_, count)| **count == 0).map(|(node, _)| *node).collect();
    let mut left = into.len();
    while let Some(node) = free.pop() {
        left -= 1;
        for to in edges.get(&node).into_iter().flatten() {
            if let Some(count) = into.get_mut(to) {
                *count -= 1;
                if *count == 0 {
                    free.push(*to);
                }
            }
        }
    }
    if left == 0 { None } else { into.into_iter().find(|(_, count)| *count > 0).map(|(node, _)| node) }
}
