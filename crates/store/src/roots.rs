use std::collections::BTreeSet;

use serde::{Deserialize, Serialize};

use crate::canonical;
use crate::store::MIN_PREFIX;
use crate::{Digest, Emission, Key, LockMode, Manifest, Recorded, Store, StoreError, Verify};

/// What collection must spare.
#[derive(Clone, Debug, PartialEq, Eq, PartialOrd, Ord, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct Root {
    /// Whether the object alone is kept, or it is a manifest or list and all that it names is kept.
    pub kind: RootKind,
    /// What the root is called: a committed manifest's path, or the hash that was kept.
    pub label: String,
    /// The object.
    pub sha256: Digest,
}

/// What a root's object is.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Serialize, Deserialize)]
#[serde(rename_all = "lowercase")]
pub enum RootKind {
    /// A manifest.
    Manifest,
    /// Any object.
    Object,
    /// A canonical JSON list of hashes: all these objects are kept.
    List,
}

impl Store {
    /// Keeps the emission of a manifest under a label, such as the committed manifest's path, and replaces what that label kept before.
    /// Tells whether anything changed. The objects need not be there yet.
    ///
    /// # Errors
    /// When the store cannot be read or written.
    pub fn keep_manifest(&self, label: &str, manifest: &Manifest) -> Result<bool, StoreError> {
        let _held = self.backend().lock(LockMode::Build)?;
        self.root_manifest_as(label, manifest)
    }

    /// Records an emission and keeps it under a label in one session, so that no collection comes between.
    ///
    /// # Errors
    /// When the store cannot be read or written.
    pub fn record_as(&self, label: &str, emission: &Emission, verify: Verify) -> Result<Recorded, StoreError> {
        let session = self.begin()?;
        let recorded = session.put(emission.artifacts(), verify)?;
        self.root_manifest_as(label, emission.manifest())?;
        session.commit(emission.manifest())?;
        Ok(recorded)
    }

    /// The caller holds the lock.
    fn root_manifest_as(&self, label: &str, manifest: &Manifest) -> Result<bool, StoreError> {
        let bytes = manifest.to_bytes()?;
        let root = Root { kind: RootKind::Manifest, label: label.to_owned(), sha256: Digest::of(&bytes) };
        let (record, key, object) = (canonical::write(&root)?, Key::root(label), Key::object(&root.sha256));
        let backend = self.backend();
        let sound = backend.get(&object)?.as_ref() == Some(&bytes);
        if sound && backend.get(&key)?.as_ref() == Some(&record) {
            return Ok(false);
        }
        if !sound {
            backend.put(&[(object, &bytes)])?;
        }
        backend.put(&[(key, &record)])?;
        Ok(true)
    }

    /// Keeps what a hash or a unique prefix names: an object, or every recorded emission of a spec.
    ///
    /// # Errors
    /// `STORE_NOT_FOUND` or `STORE_AMBIGUOUS`, or when the store cannot be written.
    pub fn keep(&self, name: &str) -> Result<Vec<Root>, StoreError> {
        let specs: Vec<Manifest> = match name.parse::<Digest>() {
            Ok(spec) => self
                .manifest_keys()?
                .into_iter()
                .filter(|(s, _)| *s == spec)
                .map(|(s, g)| self.manifest(&s, &g))
                .filter_map(Result::transpose)
                .collect::<Result<_, _>>()?,
            Err(_) => Vec::new(),
        };
        if specs.is_empty() {
            return Ok(vec![self.keep_object(name)?]);
        }
        for manifest in &specs {
            let label = format!("{}/{}", manifest.spec.sha256, manifest.generator.version);
            self.keep_manifest(&label, manifest)?;
        }
        let roots = self.roots()?;
        Ok(roots.into_iter().filter(|root| root.label.starts_with(name)).collect())
    }

    /// Keeps these objects under a label and replaces what that label kept before. For callers within [`Store::swap`] or a session: it
    /// takes no lock of its own.
    ///
    /// # Errors
    /// When the store cannot be read or written.
    pub fn keep_list(&self, label: &str, objects: &BTreeSet<Digest>) -> Result<(), StoreError> {
        let bytes = canonical::write(objects)?;
        let root = Root { kind: RootKind::List, label: label.to_owned(), sha256: Digest::of(&bytes) };
        let backend = self.backend();
        backend.put(&[(Key::object(&root.sha256), &bytes)])?;
        backend.put(&[(Key::root(label), &canonical::write(&root)?)])
    }

    /// The objects of a list that a root keeps; none for a root of another kind.
    pub(crate) fn root_list(&self, root: &Root) -> Result<BTreeSet<Digest>, StoreError> {
        match root.kind {
            RootKind::List => canonical::read(&self.get(&root.sha256)?),
            RootKind::Manifest | RootKind::Object => Ok(BTreeSet::new()),
        }
    }

    fn keep_object(&self, name: &str) -> Result<Root, StoreError> {
        let backend = self.backend();
        let _held = backend.lock(LockMode::Build)?;
        let sha256 = self.resolve(name)?;
        let root = Root { kind: RootKind::Object, label: sha256.to_string(), sha256 };
        backend.put(&[(Key::root(&root.label), &canonical::write(&root)?)])?;
        Ok(root)
    }

    /// Lets go of the roots with this label, or whose hash starts with it (at least four digits), and answers them.
    ///
    /// # Errors
    /// `STORE_NOT_FOUND` when there is none, or when the store cannot be written.
    pub fn unkeep(&self, name: &str) -> Result<Vec<Root>, StoreError> {
        let backend = self.backend();
        let _held = backend.lock(LockMode::Build)?;
        let is_hash = name.len() >= MIN_PREFIX && name.bytes().all(|b| b.is_ascii_hexdigit());
        let mut roots = self.roots()?;
        roots.retain(|root| root.label == name || is_hash && root.label.starts_with(name));
        if roots.is_empty() {
            return Err(StoreError::NotFound { name: name.to_owned() });
        }
        let keys: Vec<Key> = roots.iter().map(|root| Key::root(&root.label)).collect();
        backend.delete(&keys)?;
        Ok(roots)
    }

    /// The roots, sorted by kind and label.
    ///
    /// # Errors
    /// `STORE_CORRUPT` when a root cannot be read, because nothing may be collected then.
    pub fn roots(&self) -> Result<Vec<Root>, StoreError> {
        let mut roots = Vec::new();
        for entry in self.backend().list("roots")? {
            let Some(key) = entry.key() else {
                return Err(unreadable(&entry.name));
            };
            if let Some(bytes) = self.backend().get(&key)? {
                let root = read_root(&key, &bytes).ok_or_else(|| unreadable(key.as_str()))?;
                roots.push(root);
            }
        }
        roots.sort();
        Ok(roots)
    }

    /// The manifest that a root keeps; `None` for a root of another kind.
    pub(crate) fn root_manifest(&self, root: &Root) -> Result<Option<Manifest>, StoreError> {
        match root.kind {
            RootKind::Object | RootKind::List => Ok(None),
            RootKind::Manifest => {
                let bytes = self.get(&root.sha256)?;
                Manifest::read(&bytes, Key::object(&root.sha256).as_str()).map(Some)
            }
        }
    }
}

pub(crate) fn read_root(key: &Key, bytes: &[u8]) -> Option<Root> {
    let root: Root = canonical::read(bytes).ok()?;
    (Key::root(&root.label) == *key).then_some(root)
}

fn unreadable(name: &str) -> StoreError {
    StoreError::Corrupt { expected: name.to_owned(), found: "not a root".to_owned() }
}
