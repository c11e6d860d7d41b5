//! Targets: pure functions from a checked spec to artifacts.

pub mod app;
pub mod artifact;
pub mod batch;
pub mod lower;
pub mod names;
mod sources;
pub mod target;
pub mod targets;
pub mod text;
pub mod writer;

pub use artifact::{Artifact, Class};
pub use lower::{Declaration, Language, NO_LOWERING, Profile, declarations, lower};
pub use target::{Target, emit_all, generator_version};
