//! The server: connections, limits, and which request goes where.

pub(crate) mod body;
mod config;
mod derive;
mod exchange;
mod pages;
mod route;

pub use config::Config;
pub use derive::{Derived, Engine, Job, Wanted};
pub use exchange::{MAX_WANTED, RefUpdate};
pub(crate) use route::host_of;

use crate::auth::{self, Gate};
use crate::runs::Runs;
use crate::{Repository, WireError};
use body::Body;
use hyper::server::conn::http1;
use hyper::service::service_fn;
use hyper_util::rt::{TokioIo, TokioTimer};
use std::convert::Infallible;
use std::future::Future;
use std::io;
use std::net::SocketAddr;
use std::sync::Arc;
use std::time::Duration;
use tokio::net::{TcpListener, TcpStream};
use tokio::sync::{OwnedSemaphorePermit, Semaphore};

/// Connections at a time; others wait to be accepted.
pub const MAX_CONNECTIONS: usize = 256;
/// Longest request line and headers together, in bytes.
pub const MAX_HEAD: usize = 16 << 10;
/// Most header lines.
pub const MAX_HEADERS: usize = 64;
/// How long a client may take to send its headers.
pub const HEAD_TIME: Duration = Duration::from_secs(10);
/// How long a client may take to send its body.
pub const BODY_TIME: Duration = Duration::from_secs(60);
/// How long a connection may last, event streams included; browsers connect anew by themselves.
pub const CONNECTION_TIME: Duration = Duration::from_secs(600);
/// Event streams at a time; so many connections are left for everything else.
pub const MAX_STREAMS: usize = MAX_CONNECTIONS / 2;
/// Bodies that are held in memory at a time, in KiB.
const BODY_MEMORY: usize = 256 << 10;

/// A server that listens.
pub struct Server {
    listener: TcpListener,
    shared: Arc<Shared>,
}

/// What all requests share.
struct Shared {
    repository: Repository,
    runs: Arc<Runs>,
    /// Nothing where writes are open.
    gate: Option<Gate>,
    /// The start of this server, which signatures name, and those who follow a run.
    session: String,
    config: Config,
    memory: Arc<Semaphore>,
    deriving: Arc<Semaphore>,
    streams: Arc<Semaphore>,
}

impl Server {
    /// Listens at the address of the configuration. Needs a Tokio runtime.
    ///
    /// # Errors
    /// `HTTP_REQUEST` when it cannot, or when the system gives no randomness.
    pub async fn bind(repository: Repository, config: Config) -> Result<Self, WireError> {
        let failed = |error: io::Error| WireError::Request {
            status: 500,
            reason: format!("`{}` cannot be listened on: {error}", config.address),
        };
        let listener = TcpListener::bind(config.address).await.map_err(failed)?;
        let gate = config.trust.clone().map(Gate::new).transpose()?;
        let session = gate.as_ref().map_or_else(auth::random, |gate| Ok(gate.session().to_owned()))?;
        let shared = Shared {
            repository,
            runs: Arc::default(),
            gate,
            session,
            memory: Arc::new(Semaphore::new(BODY_MEMORY)),
            deriving: Arc::new(Semaphore::new(config.derivations)),
            streams: Arc::new(Semaphore::new(MAX_STREAMS)),
            config,
        };
        Ok(Self { listener, shared: Arc::new(shared) })
    }

    /// Serves on threads of its own until the process ends; `ready` is told when it listens.
    ///
    /// # Errors
    /// As [`Server::bind`], or when there can be no threads.
    pub fn forever(
        repository: Repository,
        config: Config,
        ready: impl FnOnce(SocketAddr, &Arc<Runs>),
    ) -> Result<(), WireError> {
        let failed =
            |error: io::Error| WireError::Request { status: 500, reason: format!("the server fails: {error}") };
        let runtime = tokio::runtime::Builder::new_multi_thread().enable_all().build().map_err(failed)?;
        runtime.block_on(async {
            let server = Self::bind(repository, config).await?;
            ready(server.address().map_err(failed)?, &server.shared.runs);
            server.run(std::future::pending()).await;
            Ok(())
        })
    }

    /// Where it listens.
    ///
    /// # Errors
    /// When the system does not tell.
    pub fn address(&self) -> io::Result<SocketAddr> {
        self.listener.local_addr()
    }

    /// The runs that its pages show.
    pub fn runs(&self) -> Arc<Runs> {
        Arc::clone(&self.shared.runs)
    }

    /// Serves until `stop` is done. Connections that are open then are cut.
    pub async fn run(self, stop: impl Future<Output = ()>) {
        tokio::select! {
            () = self.accept() => {}
            () = stop => {}
        }
    }

    async fn accept(self) {
        let connections = Arc::new(Semaphore::new(MAX_CONNECTIONS));
        let mut tasks = tokio::task::JoinSet::new();
        loop {
            let Some((stream, permit)) = admit(&self.listener, &connections).await else { return };
            while tasks.try_join_next().is_some() {}
            let shared = Arc::clone(&self.shared);
            tasks.spawn(async move {
                connection(stream, shared).await;
                drop(permit);
            });
        }
    }
}

/// The next client, when there is a place for it; nothing when there will be no more places.
pub(crate) async fn admit(
    listener: &TcpListener,
    places: &Arc<Semaphore>,
) -> Option<(TcpStream, OwnedSemaphorePermit)> {
    let place = Arc::clone(places).acquire_owned().await.ok()?;
    loop {
        match listener.accept().await {
            Ok((stream, _)) => {
                // Small answers go out at once.
                let _ = stream.set_nodelay(true);
                return Some((stream, place));
            }
            // Out of descriptors, most likely; some are given back soon.
            Err(_) => tokio::time::sleep(Duration::from_millis(50)).await,
        }
    }
}

/// HTTP/1.1 within the limits of this program.
pub(crate) fn protocol() -> http1::Builder {
    let mut builder = http1::Builder::new();
    // A client that has sent all may close its side, and is answered all the same.
    builder.half_close(true);
    builder.timer(TokioTimer::new()).header_read_timeout(HEAD_TIME).max_buf_size(MAX_HEAD).max_headers(MAX_HEADERS);
    builder
}

async fn connection(stream: TcpStream, shared: Arc<Shared>) {
    let Ok(local) = stream.local_addr() else { return };
    let service = service_fn(move |request| {
        let shared = Arc::clone(&shared);
        async move { Ok::<hyper::Response<Body>, Infallible>(route::answer(shared, local, request).await) }
    });
    let serve = protocol().serve_connection(TokioIo::new(stream), service);
    // A connection that breaks, breaks; the client sees it, and nobody else needs to.
    let _ = tokio::time::timeout(CONNECTION_TIME, serve).await;
}
