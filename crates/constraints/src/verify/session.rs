//! The two processes of a run: one holds the candidate, the other the evidence, and pipes between them are all they share.

use super::job::Job;
use super::{Bounds, Tools, VerifyError};
pub(super) use crate::sandbox::started;
use crate::sandbox::{End, Jail, Sandbox, Tail, ended, hardly_ran, used};
use serde::{Deserialize, Serialize};
use std::io::{self, BufRead, BufReader, PipeReader, PipeWriter, Read, Write, pipe};
use std::process::{Child, ChildStdin, Stdio};
use std::sync::mpsc::{Receiver, RecvTimeoutError, sync_channel};
use std::thread;
use std::time::{Duration, Instant};

/// Longest answer of the harness, in bytes.
const MAX_ANSWER: u64 = 4 << 20;

/// What the harness is asked.
#[derive(Debug, Serialize)]
pub(super) struct Request<'a> {
    pub op: &'static str,
    pub path: &'a str,
    pub text: &'a str,
    /// Line of the text in the constraints file, from 1.
    pub line: usize,
    /// Seed of a property.
    pub seed: u32,
    /// Runs of a property.
    pub runs: u32,
    /// Names that the author has declared: only they may stand for something built in.
    pub interface: &'a [String],
}

/// What it answers.
#[derive(Debug, Deserialize)]
pub(super) struct Answer {
    pub status: String,
    pub evidence: Vec<String>,
    /// Whether the candidate's process had ended when it wanted something of it.
    #[serde(default)]
    pub gone: bool,
}

/// Why there is no answer.
#[derive(Debug)]
pub(super) enum Lost {
    /// The processor time was used up.
    Spent(Duration),
    /// The time was up.
    Late(Duration),
    /// The time was up, and hardly any of it was a processor's.
    Idle(Duration),
    /// A process has ended; what is known of it.
    Ended(String),
}

/// How long an answer may take.
#[derive(Clone, Copy, Debug)]
pub(super) struct Patience {
    /// Of a processor, for both processes together.
    pub cpu: Duration,
    /// By the clock.
    pub wall: Duration,
}

/// A running pair.
#[derive(Debug)]
pub(super) struct Session {
    candidate: Child,
    evidence: Child,
    requests: Option<ChildStdin>,
    answers: Receiver<String>,
    said: Option<[Tail; 2]>,
    /// The most processor time that was seen used.
    seen: Duration,
    _jobs: [Job; 2],
}

/// Where Node is inside.
const NODE: &str = "/opt/node/node";

/// A program run by Node on the job `job`. With `packages` it sees TypeScript, jsdom and axe-core, too.
pub(super) fn node_jail(tools: &Tools, bounds: &Bounds, job: &Job, packages: bool, script: &str) -> io::Result<Jail> {
    let node = tools.node.canonicalize()?;
    // The program alone: its folder may hold anything, up to somebody's home.
    let mut jail = Jail::new(NODE.into()).bind(node, NODE).bind(job.path(), "/job");
    if packages {
        jail = jail.bind(tools.verifiers.join("node_modules").canonicalize()?, "/node_modules");
    }
    // The engine gives up before the limit on memory does, and says so.
    jail.args = vec!["--max-old-space-size=384".to_owned(), "--no-warnings".to_owned(), format!("/job/{script}")];
    jail.proc = true;
    jail.limits = bounds.limits.clone();
    Ok(jail)
}

impl Session {
    /// Starts both processes. `files` are the candidate's.
    pub fn start(
        sandbox: &Sandbox,
        tools: &Tools,
        bounds: &Bounds,
        files: &[(&str, &str)],
    ) -> Result<Session, VerifyError> {
        let package = ("package.json", "{\"type\":\"module\"}");
        let files: Vec<_> = files.iter().copied().chain([package]).collect();
        let own = Job::new(&["candidate.mjs", "membrane.mjs"], &files)?;
        let evidence =
            ["harness.mjs", "membrane.mjs", "assert.mjs", "property.mjs", "evidence.mjs", "a11y.mjs", "flow.mjs"];
        let harness = Job::new(&evidence, &[])?;
        Session::spawn(sandbox, tools, bounds, own, harness)
            .map_err(|source| VerifyError::Io { what: "start the processes of a verification".to_owned(), source })
    }

