use std::collections::BTreeMap;
use std::io;
use std::path::Path;

use crate::{Artifact, Backend, Digest, Emission, Held, Key, Local, LockMode, Manifest, Memory, StoreError};

/// The shortest prefix by which an object can be named.
pub(crate) const MIN_PREFIX: usize = 4;

/// A content-addressed store over any back end.
pub struct Store {
    backend: Box<dyn Backend>,
}

impl Store {
    /// Opens the store at an address: `memory:`, `s3://bucket/prefix` (with the feature `s3`), or a folder.
    ///
    /// A folder need not exist; it is made when something is first written.
    ///
    /// # Errors
    /// `STORE_ADDRESS` when the address names no kind of store.
    pub fn open(address: &str) -> Result<Self, StoreError> {
        let refused = |reason: &str| StoreError::Address { address: address.to_owned(), reason: reason.to_owned() };
        match address.split_once(':') {
            _ if address.is_empty() => Err(refused("it is empty")),
            Some(("memory", "")) => Ok(Self::new(Memory::new())),
            #[cfg(feature = "s3")]
            Some(("s3", rest)) => crate::S3::from_env(rest).map(Self::new),
            #[cfg(not(feature = "s3"))]
            Some(("s3", _)) => Err(refused("this build has no support for it")),
            Some((scheme, rest)) if rest.starts_with("//") => {
                Err(refused(&format!("`{scheme}` is not a kind of store")))
            }
            _ => Ok(Self::new(Local::new(address))),
        }
    }

    /// As [`Store::open`], where a folder must be there already: who only looks means one that exists.
    ///
    /// # Errors
    /// As [`Store::open`]; `STORE_NOT_FOUND`.
    pub fn open_existing(address: &str) -> Result<Self, StoreError> {
        let store = Self::open(address)?;
        let folder = Path::new(address);
        // `symlink_metadata`, because a link is refused with a reason of its own later.
        let absent = || folder.symlink_metadata().is_err_and(|error| error.kind() == io::ErrorKind::NotFound);
        if !address.contains(':') && absent() {
            return Err(StoreError::Absent { address: address.to_owned() });
        }
        Ok(store)
    }

    /// A store over a back end.
    pub fn new(backend: impl Backend + 'static) -> Self {
        Self { backend: Box::new(backend) }
    }

    /// The back end.
    pub fn backend(&self) -> &dyn Backend {
        &*self.backend
    }

    /// How a person names this store.
    pub fn address(&self) -> String {
        self.backend.address()
    }

