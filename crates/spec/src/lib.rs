//! The checked spec: EncDSL syntax, image codec, canonical bytes, hash, well-formedness and evaluator.

pub mod ast;
pub mod canonical;
pub mod check;
pub mod codes;
pub mod eval;
pub mod image;
mod load;
pub mod model;
pub mod names;
pub mod program;
pub mod resolve;
pub mod walk;

pub use load::{ImageFile, MAX_MODULES};
pub use model::{Entity, Layer, Module, Spec, Use};
