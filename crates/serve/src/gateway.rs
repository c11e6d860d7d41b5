//! The enforcement gateway: whether terms fulfil a manifest, whether parties can bind themselves, and a log of what was attested.

mod catalog;
mod drift;
mod error;
mod log;
mod pages;
mod registry;
mod route;
mod stamp;
mod token;

pub use catalog::MAX_MANIFESTS;
pub use error::{GatewayError, MAX_AVAILABLE, codes};
pub use log::{GENESIS, MAX_ENTRIES, MAX_LOG, Verified, verify};
pub use registry::MAX_REGISTRY;
pub use route::{BODY_TIME, MAX_BODY, MAX_DEPTH};
pub use token::{Access, MAX_TOKEN, MIN_TOKEN, Token};

use crate::server::body::Body;
use crate::server::{CONNECTION_TIME, MAX_CONNECTIONS, admit, protocol};
use catalog::Catalog;
use hyper::service::service_fn;
use hyper_util::rt::TokioIo;
use log::Log;
use registry::Registry;
use std::convert::Infallible;
use std::future::Future;
use std::net::SocketAddr;
use std::path::PathBuf;
use std::pin::pin;
use std::sync::Arc;
use std::time::{Duration, SystemTime};
use tokio::net::{TcpListener, TcpStream};
use tokio::signal::unix::{SignalKind, signal};
use tokio::sync::{Semaphore, watch};
use tokio::task::JoinSet;

/// The port that the gateway listens on when nothing else is said.
pub const DEFAULT_PORT: u16 = 8799;
/// How often it looks whether manifests or the registry changed.
pub const REFRESH: Duration = Duration::from_secs(1);
/// How long requests that have begun may take when it is told to stop.
pub const STOP_TIME: Duration = Duration::from_secs(5);

/// Is told of errors that no client can mend.
pub type Notice = Box<dyn Fn(&GatewayError) + Send + Sync>;

/// How a gateway is set up.
pub struct Config {
    /// Where it listens; port 0 takes any that is free.
    pub address: SocketAddr,
    /// Names by which clients reach it besides its address; requests for others are refused.
    pub hosts: Vec<String>,
    /// The folder of manifests.
    pub manifests: PathBuf,
    /// The conformance log; without it nothing can be attested.
    pub log: Option<PathBuf>,
    /// The registry of parties; without it nobody is known.
    pub registry: Option<PathBuf>,
    /// Who may attest.
    pub access: Access,
    /// The time that entries of the log carry.
    pub clock: fn() -> SystemTime,
    /// Is told what goes wrong while it runs.
    pub notice: Notice,
}

/// A gateway that listens.
pub struct Gateway {
    listener: TcpListener,
    shared: Arc<Shared>,
}

/// What all requests share.
struct Shared {
    hosts: Vec<String>,
    catalog: Catalog,
    registry: Registry,
    log: Option<Log>,
    access: Access,
    clock: fn() -> SystemTime,
    notice: Notice,
}

/// What a gateway found when it began.
#[derive(Clone, Copy, Debug)]
pub struct Begun {
    /// Where it listens.
    pub address: SocketAddr,
    /// How many manifests there are.
    pub manifests: usize,
    /// Bytes at the log's end that were no line, and are cut off: power went while they were written.
    pub cut: u64,
}

impl Gateway {
    /// Reads everything and listens. Needs a Tokio runtime.
    ///
    /// # Errors
    /// Manifests, registry or log that cannot be used, and an address that is not free.
    pub async fn bind(config: Config) -> Result<(Self, Begun), GatewayError> {
        let catalog = Catalog::open(config.manifests)?;
        if let Some(refused) = catalog.now().refused(|_| true).into_iter().next() {
            return Err(refused);
        }
        let registry = Registry::open(config.registry)?;
        let (log, cut) = config.log.map(Log::open).transpose()?.map_or((None, 0), |(log, cut)| (Some(log), cut));
        let unbound = || GatewayError::io(config.address);
        let listener = TcpListener::bind(config.address).await.map_err(unbound())?;
        let address = listener.local_addr().map_err(unbound())?;
        let begun = Begun { address, manifests: catalog.now().entries().len(), cut };
        let shared = Shared {
            hosts: config.hosts,
            catalog,
            registry,
            log,
            access: config.access,
            clock: config.clock,
            notice: config.notice,
        };
        Ok((Self { listener, shared: Arc::new(shared) }, begun))
    }

