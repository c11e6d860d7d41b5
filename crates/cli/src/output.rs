//! Where results and failures go, and the exit codes that scripts can trust.

use etymon_diagnostics::{Code, Diagnostic, Report, Style};
use std::cell::RefCell;
use std::io::{self, IsTerminal, Write};
use std::process::ExitCode;

/// A folder or file cannot be read or written.
pub const IO: Code = Code::new("IO");

/// Why a command did not succeed.
#[derive(Debug)]
pub enum Failure {
    /// The check failed: exit 1.
    Check(Report),
    /// Wrong flags or I/O: exit 2.
    Usage(Report),
    /// The spec or input was refused: exit 3.
    Refused(Report),
    /// Exit 1, everything having been printed already.
    Printed,
}

/// A flag that makes no sense.
pub const USAGE: Code = Code::new("USAGE");

impl Failure {
    /// Exit code of wrong flags and I/O.
    pub const USAGE: u8 = 2;

    /// A wrong flag.
    pub fn usage(message: String, help: &str) -> Failure {
        Failure::Usage(Report::from(Diagnostic::error(USAGE, message).help(help)))
    }

    /// A failure of reading or writing `path`.
    pub fn io(path: impl std::fmt::Display, error: io::Error) -> Failure {
        let help = match error.kind() {
            io::ErrorKind::NotFound => "give the path of something that is there",
            io::ErrorKind::PermissionDenied | io::ErrorKind::ReadOnlyFilesystem => {
                "choose another place, or change its permissions"
            }
            io::ErrorKind::StorageFull | io::ErrorKind::QuotaExceeded => "free some space",
            io::ErrorKind::IsADirectory => "give a file",
            io::ErrorKind::NotADirectory | io::ErrorKind::AlreadyExists => "give a folder, or the path of a new one",
            _ => "see that the path is right and that the disk is sound",
        };
        Failure::unusable(path, error, help)
    }

    /// A path that cannot serve, and what would.
    pub fn unusable(path: impl std::fmt::Display, error: impl std::fmt::Display, help: &str) -> Failure {
        Failure::Usage(Report::from(Diagnostic::error(IO, format!("`{path}`: {error}")).help(help)))
    }
}

impl From<Report> for Failure {
    fn from(report: Report) -> Failure {
        // A spec that cannot be read is a matter of I/O, one that is wrong is refused.
        if report.has(etymon_spec::codes::SPEC_IO) { Failure::Usage(report) } else { Failure::Refused(report) }
    }
}

impl From<Box<Diagnostic>> for Failure {
    fn from(diagnostic: Box<Diagnostic>) -> Failure {
        Failure::from(Report::from(*diagnostic))
    }
}

/// What a command returns.
pub type Outcome = Result<(), Failure>;

/// `1 object`, `2 objects`.
pub fn counted(count: impl std::fmt::Display, noun: &str) -> String {
    let count = count.to_string();
    let ending = if count == "1" { "" } else { "s" };
    format!("{count} {noun}{ending}")
}

/// Writes to standard error; where even that is closed, the exit code has to do.
fn tell(text: &str) {
    let _ = io::stderr().lock().write_all(text.as_bytes());
}

/// Standard output and standard error, in the form the user asked for.
#[derive(Debug)]
pub struct Output {
    /// Whether machines read it.
    pub json: bool,
    /// What kept a result from being written, if anything did.
    lost: RefCell<Option<io::Error>>,
}

impl Output {
    /// Output for people, or for machines.
    pub fn new(json: bool) -> Output {
        Output { json, lost: RefCell::default() }
    }

    /// Prints a result. A closed pipe ends the output, not the command; whatever else keeps it from being written is told by [`Output::finish`].
    pub fn print(&self, text: &str) {
        self.print_bytes(text.as_bytes());
    }

    /// Prints a result as it is.
    pub fn print_bytes(&self, bytes: &[u8]) {
        let mut stdout = io::stdout().lock();
        if let Err(error) = stdout.write_all(bytes).and_then(|()| stdout.flush())
            && error.kind() != io::ErrorKind::BrokenPipe
        {
            *self.lost.borrow_mut() = Some(error);
        }
    }

    /// The exit code of a command, which is a failure also where its result was lost.
    pub fn finish(&self, outcome: Outcome) -> ExitCode {
        let lost = self.lost.borrow_mut().take();
        match (outcome, lost) {
            (Err(failure), _) => self.fail(failure),
            (Ok(()), Some(error)) => self.fail(Failure::io("standard output", error)),
            (Ok(()), None) => ExitCode::SUCCESS,
        }
    }

    /// Prints a result as one line of JSON.
    pub fn print_json(&self, value: &serde_json::Value) {
        self.print(&format!("{value}\n"));
    }

    /// Says what is going on, to people at a terminal only.
    pub fn progress(&self, text: &str) {
        (self.teller())(text);
    }

    /// What says so, for those who work elsewhere.
    pub fn teller(&self) -> fn(&str) {
        if !self.json && io::stderr().is_terminal() { |text| tell(&format!("{text}\n")) } else { |_| {} }
    }

    /// The style for diagnostics on standard error.
    fn style(&self) -> Style {
        let coloured = io::stderr().is_terminal() && !anstyle_query::no_color();
        if coloured { Style::coloured() } else { Style::plain() }
    }

    /// Prints a report on standard error.
    pub fn report(&self, report: &Report) {
        if self.json {
            tell(&report.to_json_lines());
        } else {
            tell(&report.to_text(&self.style()));
        }
    }

    /// Prints a failure and gives its exit code.
    fn fail(&self, failure: Failure) -> ExitCode {
        let (report, code) = match failure {
            Failure::Check(report) => (report, 1),
            Failure::Usage(report) => (report, 2),
            Failure::Refused(report) => (report, 3),
            Failure::Printed => return ExitCode::from(1),
        };
        self.report(&report);
        ExitCode::from(code)
    }
}
