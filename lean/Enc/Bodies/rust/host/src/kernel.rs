//! The kernel: WebAssembly without imports, asked in conformance requests.

use serde::Deserialize;
use serde_json::Value;
use std::sync::Mutex;
use std::time::Duration;
use wasmtime::{Config, Engine, Instance, Memory, Module, Store, StoreLimits, StoreLimitsBuilder, TypedFunc};

const WASM: &[u8] = include_bytes!(concat!(env!("OUT_DIR"), "/enc-core.wasm"));
/// Memory that one call may take, in bytes.
const MAX_MEMORY: usize = 512 << 20;
/// Instances that wait for work; more are made when there is more work than this.
const IDLE: usize = 16;
/// What one call may compute, in ticks of a second.
const MAX_TICKS: u64 = 60;
const TICK: Duration = Duration::from_secs(1);

/// Why the kernel gave no answer. It never quotes what it was asked: that may hold a key.
#[derive(Debug, thiserror::Error)]
pub enum Error {
    #[error("the kernel stopped")]
    Trap,
    #[error("the kernel refused `{0}`")]
    Refused(String),
}

struct Running {
    store: Store<StoreLimits>,
    memory: Memory,
    alloc: TypedFunc<u32, u32>,
    free: TypedFunc<(u32, u32), ()>,
    call: TypedFunc<(u32, u32), u64>,
}

/// A compiled kernel and its instances.
pub struct Kernel {
    engine: Engine,
    module: Module,
    idle: Mutex<Vec<Running>>,
}

impl Kernel {
    /// Compiles the kernel that is in this binary.
    pub fn new() -> wasmtime::Result<Kernel> {
        let mut config = Config::new();
        // Counting time is cheaper than counting instructions.
        config.epoch_interruption(true);
        let engine = Engine::new(&config)?;
        let ticking = engine.weak();
        std::thread::spawn(move || {
            while let Some(engine) = ticking.upgrade() {
                engine.increment_epoch();
                drop(engine);
                std::thread::sleep(TICK);
            }
        });
        let module = Module::new(&engine, WASM)?;
        Ok(Kernel { engine, module, idle: Mutex::new(Vec::new()) })
    }

    fn start(&self) -> wasmtime::Result<Running> {
        let limits = StoreLimitsBuilder::new().memory_size(MAX_MEMORY).build();
        let mut store = Store::new(&self.engine, limits);
        store.limiter(|limits| limits);
        store.set_epoch_deadline(MAX_TICKS);
        let instance = Instance::new(&mut store, &self.module, &[])?;
        let memory = instance.get_memory(&mut store, "memory").ok_or_else(|| wasmtime::Error::msg("no memory"))?;
        Ok(Running {
            memory,
            alloc: instance.get_typed_func(&mut store, "alloc")?,
            free: instance.get_typed_func(&mut store, "free")?,
            call: instance.get_typed_func(&mut store, "call")?,
            store,
        })
    }

    /// The answer of a function, `layer/Module.function`, to tagged values.
    pub fn call(&self, function: &str, args: &[&Value]) -> Result<Value, Error> {
        let args = serde_json::to_string(args).map_err(|_| Error::Trap)?;
        let request = format!(r#"{{"id":1,"call":"{function}","args":{args}}}"#);
        let idle = self.idle.lock().expect("no holder panics").pop();
        let mut running = match idle {
            Some(running) => running,
            None => self.start().map_err(|_| Error::Trap)?,
        };
        // An instance that trapped is not used again.
        let answer = running.ask(request.as_bytes()).map_err(|_| Error::Trap)?;
        let mut idle = self.idle.lock().expect("no holder panics");
        if idle.len() < IDLE {
            idle.push(running);
        }
        drop(idle);

        let mut reader = serde_json::Deserializer::from_slice(&answer);
        // Requests are at most 64 deep, and so are answers but for a few levels.
        reader.disable_recursion_limit();
        let mut answer = Value::deserialize(&mut reader).map_err(|_| Error::Trap)?;
        match answer.get_mut("ok") {
            Some(value) => Ok(value.take()),
            None => Err(Error::Refused(function.to_owned())),
        }
    }
}

impl Running {
    fn ask(&mut self, request: &[u8]) -> wasmtime::Result<Vec<u8>> {
        self.store.set_epoch_deadline(MAX_TICKS);
        let length = u32::try_from(request.len())?;
        let at = self.alloc.call(&mut self.store, length)?;
        self.memory.write(&mut self.store, at as usize, request)?;
        let answer = self.call.call(&mut self.store, (at, length))?;
        let (start, size) = ((answer >> 32) as u32, answer as u32);
        let mut bytes = vec![0; size as usize];
        self.memory.read(&self.store, start as usize, &mut bytes)?;
        self.free.call(&mut self.store, (at, length))?;
        self.free.call(&mut self.store, (start, size))?;
        Ok(bytes)
    }
}
