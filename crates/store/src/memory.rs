use std::collections::BTreeMap;
use std::sync::{Arc, Condvar, Mutex, MutexGuard, PoisonError};

use crate::{Backend, Entry, Held, Key, LockMode, StoreError};

/// A store that lives as long as the process; clones share it.
#[derive(Clone, Debug, Default)]
pub struct Memory {
    shared: Arc<Shared>,
}

#[derive(Debug, Default)]
struct Shared {
    entries: Mutex<BTreeMap<Key, Vec<u8>>>,
    holders: Mutex<Holders>,
    released: Condvar,
}

#[derive(Debug, Default)]
struct Holders {
    shared: usize,
    exclusive: bool,
}

impl Memory {
    /// An empty store.
    pub fn new() -> Self {
        Self::default()
    }

    fn entries(&self) -> MutexGuard<'_, BTreeMap<Key, Vec<u8>>> {
        self.shared.entries.lock().unwrap_or_else(PoisonError::into_inner)
    }
}

impl Backend for Memory {
    fn address(&self) -> String {
        "memory:".to_owned()
    }

    fn get(&self, key: &Key) -> Result<Option<Vec<u8>>, StoreError> {
        Ok(self.entries().get(key).cloned())
    }

    fn size(&self, key: &Key) -> Result<Option<u64>, StoreError> {
        Ok(self.entries().get(key).map(|bytes| bytes.len() as u64))
    }

    fn put(&self, entries: &[(Key, &[u8])]) -> Result<(), StoreError> {
        let mut map = self.entries();
        for (key, bytes) in entries {
            map.insert(key.clone(), bytes.to_vec());
        }
        Ok(())
    }

    fn delete(&self, keys: &[Key]) -> Result<(), StoreError> {
        let mut map = self.entries();
        for key in keys {
            map.remove(key);
        }
        Ok(())
    }

    fn list(&self, folder: &str) -> Result<Vec<Entry>, StoreError> {
        let prefix = format!("{folder}/");
        let map = self.entries();
        let inside = map.iter().filter(|(key, _)| key.as_str().starts_with(&prefix));
        Ok(inside.map(|(key, bytes)| Entry { name: key.to_string(), size: bytes.len() as u64, plain: true }).collect())
    }

    fn lock(&self, mode: LockMode) -> Result<Box<dyn Held>, StoreError> {
        let exclusive = mode == LockMode::Collect;
        let shared = Arc::clone(&self.shared);
        let holders = shared.holders.lock().unwrap_or_else(PoisonError::into_inner);
        let busy = |held: &mut Holders| held.exclusive || (exclusive && held.shared > 0);
        let mut held = shared.released.wait_while(holders, busy).unwrap_or_else(PoisonError::into_inner);
        if exclusive {
            held.exclusive = true;
        } else {
            held.shared += 1;
        }
        drop(held);
        Ok(Box::new(MemoryLock { shared, exclusive }))
    }

    fn leftovers(&self) -> Result<Vec<String>, StoreError> {
        Ok(Vec::new())
    }

    fn sweep(&self) -> Result<usize, StoreError> {
        Ok(0)
    }
}

struct MemoryLock {
    shared: Arc<Shared>,
    exclusive: bool,
}

impl Held for MemoryLock {}

impl Drop for MemoryLock {
    fn drop(&mut self) {
        let mut held = self.shared.holders.lock().unwrap_or_else(PoisonError::into_inner);
        if self.exclusive {
            held.exclusive = false;
        } else {
            held.shared -= 1;
        }
        self.shared.released.notify_all();
    }
}
