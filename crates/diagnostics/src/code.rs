use std::fmt;

/// A stable, machine-readable name of a kind of finding, such as `LIMIT_DEPTH`.
///
/// Codes are upper case with underscores; a code once released keeps its meaning.
#[derive(Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub struct Code(&'static str);

impl Code {
    /// Names a code. Meant for constants: `const BAD_KEY: Code = Code::new("BAD_KEY");`
    pub const fn new(name: &'static str) -> Self {
        Self(name)
    }

    /// The name as it is printed.
    pub const fn as_str(self) -> &'static str {
        self.0
    }
}

impl fmt::Display for Code {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(self.0)
    }
}

impl fmt::Debug for Code {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(self.0)
    }
}

/// How grave a finding is. Only [`Severity::Error`] makes a report fail.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub enum Severity {
    /// The input was refused or a check failed.
    Error,
    /// Accepted, but probably not meant.
    Warning,
    /// Information only.
    Note,
}

impl Severity {
    /// The word that is printed in text and JSON.
    pub const fn as_str(self) -> &'static str {
        match self {
            Self::Error => "error",
            Self::Warning => "warning",
            Self::Note => "note",
        }
    }
}

impl fmt::Display for Severity {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(self.as_str())
    }
}
