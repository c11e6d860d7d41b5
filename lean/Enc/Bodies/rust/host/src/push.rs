//! Deliveries of push and notify: by POST, tried again a few times, never to an address that is not public.

use axum::body::Bytes;
use reqwest::dns::{Addrs, Name, Resolve, Resolving};
use reqwest::{Client, Response, Url, redirect};
use std::collections::hash_map::Entry;
use std::collections::{HashMap, VecDeque};
use std::net::{IpAddr, Ipv4Addr, Ipv6Addr};
use std::sync::{Arc, Mutex, MutexGuard, PoisonError};
use std::time::Duration;
use tokio::sync::{OwnedSemaphorePermit, Semaphore};

const AT_ONCE: usize = 16;
const AT_ONCE_TO_ONE: usize = 4;
/// What may wait: deliveries, and octets of them.
const QUEUE: usize = 10_000;
const QUEUE_OCTETS: usize = 67_108_864;
const DELAYS: [Duration; 3] = [Duration::ZERO, Duration::from_secs(1), Duration::from_secs(10)];
const TIMEOUT: Duration = Duration::from_secs(10);

/// Whether an address is one of the public network (RFC 6890 and its registries).
pub fn is_public(address: IpAddr) -> bool {
    match address {
        IpAddr::V4(address) => is_public4(address),
        IpAddr::V6(address) => is_public6(address),
    }
}

fn is_public4(address: Ipv4Addr) -> bool {
    const PRIVATE: [([u8; 4], u32); 14] = [
        ([0, 0, 0, 0], 8),
        ([10, 0, 0, 0], 8),
        ([100, 64, 0, 0], 10),
        ([127, 0, 0, 0], 8),
        ([169, 254, 0, 0], 16),
        ([172, 16, 0, 0], 12),
        ([192, 0, 0, 0], 24),
        ([192, 0, 2, 0], 24),
        ([192, 88, 99, 0], 24),
        ([192, 168, 0, 0], 16),
        ([198, 18, 0, 0], 15),
        ([198, 51, 100, 0], 24),
        ([203, 0, 113, 0], 24),
        ([224, 0, 0, 0], 3),
    ];
    let bits = u32::from(address);
    !PRIVATE.iter().any(|(network, length)| bits >> (32 - length) == u32::from_be_bytes(*network) >> (32 - length))
}

/// Of the only IPv6 network that is handed out to the public, what leads nowhere else.
fn is_public6(address: Ipv6Addr) -> bool {
    const LEADS: [(u128, u32); 4] = [(0x2001 << 112, 23), (0x2001_0db8 << 96, 32), (0x2002 << 112, 16), (0x3fff << 112, 20)];
    let bits = u128::from(address);
    bits >> 125 == 1 && !LEADS.iter().any(|(network, length)| bits >> (128 - length) == network >> (128 - length))
}

/// The system's resolver, less what is not public: the address that is checked is the one that is connected to.
struct Public;

impl Resolve for Public {
    fn resolve(&self, name: Name) -> Resolving {
        Box::pin(async move {
            let found = tokio::net::lookup_host((name.as_str(), 0)).await?;
            let public: Vec<_> = found.filter(|address| is_public(address.ip())).collect();
            if public.is_empty() {
                return Err(format!("{} has no public address", name.as_str()).into());
            }
            Ok(Box::new(public.into_iter()) as Addrs)
        })
    }
}

/// A body that waits, with its place in the queue and its share of the octets.
struct Delivery {
    body: Bytes,
    _place: OwnedSemaphorePermit,
    _share: OwnedSemaphorePermit,
}

/// A queue of deliveries. To one endpoint they go one after the other, so that they arrive in the order of the log.
pub struct Deliveries {
    client: Client,
    allow_private: bool,
    room: Arc<Semaphore>,
    octets: Arc<Semaphore>,
    running: Semaphore,
    /// What waits, by endpoint; the first of a line may be under way.
    lines: Mutex<HashMap<String, VecDeque<Delivery>>>,
    /// Places of each host that something is under way to.
    hosts: Mutex<HashMap<String, Arc<Semaphore>>>,
}

