//! The constraints pipeline: from requirements in Markdown to code that was checked and signed with its whole provenance.
//!
//! One module a stage; [`engine`] composes them. Whatever is wrong with a file is told with code, line and column, all of it at once.

pub mod artifact;
pub mod canonicalize;
pub mod clock;
pub mod codes;
pub mod derive;
pub mod engine;
pub mod event;
mod graph;
pub mod leftovers;
pub mod materialization;
pub mod model;
mod modules;
pub mod parse;
pub mod read;
pub mod report;
pub mod resolve;
pub mod sandbox;
pub mod signers;
pub mod tls;
pub mod validate;
pub mod verify;
pub mod workshop;

pub use model::{
    Authority, Backend, Document, Evidence, Import, Kind, Manifest, Pin, Provides, Requirement, Status, Target,
};