    fn spawn(sandbox: &Sandbox, tools: &Tools, bounds: &Bounds, own: Job, harness: Job) -> io::Result<Session> {
        let (questions, ask): (PipeReader, PipeWriter) = pipe()?;
        let (replies, reply) = pipe()?;
        let (inner, ask_inner) = pipe()?;
        let linked = |jail: Jail| Jail { pipes: 3, ..jail };
        let mut jail = linked(node_jail(tools, bounds, &own, false, "candidate.mjs")?);
        // What the candidate would change of them would change how its answers are told.
        jail.args.insert(0, "--frozen-intrinsics".to_owned());
        let mut candidate = sandbox.command(&jail)?;
        candidate.stdin(Stdio::null()).stdout(Stdio::null()).stderr(Stdio::piped());
        let mut candidate = started(candidate, [questions.into(), reply.into(), inner.into()])?;
        let mut evidence = sandbox.command(&linked(node_jail(tools, bounds, &harness, true, "harness.mjs")?))?;
        evidence.stdin(Stdio::piped()).stdout(Stdio::piped()).stderr(Stdio::piped());
        let mut evidence = match started(evidence, [ask.into(), replies.into(), ask_inner.into()]) {
            Ok(child) => child,
            Err(error) => {
                stop(&mut candidate);
                return Err(error);
            }
        };
        let pipes = (candidate.stderr.take(), evidence.stderr.take(), evidence.stdout.take());
        let (Some(first), Some(second), Some(stdout)) = pipes else {
            return Err(io::Error::other("their pipes are gone"));
        };
        let (sender, answers) = sync_channel(1);
        thread::spawn(move || {
            let mut stdout = BufReader::new(stdout);
            loop {
                let mut line = Vec::new();
                let read = (&mut stdout).take(MAX_ANSWER).read_until(b'\n', &mut line);
                let whole = matches!(read, Ok(1..)) && line.ends_with(b"\n");
                if !whole || sender.send(String::from_utf8_lossy(&line).into_owned()).is_err() {
                    return;
                }
            }
        });
        let requests = evidence.stdin.take();
        let said = Some([Tail::of(first), Tail::of(second)]);
        Ok(Session { candidate, evidence, requests, answers, said, seen: Duration::ZERO, _jobs: [own, harness] })
    }

    /// Asks one thing and waits for the answer; tells what it took of a processor's time.
    pub fn ask(&mut self, request: &Request<'_>, patience: Patience) -> (Result<Answer, Lost>, Duration) {
        let before = self.used();
        let answer = self.answer(request, patience, before);
        // Of processes that are gone nothing is known any more; what was last seen of them is.
        let after = self.used().max(self.seen);
        (answer, after.saturating_sub(before))
    }

    /// What both processes have used of a processor's time since they were started.
    fn used(&mut self) -> Duration {
        let used = used(self.candidate.id()) + used(self.evidence.id());
        self.seen = self.seen.max(used);
        used
    }

    fn answer(&mut self, request: &Request<'_>, patience: Patience, before: Duration) -> Result<Answer, Lost> {
        let deadline = Instant::now() + patience.wall;
        let line = serde_json::to_string(request).map_err(|error| Lost::Ended(error.to_string()))?;
        // A process that is gone shows on the reading side.
        let _ = self.requests.as_mut().map(|pipe| writeln!(pipe, "{line}"));
        loop {
            match self.answers.recv_timeout(deadline.saturating_duration_since(Instant::now()).min(POLL)) {
                Ok(text) => return self.read(&text),
                Err(RecvTimeoutError::Disconnected) => return Err(self.post_mortem(false)),
                Err(RecvTimeoutError::Timeout) => {
                    let used = self.used().saturating_sub(before);
                    if used >= patience.cpu {
                        return Err(Lost::Spent(patience.cpu));
                    }
                    if Instant::now() >= deadline {
                        let idle = hardly_ran(used, patience.cpu);
                        return Err(if idle { Lost::Idle(patience.wall) } else { Lost::Late(patience.wall) });
                    }
                }
            }
        }
    }

    fn read(&mut self, text: &str) -> Result<Answer, Lost> {
        let answer: Answer = serde_json::from_str(text)
            .map_err(|error| Lost::Ended(format!("the harness answers nonsense: {error}")))?;
        // What a harness says whose candidate is gone is of no worth, even if it had seen enough to be content.
        if answer.gone || matches!(self.candidate.try_wait(), Ok(Some(_))) {
            Err(self.post_mortem(true))
        } else {
            Ok(answer)
        }
    }

    /// What ended, and how. A harness that ends takes the candidate with it, so it has to be known who was first.
    fn post_mortem(&mut self, candidate: bool) -> Lost {
        let (who, child) =
            if candidate { ("candidate", &mut self.candidate) } else { ("evidence", &mut self.evidence) };
        let end = settle(child).map_or_else(|| "closed its pipes".to_owned(), |end| end.to_string());
        stop(&mut self.candidate);
        stop(&mut self.evidence);
        let [first, second] = self.said.take().map(|tails| tails.map(Tail::text)).unwrap_or_default();
        let reason = fatal(if candidate { &first } else { &second });
        Lost::Ended(format!("the process of the {who} {end}{reason}"))
    }
}

/// The engine's last words without the addresses that follow them, which differ from run to run.
fn fatal(said: &str) -> String {
    let words = said.lines().find_map(|line| line.split_once("FATAL ERROR: ")).map(|(_, words)| words.trim());
    words.map(|words| format!(": {words}")).unwrap_or_default()
}

const POLL: Duration = Duration::from_millis(200);

/// How a process ended, if it does so within a moment.
pub(super) fn settle(child: &mut Child) -> Option<End> {
    for _ in 0..500 {
        if let Ok(Some(status)) = child.try_wait() {
            return Some(ended(status));
        }
        thread::sleep(Duration::from_millis(10));
    }
    None
}

pub(super) fn stop(child: &mut Child) {
    // It may have ended in the meantime, which is as good.
    let _ = child.kill();
    let _ = child.wait();
}

impl Drop for Session {
    fn drop(&mut self) {
        stop(&mut self.candidate);
        stop(&mut self.evidence);
    }
}
