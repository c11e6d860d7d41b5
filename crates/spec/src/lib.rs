//! The checked spec: EncDSL syntax, image codec, canonical bytes, hash, well-formedness and evaluator.

pub mod ast;
pub mod model;

pub use model::{Entity, Layer, Module, Spec, Use};