    /// Serves on threads of its own until the process is told to stop (interrupt or termination); `ready` is told when it listens.
    ///
    /// # Errors
    /// As [`Gateway::bind`], or when there can be no threads.
    pub fn forever(config: Config, ready: impl FnOnce(Begun)) -> Result<(), GatewayError> {
        let failed = || GatewayError::io("this process");
        let runtime = tokio::runtime::Builder::new_multi_thread().enable_all().build().map_err(failed())?;
        let served = runtime.block_on(async {
            let (mut interrupt, mut terminate) = (
                signal(SignalKind::interrupt()).map_err(failed())?,
                signal(SignalKind::terminate()).map_err(failed())?,
            );
            let (gateway, begun) = Self::bind(config).await?;
            ready(begun);
            let stop = async {
                tokio::select! {
                    _ = interrupt.recv() => {}
                    _ = terminate.recv() => {}
                }
            };
            gateway.run(stop).await;
            Ok(())
        });
        runtime.shutdown_timeout(STOP_TIME);
        served
    }

    /// Serves until `stop` is done, then ends what has begun, within [`STOP_TIME`].
    pub async fn run(self, stop: impl Future<Output = ()>) {
        let (stopping, stopped) = watch::channel(false);
        let mut connections = JoinSet::new();
        // Ends with the gateway, also where that is dropped.
        let mut watcher = JoinSet::new();
        watcher.spawn(refresh(Arc::clone(&self.shared)));
        tokio::select! {
            () = self.accept(&mut connections, stopped) => {}
            () = stop => {}
        }
        watcher.abort_all();
        let _ = stopping.send(true);
        let ended = async { while connections.join_next().await.is_some() {} };
        // What is not done by then is cut off.
        let _ = tokio::time::timeout(STOP_TIME, ended).await;
    }

    async fn accept(self, connections: &mut JoinSet<()>, stopped: watch::Receiver<bool>) {
        let places = Arc::new(Semaphore::new(MAX_CONNECTIONS));
        loop {
            let Some((stream, place)) = admit(&self.listener, &places).await else { return };
            while connections.try_join_next().is_some() {}
            let (shared, stopped) = (Arc::clone(&self.shared), stopped.clone());
            connections.spawn(async move {
                connection(stream, shared, stopped).await;
                drop(place);
            });
        }
    }
}

/// Looks for changes again and again. What stays wrong is told once.
async fn refresh(shared: Arc<Shared>) {
    let mut told = None;
    loop {
        tokio::time::sleep(REFRESH).await;
        let shared = Arc::clone(&shared);
        let looked = tokio::task::spawn_blocking(move || {
            let mut still = None;
            match shared.catalog.refresh() {
                Ok(refused) => refused.iter().for_each(&shared.notice),
                Err(error) => {
                    let message = error.to_string();
                    if told.as_ref() != Some(&message) {
                        (shared.notice)(&error);
                    }
                    still = Some(message);
                }
            }
            if let Err(error) = shared.registry.refresh() {
                (shared.notice)(&error);
            }
            still
        });
        told = looked.await.unwrap_or_default();
    }
}

async fn connection(stream: TcpStream, shared: Arc<Shared>, mut stopped: watch::Receiver<bool>) {
    let Ok(local) = stream.local_addr() else { return };
    let service = service_fn(move |request| {
        let shared = Arc::clone(&shared);
        async move { Ok::<hyper::Response<Body>, Infallible>(route::answer(shared, local, request).await) }
    });
    let mut serve = pin!(protocol().serve_connection(TokioIo::new(stream), service));
    // A connection that breaks, breaks; the client sees it, and nobody else needs to.
    tokio::select! {
        _ = serve.as_mut() => return,
        _ = tokio::time::sleep(CONNECTION_TIME) => {}
        _ = stopped.changed() => {}
    }
    // The request that is being answered is the last.
    serve.as_mut().graceful_shutdown();
    let _ = tokio::time::timeout(STOP_TIME, serve).await;
}
