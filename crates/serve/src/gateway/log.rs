//! The conformance log: one canonical JSON object a line, each bound to the one before it by its hash.
//!
//! A line's hash is the SHA-256 of the line's object without `hash`, `|`, and the hash before; before the first stands [`GENESIS`]. What was
//! written is known while the gateway runs, so that no other chain, however sound in itself, can take its place.

mod chain;

use super::drift::{Drift, between, flat};
use super::error::GatewayError;
use super::stamp::Stamp;
use chain::{Hash, Known, Line, MAX_LINE};
use etymon_instrument::enforce::{Answer, Enforcer, Terms, Violation};
use etymon_spec::canonical;
use rustix::fs::FlockOperation;
use serde::Serialize;
use serde_json::Value;
use std::collections::HashMap;
use std::fs::{self, File, OpenOptions};
use std::io::{self, Write};
use std::os::unix::fs::{FileExt, OpenOptionsExt};
use std::path::{Path, PathBuf};
use std::sync::{Mutex, PoisonError};
use std::time::SystemTime;

pub use chain::GENESIS;

/// Entries of one answer at most.
pub const MAX_ENTRIES: usize = 1_000;
/// Longest log that is continued, in bytes: all of it is read when it is opened.
pub const MAX_LOG: u64 = 1 << 30;
/// Bytes of one answer at most, unless one entry is longer.
const MAX_BYTES: u64 = 8 << 20;

/// A log that only this process writes.
pub(super) struct Log {
    path: PathBuf,
    /// Longest that it becomes, in bytes.
    most: u64,
    state: Mutex<State>,
}

struct State {
    file: File,
    known: Vec<Known>,
    by_target: HashMap<String, Vec<usize>>,
    length: u64,
    /// The file as it was after it was last read or written.
    stamp: Stamp,
    /// A failed write that could not be taken back.
    torn: bool,
}

/// Terms, and what became of them.
#[derive(Clone, Copy)]
pub(super) struct Judged<'e> {
    pub terms: &'e Terms,
    pub enforcer: &'e Enforcer,
    pub answer: &'e Answer<'e>,
    /// Whether texts stood for what they spell.
    pub lenient: bool,
}

/// One entry, without its hash.
#[derive(Serialize)]
struct Entry<'e> {
    seq: usize,
    ts: String,
    target: &'e str,
    terms: &'e Terms,
    terms_hash: String,
    allowed: bool,
    violations: &'e [Violation<'e>],
    /// Only said where it is so, as it was before there was anything to say.
    #[serde(skip_serializing_if = "std::ops::Not::not")]
    lenient: bool,
    drift: Drift<'e>,
    prev_hash: String,
}

/// Entries of one target.
pub(super) struct Page {
    /// As they stand in the log.
    pub entries: Vec<String>,
    /// How many there are of that target.
    pub count: usize,
    /// The number of the first that is left out.
    pub next: Option<usize>,
    /// How many the log has, and the hash of the last.
    pub length: usize,
    pub head: String,
}

impl Log {
    /// Opens a log, or begins one, and reads all of it. Tells how many bytes of a line that was never acknowledged were cut off.
    pub(super) fn open(path: PathBuf) -> Result<(Self, u64), GatewayError> {
        let failed = || GatewayError::io(path.display());
        let mut options = OpenOptions::new();
        let file = options.read(true).append(true).create(true).mode(0o600).open(&path).map_err(failed())?;
        if !file.metadata().map_err(failed())?.is_file() {
            return Err(failed()(io::Error::other("it is no file")));
        }
        match rustix::fs::flock(&file, FlockOperation::NonBlockingLockExclusive) {
            Ok(()) => {}
            Err(rustix::io::Errno::WOULDBLOCK) => return Err(GatewayError::Busy),
            Err(error) => return Err(failed()(error.into())),
        }
        let read = chain::read(&file).map_err(failed())??;
        let mut state = State {
            length: read.length,
            known: Vec::new(),
            by_target: HashMap::new(),
            stamp: Stamp::default(),
            torn: false,
            file,
        };
        if read.unended {
            state.file.write_all(b"\n").map_err(failed())?;
            state.length += 1;
        } else if read.rest > 0 {
            state.file.set_len(read.length).map_err(failed())?;
        }
        state.file.sync_all().map_err(failed())?;
        for Line { known, target } in read.lines {
            state.remember(known, &target);
        }
        state.stamp = Stamp::of(&state.file.metadata().map_err(failed())?);
        Ok((Log { path, most: MAX_LOG, state: Mutex::new(state) }, if read.unended { 0 } else { read.rest }))
    }

