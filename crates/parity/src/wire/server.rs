//! The four servers, started as a user starts them, in test mode on a free port of loopback.

use super::story::TEST_KEY;
use crate::error::Error;
use crate::protocol::shorten;
use crate::workshop::{Servers, Workshop};
use etymon_spec::Spec;
use std::fs;
use std::io::{BufRead, BufReader, Read};
use std::net::SocketAddr;
use std::os::unix::fs::PermissionsExt;
use std::path::Path;
use std::process::{Child, Stdio};
use std::sync::mpsc::{RecvTimeoutError, channel};
use std::thread::{self, JoinHandle};
use std::time::Duration;

/// A server of the protocol.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord)]
pub enum Server {
    /// Emitted JavaScript under Node, rows in LevelDB.
    Node,
    /// Emitted Rust as wasm in the Rust host, rows in redb.
    Rust,
    /// Emitted JavaScript in `workerd`, rows in a Durable Object's SQLite.
    Worker,
    /// The Lean reference behind the JavaScript host.
    Lean,
}

impl Server {
    /// Every server, in the order of the matrix.
    pub const ALL: [Server; 4] = [Server::Node, Server::Rust, Server::Worker, Server::Lean];

    /// The name on the command line.
    pub fn name(self) -> &'static str {
        match self {
            Server::Node => "node",
            Server::Rust => "rust",
            Server::Worker => "worker",
            Server::Lean => "lean",
        }
    }

    /// What it is, in a few words.
    pub fn title(self) -> &'static str {
        match self {
            Server::Node => "the JavaScript node",
            Server::Rust => "the Rust host around wasm",
            Server::Worker => "the Worker in workerd",
            Server::Lean => "the Lean reference behind the JavaScript host",
        }
    }

    /// The server of that name.
    pub fn from_name(name: &str) -> Option<Server> {
        Server::ALL.into_iter().find(|server| server.name() == name)
    }

    /// Longest wait for one answer. The reference computes curves in an interpreter, in places on wasm.
    pub(super) fn patience(self) -> Duration {
        Duration::from_secs(if self == Server::Lean { 900 } else { 30 })
    }

    /// How many processes share the scripts: one, but for the reference, whose interpreter needs a core and 2 GiB for each.
    pub(super) fn processes(self) -> usize {
        if self == Server::Lean { thread::available_parallelism().map_or(1, |cores| cores.get().min(4)) } else { 1 }
    }

    /// Longest wait for the line that tells the port.
    fn warm_up(self) -> Duration {
        Duration::from_secs(if self == Server::Lean { 900 } else { 120 })
    }
}

/// A server that runs; ends with this value.
#[derive(Debug)]
pub(super) struct Running {
    child: Child,
    /// Where it listens.
    pub address: SocketAddr,
    said: Option<JoinHandle<String>>,
}

/// How the line begins that a server prints when it can be asked.
const READY: &str = "listening on http://";
/// How much of the standard error is kept, in bytes.
const KEPT: u64 = 1 << 16;

impl Running {
    /// Starts a server with its data in `folder`.
    ///
    /// # Errors
    /// [`Error::Start`], [`Error::Setup`], [`Error::Io`].
    pub(super) fn start(server: Server, built: &Servers, folder: &Path, registry: &str) -> Result<Running, Error> {
        let testee = server.name();
        fs::create_dir_all(folder).map_err(Error::io("create", folder))?;
        let key = folder.join("node.key");
        fs::write(&key, TEST_KEY).map_err(Error::io("write", &key))?;
        fs::set_permissions(&key, fs::Permissions::from_mode(0o600)).map_err(Error::io("protect", &key))?;
        let mut command = built.command(server);
        command.arg("--data").arg(folder.join("data")).arg("--key-file").arg(&key);
        command.args(["--port", "0", "--test", "--registry", registry]);
        let program = command.get_program().to_string_lossy().into_owned();
        let mut child =
            command.stdin(Stdio::null()).stdout(Stdio::piped()).stderr(Stdio::piped()).spawn().map_err(|source| {
                Error::Start { program, testee, source, help: "tests/run installs what is missing" }
            })?;
        let (Some(stdout), Some(stderr)) = (child.stdout.take(), child.stderr.take()) else {
            return Err(Error::Setup { testee, reason: "its pipes are gone".to_owned() });
        };
        let said = thread::spawn(move || {
            let mut text = Vec::new();
            let mut stderr = stderr;
            // What is beyond is read as well, so that the server never waits for a reader.
            let _ = stderr.by_ref().take(KEPT).read_to_end(&mut text);
            let _ = std::io::copy(&mut stderr, &mut std::io::sink());
            shorten(String::from_utf8_lossy(&text).trim())
        });
        let (sender, lines) = channel();
        thread::spawn(move || {
            for line in BufReader::new(stdout).lines().map_while(Result::ok) {
                // Whoever waited has gone; the rest is read all the same.
                let _ = sender.send(line);
            }
        });
        let mut running = Running { child, address: SocketAddr::from(([127, 0, 0, 1], 0)), said: Some(said) };
        loop {
            match lines.recv_timeout(server.warm_up()) {
                Ok(line) => {
                    if let Some(address) = line.strip_prefix(READY).and_then(|text| text.trim().parse().ok()) {
                        running.address = address;
                        return Ok(running);
                    }
                }
                Err(why) => {
                    let late = why == RecvTimeoutError::Timeout;
                    let said = running.stop();
                    let what = if late { "did not say where it listens" } else { "ended before it listened" };
                    return Err(Error::Setup { testee, reason: format!("it {what}: {said}") });
                }
            }
        }
    }

    /// Whether it is still there.
    pub(super) fn is_alive(&mut self) -> bool {
        matches!(self.child.try_wait(), Ok(None))
    }

    /// Ends it; answers what it said on standard error.
    pub(super) fn stop(&mut self) -> String {
        // Asked to end, so that what it started ends too; by force if it does not.
        if let Ok(pid) = i32::try_from(self.child.id()).map(rustix::process::Pid::from_raw)
            && let Some(pid) = pid
        {
            let _ = rustix::process::kill_process(pid, rustix::process::Signal::TERM);
        }
        for _ in 0..50 {
            if !self.is_alive() {
                break;
            }
            thread::sleep(Duration::from_millis(100));
        }
        let _ = self.child.kill();
        let _ = self.child.wait();
        self.said.take().and_then(|thread| thread.join().ok()).unwrap_or_default()
    }
}

impl Drop for Running {
    fn drop(&mut self) {
        if self.said.is_some() {
            self.stop();
        }
    }
}

/// Emits everything and builds what `servers` run.
///
/// # Errors
/// What [`Workshop::servers`] says.
pub(super) fn build(workshop: &Workshop, spec: &Spec, servers: &[Server]) -> Result<Servers, Error> {
    workshop.servers(spec, servers)
}
