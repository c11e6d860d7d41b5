//! Targets: pure functions from a checked spec to artifacts.

pub mod lower;
pub mod names;
pub mod text;
pub mod writer;

pub use lower::{Declaration, Language, Profile, declarations, lower};
