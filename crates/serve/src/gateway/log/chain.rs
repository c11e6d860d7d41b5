//! Reading lines and following their hashes.

use crate::gateway::error::GatewayError;
use etymon_kernel_rt::json::Tape;
use etymon_spec::canonical;
use serde_json::Value;
use sha2::{Digest, Sha256};
use std::fs::File;
use std::io::{self, BufRead, BufReader, Read, Seek, SeekFrom};

/// What stands before the first line's hash.
pub const GENESIS: &str = "GENESIS";
/// Longest line, in bytes, with its end.
pub(super) const MAX_LINE: usize = 8 << 20;
/// Deepest line; requests are refused at less.
const MAX_DEPTH: usize = 64;

pub(super) type Hash = [u8; 32];

/// What is remembered of a line.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) struct Known {
    /// Where it begins, in bytes.
    pub start: u64,
    /// Its bytes, without its end.
    pub length: u64,
    pub hash: Hash,
}

pub(super) struct Line {
    pub known: Known,
    pub target: String,
}

/// A file whose lines follow each other.
#[derive(Default)]
pub(super) struct Chain {
    pub lines: Vec<Line>,
    /// Bytes of the lines, with their ends.
    pub length: u64,
    /// Bytes after them that are no line: what was being written when power went.
    pub rest: u64,
    /// Whether the last line is whole and only its end is missing.
    pub unended: bool,
}

/// SHA-256 of an entry without its hash, `|`, and the hash before it.
pub(super) fn hash(entry: &str, previous: &str) -> Hash {
    Sha256::new().chain_update(entry).chain_update("|").chain_update(previous).finalize().into()
}

/// Reads all lines.
pub(super) fn read(mut file: &File) -> io::Result<Result<Chain, GatewayError>> {
    file.seek(SeekFrom::Start(0))?;
    let (mut reader, mut chain, mut bytes) = (BufReader::new(file), Chain::default(), Vec::new());
    let mut previous = GENESIS.to_owned();
    loop {
        bytes.clear();
        let length = reader.by_ref().take(MAX_LINE as u64).read_until(b'\n', &mut bytes)? as u64;
        if length == 0 {
            return Ok(Ok(chain));
        }
        let ended = bytes.last() == Some(&b'\n');
        if ended {
            bytes.pop();
        }
        let number = chain.lines.len() + 1;
        match line(&bytes, number, &previous) {
            Ok((hash, target)) => {
                let known = Known { start: chain.length, length: bytes.len() as u64, hash };
                chain.lines.push(Line { known, target });
                chain.length += length;
                chain.unended = !ended;
                previous = hex::encode(hash);
            }
            // Lines are acknowledged only when they have ended.
            Err(_) if !ended && length < MAX_LINE as u64 => {
                chain.rest = length;
                return Ok(Ok(chain));
            }
            Err(reason) => return Ok(Err(GatewayError::Broken { line: number, reason })),
        }
    }
}

/// The hash and target of a line that follows another.
pub(super) fn line(bytes: &[u8], number: usize, previous: &str) -> Result<(Hash, String), &'static str> {
    Tape::read(bytes, MAX_DEPTH).map_err(|_| "it is no JSON")?;
    let Ok(Value::Object(mut entry)) = serde_json::from_slice(bytes) else { return Err("it is no JSON object") };
    if canonical::to_string(&entry).ok().is_none_or(|text| text.as_bytes() != bytes) {
        return Err("it is not in canonical form");
    }
    let Some(Value::String(stated)) = entry.remove("hash") else { return Err("it has no hash") };
    if entry.get("seq").and_then(Value::as_u64) != Some(number as u64) {
        return Err("its number is not the next");
    }
    if entry.get("prev_hash").and_then(Value::as_str) != Some(previous) {
        return Err("it does not follow the line before it");
    }
    let text = canonical::to_string(&entry).map_err(|_| "it is not in canonical form")?;
    let hash = hash(&text, previous);
    if hex::encode(hash) != stated {
        return Err("its hash is another's");
    }
    let Some(Value::String(target)) = entry.remove("target") else { return Err("it has no target") };
    Ok((hash, target))
}
