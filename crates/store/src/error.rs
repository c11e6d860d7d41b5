use std::io;
use std::path::Path;

use etymon_diagnostics::{Code, Diagnostic, Origin, Report};
use rustix::io::Errno;

/// The codes of this crate's errors and findings.
pub mod codes {
    use etymon_diagnostics::Code;

    /// No space left on the device, or over quota.
    pub const STORE_FULL: Code = Code::new("STORE_FULL");
    /// A folder that cannot be written.
    pub const STORE_READ_ONLY: Code = Code::new("STORE_READ_ONLY");
    /// Any other failure of the file system.
    pub const STORE_IO: Code = Code::new("STORE_IO");
    /// A symbolic link, device, folder, or file of someone else where a plain file or folder belongs.
    pub const STORE_FOREIGN: Code = Code::new("STORE_FOREIGN");
    /// A key that could leave the store.
    pub const STORE_BAD_KEY: Code = Code::new("STORE_BAD_KEY");
    /// An address that names no kind of store.
    pub const STORE_ADDRESS: Code = Code::new("STORE_ADDRESS");
    /// A hash, prefix or root that names nothing in the store.
    pub const STORE_NOT_FOUND: Code = Code::new("STORE_NOT_FOUND");
    /// A prefix that names several objects.
    pub const STORE_AMBIGUOUS: Code = Code::new("STORE_AMBIGUOUS");
    /// An object whose bytes do not have the hash that names it.
    pub const STORE_CORRUPT: Code = Code::new("STORE_CORRUPT");
    /// An object that a manifest or root names and the store lacks.
    pub const STORE_MISSING: Code = Code::new("STORE_MISSING");
    /// An entry that is not where its content says it belongs.
    pub const STORE_MISPLACED: Code = Code::new("STORE_MISPLACED");
    /// Temporary files of a build that was killed.
    pub const STORE_LEFTOVER: Code = Code::new("STORE_LEFTOVER");
    /// A remote store in use by another process.
    pub const STORE_LOCKED: Code = Code::new("STORE_LOCKED");
    /// A remote store that does not answer as it should.
    pub const STORE_REMOTE: Code = Code::new("STORE_REMOTE");
    /// A manifest that is not what it should be.
    pub const MANIFEST_INVALID: Code = Code::new("MANIFEST_INVALID");
    /// An artifact path that is absolute, leaves its folder, or clashes with another.
    pub const ARTIFACT_PATH: Code = Code::new("ARTIFACT_PATH");
    /// A committed file whose bytes differ from the fresh ones.
    pub const DRIFT_CHANGED: Code = Code::new("DRIFT_CHANGED");
    /// A file that should be committed and is not there.
    pub const DRIFT_MISSING: Code = Code::new("DRIFT_MISSING");
    /// A file under the generated tree that nothing emits.
    pub const DRIFT_RESIDUE: Code = Code::new("DRIFT_RESIDUE");
    /// A committed manifest that says something else than the fresh one.
    pub const DRIFT_MANIFEST: Code = Code::new("DRIFT_MANIFEST");
    /// A committed file that is executable, a link, or not a plain file.
    pub const DRIFT_MODE: Code = Code::new("DRIFT_MODE");
    /// An entry of `accepted-residue.json` that is malformed or no longer applies.
    pub const DRIFT_ACCEPTED: Code = Code::new("DRIFT_ACCEPTED");
}

/// Why the store, a manifest or an output tree could not be read or written.
#[derive(Debug, thiserror::Error)]
#[non_exhaustive]
pub enum StoreError {
    /// No space left, or over quota.
    #[error("no space left to write `{path}`")]
    Full {
        /// What was being written.
        path: String,
    },
    /// The place cannot be written.
    #[error("`{path}` cannot be written: {reason}")]
    ReadOnly {
        /// What was being written.
        path: String,
        /// The system's word for it.
        reason: String,
    },
    /// Any other failure of the file system.
    #[error("cannot {action} `{path}`: {source}")]
    Io {
        /// What was tried.
        action: &'static str,
        /// On what.
        path: String,
        /// The system's answer.
        source: io::Error,
    },
    /// A symbolic link or another thing where a plain file or folder belongs.
    #[error("`{path}` is a symbolic link or not the plain file or folder that belongs there")]
    Foreign {
        /// The path.
        path: String,
    },
    /// A file that no build wrote, where one would be written.
    #[error("`{path}` is there already and was not written by a build")]
    Others {
        /// The path.
        path: String,
    },
    /// A key that could leave the store.
    #[error("`{key}` is not a store key")]
    BadKey {
        /// The key, shortened.
        key: String,
    },
    /// An address that names no kind of store.
    #[error("`{address}` is not the address of a store: {reason}")]
    Address {
        /// The address.
        address: String,
        /// Why not.
        reason: String,
    },
    /// No store is there.
    #[error("there is no store at `{address}`")]
    Absent {
        /// The folder.
        address: String,
    },
    /// Nothing has this name.
    #[error("nothing in the store is named `{name}`")]
    NotFound {
        /// The name.
        name: String,
    },
    /// Several objects share this prefix.
    #[error("`{prefix}` is the beginning of {count} objects")]
    Ambiguous {
        /// The prefix.
        prefix: String,
        /// How many objects start with it.
        count: usize,
    },
    /// An object's bytes do not have the hash that names it.
    #[error("object `{expected}` is corrupt: its bytes have the hash `{found}`")]
    Corrupt {
        /// The name of the object.
        expected: String,
        /// The hash of its bytes.
        found: String,
    },
    /// An object that a manifest names is not in the store.
    #[error("object `{digest}` of `{path}` is not in the store")]
    Missing {
        /// The object.
        digest: String,
        /// The artifact that needs it.
        path: String,
    },
    /// A remote store is in use.
    #[error("the store is in use: {holder}")]
    Locked {
        /// Who holds it.
        holder: String,
    },
    /// A remote store does not answer as it should.
    #[error("the store at `{address}` failed to {action}: {reason}")]
    Remote {
        /// The address.
        address: String,
        /// What was tried.
        action: &'static str,
        /// The answer.
        reason: String,
    },
    /// A manifest or a path in it was refused; the diagnostic says why.
    #[error("{}", .0.message)]
    Refused(Box<Diagnostic>),
}

