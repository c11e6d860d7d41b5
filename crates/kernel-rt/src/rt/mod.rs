//! Runtime of strict Rust: [`Val`], the 22 operations, the 30 primitives, and the request decoder.

extern crate alloc;

mod build;
mod cbor;
mod cipher;
mod cost;
mod curve;
pub mod decoder;
mod hash;
pub mod json;
mod nat;
mod op;
mod prim;
mod protocol;
mod stringify;
mod val;
pub mod wire;

pub use build::*;
pub use cost::{Cost, cost, prim_cost};
pub use nat::Nat;
pub use op::*;
pub use prim::*;
pub use stringify::{MAX_JSON_NAT, json_text, push_string};
pub use val::{List, Record, Val, utf16_cmp};
