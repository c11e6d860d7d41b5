use super::{Jail, REFUSED_EXIT, Sandbox};
use command_fds::{CommandFdExt, FdMapping};
use std::fmt;
use std::io::{self, Read, Write};
use std::os::fd::OwnedFd;
use std::os::unix::process::ExitStatusExt;
use std::process::{Child, Command, ExitStatus, Stdio};
use std::sync::mpsc::{RecvTimeoutError, channel};
use std::thread::{self, JoinHandle};
use std::time::Instant;

/// How much of the standard error is kept, in bytes: the last of it.
const KEPT: usize = 4096;

/// How a run ended.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum End {
    /// By itself, with this code.
    Exit(i32),
    /// By a signal: the filter, a limit, or its own fault.
    Signal(i32),
    /// Killed when its time was up.
    Late,
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
            End::Signal(signal) => write!(f, "was killed by signal {signal}"),
            End::Late => f.write_str("was killed when its time was up"),
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
        self.run_with(jail, input, [])
    }

    /// Does the same with `pipes` as its descriptors from 3 on.
    ///
    /// # Errors
    /// See [`Sandbox::run`].
    pub fn run_with<const N: usize>(&self, jail: &Jail, input: &[u8], pipes: [OwnedFd; N]) -> io::Result<Finished> {
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
        let left = jail.limits.wall.saturating_sub(begun.elapsed());
        let (stdout, end) = match receiver.recv_timeout(left) {
            Ok(text) => {
                let text = text?;
                if text.len() > most { (text, Some(End::Loud)) } else { (text, None) }
            }
            Err(RecvTimeoutError::Timeout | RecvTimeoutError::Disconnected) => (Vec::new(), Some(End::Late)),
        };
        // One that has closed its output may still run.
        let end = match end {
            Some(end) => {
                kill(&mut child)?;
                end
            }
            None => wait_until(&mut child, begun + jail.limits.wall)?,
        };
        Ok(Finished { end, stdout, stderr: tail.text() })
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

fn wait_until(child: &mut Child, deadline: Instant) -> io::Result<End> {
    loop {
        if let Some(status) = child.try_wait()? {
            return Ok(ended(status));
        }
        if Instant::now() >= deadline {
            kill(child)?;
            return Ok(End::Late);
        }
        thread::sleep(std::time::Duration::from_millis(2));
    }
}
