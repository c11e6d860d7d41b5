use serde::{Deserialize, Serialize};
use std::collections::BTreeMap;
use std::path::PathBuf;
use std::time::Duration;

/// A folder or file that the program sees.
#[derive(Clone, Debug, Serialize, Deserialize)]
pub struct Bind {
    /// Where it is outside.
    pub from: PathBuf,
    /// Where it is inside: an absolute path, which is made.
    pub to: PathBuf,
}

/// What a program may use up.
#[derive(Clone, Debug, Serialize, Deserialize)]
pub struct Limits {
    /// Processor time of everything in the sandbox together; afterwards all of it is killed.
    pub cpu: Duration,
    /// Wall clock, for what sleeps; afterwards all of it is killed, too.
    pub wall: Duration,
    /// Private writable memory of each process, in bytes.
    pub memory: u64,
    /// Address space of each process, in bytes. Engines reserve much more than they use.
    pub address_space: u64,
    /// Processes and threads together.
    pub processes: u64,
    /// The scratch folder, in bytes; also the longest file.
    pub scratch: u64,
    /// Standard output, in bytes; more ends the run.
    pub output: usize,
}

/// How much longer than its processor time a program may take: it has to share the machine with others.
pub const PATIENCE: u32 = 5;

impl Limits {
    /// So much processor time, and [`PATIENCE`] times as much of the wall's clock.
    #[must_use]
    pub fn lasting(self, cpu: Duration) -> Limits {
        Limits { cpu, wall: cpu.saturating_mul(PATIENCE), ..self }
    }
}

impl Default for Limits {
    fn default() -> Limits {
        Limits {
            cpu: Duration::from_secs(20),
            wall: Duration::from_secs(100),
            memory: 768 << 20,
            address_space: 16 << 30,
            processes: 32,
            scratch: 32 << 20,
            output: 8 << 20,
        }
    }
}

/// A program and what it is allowed.
#[derive(Clone, Debug, Serialize, Deserialize)]
pub struct Jail {
    /// The program, as a path inside.
    pub program: PathBuf,
    /// Its arguments.
    pub args: Vec<String>,
    /// Its whole environment, besides `HOME`, `PATH`, `TMPDIR`, `LANG` and `TZ`.
    pub env: BTreeMap<String, String>,
    /// What it sees besides the system folders. Read-only.
    pub binds: Vec<Bind>,
    /// Whether it may start processes of its own. Threads are always allowed.
    pub may_fork: bool,
    /// Whether programs may be run from the scratch folder.
    pub scratch_exec: bool,
    /// Whether `/proc` is there. Through it a process can read its own memory.
    pub proc: bool,
    /// How many descriptors it is given besides the standard ones, from 3 on. All others are closed.
    pub pipes: i32,
    /// Limits.
    pub limits: Limits,
}

impl Jail {
    /// `program` without arguments, binds or freedoms.
    pub fn new(program: PathBuf) -> Jail {
        Jail {
            program,
            args: Vec::new(),
            env: BTreeMap::new(),
            binds: Vec::new(),
            may_fork: false,
            scratch_exec: false,
            proc: false,
            pipes: 0,
            limits: Limits::default(),
        }
    }

    /// Shows the folder or file `from` at `to`.
    #[must_use]
    pub fn bind(mut self, from: impl Into<PathBuf>, to: impl Into<PathBuf>) -> Jail {
        self.binds.push(Bind { from: from.into(), to: to.into() });
        self
    }
}
