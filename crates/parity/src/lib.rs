//! Parity: the same vectors and the same random programs on every implementation, compared byte for byte (design, section 6).

mod batch;
mod case;
mod compare;
mod error;
mod fuzz;
mod pin;
mod process;
mod protocol;
mod rng;
mod run;
mod sabotage;
mod shrink;
mod testee;
pub mod tree;
pub mod vector;
mod wire;
mod workshop;

pub use batch::{Batch, MAX_FUNCTIONS};
pub use case::{Case, Program};
pub use compare::Difference;
pub use error::Error;
pub use fuzz::{FuzzOptions, FuzzReport, fuzz};
pub use pin::{PinOptions, PinReport, pin};
pub use protocol::{Reply, Request};
pub use run::{Cell, Exception, ParityReport, Row, RunOptions, run};
pub use sabotage::Sabotage;
pub use testee::{Kind, Testee};
pub use vector::Vector;
pub use wire::{
    ScriptOptions, ScriptReport, Server, WireDifference, WireOptions, WireReport, WireRow, fuzz_scripts, pin_wire,
    run_wire,
};
pub use workshop::{Built, Tools, Workshop};
