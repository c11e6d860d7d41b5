//! Hosts an emitted wasm module under wasmtime: `etymon-parity-wasmtime MODULE.wasm < requests > answers`, one line each.

use std::error::Error;
use std::io::{self, BufRead, BufReader, BufWriter, Write};
use wasmtime::{Config, Engine, Instance, Memory, Module, OptLevel, Store, TypedFunc};

/// The exports of an emitted module.
struct Guest {
    store: Store<()>,
    memory: Memory,
    alloc: TypedFunc<u32, u32>,
    free: TypedFunc<(u32, u32), ()>,
    call: TypedFunc<(u32, u32), u64>,
}

impl Guest {
    fn load(path: &str) -> Result<Guest, Box<dyn Error>> {
        let mut config = Config::new();
        // A batch runs for milliseconds, so compiling it fast counts for more than running it fast.
        config.cranelift_opt_level(OptLevel::None);
        let engine = Engine::new(&config)?;
        let module = Module::from_file(&engine, path)?;
        let mut store = Store::new(&engine, ());
        let instance = Instance::new(&mut store, &module, &[])?;
        let memory = instance.get_memory(&mut store, "memory").ok_or("no memory is exported")?;
        let alloc = instance.get_typed_func(&mut store, "alloc")?;
        let free = instance.get_typed_func(&mut store, "free")?;
        let call = instance.get_typed_func(&mut store, "call")?;
        Ok(Guest { store, memory, alloc, free, call })
    }

    fn answer(&mut self, request: &[u8]) -> Result<Vec<u8>, Box<dyn Error>> {
        let length = u32::try_from(request.len())?;
        let at = self.alloc.call(&mut self.store, length)?;
        self.memory.write(&mut self.store, at as usize, request)?;
        let result = self.call.call(&mut self.store, (at, length))?;
        let (from, size) = ((result >> 32) as u32, result as u32);
        let mut answer = vec![0; size as usize];
        self.memory.read(&self.store, from as usize, &mut answer)?;
        self.free.call(&mut self.store, (from, size))?;
        self.free.call(&mut self.store, (at, length))?;
        Ok(answer)
    }
}

fn main() -> Result<(), Box<dyn Error>> {
    let path = std::env::args().nth(1).ok_or("usage: etymon-parity-wasmtime MODULE.wasm")?;
    let mut guest = Guest::load(&path)?;
    let mut input = BufReader::new(io::stdin().lock());
    let mut output = BufWriter::new(io::stdout().lock());
    let mut line = Vec::new();
    loop {
        line.clear();
        if input.read_until(b'\n', &mut line)? == 0 {
            output.flush()?;
            return Ok(());
        }
        let request = line.strip_suffix(b"\n").unwrap_or(&line);
        output.write_all(&guest.answer(request)?)?;
        output.write_all(b"\n")?;
        // Whoever waits for this answer before asking on must get it now.
        if input.buffer().is_empty() {
            output.flush()?;
        }
    }
}