    /// Starts a build: until the session is dropped, nothing is collected.
    ///
    /// # Errors
    /// When the store cannot be written or is locked.
    pub fn begin(&self) -> Result<Session<'_>, StoreError> {
        Ok(Session { store: self, held: self.backend.lock(LockMode::Build)? })
    }

    /// Records an emission in a session of its own: objects first, the manifest last.
    ///
    /// # Errors
    /// When the store cannot be read or written.
    pub fn record(&self, emission: &Emission, verify: Verify) -> Result<Recorded, StoreError> {
        let session = self.begin()?;
        let recorded = session.put(emission.artifacts(), verify)?;
        session.commit(emission.manifest())?;
        Ok(recorded)
    }

    /// The bytes of an object, whose hash is checked.
    ///
    /// # Errors
    /// `STORE_NOT_FOUND`, `STORE_CORRUPT`, or when the store cannot be read.
    pub fn get(&self, digest: &Digest) -> Result<Vec<u8>, StoreError> {
        let bytes = self.backend.get(&Key::object(digest))?;
        let bytes = bytes.ok_or_else(|| StoreError::NotFound { name: digest.to_string() })?;
        let found = Digest::of(&bytes);
        if found != *digest {
            return Err(StoreError::Corrupt { expected: digest.to_string(), found: found.to_string() });
        }
        Ok(bytes)
    }

    /// The manifest of a spec and a generator version, if it was recorded.
    ///
    /// # Errors
    /// When it cannot be read or is not a manifest of that spec and generator.
    pub fn manifest(&self, spec: &Digest, generator: &Digest) -> Result<Option<Manifest>, StoreError> {
        let key = Key::manifest(spec, generator);
        let Some(bytes) = self.backend.get(&key)? else {
            return Ok(None);
        };
        let manifest = Manifest::read(&bytes, key.as_str())?;
        if manifest.spec.sha256 != *spec || manifest.generator.version != *generator {
            return Err(StoreError::Corrupt {
                expected: key.to_string(),
                found: Key::manifest(&manifest.spec.sha256, &manifest.generator.version).to_string(),
            });
        }
        Ok(Some(manifest))
    }

    /// The object whose hash starts with `prefix`, at least four digits of it.
    ///
    /// # Errors
    /// `STORE_NOT_FOUND` or `STORE_AMBIGUOUS`.
    pub fn resolve(&self, prefix: &str) -> Result<Digest, StoreError> {
        let unknown = || StoreError::NotFound { name: prefix.chars().take(80).collect() };
        if let Ok(whole) = prefix.parse::<Digest>() {
            return match self.backend.exists(&Key::object(&whole))? {
                true => Ok(whole),
                false => Err(unknown()),
            };
        }
        let found = self.objects()?;
        let mut matching = found
            .iter()
            .map(|(digest, _)| digest)
            .filter(|digest| prefix.len() >= MIN_PREFIX && digest.to_string().starts_with(prefix));
        match (matching.next(), matching.count()) {
            (Some(only), 0) => Ok(*only),
            (Some(_), others) => Err(StoreError::Ambiguous { prefix: prefix.to_owned(), count: others + 1 }),
            (None, _) => Err(StoreError::NotFound { name: prefix.chars().take(80).collect() }),
        }
    }

    /// The objects and their lengths, sorted by hash.
    ///
    /// # Errors
    /// When the store cannot be read.
    pub fn objects(&self) -> Result<Vec<(Digest, u64)>, StoreError> {
        let entries = self.backend.list("objects")?;
        let mut objects: Vec<(Digest, u64)> =
            entries.iter().filter_map(|entry| Some((entry.key()?.as_object()?, entry.size))).collect();
        objects.sort();
        Ok(objects)
    }

    /// Replaces what is under a key, if that is `expected`; `None` stands for nothing being there. Whoever else does so meanwhile, in any
    /// process, waits or is refused, so of several only one wins. `guard` is asked while the key is held, and can still forbid it.
    ///
    /// # Errors
    /// When the store cannot be read, written or locked; what `guard` answers.
    pub fn swap<E: From<StoreError>>(
        &self,
        key: &Key,
        expected: Option<&[u8]>,
        new: &[u8],
        guard: impl FnOnce() -> Result<(), E>,
    ) -> Result<Swapped, E> {
        let held = self.backend.lock(LockMode::Collect)?;
        let found = self.backend.get(key)?;
        if found.as_deref() != expected {
            return Ok(Swapped::Other(found));
        }
        guard()?;
        held.check()?;
        self.backend.put(&[(key.clone(), new)])?;
        Ok(Swapped::Done)
    }

    /// The recorded manifests, sorted by spec hash and generator version.
    ///
    /// # Errors
    /// When the store or one of them cannot be read.
    pub fn manifests(&self) -> Result<Vec<Manifest>, StoreError> {
        let mut manifests = Vec::new();
        for (spec, generator) in self.manifest_keys()? {
            manifests.extend(self.manifest(&spec, &generator)?);
        }
        Ok(manifests)
    }

    pub(crate) fn manifest_keys(&self) -> Result<Vec<(Digest, Digest)>, StoreError> {
        let entries = self.backend.list("specs")?;
        let mut keys: Vec<_> = entries.iter().filter_map(|entry| entry.key()?.as_manifest()).collect();
        keys.sort();
        Ok(keys)
    }
}

