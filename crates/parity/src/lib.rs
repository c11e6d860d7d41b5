//! Parity: the same vectors and the same random programs on every implementation, compared byte for byte (design, section 6).

mod batch;
mod case;
mod error;
mod fuzz;
mod process;
mod protocol;
mod rng;
mod sabotage;
mod shrink;
mod testee;
pub mod tree;
pub mod vector;
mod workshop;

pub use batch::{Batch, MAX_FUNCTIONS};
pub use case::{Case, Program};
pub use error::Error;
pub use protocol::{Reply, Request};
pub use sabotage::Sabotage;
pub use testee::{Kind, Testee};
pub use vector::Vector;
pub use workshop::{Built, Tools, Workshop};
