use super::{MAX_ANSWER, Substrate, api, quote};
use crate::leftovers::Group;
use crate::sandbox::Tail;
use etymon_diagnostics::Diagnostic;
use std::io::{Read, Write};
use std::process::{Child, Command, Stdio};
use std::sync::mpsc::channel;
use std::thread;
use std::time::{Duration, Instant};

/// Any command: the prompt is its standard input, its standard output is the answer. It is the caller's own program and runs as such.
#[derive(Clone, Debug)]
pub struct ExecSubstrate {
    /// Program and arguments.
    pub command: Vec<String>,
    /// What to call the model.
    pub model: String,
    /// Longest wait; then the command and what it started are killed.
    pub patience: Duration,
}

impl Substrate for ExecSubstrate {
    fn id(&self) -> &str {
        "exec"
    }

    fn model(&self) -> &str {
        &self.model
    }

    fn complete(&self, prompt: &str) -> Result<String, Box<Diagnostic>> {
        let (Some(program), args) = (self.command.first(), self.command.get(1..).unwrap_or_default()) else {
            return Err(api("no command is named", "name one: `--substrate exec --command '<command>'`"));
        };
        let failed = |why: String| {
            api(
                format!("`{program}` gives no answer: {why}"),
                "run the command by hand with a prompt on its standard input",
            )
        };
        let mut command = Command::new(program);
        command.args(args).stdin(Stdio::piped()).stdout(Stdio::piped()).stderr(Stdio::piped());
        let mut group = Group::start(&mut command).map_err(|error| failed(error.to_string()))?;
        self.converse(&mut group.child, prompt).map_err(failed)
    }
}

impl ExecSubstrate {
    fn converse(&self, child: &mut Child, prompt: &str) -> Result<String, String> {
        let deadline = Instant::now() + self.patience;
        let late = || format!("no end within {} s", self.patience.as_secs_f32());
        let pipes = (child.stdin.take(), child.stdout.take(), child.stderr.take());
        let (Some(mut stdin), Some(stdout), Some(stderr)) = pipes else { return Err("its pipes are gone".to_owned()) };
        let given = prompt.as_bytes().to_vec();
        // A command may answer without reading.
        thread::spawn(move || stdin.write_all(&given));
        let tail = Tail::of(stderr);
        let (sender, receiver) = channel();
        thread::spawn(move || {
            let mut bytes = Vec::new();
            let read = stdout.take(MAX_ANSWER as u64 + 1).read_to_end(&mut bytes).map(|_| bytes);
            // Nobody waits any more when the time is up.
            let _ = sender.send(read);
        });
        let bytes = receiver.recv_timeout(self.patience).map_err(|_| late())?.map_err(|error| error.to_string())?;
        if bytes.len() > MAX_ANSWER {
            return Err(format!("it says more than {MAX_ANSWER} bytes"));
        }
        let status = loop {
            match child.try_wait().map_err(|error| error.to_string())? {
                Some(status) => break status,
                None if Instant::now() >= deadline => return Err(late()),
                None => thread::sleep(Duration::from_millis(5)),
            }
        };
        if !status.success() {
            let said = quote(&tail.text());
            return Err(if said.is_empty() { status.to_string() } else { format!("{status}: {said}") });
        }
        String::from_utf8(bytes).map_err(|_| "its answer is not UTF-8".to_owned())
    }
}
