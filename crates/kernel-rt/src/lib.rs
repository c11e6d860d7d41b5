//! Values, operations and primitives of EncDSL: what generated Rust links against and what the evaluator computes with.
//!
//! The folder `rt` is copied whole into every emitted crate, so it names its neighbours through `super` only.
#![no_std]

extern crate alloc;

pub mod rt;
pub use rt::*;
