//! The folder that a sandboxed process is given: the harness's files and what it works on.

use super::VerifyError;
use crate::leftovers::Folder;
use std::fs::{self, Permissions};
use std::os::unix::fs::PermissionsExt;
use std::path::Path;

/// Files of the harness, by name.
const HARNESS: &[(&str, &str)] = &[
    ("a11y.mjs", include_str!("../../harness/a11y.mjs")),
    ("assert.mjs", include_str!("../../harness/assert.mjs")),
    ("candidate.mjs", include_str!("../../harness/candidate.mjs")),
    ("evidence.mjs", include_str!("../../harness/evidence.mjs")),
    ("flow.mjs", include_str!("../../harness/flow.mjs")),
    ("harness.mjs", include_str!("../../harness/harness.mjs")),
    ("membrane.mjs", include_str!("../../harness/membrane.mjs")),
    ("property.mjs", include_str!("../../harness/property.mjs")),
    ("types.mjs", include_str!("../../harness/types.mjs")),
];

/// All files of the harness as one text. They change what a candidate is held to, so whoever names a version of the verifier hashes them.
pub fn harness_text() -> String {
    HARNESS.iter().flat_map(|(name, text)| [*name, "\n", *text]).collect()
}

/// A folder that goes away with the value.
#[derive(Debug)]
pub(super) struct Job(Folder);

impl Job {
    /// A folder with the named files of the harness and with `files`.
    pub fn new(harness: &[&str], files: &[(&str, &str)]) -> Result<Job, VerifyError> {
        let failed = |source| VerifyError::Io { what: "write the files of a job".to_owned(), source };
        let folder = Folder::new("etymon-job-").map_err(failed)?;
        fs::set_permissions(folder.path(), Permissions::from_mode(0o755)).map_err(failed)?;
        let own = HARNESS.iter().filter(|(name, _)| harness.contains(name));
        for (name, text) in own.chain(files) {
            let path = folder.path().join(name);
            // In the sandbox somebody else reads it.
            for parent in Path::new(name).ancestors().skip(1).collect::<Vec<_>>().into_iter().rev() {
                let parent = folder.path().join(parent);
                fs::create_dir_all(&parent).map_err(failed)?;
                fs::set_permissions(&parent, Permissions::from_mode(0o755)).map_err(failed)?;
            }
            fs::write(&path, text).map_err(failed)?;
            fs::set_permissions(&path, Permissions::from_mode(0o644)).map_err(failed)?;
        }
        Ok(Job(folder))
    }

    /// Adds a program.
    pub fn program(&self, name: &str, bytes: &[u8]) -> Result<(), VerifyError> {
        let failed = |source| VerifyError::Io { what: "write a program of a job".to_owned(), source };
        let path = self.0.path().join(name);
        fs::write(&path, bytes).map_err(failed)?;
        fs::set_permissions(&path, Permissions::from_mode(0o755)).map_err(failed)
    }

    /// Where it is.
    pub fn path(&self) -> &Path {
        self.0.path()
    }
}
