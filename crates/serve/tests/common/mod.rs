//! Repositories with something in them, and servers on loopback.
#![allow(dead_code)]

use etymon_attest::{Signer, SigningKey, Trust};
use etymon_constraints::materialization::{ImportRef, Materialization, Origins, Receipt};
use etymon_constraints::report::{Outcome, Report, Verdict};
use etymon_constraints::resolve::Folder;
use etymon_constraints::tls::Authorities;
use etymon_serve::client::Remote;
use etymon_serve::record::record;
use etymon_serve::runs::Runs;
use etymon_serve::server::{Config, Server};
use etymon_serve::{RefName, Repository};
use etymon_store::{Digest, Local, Store};
use std::fs;
use std::io::{Read, Write};
use std::net::{SocketAddr, TcpStream};
use std::path::{Path, PathBuf};
use std::sync::Arc;
use std::thread::JoinHandle;
use std::time::Duration;
use tokio::sync::oneshot;

/// Who signs materializations everywhere.
pub const MAKER: u8 = 1;
/// Who may write to servers.
pub const WRITER: u8 = 2;
/// Who may send objects and nothing else.
pub const SENDER: u8 = 3;
/// Nobody knows them.
pub const STRANGER: u8 = 9;

pub fn key(seed: u8) -> SigningKey {
    SigningKey::from_seed(&[seed; 32])
}

fn signer(name: &str, seed: u8, endpoints: &[&str]) -> Signer {
    let endpoints = endpoints.iter().map(|own| (*own).to_owned()).collect();
    Signer { name: name.to_owned(), key: key(seed).public(), retracted: false, endpoints }
}

pub fn trust() -> Trust {
    Trust::new(vec![
        signer("maker", MAKER, &["/none"]),
        signer("writer", WRITER, &[]),
        signer("sender", SENDER, &["/repo/objects"]),
    ])
}

/// A folder with constraints files and a repository in it.
pub struct Site {
    pub folder: tempfile::TempDir,
    pub repository: Arc<Repository>,
}

impl Site {
    pub fn new() -> Self {
        let folder = tempfile::tempdir().expect("a folder");
        let repository = Arc::new(open(folder.path()));
        Self { folder, repository }
    }

    pub fn path(&self, name: &str) -> PathBuf {
        self.folder.path().join(name)
    }

    /// Writes `clamp.constraints.md`, which imports `range.constraints.md`, with a materialization beside each, and records it.
    pub fn example(&self, text: &str) -> Digest {
        let range = self.write(
            "range",
            "@provides: range\n  threshold: RANGE1\n  interface: [inRange]\n\n",
            "RANGE1",
            "It is in range.",
        );
        let imports = vec![ImportRef { property: "range".to_owned(), constraint_set_hash: range.clone() }];
        self.materialize("range", &range, "RANGE1", Vec::new(), MAKER);
        let manifest = format!(
            "@imports:\n  - property: range\n    from: path\n    path: range.constraints.md\n    pin: {range}\n\n"
        );
        let clamp = self.write("clamp", &manifest, "CLAMP1", text);
        self.materialize("clamp", &clamp, "CLAMP1", imports, MAKER);
        self.record("clamp")
    }

    pub fn record(&self, name: &str) -> Digest {
        let path = self.path(&format!("{name}.constraints.md"));
        let head = RefName::head(name).expect("a name");
        record(&self.repository, &Folder, &path, &head).expect("recorded").digest
    }

    /// Writes a constraints file; its content hash.
    pub fn write(&self, name: &str, manifest: &str, id: &str, body: &str) -> String {
        let text = format!(
            "# {name}\n\n{manifest}## {id}\ntype: predicate\nauthority: human-authored\nscope: module\nstatus: active\ndepends-on: []\n\n{body}\n"
        );
        let path = self.path(&format!("{name}.constraints.md"));
        fs::write(&path, text).expect("written");
        let source = etymon_constraints::read::read(&path).expect("read");
        let parsed = etymon_constraints::parse::parse(&source.file);
        etymon_constraints::canonicalize::canonicalize(&parsed.document).sha256
    }

