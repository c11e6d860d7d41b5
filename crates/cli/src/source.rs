//! Where the spec comes from: a folder, or the one built into the program.

use crate::output::Failure;
use etymon_spec::{ImageFile, Spec};
use std::path::Path;

/// The committed image, as it was when the program was built.
const EMBEDDED: &[(&str, &[u8])] = include!(concat!(env!("OUT_DIR"), "/embedded_spec.rs"));

/// Where the committed image stands in a repository.
pub const DEFAULT_SPEC: &str = "golden/spec";

/// Reads and checks the spec in `folder`; without one, the repository's, or else the embedded one. `name` is what to call it instead of its own.
///
/// # Errors
/// What [`Spec::load`] finds.
pub fn load(folder: Option<&Path>, name: Option<&str>) -> Result<Spec, Failure> {
    let default = Path::new(DEFAULT_SPEC);
    let mut spec = match folder {
        Some(folder) => Spec::load(folder)?,
        None if default.is_dir() => Spec::load(default)?,
        None => embedded()?,
    };
    // The folder's own name would make the bytes depend on where it lies.
    name.unwrap_or(&spec.about.name).clone_into(&mut spec.name);
    Ok(spec)
}

/// The spec that is built into the program.
///
/// # Errors
/// What [`Spec::from_files`] finds.
pub fn embedded() -> Result<Spec, Failure> {
    let files: Vec<ImageFile> = EMBEDDED
        .iter()
        .map(|(path, bytes)| ImageFile {
            file: format!("embedded:{path}.json"),
            path: (*path).to_owned(),
            bytes: bytes.to_vec(),
        })
        .collect();
    let mut spec = Spec::from_files("embedded", &files)?;
    spec.name.clone_from(&spec.about.name);
    Ok(spec)
}

/// A text to work on and the path to speak of it by; `-` is standard input.
///
/// # Errors
/// When it cannot be read, or is longer than an image may be.
pub fn read(path: &str) -> Result<Vec<u8>, Failure> {
    etymon_cli::input::read(path, etymon_spec::image::MAX_INPUT)
}
