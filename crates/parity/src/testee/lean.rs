//! The Lean referee: the emitted bundle, run by `lean`.

use super::{Kind, Testee};
use crate::batch::Batch;
use crate::error::Error;
use crate::process::Process;
use crate::protocol::{Reply, Request, push_args, push_member};
use crate::workshop::{Built, Workshop};
use std::process::Command;
use std::time::Duration;

/// The Lean referee.
#[derive(Clone, Copy, Debug, Default)]
pub struct Lean;

/// An interpreter of an interpreter, and in places on wasm.
const PATIENCE: Duration = Duration::from_secs(120);
/// Checking the bundle comes before the first answer.
const WARM_UP: Duration = Duration::from_secs(600);

impl Testee for Lean {
    fn kind(&self) -> Kind {
        Kind::Lean
    }

    fn answer(&mut self, workshop: &Workshop, built: &Built, batch: &Batch) -> Result<Vec<Reply>, Error> {
        let reason = || "its bundle was not emitted".to_owned();
        let setup = || Error::Setup { testee: Kind::Lean.name(), reason: reason() };
        let bundle = built.lean.as_ref().ok_or_else(setup)?;
        let command = || {
            let mut command = Command::new(&workshop.tools().lean);
            command.arg("--run").arg(bundle);
            command
        };
        let process = Process {
            testee: Kind::Lean.name(),
            command: &command,
            help: "install Lean 4, or run tests/setup/lean.sh for the stand-in",
            patience: PATIENCE,
            warm_up: WARM_UP,
            is_answer,
        };
        let lines: Vec<String> = (0..batch.cases.len()).map(|at| line(batch, at)).collect();
        process.converse(&batch.requests, &lines)
    }
}

/// The stand-in talks while it loads.
fn is_answer(line: &str) -> bool {
    line.starts_with("{\"id\":")
}

/// The request with the program's images, because the referee compiles nothing.
fn line(batch: &Batch, at: usize) -> String {
    let case = &batch.cases[at];
    let Some(program) = &case.program else { return batch.requests[at].line() };
    let own = Request { call: case.call.clone(), ..batch.requests[at].clone() };
    let mut out = String::from("{");
    push_member(&mut out, "id", &own.id);
    out.push(',');
    push_member(&mut out, "suite", &own.suite);
    out.push_str(",\"program\":");
    out.push_str(&program.image());
    out.push(',');
    push_member(&mut out, "call", &own.call);
    out.push(',');
    push_args(&mut out, &own.args);
    out.push('}');
    out
}
