//! The checked spec: EncDSL syntax, image codec, canonical bytes, hash, well-formedness and evaluator.

mod about;
pub mod ast;
pub mod canonical;
pub mod check;
pub mod codes;
pub mod eval;
pub mod image;
mod load;
pub mod model;
pub mod names;
pub mod path;
pub mod program;
pub mod resolve;
mod template;
pub mod walk;

pub use about::About;
pub use load::{ImageFile, MAX_MODULES};
pub use model::{Class, Entity, Layer, Module, Spec, Use};
pub use template::{MAX_TEMPLATE, Template, TemplateDecl};
