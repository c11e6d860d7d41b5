use super::{Jail, Limits, REFUSED_EXIT, Sandbox, used};
use command_fds::{CommandFdExt, FdMapping};
use std::fmt;
use std::io::{self, Read, Write};
use std::os::fd::OwnedFd;
use std::os::unix::process::ExitStatusExt;
use std::process::{Child, Command, ExitStatus, Stdio};
use std::sync::mpsc::{Receiver, RecvTimeoutError, channel};
use std::thread::{self, JoinHandle};
use std::time::{Duration, Instant};

/// How much of the standard error is kept, in bytes: the last of it.
const KEPT: usize = 4096;

/// How a run ended.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum End {
    /// By itself, with this code.
    Exit(i32),
    /// By a signal: the filter, a limit, or its own fault.
    Signal(i32),
    /// Killed when its processor time was used up.
    Spent,
    /// Killed when its time was up.
    Late,
    /// Killed when its time was up, of which it was given hardly any of a processor's, or wanted none.
    Idle,
    /// Killed when it had said too much.
    Loud,
}

impl fmt::Display for End {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self {
            End::Exit(code) if *code == i32::from(REFUSED_EXIT) => f.write_str("did not get its sandbox"),
            End::Exit(code) => write!(f, "ended with exit code {code}"),
            // SIGSYS
            End::Signal(31) => {
                f.write_str("was killed for a forbidden system call (a process, a socket, or another way out)")
            }
            // SIGXCPU
            End::Signal(24) | End::Spent => f.write_str("was killed when its processor time was used up"),
            End::Signal(signal) => write!(f, "was killed by signal {signal}"),
            End::Late => f.write_str("was killed when its time was up"),
            End::Idle => write!(f, "was killed when its time was up, though it had hardly run: {IDLE}"),
            End::Loud => f.write_str("was killed for too much output"),
        }
    }
}

/// What is left of a run.
#[derive(Clone, Debug)]
pub struct Finished {
    /// How it ended.
    pub end: End,
    /// All of its standard output.
    pub stdout: Vec<u8>,
    /// The last of its standard error.
    pub stderr: String,
    /// Processor time that it, and what was beside it, was last seen to have used; what ends soon is not looked at.
    pub cpu: Duration,
}

/// How a process of the sandbox ended by itself. The helper tells of signals as shells do.
pub fn ended(status: ExitStatus) -> End {
    match (status.code(), status.signal()) {
        (Some(code), _) if code > 128 => End::Signal(code - 128),
        (Some(code), _) => End::Exit(code),
        (None, signal) => End::Signal(signal.unwrap_or(9)),
    }
}

/// Keeps the last of a stream, without bound on its length.
#[derive(Debug)]
pub struct Tail(JoinHandle<String>);

impl Tail {
    /// Reads `stream` to its end on a thread of its own.
    pub fn of(mut stream: impl Read + Send + 'static) -> Tail {
        Tail(thread::spawn(move || {
            let mut kept = Vec::new();
            let mut chunk = [0; KEPT];
            while let Ok(count @ 1..) = stream.read(&mut chunk) {
                kept.extend_from_slice(&chunk[..count]);
                let extra = kept.len().saturating_sub(KEPT);
                kept.drain(..extra);
            }
            String::from_utf8_lossy(&kept).into_owned()
        }))
    }

    /// What it was, when the stream has ended.
    pub fn text(self) -> String {
        self.0.join().unwrap_or_default()
    }
}

impl Sandbox {
    /// Runs `jail` to its end with `input` as its standard input.
    ///
    /// # Errors
    /// When the helper cannot be started. What the program does wrong is in [`Finished::end`].
    pub fn run(&self, jail: &Jail, input: &[u8]) -> io::Result<Finished> {
        self.run_beside(None, jail, input, [])
    }

