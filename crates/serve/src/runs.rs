//! Runs of the pipeline, and the events that they have told so far.

use etymon_constraints::event::Event;
use serde::Serialize;
use serde_json::Value;
use std::collections::BTreeMap;
use std::sync::{Arc, Mutex, MutexGuard, PoisonError};
use tokio::sync::watch;

/// Runs that are remembered; then the oldest that has ended goes.
pub const MAX_RUNS: usize = 64;
/// Most events of one run; what comes after is not told.
pub const MAX_EVENTS: usize = 10_000;

/// The runs of a server.
#[derive(Debug, Default)]
pub struct Runs {
    runs: Mutex<Known>,
}

#[derive(Debug, Default)]
struct Known {
    next: u64,
    runs: BTreeMap<u64, Arc<Run>>,
}

/// A run.
#[derive(Debug)]
pub struct Run {
    /// Its number.
    pub id: u64,
    /// What it is about: the name of a file or ref.
    pub title: String,
    log: Mutex<Log>,
    /// The number of messages; changes with each.
    told: watch::Sender<usize>,
}

#[derive(Debug, Default)]
struct Log {
    messages: Vec<Message>,
    ended: bool,
    verdict: Option<String>,
}

/// A message of a run's event stream. Its place in the run, from 0, is its id.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Message {
    /// `stage`, or `end` for the last one.
    pub name: &'static str,
    /// One line of JSON.
    pub data: Arc<str>,
}

/// A run in a listing.
#[derive(Clone, Debug, PartialEq, Eq, Serialize)]
pub struct Summary {
    /// Its number.
    pub id: u64,
    /// What it is about.
    pub title: String,
    /// How many events it has told.
    pub events: usize,
    /// Whether it is over.
    pub ended: bool,
    /// What came of it, as its last message tells; nothing while it goes on.
    pub verdict: Option<String>,
}

impl Runs {
    fn known(&self) -> MutexGuard<'_, Known> {
        self.runs.lock().unwrap_or_else(PoisonError::into_inner)
    }

    /// Starts a run.
    pub fn start(&self, title: &str) -> Arc<Run> {
        let mut known = self.known();
        let id = known.next;
        known.next += 1;
        let run = Arc::new(Run { id, title: title.to_owned(), log: Mutex::default(), told: watch::Sender::new(0) });
        known.runs.insert(id, Arc::clone(&run));
        if known.runs.len() > MAX_RUNS {
            let over = known.runs.values().find(|run| run.log().ended).map(|run| run.id);
            known.runs.retain(|id, _| Some(*id) != over);
        }
        run
    }

    /// The run of that number.
    pub fn get(&self, id: u64) -> Option<Arc<Run>> {
        self.known().runs.get(&id).cloned()
    }

    /// How many were started, and how many of them are remembered.
    pub fn count(&self) -> (u64, usize) {
        let known = self.known();
        (known.next, known.runs.len())
    }

    /// The runs, the latest first.
    pub fn list(&self) -> Vec<Summary> {
        self.known().runs.values().rev().map(|run| run.summary()).collect()
    }
}

impl Run {
    fn log(&self) -> MutexGuard<'_, Log> {
        self.log.lock().unwrap_or_else(PoisonError::into_inner)
    }

    fn summary(&self) -> Summary {
        let log = self.log();
        let events = log.messages.iter().filter(|own| own.name == "stage").count();
        Summary { id: self.id, title: self.title.clone(), events, ended: log.ended, verdict: log.verdict.clone() }
    }

    /// Tells a stage event.
    pub fn tell(&self, event: &Event) {
        // Events always have a text.
        self.tell_stage(serde_json::to_string(event).unwrap_or_default());
    }

    /// Tells an event that was recorded as a line of JSON.
    pub fn tell_recorded(&self, event: &Value) {
        self.tell_stage(event.to_string());
    }

    /// Ends the run: what came of it. A run has one end; another says nothing.
    pub fn end(&self, outcome: &Value) {
        let mut log = self.log();
        if log.ended {
            return;
        }
        log.ended = true;
        // Who forgets the verdict has none.
        log.verdict = Some(outcome["verdict"].as_str().unwrap_or("error").to_owned());
        self.push(log, "end", outcome.to_string());
    }

    fn tell_stage(&self, data: String) {
        let log = self.log();
        if !log.ended && log.messages.len() < MAX_EVENTS {
            self.push(log, "stage", data);
        }
    }

    fn push(&self, mut log: MutexGuard<'_, Log>, name: &'static str, data: String) {
        log.messages.push(Message { name, data: data.into() });
        let count = log.messages.len();
        drop(log);
        self.told.send_replace(count);
    }

    /// The messages from that place on, and whether they are the last.
    pub fn since(&self, at: usize) -> (Vec<Message>, bool) {
        let log = self.log();
        (log.messages.get(at..).unwrap_or_default().to_vec(), log.ended)
    }

    /// Tells when there are more messages.
    pub fn watch(&self) -> watch::Receiver<usize> {
        self.told.subscribe()
    }
}
