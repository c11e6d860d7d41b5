use std::future::Future;
use std::sync::Arc;
use std::time::Duration;

use futures_util::{StreamExt, TryStreamExt, stream};
use object_store::aws::{AmazonS3, AmazonS3Builder};
use object_store::path::Path;
use object_store::{Error, ObjectMeta, ObjectStore, ObjectStoreExt, PutMode, PutPayload, RetryConfig};
use tokio::runtime::Runtime;

use crate::{Backend, Entry, Held, Key, LockMode, StoreError};

/// Requests in flight.
const PARALLEL: usize = 16;
/// How often, and how far apart, a lease is asked for before giving up: half a minute in all.
const TRIES: usize = 150;
const PAUSE: Duration = Duration::from_millis(200);
/// A lease this old, by the service's own clock, belongs to a process that died.
const LEASE_SECONDS: i64 = 3_600;

const BUILDING: &str = "locks/build";
const COLLECTING: &str = "locks/collect";

/// A store in a bucket of an S3-compatible service.
///
/// The service has no locks, so holders leave leases: entries made only if absent. A build writes its lease and then looks for a collector's; a collector
/// writes its own and then looks for builds. Whoever comes second sees the other. Calls block, so asynchronous callers need a blocking thread.
pub struct S3 {
    shared: Arc<Shared>,
}

struct Shared {
    address: String,
    prefix: String,
    client: AmazonS3,
    runtime: Runtime,
}

type Answer<T> = Result<T, Error>;

impl S3 {
    /// The store at `//bucket/prefix`; endpoint and credentials come from the usual `AWS_…` variables.
    ///
    /// # Errors
    /// `STORE_ADDRESS` when the address or the variables do not describe a service.
    pub fn from_env(location: &str) -> Result<Self, StoreError> {
        let address = format!("s3:{location}");
        let refused = |reason: String| StoreError::Address { address: address.clone(), reason };
        let path = location.trim_start_matches('/').trim_end_matches('/');
        let (bucket, prefix) = path.split_once('/').unwrap_or((path, ""));
        if bucket.is_empty() {
            return Err(refused("it names no bucket".to_owned()));
        }
        if !prefix.is_empty() {
            Key::parse(prefix)?;
        }
        let retry = RetryConfig { max_retries: 4, retry_timeout: Duration::from_secs(20), ..RetryConfig::default() };
        let client = AmazonS3Builder::from_env()
            .with_bucket_name(bucket)
            .with_retry(retry)
            .build()
            .map_err(|e| refused(e.to_string()))?;
        let runtime =
            tokio::runtime::Builder::new_current_thread().enable_all().build().map_err(|e| refused(e.to_string()))?;
        let shared = Shared { prefix: prefix.to_owned(), client, runtime, address };
        Ok(Self { shared: Arc::new(shared) })
    }
}

impl Shared {
    fn run<T>(&self, action: &'static str, work: impl Future<Output = Answer<T>>) -> Result<T, StoreError> {
        self.runtime.block_on(work).map_err(|error| self.failed(action, &error))
    }

    fn failed(&self, action: &'static str, error: &Error) -> StoreError {
        StoreError::Remote { address: self.address.clone(), action, reason: error.to_string() }
    }

    fn place(&self, name: &str) -> Path {
        if self.prefix.is_empty() { Path::from(name) } else { Path::from(format!("{}/{name}", self.prefix)) }
    }

    async fn metas(&self, folder: &str) -> Answer<Vec<ObjectMeta>> {
        let folder = self.place(folder);
        self.client.list(Some(&folder)).try_collect().await
    }

    fn name(&self, meta: &ObjectMeta) -> String {
        let whole = meta.location.as_ref();
        let inner = whole.strip_prefix(self.prefix.as_str()).unwrap_or(whole);
        inner.trim_start_matches('/').to_owned()
    }

    async fn head(&self, name: &str) -> Answer<Option<ObjectMeta>> {
        absent(self.client.head(&self.place(name)).await)
    }