    /// Does the same with `pipes` as its descriptors from 3 on, and counts the processor time of `other` as its own: a process that it waits
    /// for while it uses none.
    ///
    /// # Errors
    /// See [`Sandbox::run`].
    pub fn run_beside<const N: usize>(
        &self,
        other: Option<u32>,
        jail: &Jail,
        input: &[u8],
        pipes: [OwnedFd; N],
    ) -> io::Result<Finished> {
        let begun = Instant::now();
        let mut command = self.command(jail)?;
        command.stdin(Stdio::piped()).stdout(Stdio::piped()).stderr(Stdio::piped());
        let mut child = started(command, pipes)?;
        let (stdin, stdout, stderr) = (child.stdin.take(), child.stdout.take(), child.stderr.take());
        let (Some(mut stdin), Some(mut stdout), Some(stderr)) = (stdin, stdout, stderr) else {
            return Err(io::Error::other("its pipes are gone"));
        };
        let most = jail.limits.output;
        let (sender, receiver) = channel();
        let tail = Tail::of(stderr);
        let given = input.to_vec();
        // Whoever does not read its input closes it by ending.
        thread::spawn(move || stdin.write_all(&given));
        thread::spawn(move || {
            let mut text = Vec::new();
            let read = (&mut stdout).take(most as u64 + 1).read_to_end(&mut text);
            // Nobody waits any more when the time is up.
            let _ = sender.send(read.map(|_| text));
        });
        let mut watch = Watch { id: child.id(), other, limits: &jail.limits, started: begun, used: Duration::ZERO };
        let (stdout, end) = match watch.output(&receiver) {
            Ok(text) => {
                let text = text?;
                if text.len() > most { (text, Some(End::Loud)) } else { (text, None) }
            }
            Err(end) => (Vec::new(), Some(end)),
        };
        // One that has closed its output may still run.
        let end = match end {
            Some(end) => {
                kill(&mut child)?;
                end
            }
            None => watch.until_end(&mut child)?,
        };
        Ok(Finished { end, stdout, stderr: tail.text(), cpu: watch.used })
    }
}

/// Why something that was waited for did not come, though next to no processor time was used.
pub(crate) const IDLE: &str = "it waits for what does not come, or the machine is too busy";

/// Whether what was used of the processor time that would have been allowed is little: an interpreter that only starts and then waits uses some, too.
pub fn hardly_ran(used: Duration, allowed: Duration) -> bool {
    used < allowed / 4
}

/// How often the time is looked at.
const POLL: Duration = Duration::from_millis(100);

/// The clocks of a running jail.
struct Watch<'a> {
    id: u32,
    /// A process outside of the jail whose time counts, too.
    other: Option<u32>,
    limits: &'a Limits,
    started: Instant,
    /// What was seen last.
    used: Duration,
}

impl Watch<'_> {
    /// Why the jail has to end now, if it has to.
    fn verdict(&mut self) -> Option<End> {
        let (took, allowed) = (self.started.elapsed(), self.limits.cpu);
        self.used = self.used.max(used(self.id) + self.other.map_or(Duration::ZERO, used));
        if self.used >= allowed {
            return Some(End::Spent);
        }
        (took >= self.limits.wall).then(|| if hardly_ran(self.used, allowed) { End::Idle } else { End::Late })
    }

    /// The whole output, or why it was not waited for.
    fn output<T>(&mut self, receiver: &Receiver<T>) -> Result<T, End> {
        loop {
            match receiver.recv_timeout(POLL) {
                Ok(text) => return Ok(text),
                Err(RecvTimeoutError::Disconnected) => return Err(End::Late),
                Err(RecvTimeoutError::Timeout) => {
                    if let Some(end) = self.verdict() {
                        return Err(end);
                    }
                }
            }
        }
    }

    fn until_end(&mut self, child: &mut Child) -> io::Result<End> {
        let mut looked = Instant::now();
        loop {
            if let Some(status) = child.try_wait()? {
                return Ok(ended(status));
            }
            if looked.elapsed() >= POLL {
                if let Some(end) = self.verdict() {
                    kill(child)?;
                    return Ok(end);
                }
                looked = Instant::now();
            }
            thread::sleep(Duration::from_millis(2));
        }
    }
}

/// Starts `command` with `pipes` as its descriptors from 3 on. This process has them no longer, so that their ends are seen.
pub fn started<const N: usize>(mut command: Command, pipes: [OwnedFd; N]) -> io::Result<Child> {
    let mappings = pipes.into_iter().zip(3..).map(|(parent_fd, child_fd)| FdMapping { parent_fd, child_fd });
    command.fd_mappings(mappings.collect()).map_err(io::Error::other)?;
    command.spawn()
}

fn kill(child: &mut Child) -> io::Result<()> {
    // It may have ended in the meantime, which is as good.
    let _ = child.kill();
    child.wait().map(|_| ())
}
