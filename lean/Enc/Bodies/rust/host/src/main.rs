//! A node of the protocol: HTTP and WebSocket around the wasm kernel, with redb.

mod host;
mod kernel;
mod patient;
mod push;
mod serve;
mod socket;
mod store;
mod value;

use clap::Parser;
use host::{Host, Order, Parts};
use push::Deliveries;
use serve::{Server, serve};
use std::collections::HashMap;
use std::os::unix::fs::PermissionsExt;
use std::path::{Path, PathBuf};
use std::process::ExitCode;
use std::sync::Arc;
use std::sync::atomic::{AtomicU64, Ordering};
use std::time::{Duration, SystemTime, UNIX_EPOCH};
use tokio::net::TcpListener;
use tokio::sync::mpsc;

/// The published test key: whoever runs a node with it wants no secrets kept.
const TEST_KEY: &str = "0000000000000000000000000000000000000000000000000000000000000003";

/// Runs a node of the protocol.
///
/// Example: openssl rand -hex 32 > node.key && chmod 600 node.key && encd --data ./data --key-file node.key
#[derive(Parser)]
#[command(version)]
struct Options {
    /// Where enclaves are kept; made if it is not there
    #[arg(long)]
    data: PathBuf,
    /// The node's private key, 64 hexadecimal digits, readable by nobody else
    #[arg(long)]
    key_file: PathBuf,
    /// Port to listen on, 0 for any free one
    #[arg(long, default_value_t = 8740)]
    port: u16,
    /// Address to listen on
    #[arg(long, default_value = "127.0.0.1")]
    host: String,
    /// The enclave that answers /nodes, /enclaves, /resolve and /identity
    #[arg(long)]
    registry: Option<String>,
    /// Deliver pushes to private and loopback addresses, and without TLS
    #[arg(long)]
    allow_private_push: bool,
    /// Take the time from the header x-enc-test-now; only with the published test key
    #[arg(long)]
    test: bool,
}

fn system_now() -> u64 {
    let since = SystemTime::now().duration_since(UNIX_EPOCH).unwrap_or_default();
    u64::try_from(since.as_millis()).unwrap_or(u64::MAX)
}

fn key_of(path: &Path) -> Result<String, String> {
    let name = path.display();
    let io = |error| format!("cannot read the key: `{name}`: {error}");
    if std::fs::metadata(path).map_err(io)?.permissions().mode() & 0o077 != 0 {
        return Err(format!("`{name}` can be read by others; run `chmod 600 {name}`"));
    }
    let text = std::fs::read_to_string(path).map_err(io)?;
    let key = text.trim();
    // Never say what is in it.
    let well = key.len() == 64 && key.bytes().all(|digit| digit.is_ascii_digit() || (b'a'..=b'f').contains(&digit));
    if well { Ok(key.to_owned()) } else { Err(format!("`{name}` does not hold 64 hexadecimal digits")) }
}

#[tokio::main]
async fn main() -> ExitCode {
    match run(Options::parse()).await {
        Ok(()) => ExitCode::SUCCESS,
        Err((code, message)) => {
            eprintln!("error: {message}");
            ExitCode::from(code)
        }
    }
}

async fn run(options: Options) -> Result<(), (u8, String)> {
    let wrong = |message: String| (2, message);
    let key = key_of(&options.key_file).map_err(wrong)?;
    if options.test && key != TEST_KEY {
        return Err(wrong("--test is for the published test key only".to_owned()));
    }
    raise_file_limit();
    let test_now = options.test.then(Arc::<AtomicU64>::default);
    let own = test_now.clone();
    let clock = move || match own.as_ref().map(|now| now.load(Ordering::Relaxed)) {
        None | Some(0) => system_now(),
        Some(now) => now,
    };
    let store = store::Store::open(&options.data.join("store")).map_err(|error| wrong(error.to_string()))?;
    let marks = store::Marks::open(&options.data.join("marks")).map_err(|error| wrong(error.to_string()))?;
    let kernel = kernel::Kernel::new().map_err(|error| wrong(error.to_string()))?;
    let (orders, ordered) = mpsc::unbounded_channel();
    let parts = Parts { kernel, store, marks, key, registry: options.registry, clock: Box::new(clock.clone()), orders };
    let server = Arc::new(Server { host: Host::new(parts), test_now });
    let deliveries = Deliveries::new(options.allow_private_push).map_err(|error| wrong(error.to_string()))?;
    tokio::spawn(obey(Arc::clone(&server), ordered, deliveries, clock));

    server.host.open_all().await.map_err(|error| {
        (1, format!("{error}\nthe store is not what this node signed; put back a whole copy of it"))
    })?;
    let listener = TcpListener::bind((options.host.as_str(), options.port)).await;
    let listener = listener.map_err(|error| wrong(format!("cannot listen: {error}")))?;
    let address = listener.local_addr().map_err(|error| wrong(error.to_string()))?;
    println!("listening on http://{address}");
    tokio::select! {
        () = serve(listener, server) => {}
        _ = tokio::signal::ctrl_c() => {}
        _ = terminated() => {}
    }
    Ok(())
}

/// Connections are files, and the soft limit of most systems is below what this node may take.
fn raise_file_limit() {
    use rustix::process::{Resource, getrlimit, setrlimit};
    let mut limit = getrlimit(Resource::Nofile);
    limit.current = limit.maximum;
    let _ = setrlimit(Resource::Nofile, limit);
}

async fn terminated() {
    let signal = tokio::signal::unix::signal(tokio::signal::unix::SignalKind::terminate());
    if let Ok(mut signal) = signal {
        signal.recv().await;
    }
}

/// Sets timers and sends pushes.
async fn obey(server: Arc<Server>, mut orders: mpsc::UnboundedReceiver<Order>, deliveries: Arc<Deliveries>, clock: impl Fn() -> u64) {
    let mut timers: HashMap<(String, String), tokio::task::JoinHandle<()>> = HashMap::new();
    while let Some(order) = orders.recv().await {
        match order {
            Order::Push { endpoint, body } => deliveries.push(endpoint, body),
            Order::Timer { enclave, kind, at } => {
                let wait = Duration::from_millis(at.saturating_sub(clock()));
                let server = Arc::clone(&server);
                let name = (enclave.clone(), kind.clone());
                let timer = tokio::spawn(async move {
                    tokio::time::sleep(wait).await;
                    // A clock that was set stands still, and nothing becomes due.
                    if server.test_now.as_ref().is_some_and(|now| now.load(Ordering::Relaxed) != 0) {
                        return;
                    }
                    if let Err(error) = server.host.timer(&enclave, &kind).await {
                        eprintln!("error: {error}");
                    }
                });
                if let Some(earlier) = timers.insert(name, timer) {
                    earlier.abort();
                }
            }
        }
        timers.retain(|_, timer| !timer.is_finished());
    }
}