    pub fn materialize(&self, name: &str, hash: &str, id: &str, imports: Vec<ImportRef>, seed: u8) {
        let text = materialization(hash, id, imports, seed, Verdict::Pass);
        fs::write(self.path(&format!("{name}.constraints.md.materialization.json")), text).expect("written");
    }

    /// A server over this site's store, and a repository of its own.
    pub fn serve(&self) -> Running {
        let config = Config::new(SocketAddr::from(([127, 0, 0, 1], 0)), Some(trust()));
        Running::start(open(self.folder.path()), config)
    }
}

pub fn open(folder: &Path) -> Repository {
    Repository::new(Store::new(Local::new(folder.join("store"))), Some(trust()))
}

pub fn materialization(hash: &str, id: &str, imports: Vec<ImportRef>, seed: u8, status: Verdict) -> String {
    let outcome = Outcome { constraint_id: id.to_owned(), status, evidence: "[types:pass] no errors".to_owned() };
    made_of(hash, imports, seed, vec![outcome])
}

/// A signed materialization with these results.
pub fn made_of(hash: &str, imports: Vec<ImportRef>, seed: u8, outcomes: Vec<Outcome>) -> String {
    let origins = Origins {
        constraint_set_hash: hash.to_owned(),
        derivation_function_hash: "00".repeat(32),
        substrate_id: "replay".to_owned(),
        model_id: "none".to_owned(),
        target_lang: "ts".to_owned(),
        imports,
    };
    let receipt =
        Receipt { prompt_hash: "11".repeat(32), started_at: "2026-01-01T00:00:00.000Z".to_owned(), duration_ms: 1 };
    let verified = ("export {};\n".to_owned(), Report::of(outcomes));
    let made = Materialization::sign(
        origins,
        (receipt, Vec::new()),
        verified,
        "2026-01-01T00:00:01.000Z".to_owned(),
        &key(seed),
    );
    made.and_then(|made| made.to_text()).expect("signed")
}

/// A server on loopback, stopped when dropped.
pub struct Running {
    pub address: SocketAddr,
    pub runs: Arc<Runs>,
    stop: Option<oneshot::Sender<()>>,
    thread: Option<JoinHandle<()>>,
}

impl Running {
    pub fn start(repository: Repository, config: Config) -> Self {
        let (ready, started) = std::sync::mpsc::channel();
        let (stop, stopped) = oneshot::channel();
        let thread = std::thread::spawn(move || {
            let runtime =
                tokio::runtime::Builder::new_multi_thread().worker_threads(2).enable_all().build().expect("a runtime");
            runtime.block_on(async {
                let server = Server::bind(repository, config).await.expect("bound");
                ready.send((server.address().expect("an address"), server.runs())).expect("told");
                server.run(async { drop(stopped.await) }).await;
            });
            runtime.shutdown_timeout(Duration::from_secs(5));
        });
        let (address, runs) = started.recv().expect("started");
        Self { address, runs, stop: Some(stop), thread: Some(thread) }
    }

    pub fn url(&self) -> String {
        format!("http://{}", self.address)
    }

    pub fn remote(&self, seed: u8) -> Remote {
        Remote::new(&self.url(), Some(key(seed)), &Authorities::public()).expect("an address")
    }

    /// Sends bytes as they are and reads to the end.
    pub fn raw(&self, request: &[u8]) -> String {
        let mut stream = TcpStream::connect(self.address).expect("connected");
        stream.set_read_timeout(Some(Duration::from_secs(30))).expect("set");
        // The server may answer and close before everything is sent.
        let _ = stream.write_all(request);
        let mut answer = Vec::new();
        let _ = stream.read_to_end(&mut answer);
        String::from_utf8_lossy(&answer).into_owned()
    }

    pub fn get(&self, path: &str) -> String {
        self.raw(format!("GET {path} HTTP/1.1\r\nHost: {}\r\nConnection: close\r\n\r\n", self.address).as_bytes())
    }
}

impl Running {
    pub fn stop(&mut self) {
        drop(self.stop.take());
        if let Some(thread) = self.thread.take() {
            let _ = thread.join();
        }
    }
}

impl Drop for Running {
    fn drop(&mut self) {
        self.stop();
    }
}

/// The status of an answer.
pub fn status(answer: &str) -> u16 {
    answer.get(9..12).and_then(|code| code.parse().ok()).unwrap_or(0)
}