    /// Appends what became of terms, and gives the entry as it stands in the log, once it is on the disk.
    pub(super) fn append(
        &self,
        target: &str,
        Judged { terms, enforcer, answer, lenient }: Judged<'_>,
        now: SystemTime,
    ) -> Result<String, GatewayError> {
        let unwritten = |error: Box<etymon_diagnostics::Diagnostic>| {
            let reason = format!("the terms have no canonical form: {}; give such numbers as texts", error.message);
            GatewayError::request(400, reason)
        };
        let terms_text = canonical::to_string(terms).map_err(unwritten)?;
        let mut state = self.state.lock().unwrap_or_else(PoisonError::into_inner);
        self.check(&mut state)?;
        let first = match state.by_target.get(target).and_then(|own| own.first()) {
            Some(first) => state.terms(*first).map_err(GatewayError::io(self.path.display()))??,
            None => terms.clone(),
        };
        let (first, flat_now) = (flat(&first), flat(terms));
        let prev_hash = state.head();
        let entry = Entry {
            seq: state.known.len() + 1,
            ts: humantime::format_rfc3339_millis(now).to_string(),
            target,
            terms,
            terms_hash: canonical::sha256_hex(terms_text.as_bytes()),
            allowed: answer.allowed,
            violations: &answer.violations,
            lenient,
            drift: between(&first, &flat_now, enforcer),
            prev_hash: prev_hash.clone(),
        };
        let mut document =
            serde_json::to_value(&entry).map_err(|error| GatewayError::request(400, error.to_string()))?;
        let hash = chain::hash(&canonical::to_string(&document).map_err(unwritten)?, &prev_hash);
        document["hash"] = Value::from(hex::encode(hash));
        let line = canonical::to_string(&document).map_err(unwritten)?;
        if line.len() >= MAX_LINE {
            return Err(GatewayError::request(413, format!("an entry of the log has at most {MAX_LINE} bytes")));
        }
        if state.length + line.len() as u64 + 1 > self.most {
            return Err(GatewayError::Full);
        }
        state.write(&line, hash, target).map_err(GatewayError::io(self.path.display()))?;
        Ok(line)
    }

    /// The entries of a target, from a number on.
    pub(super) fn read(&self, target: &str, from: usize) -> Result<Page, GatewayError> {
        let mut state = self.state.lock().unwrap_or_else(PoisonError::into_inner);
        self.check(&mut state)?;
        let own = state.by_target.get(target).map_or(&[][..], Vec::as_slice);
        let start = own.partition_point(|index| index + 1 < from);
        let mut page =
            Page { entries: Vec::new(), count: own.len(), next: None, length: state.known.len(), head: state.head() };
        let mut bytes = 0;
        for index in &own[start..] {
            let known = state.known[*index];
            if page.entries.len() == MAX_ENTRIES || (bytes > 0 && bytes + known.length > MAX_BYTES) {
                page.next = Some(index + 1);
                break;
            }
            bytes += known.length;
            page.entries.push(state.line(*index).map_err(GatewayError::io(self.path.display()))??);
        }
        Ok(page)
    }

    /// How many entries the log has, and the hash of the last.
    pub(super) fn head(&self) -> Result<(usize, String), GatewayError> {
        let mut state = self.state.lock().unwrap_or_else(PoisonError::into_inner);
        self.check(&mut state)?;
        Ok((state.known.len(), state.head()))
    }

    /// Whether the file still holds what was written. Where it was touched, all of it is read again.
    fn check(&self, state: &mut State) -> Result<(), GatewayError> {
        let failed = || GatewayError::io(self.path.display());
        if state.torn {
            return Err(failed()(io::Error::other(
                "a write failed and could not be taken back; start the gateway anew",
            )));
        }
        let broken = |reason| GatewayError::Broken { line: state.known.len().max(1), reason };
        let metadata = match fs::metadata(&self.path) {
            Ok(metadata) => metadata,
            Err(error) if error.kind() == io::ErrorKind::NotFound => return Err(broken("the file is gone")),
            Err(error) => return Err(failed()(error)),
        };
        let stamp = Stamp::of(&metadata);
        if stamp == state.stamp {
            return Ok(());
        }
        if !stamp.same_file(&state.stamp) {
            return Err(broken("another file stands in its place"));
        }
        let read = chain::read(&state.file).map_err(failed())??;
        let changed = read.lines.iter().zip(&state.known).position(|(line, own)| line.known != *own);
        if let Some(at) = changed {
            return Err(GatewayError::Broken { line: at + 1, reason: "it is not the line that was written" });
        }
        if read.lines.len() != state.known.len() || read.rest > 0 || read.length != state.length {
            let line = read.lines.len().min(state.known.len()) + 1;
            return Err(GatewayError::Broken { line, reason: "lines were added or taken away" });
        }
        state.stamp = stamp;
        Ok(())
    }
}

