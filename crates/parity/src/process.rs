//! Talking to a testee that is a process: fed by one thread, read by another, with limits on time, size and crashes.

use crate::error::Error;
use crate::protocol::{Reply, Request, shorten};
use std::collections::VecDeque;
use std::io::{BufRead, BufReader, BufWriter, Read, Write};
use std::process::{Child, ChildStderr, ChildStdin, ChildStdout, Command, Stdio};
use std::sync::mpsc::{Receiver, RecvTimeoutError, SyncSender, sync_channel};
use std::thread;
use std::time::Duration;

/// Longest line that is taken from a testee, in bytes.
const MAX_LINE: u64 = 64 << 20;
/// How much of the standard error is kept, in bytes.
const KEPT: usize = 4096;
/// Answers read ahead of the comparison.
const AHEAD: usize = 64;

/// A process to talk to.
pub(crate) struct Process<'a> {
    /// Name of the testee.
    pub testee: &'static str,
    /// Builds the command; called again after a crash.
    pub command: &'a (dyn Fn() -> Command + Sync),
    /// How to get what is missing.
    pub help: &'static str,
    /// Longest wait for one answer; the first may take `warm_up` more.
    pub patience: Duration,
    /// Extra time for the first answer.
    pub warm_up: Duration,
    /// Whether a line is an answer at all, and not chatter of the host.
    pub is_answer: fn(&str) -> bool,
}

/// After so many crashes the rest is not asked for.
const MAX_CRASHES: usize = 12;

enum Ending {
    Done,
    Died,
    Late,
}

/// Requests of one life of the process, and how they are given to it.
struct Session<'a> {
    requests: &'a [Request],
    lines: &'a [String],
    /// One request at a time. Answers that a testee has not passed on when it dies are lost, so only this tells which request killed it.
    lockstep: bool,
}

impl Process<'_> {
    /// Asks all `lines`, which ask `requests` in turn: at first without waiting, after a death one at a time until it is found out, and so on.
    pub fn converse(&self, requests: &[Request], lines: &[String]) -> Result<Vec<Reply>, Error> {
        let mut replies = Vec::with_capacity(requests.len());
        let mut crashes = 0;
        let mut lockstep = false;
        let mut died: Option<(usize, String)> = None;
        while replies.len() < requests.len() {
            let from = replies.len();
            let session = Session { requests: &requests[from..], lines: &lines[from..], lockstep };
            let (ending, said) = self.session(&session, &mut replies)?;
            let id = |at: usize| requests[at.min(requests.len() - 1)].id.clone();
            match ending {
                // On a busy machine a whole load of requests may take too long though each of them does not; a death has no such excuse.
                Ending::Done => match died {
                    Some((at, said)) if lockstep => {
                        let reason = format!("{said}, and not again when asked one request at a time");
                        return Err(Error::Crashes { testee: self.testee, times: crashes + 1, id: id(at), reason });
                    }
                    _ => break,
                },
                Ending::Died | Ending::Late if !lockstep => {
                    lockstep = true;
                    died = matches!(ending, Ending::Died).then_some((replies.len(), said));
                }
                Ending::Died | Ending::Late => {
                    crashes += 1;
                    if crashes >= MAX_CRASHES {
                        return Err(Error::Crashes {
                            testee: self.testee,
                            times: crashes,
                            id: id(replies.len()),
                            reason: said,
                        });
                    }
                    let late = matches!(ending, Ending::Late);
                    replies.push(if late { Reply::TimedOut } else { Reply::Crashed(said) });
                    lockstep = false;
                }
            }
        }
        Ok(replies)
    }

    /// One life of the process: answers go to `replies`. Says how it ended and what it said on standard error.
    fn session(&self, session: &Session<'_>, replies: &mut Vec<Reply>) -> Result<(Ending, String), Error> {
        let mut command = (self.command)();
        let mut child =
            command.stdin(Stdio::piped()).stdout(Stdio::piped()).stderr(Stdio::piped()).spawn().map_err(|source| {
                let program = command.get_program().to_string_lossy().into_owned();
                Error::Start { program, testee: self.testee, source, help: self.help }
            })?;
        let pipes = (child.stdin.take(), child.stdout.take(), child.stderr.take());
        let (Some(stdin), Some(stdout), Some(stderr)) = pipes else {
            return Err(Error::Setup { testee: self.testee, reason: "its pipes are gone".to_owned() });
        };
        thread::scope(|scope| {
            let (sender, receiver) = sync_channel(AHEAD);
            let (permit, permits) = sync_channel(1);
            scope.spawn(move || feed(stdin, session, &permits));
            scope.spawn(move || read_lines(stdout, &sender));
            let said = scope.spawn(move || tail(stderr));
            let ending = self.collect(session, &permit, &receiver, replies);
            // Dropped before the threads are joined, so that a reader which waits to deliver gives up.
            drop((receiver, permit));
            let status = stop(&mut child, matches!(ending, Ending::Late));
            let said = said.join().unwrap_or_default();
            Ok((ending, format!("{status}: {}", said.trim())))
        })
    }

    fn collect(
        &self,
        session: &Session<'_>,
        permit: &SyncSender<()>,
        answers: &Receiver<String>,
        replies: &mut Vec<Reply>,
    ) -> Ending {
        let mut wait = self.patience + self.warm_up;
        for request in session.requests {
            // A feeder that is gone shows as a missing answer.
            if session.lockstep && permit.send(()).is_err() {
                return Ending::Died;
            }
            let answer = loop {
                match answers.recv_timeout(wait) {
                    Ok(line) if (self.is_answer)(&line) => break line,
                    Ok(_) => {}
                    Err(RecvTimeoutError::Timeout) => return Ending::Late,
                    Err(RecvTimeoutError::Disconnected) => return Ending::Died,
                }
            };
            wait = self.patience;
            replies.push(request.reply(&answer));
        }
        Ending::Done
    }
}

