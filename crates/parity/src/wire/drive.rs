//! Scripts, sent to one server, and what it answered otherwise than expected.

use super::client::{Answer, Socket, ask};
use super::server::{Running, Server};
use super::step::{Http, Step};
use serde::Serialize;
use std::collections::BTreeMap;
use std::time::Duration;

/// A script that fails so often is given up: what follows would only repeat it.
const MAX_DIFFERENCES: usize = 5;
/// How long a connection is listened to for frames that nobody expects, at the end of a script.
const SILENCE: Duration = Duration::from_millis(300);

/// A step that was answered otherwise than pinned.
#[derive(Clone, Debug, PartialEq, Eq, Serialize)]
pub struct WireDifference {
    /// The server.
    pub server: &'static str,
    /// The script.
    pub script: String,
    /// The step.
    pub step: String,
    /// What differs.
    pub what: String,
    /// As pinned.
    pub expected: String,
    /// As answered.
    pub got: String,
}

/// How a server did on a script.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub(super) struct Outcome {
    /// Steps answered as pinned.
    pub passed: usize,
    /// The others.
    pub differences: Vec<WireDifference>,
}

/// Whether a header is compared: what the protocol says, not how the octets are framed (design, section 6).
fn is_compared(name: &str) -> bool {
    matches!(name, "content-type" | "cache-control" | "allow" | "retry-after") || name.starts_with("access-control-")
}

fn compared(headers: &[(String, String)]) -> Vec<String> {
    let mut lines: Vec<String> =
        headers.iter().filter(|(name, _)| is_compared(name)).map(|(name, value)| format!("{name}: {value}")).collect();
    lines.sort();
    lines
}

/// One server under a script.
pub(super) struct Drive<'s> {
    server: Server,
    running: &'s mut Running,
    sockets: BTreeMap<String, Socket>,
    /// The time that the server was told last.
    told: u64,
}

/// What differs, expected and got.
type Finding = (String, String, String);

impl<'s> Drive<'s> {
    pub(super) fn new(server: Server, running: &'s mut Running) -> Drive<'s> {
        Drive { server, running, sockets: BTreeMap::new(), told: 0 }
    }

    /// Sends a script's steps one after the other.
    pub(super) fn script(&mut self, name: &str, steps: &[Step]) -> Outcome {
        let mut outcome = Outcome::default();
        for step in steps {
            let findings = self.step(step);
            if findings.is_empty() {
                outcome.passed += 1;
            }
            outcome.differences.extend(findings.into_iter().map(|found| self.difference(name, &step.id, found)));
            if outcome.differences.len() >= MAX_DIFFERENCES || !self.running.is_alive() {
                break;
            }
        }
        for (connection, mut socket) in std::mem::take(&mut self.sockets) {
            if let Ok(Some(frame)) = socket.hear(SILENCE) {
                let found = (format!("a frame on `{connection}` after the end"), String::new(), frame);
                outcome.differences.push(self.difference(name, "the end", found));
            }
        }
        if !self.running.is_alive() {
            let said = self.running.stop();
            let found = ("the server".to_owned(), "running".to_owned(), format!("ended: {said}"));
            outcome.differences.push(self.difference(name, "the end", found));
        }
        outcome
    }

    fn difference(&self, script: &str, step: &str, (what, expected, got): Finding) -> WireDifference {
        WireDifference {
            server: self.server.name(),
            script: script.to_owned(),
            step: step.to_owned(),
            what,
            expected,
            got,
        }
    }

    fn step(&mut self, step: &Step) -> Vec<Finding> {
        let mut findings = Vec::new();
        if let Some(http) = &step.http {
            match self.http(http, step.now) {
                Ok(answer) => findings.extend(compare(http, &answer)),
                Err(why) => findings.push(("the answer".to_owned(), format!("status {}", http.status), why)),
            }
        }
        if let Some(message) = &step.message
            && let Err(why) = self.message(&message.connection, message.body.bytes(), step.now)
        {
            findings.push((format!("connection `{}`", message.connection), "open".to_owned(), why));
        }
        for (connection, expected) in &step.frames {
            let heard = match self.sockets.get_mut(connection) {
                Some(socket) => socket.hear(self.server.patience()),
                None => Err("it is not open".to_owned()),
            };
            let got = match heard {
                Ok(Some(frame)) => frame,
                Ok(None) => "nothing in time".to_owned(),
                Err(why) => why,
            };
            if got != *expected {
                findings.push((format!("a frame on `{connection}`"), expected.clone(), got));
                break;
            }
        }
        findings
    }

    fn http(&mut self, http: &Http, now: u64) -> Result<Answer, String> {
        self.told = now;
        ask(self.running.address, http, now, self.server.patience())
    }

    fn message(&mut self, connection: &str, bytes: Vec<u8>, now: u64) -> Result<(), String> {
        if self.told != now {
            // Messages tell no time, so a request does.
            let version = Http {
                method: "GET".to_owned(),
                target: "/".to_owned(),
                body: None,
                status: 200,
                headers: Vec::new(),
                answer: String::new(),
            };
            self.http(&version, now)?;
        }
        if !self.sockets.contains_key(connection) {
            let socket = Socket::open(self.running.address, self.server.patience())?;
            self.sockets.insert(connection.to_owned(), socket);
        }
        self.sockets.get_mut(connection).map_or(Ok(()), |socket| socket.send(bytes))
    }
}

fn compare(expected: &Http, got: &Answer) -> Vec<Finding> {
    let mut findings = Vec::new();
    let body = String::from_utf8_lossy(&got.body).into_owned();
    if expected.status != got.status {
        let both = |status: u16, body: &str| format!("{status} {body}");
        let (wanted, came) = (both(expected.status, &expected.answer), both(got.status, &body));
        return vec![("the status".to_owned(), wanted, came)];
    }
    // To a HEAD request only the head is answered.
    if expected.method != "HEAD" && expected.answer != body {
        findings.push(("the body".to_owned(), expected.answer.clone(), body));
    }
    let (wanted, came) = (compared(&expected.headers), compared(&got.headers));
    if wanted != came {
        findings.push(("the headers".to_owned(), wanted.join("\n"), came.join("\n")));
    }
    findings
}