impl State {
    fn head(&self) -> String {
        self.known.last().map_or_else(|| GENESIS.to_owned(), |last| hex::encode(last.hash))
    }

    fn remember(&mut self, known: Known, target: &str) {
        let index = self.known.len();
        match self.by_target.get_mut(target) {
            Some(own) => own.push(index),
            None => drop(self.by_target.insert(target.to_owned(), vec![index])),
        }
        self.known.push(known);
    }

    /// Writes a line whole or not at all.
    fn write(&mut self, line: &str, hash: Hash, target: &str) -> io::Result<()> {
        let written = self.file.write_all(format!("{line}\n").as_bytes()).and_then(|()| self.file.sync_data());
        if let Err(error) = written {
            self.torn = self.file.set_len(self.length).is_err();
            if let Ok(metadata) = self.file.metadata() {
                self.stamp = Stamp::of(&metadata);
            }
            return Err(error);
        }
        let known = Known { start: self.length, length: line.len() as u64, hash };
        self.length += known.length + 1;
        self.remember(known, target);
        self.stamp = Stamp::of(&self.file.metadata()?);
        Ok(())
    }

    /// A line, which must be the one that was written.
    fn line(&self, index: usize) -> io::Result<Result<String, GatewayError>> {
        let known = self.known[index];
        let broken = || GatewayError::Broken { line: index + 1, reason: "it is not the line that was written" };
        let mut bytes = vec![0; known.length as usize];
        match self.file.read_exact_at(&mut bytes, known.start) {
            Ok(()) => {}
            Err(error) if error.kind() == io::ErrorKind::UnexpectedEof => return Ok(Err(broken())),
            Err(error) => return Err(error),
        }
        let previous = index.checked_sub(1).map_or_else(|| GENESIS.to_owned(), |at| hex::encode(self.known[at].hash));
        let sound = chain::line(&bytes, index + 1, &previous).is_ok_and(|(hash, _)| hash == known.hash);
        Ok(if sound { String::from_utf8(bytes).map_err(|_| broken()) } else { Err(broken()) })
    }

    fn terms(&self, index: usize) -> io::Result<Result<Terms, GatewayError>> {
        let line = self.line(index)?;
        Ok(line.map(|line| match serde_json::from_str::<Value>(&line).map(|mut line| line["terms"].take()) {
            Ok(Value::Object(terms)) => terms,
            // What is written always has terms.
            _ => Terms::new(),
        }))
    }
}

/// What a log is found to be.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Verified {
    /// How many entries it has.
    pub entries: usize,
    /// The hash of the last, or [`GENESIS`].
    pub head: String,
    /// Bytes at its end that are no line: one that is being written, or one during which power went.
    pub rest: u64,
}

/// Reads a log, which a gateway may be writing, and follows its hashes. With `head`, which somebody kept, the log must hold that entry too:
/// otherwise its end was cut off, or all of it was made anew.
///
/// # Errors
/// `GATEWAY_LOG_BROKEN` with the line where it is no chain, `GATEWAY_IO` when it cannot be read.
pub fn verify(path: &Path, head: Option<&str>) -> Result<Verified, GatewayError> {
    let failed = || GatewayError::io(path.display());
    let file = File::open(path).map_err(failed())?;
    if !file.metadata().map_err(failed())?.is_file() {
        return Err(failed()(io::Error::other("it is no file")));
    }
    let read = chain::read(&file).map_err(failed())??;
    let mut hashes = read.lines.iter().map(|line| hex::encode(line.known.hash));
    let last = read.lines.last().map_or_else(|| GENESIS.to_owned(), |last| hex::encode(last.known.hash));
    if head.is_some_and(|head| head != GENESIS && !hashes.any(|own| own.eq_ignore_ascii_case(head))) {
        let line = read.lines.len().max(1);
        return Err(GatewayError::Broken { line, reason: "the entry whose hash was kept is not in it" });
    }
    Ok(Verified { entries: read.lines.len(), head: last, rest: read.rest })
}

#[cfg(test)]
mod tests;
