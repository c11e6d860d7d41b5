//! Where hostile code runs: its own user, mount, process, network and IPC namespaces, a system that is read-only, a scratch folder in memory,
//! no home folder, no network, and limits on memory, processes, time and output.
//!
//! The parent starts a *helper* (this same program in a mode of its own, see [`helper_main`]) which builds the namespaces and becomes the
//! program. Namespaces are needed; the system call filter on top of them kills whoever opens a socket or, unless allowed, starts a process.
//! Where any of it cannot be set up, [`Launcher::probe`] refuses with [`SANDBOX_UNAVAILABLE`]: nothing ever runs bare.

mod filter;
mod jail;
mod run;
mod stage;
mod usage;

use crate::codes::SANDBOX_UNAVAILABLE;
use etymon_diagnostics::Diagnostic;
use std::ffi::OsString;
use std::os::unix::process::CommandExt;
use std::path::PathBuf;
use std::process::Command;
use std::time::Duration;

pub use jail::{Bind, Jail, Limits, PATIENCE};
pub(crate) use run::IDLE;
pub use run::{End, Finished, Tail, ended, hardly_ran, started};
pub use stage::{helper_main, is_shown};
pub use usage::used;

/// Exit code of the helper when it could not build the sandbox: the program has not run.
pub const REFUSED_EXIT: u8 = 125;

/// The command that starts the helper. Not yet known to work.
#[derive(Clone, Debug)]
pub struct Launcher {
    /// Program and first arguments; this process's number and the plan are added as the last ones.
    pub helper: Vec<OsString>,
}

impl Launcher {
    /// Runs a program that does nothing, and thereby proves that sandboxes can be built here.
    ///
    /// # Errors
    /// [`SANDBOX_UNAVAILABLE`] with what the helper said.
    pub fn probe(&self) -> Result<Sandbox, Box<Diagnostic>> {
        let sandbox = Sandbox { helper: self.helper.clone() };
        let mut jail = Jail::new(PathBuf::from("/bin/sh"));
        jail.args = vec!["-c".to_owned(), "exit 7".to_owned()];
        jail.limits = Limits::default().lasting(Duration::from_secs(10));
        let finished = sandbox.run(&jail, b"").map_err(|error| unavailable(&error.to_string()))?;
        match finished.end {
            End::Exit(7) => Ok(sandbox),
            _ => Err(unavailable(&format!("{}: {}", finished.end, finished.stderr.trim()))),
        }
    }
}

fn unavailable(why: &str) -> Box<Diagnostic> {
    let message = format!("no sandbox can be set up here, so the candidate was not run: {why}");
    let help = "allow user namespaces (`sysctl user.max_user_namespaces`, `kernel.unprivileged_userns_clone=1`, or the AppArmor setting \
                `kernel.apparmor_restrict_unprivileged_userns=0`), or run where they are allowed; a candidate is never run without a sandbox";
    Box::new(Diagnostic::error(SANDBOX_UNAVAILABLE, message).help(help))
}

/// A sandbox that is known to work. Only [`Launcher::probe`] makes one.
#[derive(Clone, Debug)]
pub struct Sandbox {
    helper: Vec<OsString>,
}

impl Sandbox {
    /// The command that runs `jail`. The caller sets its pipes.
    pub fn command(&self, jail: &Jail) -> std::io::Result<Command> {
        let plan = serde_json::to_string(jail)?;
        let [program, args @ ..] = self.helper.as_slice() else {
            return Err(std::io::Error::other("the sandbox helper has no name"));
        };
        let mut command = Command::new(program);
        // A group of its own: what is typed at a terminal is for this process, which ends the others.
        command.args(args).arg(std::process::id().to_string()).arg(plan).env_clear().process_group(0);
        Ok(command)
    }
}