    /// Writes a lease unless it is there; tells whether it was written.
    async fn lease(&self, name: &str) -> Answer<bool> {
        let place = self.place(name);
        let put = self.client.put_opts(&place, PutPayload::new(), PutMode::Create.into());
        match put.await {
            Ok(_) => Ok(true),
            Err(Error::AlreadyExists { .. } | Error::Precondition { .. }) => Ok(false),
            Err(error) => Err(error),
        }
    }

    async fn release(&self, name: &str) -> Answer<()> {
        absent(self.client.delete(&self.place(name)).await).map(|_| ())
    }

    /// The leases among `metas` that are alive at the time of `own`; dead ones are removed.
    async fn living(&self, own: &ObjectMeta, metas: Vec<ObjectMeta>) -> Answer<usize> {
        let mut alive = 0;
        for meta in metas {
            if is_dead(own, &meta) {
                self.release(&self.name(&meta)).await?;
            } else {
                alive += 1;
            }
        }
        Ok(alive)
    }

    /// Takes a build's lease; `None` while someone collects.
    async fn begin_build(&self) -> Answer<Option<String>> {
        let mut number = u64::from(std::process::id());
        let mut name = format!("{BUILDING}/{number}");
        while !self.lease(&name).await? {
            number += 1;
            name = format!("{BUILDING}/{number}");
        }
        let own = self.head(&name).await?;
        let other = self.head(COLLECTING).await?;
        let collecting = match (own, other) {
            (Some(own), Some(other)) => self.living(&own, vec![other]).await? > 0,
            _ => false,
        };
        if collecting {
            self.release(&name).await?;
            return Ok(None);
        }
        Ok(Some(name))
    }

    /// Takes the collector's lease and waits for builds to end; `None` when someone else collects or builds go on.
    async fn begin_collecting(&self) -> Answer<Option<String>> {
        if !self.lease(COLLECTING).await? {
            // A build's lease tells the service's time, by which a collector that died is found and cleared away.
            if let Some(name) = self.begin_build().await? {
                self.release(&name).await?;
            }
            return Ok(None);
        }
        for _ in 0..TRIES {
            let Some(own) = self.head(COLLECTING).await? else {
                return Ok(None);
            };
            let builds = self.metas(BUILDING).await?;
            if self.living(&own, builds).await? == 0 {
                return Ok(Some(COLLECTING.to_owned()));
            }
            tokio::time::sleep(PAUSE).await;
        }
        self.release(COLLECTING).await?;
        Ok(None)
    }

    async fn take(&self, mode: LockMode) -> Answer<Option<String>> {
        for _ in 0..TRIES {
            let taken = match mode {
                LockMode::Collect => self.begin_collecting().await?,
                LockMode::Read | LockMode::Build => self.begin_build().await?,
            };
            if taken.is_some() {
                return Ok(taken);
            }
            tokio::time::sleep(PAUSE).await;
        }
        Ok(None)
    }
}

impl Backend for S3 {
    fn address(&self) -> String {
        self.shared.address.clone()
    }

    fn get(&self, key: &Key) -> Result<Option<Vec<u8>>, StoreError> {
        let place = self.shared.place(key.as_str());
        self.shared.run("read", async {
            match absent(self.shared.client.get(&place).await)? {
                Some(found) => Ok(Some(found.bytes().await?.to_vec())),
                None => Ok(None),
            }
        })
    }

    fn size(&self, key: &Key) -> Result<Option<u64>, StoreError> {
        let found = self.shared.run("read", self.shared.head(key.as_str()))?;
        Ok(found.map(|meta| meta.size))
    }

    fn sizes(&self, keys: &[Key]) -> Result<Vec<Option<u64>>, StoreError> {
        let heads = keys.iter().map(|key| self.shared.head(key.as_str()));
        let all = stream::iter(heads).buffered(PARALLEL).try_collect();
        let metas: Vec<Option<ObjectMeta>> = self.shared.run("read", all)?;
        Ok(metas.into_iter().map(|m| m.map(|m| m.size)).collect())
    }

