use crate::{Key, StoreError};

/// Where a store keeps its entries.
///
/// An entry is written as a whole or not at all, and is durable once `put` has returned. A back end knows nothing of hashes or manifests.
pub trait Backend: Send + Sync {
    /// How a person names this place.
    fn address(&self) -> String;

    /// The bytes under a key.
    ///
    /// # Errors
    /// When the place cannot be read.
    fn get(&self, key: &Key) -> Result<Option<Vec<u8>>, StoreError>;

    /// The number of bytes under a key, found without reading them.
    ///
    /// # Errors
    /// When the place cannot be read.
    fn size(&self, key: &Key) -> Result<Option<u64>, StoreError>;

    /// Writes entries in any order, replacing what is there. On an error, some may have been written.
    ///
    /// # Errors
    /// When the place cannot be written.
    fn put(&self, entries: &[(Key, &[u8])]) -> Result<(), StoreError>;

    /// Deletes entries; those that are not there are no error.
    ///
    /// # Errors
    /// When the place cannot be written.
    fn delete(&self, keys: &[Key]) -> Result<(), StoreError>;

    /// Everything below a top folder (`objects`, `specs`, `roots`), sorted by name.
    ///
    /// # Errors
    /// When the place cannot be read.
    fn list(&self, folder: &str) -> Result<Vec<Entry>, StoreError>;

    /// Waits for a lock, or refuses with `STORE_LOCKED` where waiting is impossible.
    ///
    /// # Errors
    /// When the lock cannot be taken.
    fn lock(&self, mode: LockMode) -> Result<Box<dyn Held>, StoreError>;

    /// Names of the temporary files that killed writers left, and of those that living writers are using.
    ///
    /// # Errors
    /// When the place cannot be read.
    fn leftovers(&self) -> Result<Vec<String>, StoreError>;

    /// Removes the temporary files; the caller holds the lock exclusively.
    ///
    /// # Errors
    /// When the place cannot be written.
    fn sweep(&self) -> Result<usize, StoreError>;

    /// [`Backend::size`] of several keys, at once where that is faster.
    ///
    /// # Errors
    /// When the place cannot be read.
    fn sizes(&self, keys: &[Key]) -> Result<Vec<Option<u64>>, StoreError> {
        keys.iter().map(|key| self.size(key)).collect()
    }

    /// Whether a key is there.
    ///
    /// # Errors
    /// When the place cannot be read.
    fn exists(&self, key: &Key) -> Result<bool, StoreError> {
        Ok(self.size(key)?.is_some())
    }
}

/// One thing found in a back end.
#[derive(Clone, Debug, PartialEq, Eq, PartialOrd, Ord)]
pub struct Entry {
    /// Its path from the root; not necessarily a valid [`Key`].
    pub name: String,
    /// Its length in bytes.
    pub size: u64,
    /// Whether it is a plain entry, as opposed to a link, a device, or a folder too deep to belong here.
    pub plain: bool,
}

impl Entry {
    /// The entry's key, if it is a plain entry with a valid one.
    pub fn key(&self) -> Option<Key> {
        self.plain.then(|| Key::parse(&self.name).ok()).flatten()
    }
}

/// What a lock is wanted for.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum LockMode {
    /// Reading: shared, and left out where the place cannot be written and so nobody collects.
    Read,
    /// Building: shared.
    Build,
    /// Collecting: exclusive.
    Collect,
}

/// A held lock; dropping it lets go.
pub trait Held: Send {
    /// Whether the lock is still held. A remote lease can run out; a local lock cannot.
    ///
    /// # Errors
    /// `STORE_LOCKED` when it was lost.
    fn check(&self) -> Result<(), StoreError> {
        Ok(())
    }
}
