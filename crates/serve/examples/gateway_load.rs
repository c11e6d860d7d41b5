//! Requests a second that the gateway answers on loopback: `POST /enforce` over connections that stay open, client and gateway sharing
//! the machine. Prints the figures for one manifest and for 10,000.
//!
//! `cargo run --release --package etymon-serve --example gateway_load [seconds] [connections]`

use etymon_serve::gateway::{Access, Config, Gateway};
use std::error::Error;
use std::io::{self, Read, Write};
use std::net::{SocketAddr, TcpStream};
use std::path::Path;
use std::time::{Duration, Instant, SystemTime};
use tokio::task::JoinHandle;

type Result<T> = std::result::Result<T, Box<dyn Error + Send + Sync>>;

const MANIFEST: &str = include_str!("../../instrument/tests/golden/HomeFinance.manifest.json");
const TERMS: &str = r#"{"loss_share":"by_ownership","capital_guarantee":false,"rent":{"basis":"bank.share"},"buyout.price_source":"oracle","zakat":{"rate_bps":250},"contingency":{"jaaihah":"reschedule","death":"faraid"}}"#;
/// What the answer to these terms ends with.
const ALLOWED: &[u8] = b"\"violations\":[]}";

fn main() -> Result<()> {
    let mut given = std::env::args().skip(1).map(|own| own.parse::<u64>());
    let seconds = Duration::from_secs(given.next().transpose()?.unwrap_or(5));
    let connections = given.next().transpose()?.unwrap_or(16);
    let runtime = tokio::runtime::Builder::new_multi_thread().enable_all().build()?;
    let mut rates = Vec::new();
    for manifests in [1, 10_000] {
        let folder = tempfile::TempDir::new()?;
        let begun = Instant::now();
        let (address, gateway) = start(&runtime, folder.path(), manifests)?;
        let loaded = begun.elapsed();
        measure(address, manifests, connections, Duration::from_millis(500))?;
        let (count, slow) = measure(address, manifests, connections, seconds)?;
        let rate = count as f64 / seconds.as_secs_f64();
        rates.push(rate);
        println!(
            "{manifests:>6} manifests: {rate:>8.0} requests/s, slowest hundredth from {:.2} ms, {connections} connections, written and loaded in {} ms",
            slow.as_secs_f64() * 1e3,
            loaded.as_millis()
        );
        gateway.abort();
    }
    println!("10,000 manifests are served at {:.2} times the rate of one", rates[1] / rates[0]);
    runtime.shutdown_background();
    Ok(())
}

fn name(number: usize) -> String {
    format!("Home{number}")
}

fn start(runtime: &tokio::runtime::Runtime, folder: &Path, manifests: usize) -> Result<(SocketAddr, JoinHandle<()>)> {
    for number in 0..manifests {
        let text = MANIFEST.replace("HomeFinance", &name(number));
        std::fs::write(folder.join(format!("{}.manifest.json", name(number))), text)?;
    }
    let config = Config {
        address: SocketAddr::from(([127, 0, 0, 1], 0)),
        hosts: Vec::new(),
        manifests: folder.to_owned(),
        log: None,
        registry: None,
        access: Access::Closed,
        clock: SystemTime::now,
        notice: Box::new(|error| eprintln!("{error}")),
    };
    let (gateway, begun) = runtime.block_on(Gateway::bind(config))?;
    let running = runtime.spawn(gateway.run(std::future::pending()));
    Ok((begun.address, running))
}

/// How many requests were answered, and from what time on the slowest hundredth of them took.
fn measure(address: SocketAddr, manifests: usize, connections: u64, time: Duration) -> Result<(usize, Duration)> {
    let clients: Vec<_> = (0..connections as usize)
        .map(|client| std::thread::spawn(move || ask(address, manifests, client * 7919, Instant::now() + time)))
        .collect();
    let mut times = Vec::new();
    for client in clients {
        times.extend(client.join().map_err(|_| "a client fails")??);
    }
    times.sort_unstable();
    let slow = times.get(times.len() * 99 / 100).copied().unwrap_or_default();
    Ok((times.len(), slow))
}

fn ask(address: SocketAddr, manifests: usize, first: usize, until: Instant) -> Result<Vec<Duration>> {
    let mut stream = TcpStream::connect(address)?;
    stream.set_nodelay(true)?;
    stream.set_read_timeout(Some(Duration::from_secs(30)))?;
    let (mut times, mut answer, mut number) = (Vec::new(), Vec::new(), first);
    loop {
        let body = format!("{{\"target\":\"{}\",\"terms\":{TERMS}}}", name(number % manifests));
        let begun = Instant::now();
        if begun >= until {
            return Ok(times);
        }
        let request =
            format!("POST /enforce HTTP/1.1\r\nHost: {address}\r\nContent-Length: {}\r\n\r\n{body}", body.len());
        stream.write_all(request.as_bytes())?;
        answer.clear();
        while !answer.ends_with(ALLOWED) {
            let mut piece = [0; 4096];
            let length = stream.read(&mut piece)?;
            if length == 0 || answer.len() > piece.len() {
                let text = String::from_utf8_lossy(&answer).into_owned();
                return Err(Box::new(io::Error::other(format!("not allowed: {text}"))));
            }
            answer.extend_from_slice(&piece[..length]);
        }
        times.push(begun.elapsed());
        number += 1;
    }
}
