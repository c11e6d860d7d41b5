//! Reading what a command works on.

use crate::output::Failure;
use std::io::Read;

/// The bytes of a file; `-` is standard input. One byte more than `limit` is read at most, so that the reader of a format refuses
/// with its own code instead of filling the memory.
///
/// # Errors
/// When it cannot be read.
pub fn read(path: &str, limit: usize) -> Result<Vec<u8>, Failure> {
    let mut bytes = Vec::new();
    let limit = limit as u64 + 1;
    let read = if path == "-" {
        std::io::stdin().lock().take(limit).read_to_end(&mut bytes)
    } else {
        std::fs::File::open(path).and_then(|file| file.take(limit).read_to_end(&mut bytes))
    };
    read.map_err(|error| Failure::io(path, error))?;
    Ok(bytes)
}
