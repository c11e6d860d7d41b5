//! Derivations that a client asks for, and the events of runs.

use super::Shared;
use super::body::{Body, finish, json};
use super::route::Head;
use crate::frame::{frames, push};
use crate::runs::{Message, Run};
use crate::{Composition, Kind, WireError};
use bytes::Bytes;
use etymon_constraints::Target;
use etymon_constraints::event::Event;
use etymon_diagnostics::Report;
use etymon_spec::canonical;
use etymon_store::Digest;
use hyper::Response;
use serde::{Deserialize, Serialize};
use serde_json::{Value, json};
use std::sync::Arc;
use std::time::Duration;
use tokio::sync::mpsc;

/// How often a stream without events says that it is alive.
const HEARTBEAT: Duration = Duration::from_secs(15);
/// Messages of a stream that wait for a slow reader.
const WAITING: usize = 16;

/// What derives. The command line plugs in the pipeline.
pub trait Engine: Send + Sync {
    /// Runs the pipeline from a composition whose objects are all in the store. It is called on a thread of its own.
    ///
    /// # Errors
    /// Why nothing was derived.
    fn derive(&self, job: &Job, tell: &mut dyn FnMut(&Event)) -> Result<Derived, Report>;
}

/// A derivation that is wanted.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Job {
    /// What it is called.
    pub title: String,
    /// The composition's hash.
    pub digest: Digest,
    /// The composition.
    pub composition: Composition,
    /// The language wanted.
    pub target: Target,
}

/// What came of a derivation.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Derived {
    /// Whether it passed.
    pub passed: bool,
    /// The bytes of its materialization.
    pub materialization: Vec<u8>,
}

/// The body of `POST /derive`.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[serde(deny_unknown_fields, rename_all = "camelCase")]
pub struct Wanted {
    /// The composition, which was sent before.
    pub composition: Digest,
    /// `ts`, `js`, `rust` or `encdsl`.
    pub target_lang: String,
    /// What to call it; up to 200 characters.
    pub title: String,
}

/// `POST /derive`: starts a run and tells where its events are.
pub(super) fn start(shared: &Arc<Shared>, body: &[u8]) -> Result<Response<Body>, WireError> {
    let wrong = |reason: String| WireError::Request { status: 400, reason };
    let wanted: Wanted = canonical::from_slice(body).map_err(|own| wrong(own.message))?;
    let target = Target::from_name(&wanted.target_lang);
    let target = target.ok_or_else(|| wrong(format!("`{}` is no target language", wanted.target_lang)))?;
    if wanted.title.chars().count() > 200 {
        return Err(wrong("the title is longer than 200 characters".to_owned()));
    }
    let engine = shared.config.engine.clone().ok_or(WireError::Derive("this server derives nothing"))?;
    let permit = Arc::clone(&shared.deriving).try_acquire_owned();
    let permit = permit.map_err(|_| WireError::Derive("this server is deriving as much as it may"))?;
    let composition = shared.repository.complete(wanted.composition)?;
    let job = Job { title: wanted.title, digest: wanted.composition, composition, target };
    let run = shared.runs.start(&job.title);
    let id = run.id;
    let told = json!({
        "run": id,
        "session": shared.session,
        "events": format!("/runs/{id}/events?session={}", shared.session),
    });
    let shared = Arc::clone(shared);
    tokio::task::spawn_blocking(move || {
        let _ended = Ended(&run);
        // Given back before the end is told, because who hears of it may ask for the next.
        let permit = permit;
        let outcome = engine.derive(&job, &mut |event| run.tell(event));
        let told = conclude(&shared, outcome);
        drop(permit);
        run.end(&told);
    });
    Ok(json(202, &told))
}

/// Ends a run that its engine left without an end.
struct Ended<'r>(&'r Run);

impl Drop for Ended<'_> {
    fn drop(&mut self) {
        // A run has one end; after another, this says nothing.
        self.0.end(&json!({ "verdict": "error", "message": "the engine broke off" }));
    }
}

/// Keeps what was derived; how the run ends.
fn conclude(shared: &Shared, outcome: Result<Derived, Report>) -> Value {
    let derived = match outcome {
        Ok(derived) if derived.passed => derived,
        Ok(_) => return json!({ "verdict": "fail" }),
        Err(report) => return json!({ "verdict": "error", "diagnostics": report.to_json() }),
    };
    let mut framed = Vec::new();
    push(&mut framed, Kind::Materialization, &derived.materialization);
    let kept = frames(&framed).collect::<Result<Vec<_>, _>>().and_then(|frames| shared.repository.receive(&frames));
    match kept {
        Ok(_) => json!({ "verdict": "pass", "materialization": Digest::of(&derived.materialization) }),
        Err(error) => json!({ "verdict": "error", "message": error.to_string() }),
    }
}

/// `GET /runs`: the runs since this server started.
pub(super) fn runs(shared: &Shared) -> Response<Body> {
    json(200, &json!({ "session": shared.session, "runs": shared.runs.list() }))
}

/// `GET /runs/<id>/events`: what was told so far, and then what is told, as Server-Sent Events.
pub(super) fn events(shared: &Shared, id: &str, head: &Head) -> Result<Response<Body>, WireError> {
    // Runs are numbered anew with every start, so the same number may be another run.
    if let Some(session) = head.query.split('&').find_map(|own| own.strip_prefix("session="))
        && session != shared.session
    {
        let reason = "this server was started anew, and knows nothing of the runs before".to_owned();
        return Err(WireError::Request { status: 410, reason });
    }
    let absent = || WireError::Request { status: 404, reason: "there is no such run".to_owned() };
    let run = id.parse().ok().and_then(|id| shared.runs.get(id)).ok_or_else(absent)?;
    // What a client has seen it names; what it names wrongly, it has not seen.
    let seen = head.headers.get("last-event-id").and_then(|id| id.to_str().ok()?.parse::<usize>().ok());
    let from = seen.map_or(0, |seen| seen.saturating_add(1));
    // A stream lasts for minutes; if they took every connection, nothing else would be answered.
    let many = || WireError::Request { status: 503, reason: "too many are watching; come back later".to_owned() };
    let place = Arc::clone(&shared.streams).try_acquire_owned().map_err(|_| many())?;
    let (sender, receiver) = mpsc::channel(WAITING);
    tokio::spawn(async move {
        stream(run, from, sender).await;
        drop(place);
    });
    Ok(finish(200, "text/event-stream; charset=utf-8", Body::Stream(receiver)))
}

/// Sends messages until the run is over or the reader is gone.
async fn stream(run: Arc<Run>, mut at: usize, sender: mpsc::Sender<Bytes>) {
    let mut told = run.watch();
    loop {
        let (messages, ended) = run.since(at);
        for message in messages {
            if sender.send(text(at, &message)).await.is_err() {
                return;
            }
            at += 1;
        }
        if ended {
            return;
        }
        let next = tokio::select! {
            changed = told.changed() => changed.is_ok(),
            () = tokio::time::sleep(HEARTBEAT) => sender.send(Bytes::from_static(b": still running\n\n")).await.is_ok(),
            () = sender.closed() => false,
        };
        if !next {
            return;
        }
    }
}

/// A message on the stream. Its JSON has no line ends.
fn text(id: usize, message: &Message) -> Bytes {
    Bytes::from(format!("id: {id}\nevent: {}\ndata: {}\n\n", message.name, message.data))
}