impl StoreError {
    pub(crate) fn write(path: &Path, source: io::Error) -> Self {
        use io::ErrorKind::{PermissionDenied, QuotaExceeded, ReadOnlyFilesystem, StorageFull};
        let shown = path.display().to_string();
        match source.kind() {
            StorageFull | QuotaExceeded => Self::Full { path: shown },
            ReadOnlyFilesystem | PermissionDenied => Self::ReadOnly { path: shown, reason: reason(&source) },
            _ => Self::io("write", path, source),
        }
    }

    pub(crate) fn read(path: &Path, source: io::Error) -> Self {
        Self::io("read", path, source)
    }

    fn io(action: &'static str, path: &Path, source: io::Error) -> Self {
        let path = path.display().to_string();
        match Errno::from_io_error(&source) {
            // What `O_NOFOLLOW` and `O_DIRECTORY` answer for a link or a file in the way.
            Some(Errno::LOOP | Errno::NOTDIR | Errno::ISDIR) => Self::Foreign { path },
            _ => Self::Io { action, path, source },
        }
    }

    pub(crate) fn refused(code: Code, message: impl Into<String>, origin: Origin) -> Self {
        Self::Refused(Box::new(Diagnostic::error(code, message).at(origin)))
    }

    /// The stable code of this error.
    pub fn code(&self) -> Code {
        match self {
            Self::Full { .. } => codes::STORE_FULL,
            Self::ReadOnly { .. } => codes::STORE_READ_ONLY,
            Self::Io { .. } => codes::STORE_IO,
            Self::Foreign { .. } | Self::Others { .. } => codes::STORE_FOREIGN,
            Self::BadKey { .. } => codes::STORE_BAD_KEY,
            Self::Address { .. } => codes::STORE_ADDRESS,
            Self::Absent { .. } | Self::NotFound { .. } => codes::STORE_NOT_FOUND,
            Self::Ambiguous { .. } => codes::STORE_AMBIGUOUS,
            Self::Corrupt { .. } => codes::STORE_CORRUPT,
            Self::Missing { .. } => codes::STORE_MISSING,
            Self::Locked { .. } => codes::STORE_LOCKED,
            Self::Remote { .. } => codes::STORE_REMOTE,
            Self::Refused(diagnostic) => diagnostic.code,
        }
    }

    /// The error as a diagnostic with a way to mend it.
    pub fn diagnostic(&self) -> Diagnostic {
        if let Self::Refused(diagnostic) = self {
            return (**diagnostic).clone();
        }
        let bare = Diagnostic::error(self.code(), self.to_string());
        match self.help() {
            Some(help) => bare.help(help),
            None => bare,
        }
    }

    fn help(&self) -> Option<&'static str> {
        Some(match self {
            Self::Full { .. } => {
                "free some space, or collect unused objects with `etymon store gc`; nothing half-written was left behind"
            }
            Self::ReadOnly { .. } => "choose a writable folder, or change its permissions",
            Self::Foreign { .. } => "move it away; a store and a generated tree hold plain files and folders only",
            Self::Others { .. } => "move it away, or build into another folder with `--out`",
            Self::Address { .. } => "use a folder, `memory:` or `s3://bucket/prefix`",
            Self::Absent { .. } => "`etymon build` makes one; `--store` and `ETYMON_STORE` say where",
            Self::NotFound { .. } => "`etymon store ls` lists what there is",
            Self::Ambiguous { .. } => "give more digits",
            Self::Corrupt { .. } | Self::Missing { .. } => "`etymon build` makes it again",
            Self::Locked { .. } => "wait for it to finish, then try again",
            _ => return None,
        })
    }
}

impl From<StoreError> for Report {
    fn from(error: StoreError) -> Self {
        error.diagnostic().into()
    }
}

/// The system's message without its number.
fn reason(error: &io::Error) -> String {
    let text = error.to_string().to_lowercase();
    text.split(" (os error").next().unwrap_or(&text).to_owned()
}
