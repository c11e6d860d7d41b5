//! The constraints pipeline: from requirements in Markdown to code that was checked and signed.

pub mod derive;
pub mod model;
pub mod report;
pub mod sandbox;
pub mod verify;