/// Ends the process: by itself after its input has ended, by force when it was late.
fn stop(child: &mut Child, kill: bool) -> String {
    if kill {
        // It may have ended in the meantime, which is as good.
        let _ = child.kill();
    }
    child.wait().map_or_else(|error| error.to_string(), |status| status.to_string())
}

fn feed(stdin: ChildStdin, session: &Session<'_>, permits: &Receiver<()>) {
    let mut stdin = BufWriter::new(stdin);
    for line in session.lines {
        if session.lockstep && (stdin.flush().is_err() || permits.recv().is_err()) {
            return;
        }
        // A testee that is gone shows on the reading side.
        if stdin.write_all(line.as_bytes()).and_then(|()| stdin.write_all(b"\n")).is_err() {
            return;
        }
    }
    let _ = stdin.flush();
}

fn read_lines(stdout: ChildStdout, sender: &SyncSender<String>) {
    let mut stdout = BufReader::new(stdout);
    loop {
        let mut line = Vec::new();
        match (&mut stdout).take(MAX_LINE).read_until(b'\n', &mut line) {
            Ok(0) | Err(_) => return,
            Ok(_) => {}
        }
        if line.last() == Some(&b'\n') {
            line.pop();
        }
        if sender.send(String::from_utf8_lossy(&line).into_owned()).is_err() {
            return;
        }
    }
}

fn tail(stderr: ChildStderr) -> String {
    let mut kept: VecDeque<u8> = VecDeque::with_capacity(KEPT);
    for byte in BufReader::new(stderr).bytes().map_while(Result::ok) {
        if kept.len() == KEPT {
            kept.pop_front();
        }
        kept.push_back(byte);
    }
    let bytes: Vec<u8> = kept.into();
    shorten(String::from_utf8_lossy(&bytes).trim())
}

#[cfg(test)]
mod tests {
    use super::Process;
    use crate::protocol::{Reply, Request};
    use std::process::Command;
    use std::time::Duration;

    fn requests(count: usize) -> Vec<Request> {
        let call = "app/P.f".to_owned();
        (0..count)
            .map(|at| Request { id: at.to_string(), suite: "s".to_owned(), call: call.clone(), args: Vec::new() })
            .collect()
    }

    fn talk(script: &'static str, count: usize) -> Result<Vec<Reply>, crate::Error> {
        let command = move || {
            let mut command = Command::new("sh");
            command.args(["-c", script]);
            command
        };
        let process = Process {
            testee: "test",
            command: &command,
            help: "",
            patience: Duration::from_millis(600),
            warm_up: Duration::ZERO,
            is_answer: |_| true,
        };
        let requests = requests(count);
        let lines: Vec<String> = requests.iter().map(Request::line).collect();
        process.converse(&requests, &lines)
    }

    const ECHO: &str = r#"id=${line#*:\"}; id=${id%%\"*}; echo "{\"id\":\"$id\",\"ok\":{\"none\":null}}""#;

    #[test]
    fn names_the_request_that_kills_and_goes_on_after_it() {
        let script: &'static str = Box::leak(
            format!(
                "while read -r line; do case $line in *'\"id\":\"2\"'*) echo boom >&2; exit 9;; esac; {ECHO}; done"
            )
            .into_boxed_str(),
        );
        let replies = talk(script, 5).unwrap();
        assert!(matches!(&replies[2], Reply::Crashed(said) if said.contains("boom")), "{replies:?}");
        for at in [0, 1, 3, 4] {
            assert_eq!(replies[at], Reply::Ok("{\"none\":null}".to_owned()));
        }
    }

    #[test]
    fn does_not_wait_for_ever() {
        let script: &'static str = Box::leak(
            format!("while read -r line; do case $line in *'\"id\":\"1\"'*) exec sleep 60;; esac; {ECHO}; done")
                .into_boxed_str(),
        );
        let replies = talk(script, 3).unwrap();
        assert_eq!(replies[1], Reply::TimedOut);
        assert_eq!(replies[2], Reply::Ok("{\"none\":null}".to_owned()));
    }

    #[test]
    fn gives_up_on_a_testee_that_never_answers() {
        let error = talk("echo broken >&2; exit 1", 50).unwrap_err();
        assert!(error.to_string().contains("broken"), "{error}");
    }
}
