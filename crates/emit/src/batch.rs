//! Emission into a folder, for those who compile and run what is emitted.

use crate::artifact::Artifact;
use crate::target::{Target, emit_all};
use etymon_diagnostics::{Code, Diagnostic, Origin, Report};
use etymon_spec::Spec;
use std::fs;
use std::path::Path;

/// A file cannot be written.
pub const EMIT_IO: Code = Code::new("EMIT_IO");

/// Emits a spec with `targets` and writes every artifact below `folder`, leaving a file alone that has its bytes already, so that a compiler can
/// keep what it made of it.
///
/// # Errors
/// What [`emit_all`] refuses, and `EMIT_IO`.
pub fn write(spec: &Spec, targets: &[&dyn Target], folder: &Path) -> Result<Vec<Artifact>, Report> {
    let artifacts = emit_all(spec, targets)?;
    for artifact in &artifacts {
        let path = folder.join(&artifact.path);
        let failed = |error: std::io::Error| {
            Report::from(
                Diagnostic::error(EMIT_IO, format!("cannot write it: {error}"))
                    .at(Origin::path(path.display().to_string())),
            )
        };
        if fs::read(&path).is_ok_and(|present| present == artifact.bytes) {
            continue;
        }
        if let Some(parent) = path.parent() {
            fs::create_dir_all(parent).map_err(failed)?;
        }
        fs::write(&path, &artifact.bytes).map_err(failed)?;
    }
    Ok(artifacts)
}
