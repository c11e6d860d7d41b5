//! The six implementations that must agree.

mod evaluator;
mod lean;
mod spawned;

pub use evaluator::Evaluator;
pub(crate) use evaluator::limited_answers;
pub use lean::Lean;
pub use spawned::{Js, Native, WasmNode, WasmWasmtime};

use crate::batch::Batch;
use crate::error::Error;
use crate::protocol::Reply;
use crate::workshop::{Built, Workshop};

/// Which testee.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash, PartialOrd, Ord)]
pub enum Kind {
    /// The Rust evaluator, in this process.
    Evaluator,
    /// The Lean referee.
    Lean,
    /// Strict JavaScript under Node.
    Js,
    /// Strict Rust, native.
    Native,
    /// Strict Rust as wasm, under wasmtime.
    WasmWasmtime,
    /// Strict Rust as wasm, under Node.
    WasmNode,
}

impl Kind {
    /// All of them, the evaluator first.
    pub const ALL: [Kind; 6] =
        [Kind::Evaluator, Kind::Lean, Kind::Js, Kind::Native, Kind::WasmWasmtime, Kind::WasmNode];

    /// Name on the command line and in reports.
    pub const fn name(self) -> &'static str {
        match self {
            Kind::Evaluator => "evaluator",
            Kind::Lean => "lean",
            Kind::Js => "js",
            Kind::Native => "native",
            Kind::WasmWasmtime => "wasm-wasmtime",
            Kind::WasmNode => "wasm-node",
        }
    }

    /// What it is, for people.
    pub const fn title(self) -> &'static str {
        match self {
            Kind::Evaluator => "the Rust evaluator",
            Kind::Lean => "the Lean referee",
            Kind::Js => "strict JavaScript under Node",
            Kind::Native => "strict Rust, native",
            Kind::WasmWasmtime => "strict Rust as wasm under wasmtime",
            Kind::WasmNode => "strict Rust as wasm under Node",
        }
    }

    /// Whether it runs emitted code.
    pub const fn is_compiled(self) -> bool {
        !matches!(self, Kind::Evaluator | Kind::Lean)
    }

    /// The testee of that name.
    pub fn from_name(name: &str) -> Option<Kind> {
        Kind::ALL.into_iter().find(|kind| kind.name() == name)
    }

    /// The testee itself.
    pub fn testee(self) -> Box<dyn Testee> {
        match self {
            Kind::Evaluator => Box::new(Evaluator),
            Kind::Lean => Box::new(Lean),
            Kind::Js => Box::new(Js),
            Kind::Native => Box::new(Native),
            Kind::WasmWasmtime => Box::new(WasmWasmtime),
            Kind::WasmNode => Box::new(WasmNode),
        }
    }
}

/// An implementation under test.
pub trait Testee: Send {
    /// Which one.
    fn kind(&self) -> Kind;

    /// Its name.
    fn name(&self) -> &'static str {
        self.kind().name()
    }

    /// Answers every request of a batch, in order.
    ///
    /// # Errors
    /// When it cannot be asked at all; a crash in one request is an answer, [`Reply::Crashed`].
    fn answer(&mut self, workshop: &Workshop, built: &Built, batch: &Batch) -> Result<Vec<Reply>, Error>;
}