fn locked<T>(mutex: &Mutex<T>) -> MutexGuard<'_, T> {
    mutex.lock().unwrap_or_else(PoisonError::into_inner)
}

impl Deliveries {
    pub fn new(allow_private: bool) -> reqwest::Result<Arc<Deliveries>> {
        let client = Client::builder().redirect(redirect::Policy::none()).timeout(TIMEOUT).no_proxy();
        let client = if allow_private { client } else { client.https_only(true).dns_resolver(Arc::new(Public)) };
        Ok(Arc::new(Deliveries {
            client: client.build()?,
            allow_private,
            room: Arc::new(Semaphore::new(QUEUE)),
            octets: Arc::new(Semaphore::new(QUEUE_OCTETS)),
            running: Semaphore::new(AT_ONCE),
            lines: Mutex::default(),
            hosts: Mutex::default(),
        }))
    }

    /// Delivers in the background. A queue that is full drops the delivery and says so.
    pub fn push(self: &Arc<Self>, endpoint: String, body: String) {
        let share = u32::try_from(body.len()).ok().and_then(|size| Arc::clone(&self.octets).try_acquire_many_owned(size).ok());
        let (Some(_share), Ok(_place)) = (share, Arc::clone(&self.room).try_acquire_owned()) else {
            eprintln!("push: the queue is full, one delivery is dropped");
            return;
        };
        let delivery = Delivery { body: Bytes::from(body), _place, _share };
        match locked(&self.lines).entry(endpoint) {
            Entry::Occupied(mut line) => line.get_mut().push_back(delivery),
            Entry::Vacant(line) => {
                let (own, endpoint) = (Arc::clone(self), line.key().clone());
                line.insert(VecDeque::from([delivery]));
                tokio::spawn(async move { own.drain(&endpoint).await });
            }
        }
    }

    /// Delivers what waits for an endpoint, and what comes meanwhile.
    async fn drain(&self, endpoint: &str) {
        let first = || locked(&self.lines).get(endpoint).and_then(VecDeque::front).map(|delivery| delivery.body.clone());
        while let Some(body) = first() {
            self.deliver(endpoint, body).await;
            let mut lines = locked(&self.lines);
            if let Some(line) = lines.get_mut(endpoint) {
                line.pop_front();
                if line.is_empty() {
                    lines.remove(endpoint);
                }
            }
        }
    }

    async fn deliver(&self, endpoint: &str, body: Bytes) {
        if !self.allows(endpoint) {
            eprintln!("push: not delivered: the endpoint is not a public https address");
            return;
        }
        let mut reason = String::new();
        for delay in DELAYS {
            tokio::time::sleep(delay).await;
            match self.attempt(endpoint, body.clone()).await {
                Ok(response) if response.status().is_success() => return,
                Ok(response) => reason = format!("answered {}", response.status().as_u16()),
                Err(error) => reason = error.without_url().to_string(),
            }
        }
        eprintln!("push: not delivered: {reason}");
    }

    /// One try, in its turn: a host that does not answer must not keep the others waiting.
    async fn attempt(&self, endpoint: &str, body: Bytes) -> reqwest::Result<Response> {
        let host = Url::parse(endpoint).map(|url| url.authority().to_owned()).unwrap_or_default();
        let places = Arc::clone(locked(&self.hosts).entry(host.clone()).or_insert_with(|| Arc::new(Semaphore::new(AT_ONCE_TO_ONE))));
        let answer = {
            let _place = places.acquire().await;
            let _turn = self.running.acquire().await;
            self.client.post(endpoint).header("content-type", "application/json").body(body).send().await
        };
        drop(places);
        locked(&self.hosts).retain(|name, places| *name != host || Arc::strong_count(places) > 1);
        answer
    }

    fn allows(&self, endpoint: &str) -> bool {
        let Ok(url) = Url::parse(endpoint) else { return false };
        if self.allow_private {
            return matches!(url.scheme(), "http" | "https");
        }
        let address = url.host_str().map(|host| host.trim_matches(['[', ']'])).and_then(|host| host.parse().ok());
        url.scheme() == "https" && address.is_none_or(is_public)
    }
}