    fn put(&self, entries: &[(Key, &[u8])]) -> Result<(), StoreError> {
        let puts = entries.iter().map(|(key, bytes)| {
            let place = self.shared.place(key.as_str());
            let payload = PutPayload::from(bytes.to_vec());
            async move { self.shared.client.put(&place, payload).await.map(|_| ()) }
        });
        let all = stream::iter(puts).buffer_unordered(PARALLEL).try_collect();
        self.shared.run("write", all)
    }

    fn delete(&self, keys: &[Key]) -> Result<(), StoreError> {
        let deletes = keys.iter().map(|key| self.shared.release(key.as_str()));
        let all = stream::iter(deletes).buffer_unordered(PARALLEL).try_collect();
        self.shared.run("delete", all)
    }

    fn list(&self, folder: &str) -> Result<Vec<Entry>, StoreError> {
        let metas = self.shared.run("list", self.shared.metas(folder))?;
        let mut entries: Vec<Entry> =
            metas.iter().map(|meta| Entry { name: self.shared.name(meta), size: meta.size, plain: true }).collect();
        entries.sort();
        Ok(entries)
    }

    fn lock(&self, mode: LockMode) -> Result<Box<dyn Held>, StoreError> {
        let name = match self.shared.runtime.block_on(self.shared.take(mode)) {
            Ok(Some(name)) => Some(name),
            Ok(None) => {
                let holder = format!("see the leases under `locks/` of `{}`", self.shared.address);
                return Err(StoreError::Locked { holder });
            }
            // Whoever may only read cannot leave a lease.
            Err(Error::PermissionDenied { .. }) if mode == LockMode::Read => None,
            Err(error) => return Err(self.shared.failed("lock", &error)),
        };
        Ok(Box::new(Lease { shared: Arc::clone(&self.shared), name }))
    }

    fn leftovers(&self) -> Result<Vec<String>, StoreError> {
        // The service shows an upload only when it is complete.
        Ok(Vec::new())
    }

    fn sweep(&self) -> Result<usize, StoreError> {
        Ok(0)
    }
}

struct Lease {
    shared: Arc<Shared>,
    name: Option<String>,
}

impl Held for Lease {
    fn check(&self) -> Result<(), StoreError> {
        let Some(name) = &self.name else {
            return Ok(());
        };
        match self.shared.run("lock", self.shared.head(name))? {
            Some(_) => Ok(()),
            None => Err(StoreError::Locked { holder: format!("the lease `{name}` ran out") }),
        }
    }
}

impl Drop for Lease {
    fn drop(&mut self) {
        if let Some(name) = &self.name {
            // A lease that cannot be given back runs out.
            let _ = self.shared.run("unlock", self.shared.release(name));
        }
    }
}

/// Whether a lease is so much older than one's own that its process must have died. Both times are the service's.
fn is_dead(own: &ObjectMeta, other: &ObjectMeta) -> bool {
    let age = own.last_modified.signed_duration_since(other.last_modified);
    age.num_seconds() > LEASE_SECONDS
}

fn absent<T>(answer: Answer<T>) -> Answer<Option<T>> {
    match answer {
        Ok(found) => Ok(Some(found)),
        Err(Error::NotFound { .. }) => Ok(None),
        Err(error) => Err(error),
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn lease(written: &str) -> ObjectMeta {
        ObjectMeta {
            location: Path::from("locks/build/1"),
            last_modified: written.parse().unwrap(),
            size: 0,
            e_tag: None,
            version: None,
        }
    }

    #[test]
    fn only_an_old_lease_is_dead() {
        let own = lease("2026-01-01T12:00:00Z");
        assert!(is_dead(&own, &lease("2026-01-01T10:59:59Z")));
        assert!(!is_dead(&own, &lease("2026-01-01T11:00:00Z")));
        assert!(!is_dead(&own, &lease("2026-01-01T12:30:00Z")));
    }
}
