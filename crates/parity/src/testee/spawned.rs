//! Testees that are processes running emitted code.

use super::{Kind, Testee};
use crate::batch::Batch;
use crate::error::Error;
use crate::process::Process;
use crate::protocol::{Reply, Request};
use crate::workshop::{Built, Workshop};
use std::path::{Path, PathBuf};
use std::process::Command;
use std::time::Duration;

/// Longest wait for one answer. Everything asked takes milliseconds, but a machine that is short of memory may stall for a minute.
const PATIENCE: Duration = Duration::from_secs(180);

/// Strict JavaScript under Node.
#[derive(Clone, Copy, Debug, Default)]
pub struct Js;

/// Strict Rust, native.
#[derive(Clone, Copy, Debug, Default)]
pub struct Native;

/// Strict Rust as wasm under wasmtime.
#[derive(Clone, Copy, Debug, Default)]
pub struct WasmWasmtime;

/// Strict Rust as wasm under Node.
#[derive(Clone, Copy, Debug, Default)]
pub struct WasmNode;

fn converse(
    kind: Kind,
    program: &Path,
    args: &[&Path],
    help: &'static str,
    batch: &Batch,
) -> Result<Vec<Reply>, Error> {
    let command = || {
        let mut command = Command::new(program);
        command.args(args);
        command
    };
    let process = Process {
        testee: kind.name(),
        command: &command,
        help,
        patience: PATIENCE,
        warm_up: PATIENCE,
        is_answer: |_| true,
    };
    let lines: Vec<String> = batch.requests.iter().map(Request::line).collect();
    process.converse(&batch.requests, &lines)
}

fn made(kind: Kind, path: Option<&PathBuf>) -> Result<&Path, Error> {
    let reason = || "it was not built for this batch".to_owned();
    path.map(PathBuf::as_path).ok_or_else(|| Error::Setup { testee: kind.name(), reason: reason() })
}

const NODE: &str = "install Node.js 20 or newer, or run tests/setup/node.sh";

impl Testee for Js {
    fn kind(&self) -> Kind {
        Kind::Js
    }

    fn answer(&mut self, workshop: &Workshop, built: &Built, batch: &Batch) -> Result<Vec<Reply>, Error> {
        let script = made(Kind::Js, built.js.as_ref())?;
        converse(Kind::Js, &workshop.tools().node, &[script], NODE, batch)
    }
}

impl Testee for Native {
    fn kind(&self) -> Kind {
        Kind::Native
    }

    fn answer(&mut self, _: &Workshop, built: &Built, batch: &Batch) -> Result<Vec<Reply>, Error> {
        let program = made(Kind::Native, built.native.as_ref())?;
        converse(Kind::Native, program, &[], "it was built a moment ago", batch)
    }
}

impl Testee for WasmWasmtime {
    fn kind(&self) -> Kind {
        Kind::WasmWasmtime
    }

    fn answer(&mut self, workshop: &Workshop, built: &Built, batch: &Batch) -> Result<Vec<Reply>, Error> {
        let module = made(Kind::WasmWasmtime, built.wasm.as_ref())?;
        let reason = || "its host was not built".to_owned();
        let host = workshop.wasmtime_host();
        let host = host.ok_or_else(|| Error::Setup { testee: Kind::WasmWasmtime.name(), reason: reason() })?;
        converse(Kind::WasmWasmtime, host, &[module], "ETYMON_WASMTIME_HOST must name the built host", batch)
    }
}

impl Testee for WasmNode {
    fn kind(&self) -> Kind {
        Kind::WasmNode
    }

    fn answer(&mut self, workshop: &Workshop, built: &Built, batch: &Batch) -> Result<Vec<Reply>, Error> {
        let module = made(Kind::WasmNode, built.wasm.as_ref())?;
        let host = workshop.tools().root.join("crates/parity/hosts/wasm.mjs");
        converse(Kind::WasmNode, &workshop.tools().node, &[&host, module], NODE, batch)
    }
}