/// What came of [`Store::swap`].
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum Swapped {
    /// The new bytes are there, and durable.
    Done,
    /// Something else than expected is there, and stays.
    Other(Option<Vec<u8>>),
}

/// How far an object that is already there is trusted.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Verify {
    /// Its length must be right.
    Size,
    /// Its bytes must be right, so a corrupt object is made again.
    Hash,
}

/// What a session wrote.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub struct Recorded {
    /// Objects that were not there.
    pub written: usize,
    /// Objects that were there already.
    pub present: usize,
    /// Objects that were there but corrupt, and were made again.
    pub repaired: usize,
}

impl Recorded {
    /// How many objects there are in all.
    pub fn total(&self) -> usize {
        self.written + self.present + self.repaired
    }
}

/// A build in progress. While it is held, no object is collected.
pub struct Session<'s> {
    store: &'s Store,
    held: Box<dyn Held>,
}

impl Session<'_> {
    /// Makes objects of the artifacts; those that are there already are left alone.
    ///
    /// # Errors
    /// When the store cannot be read or written.
    pub fn put(&self, artifacts: &[Artifact], verify: Verify) -> Result<Recorded, StoreError> {
        self.put_unique(artifacts.iter().map(|artifact| (artifact.digest(), artifact.bytes())).collect(), verify)
    }

    /// Makes objects of bytes; those that are there already are left alone.
    ///
    /// # Errors
    /// When the store cannot be read or written.
    pub fn put_objects(&self, objects: &[&[u8]], verify: Verify) -> Result<Recorded, StoreError> {
        self.put_unique(objects.iter().map(|bytes| (Digest::of(bytes), *bytes)).collect(), verify)
    }

    fn put_unique(&self, unique: BTreeMap<Digest, &[u8]>, verify: Verify) -> Result<Recorded, StoreError> {
        let keys: Vec<Key> = unique.keys().map(Key::object).collect();
        let sizes = self.store.backend.sizes(&keys)?;
        let mut recorded = Recorded::default();
        let mut missing = Vec::new();
        for ((key, size), bytes) in keys.into_iter().zip(sizes).zip(unique.into_values()) {
            if size.is_none() {
                recorded.written += 1;
            } else if size == Some(bytes.len() as u64) && self.is_sound(&key, bytes, verify)? {
                recorded.present += 1;
                continue;
            } else {
                recorded.repaired += 1;
            }
            missing.push((key, bytes));
        }
        self.store.backend.put(&missing)?;
        Ok(recorded)
    }

    fn is_sound(&self, key: &Key, bytes: &[u8], verify: Verify) -> Result<bool, StoreError> {
        Ok(match verify {
            Verify::Size => true,
            Verify::Hash => self.store.backend.get(key)?.as_deref() == Some(bytes),
        })
    }

    /// Names a finished emission, after checking that all its objects are there.
    ///
    /// # Errors
    /// `STORE_MISSING` when an object is not there, or when the store cannot be written.
    pub fn commit(&self, manifest: &Manifest) -> Result<(), StoreError> {
        manifest.validate()?;
        let backend = self.store.backend();
        let entries = &manifest.artifacts;
        let keys: Vec<Key> = entries.iter().map(|entry| Key::object(&entry.sha256)).collect();
        for (entry, size) in entries.iter().zip(backend.sizes(&keys)?) {
            if size != Some(entry.bytes) {
                return Err(StoreError::Missing { digest: entry.sha256.to_string(), path: entry.path.clone() });
            }
        }
        self.held.check()?;
        let key = Key::manifest(&manifest.spec.sha256, &manifest.generator.version);
        let bytes = manifest.to_bytes()?;
        if backend.get(&key)?.as_ref() != Some(&bytes) {
            backend.put(&[(key, &bytes)])?;
        }
        Ok(())
    }
}
