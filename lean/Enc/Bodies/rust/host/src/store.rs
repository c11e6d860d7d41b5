//! What a node keeps: rows in redb, and high-water marks in files of their own.

use redb::{Database, ReadableDatabase, TableDefinition};
use serde_json::Value;
use sha2::{Digest, Sha256};
use std::collections::HashMap;
use std::fs::{File, OpenOptions};
use std::io;
use std::os::unix::fs::{DirBuilderExt, FileExt, OpenOptionsExt};
use std::path::{Path, PathBuf};
use std::sync::Mutex;

/// Octets of values after which a scan ends (docs/hosts.md).
const SCAN: usize = 1_048_576;

const ROWS: TableDefinition<&str, &str> = TableDefinition::new("rows");

/// A store that cannot be read or written.
#[derive(Debug, thiserror::Error)]
pub enum Error {
    #[error("the store: {0}")]
    Redb(#[from] redb::Error),
    #[error("the store holds what no node wrote")]
    Foreign,
    #[error("{}: {error}", path.display())]
    Io { path: PathBuf, error: io::Error },
}

/// A key and its value.
pub type Row = (String, Value);

fn folder(path: &Path) -> Result<(), Error> {
    let made = std::fs::DirBuilder::new().recursive(true).mode(0o700).create(path);
    made.map_err(|error| Error::Io { path: path.to_owned(), error })
}

/// The rows of all enclaves.
pub struct Store {
    database: Database,
}

impl Store {
    /// Opens the database in a folder, or makes it.
    pub fn open(path: &Path) -> Result<Store, Error> {
        folder(path)?;
        let database = Database::create(path.join("rows.redb")).map_err(redb::Error::from)?;
        let write = database.begin_write().map_err(redb::Error::from)?;
        write.open_table(ROWS).map_err(redb::Error::from)?;
        write.commit().map_err(redb::Error::from)?;
        Ok(Store { database })
    }

    /// The values under keys.
    pub fn get(&self, enclave: &str, keys: &[&str]) -> Result<Vec<Option<Value>>, Error> {
        let read = self.database.begin_read().map_err(redb::Error::from)?;
        let table = read.open_table(ROWS).map_err(redb::Error::from)?;
        keys.iter()
            .map(|key| {
                let found = table.get(format!("{enclave}/{key}").as_str()).map_err(redb::Error::from)?;
                found.map(|text| parse(text.value())).transpose()
            })
            .collect()
    }

    /// Rows from `from` on and before `to`, at most `limit`.
    pub fn scan(&self, enclave: &str, from: &str, to: &str, limit: usize, reverse: bool) -> Result<Vec<Row>, Error> {
        let read = self.database.begin_read().map_err(redb::Error::from)?;
        let table = read.open_table(ROWS).map_err(redb::Error::from)?;
        let (from, to) = (format!("{enclave}/{from}"), format!("{enclave}/{to}"));
        if to <= from {
            return Ok(Vec::new());
        }
        let mut range = table.range(from.as_str()..to.as_str()).map_err(redb::Error::from)?;
        let mut rows = Vec::new();
        let mut size = 0;
        while rows.len() < limit && size < SCAN {
            let next = if reverse { range.next_back() } else { range.next() };
            let Some(entry) = next else { break };
            let (key, text) = entry.map_err(redb::Error::from)?;
            size += text.value().len();
            rows.push((key.value()[enclave.len() + 1..].to_owned(), parse(text.value())?));
        }
        Ok(rows)
    }

    /// Writes rows in one durable transaction; a value of none removes the key, and `reset` what was there before.
    pub fn write(&self, enclave: &str, rows: &[Row], reset: bool) -> Result<(), Error> {
        let write = self.database.begin_write().map_err(redb::Error::from)?;
        {
            let mut table = write.open_table(ROWS).map_err(redb::Error::from)?;
            if reset {
                // The character after `/`.
                let (from, to) = (format!("{enclave}/"), format!("{enclave}0"));
                table.retain_in(from.as_str()..to.as_str(), |_, _| false).map_err(redb::Error::from)?;
            }
            for (key, value) in rows {
                let key = format!("{enclave}/{key}");
                if crate::value::is_none(value) {
                    table.remove(key.as_str()).map_err(redb::Error::from)?;
                } else {
                    table.insert(key.as_str(), value.to_string().as_str()).map_err(redb::Error::from)?;
                }
            }
        }
        write.commit().map_err(redb::Error::from)?;
        Ok(())
    }

    /// The ids of the enclaves that are kept here.
    pub fn enclaves(&self) -> Result<Vec<String>, Error> {
        let read = self.database.begin_read().map_err(redb::Error::from)?;
        let table = read.open_table(ROWS).map_err(redb::Error::from)?;
        let mut ids = Vec::new();
        let mut after = String::new();
        while let Some(entry) = table.range(after.as_str()..).map_err(redb::Error::from)?.next() {
            let (key, _) = entry.map_err(redb::Error::from)?;
            let (id, _) = key.value().split_once('/').ok_or(Error::Foreign)?;
            ids.push(id.to_owned());
            // The character after `/`.
            after = format!("{id}0");
        }
        Ok(ids)
    }
}

fn parse(text: &str) -> Result<Value, Error> {
    use serde::Deserialize;
    let mut reader = serde_json::Deserializer::from_str(text);
    reader.disable_recursion_limit();
    Value::deserialize(&mut reader).map_err(|_| Error::Foreign)
}

const SLOT: usize = 256;

/// How far an enclave had come: its events, and the size of the log and its root. A bundle that is closed by time adds no event.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Mark {
    pub seq: u64,
    pub size: u64,
    pub root: String,
}

impl Mark {
    /// Whether what had come this far is older than `other`, or another history.
    pub fn falls_behind(&self, other: &Mark) -> bool {
        let (own, other_place) = ((self.seq, self.size), (other.seq, other.size));
        own < other_place || (own == other_place && self.root != other.root)
    }

    fn slot(&self) -> [u8; SLOT] {
        let text = format!("{} {} {} ", self.seq, self.size, self.root);
        let line = format!("{text}{}", hex::encode(Sha256::digest(&text)));
        let mut slot = [b' '; SLOT];
        slot[..line.len()].copy_from_slice(line.as_bytes());
        slot
    }

    fn read(slot: &[u8]) -> Option<Mark> {
        let line = std::str::from_utf8(slot).ok()?.trim_end();
        let mut parts = line.split(' ');
        let (seq, size, root, hash) = (parts.next()?, parts.next()?, parts.next()?, parts.next()?);
        let text = format!("{seq} {size} {root} ");
        let whole = hash == hex::encode(Sha256::digest(text));
        whole.then_some(Mark { seq: seq.parse().ok()?, size: size.parse().ok()?, root: root.to_owned() })
    }
}

/// High-water marks in files of their own. Two slots are written in turn, so that there is always a whole one.
pub struct Marks {
    folder: PathBuf,
    /// The slot that is written next, of marks that were read or written.
    turns: Mutex<HashMap<String, u64>>,
}

impl Marks {
    pub fn open(path: &Path) -> Result<Marks, Error> {
        folder(path)?;
        Ok(Marks { folder: path.to_owned(), turns: Mutex::default() })
    }

    fn io<T>(&self, enclave: &str, result: io::Result<T>) -> Result<T, Error> {
        result.map_err(|error| Error::Io { path: self.folder.join(enclave), error })
    }

    /// The newest mark of an enclave. A name that was never heard of leaves no file.
    pub fn read(&self, enclave: &str) -> Result<Option<Mark>, Error> {
        let file = match File::open(self.folder.join(enclave)) {
            Err(error) if error.kind() == io::ErrorKind::NotFound => return Ok(None),
            file => self.io(enclave, file)?,
        };
        let mut slots = [None, None];
        for (turn, mark) in slots.iter_mut().enumerate() {
            let mut slot = [0; SLOT];
            if file.read_exact_at(&mut slot, (turn * SLOT) as u64).is_ok() {
                *mark = Mark::read(&slot);
            }
        }
        let [first, second] = slots;
        let newest = match (&first, &second) {
            (Some(a), Some(b)) => u64::from((b.seq, b.size) > (a.seq, a.size)),
            (None, Some(_)) => 1,
            _ => 0,
        };
        self.turns.lock().expect("no holder panics").insert(enclave.to_owned(), 1 - newest);
        Ok(if newest == 1 { second } else { first })
    }

    /// Writes and syncs a mark.
    pub fn write(&self, enclave: &str, mark: &Mark) -> Result<(), Error> {
        let turn = self.turns.lock().expect("no holder panics").get(enclave).copied().unwrap_or(0);
        self.io(enclave, self.write_slot(enclave, mark, turn))?;
        self.turns.lock().expect("no holder panics").insert(enclave.to_owned(), 1 - turn);
        Ok(())
    }

    fn write_slot(&self, enclave: &str, mark: &Mark, turn: u64) -> io::Result<()> {
        let path = self.folder.join(enclave);
        let (file, made) = match OpenOptions::new().write(true).open(&path) {
            Err(error) if error.kind() == io::ErrorKind::NotFound => {
                (OpenOptions::new().write(true).create_new(true).mode(0o600).open(&path)?, true)
            }
            file => (file?, false),
        };
        file.write_all_at(&mark.slot(), turn * SLOT as u64)?;
        file.sync_data()?;
        // The name of a new file is durable with its folder only.
        if made { File::open(&self.folder)?.sync_all() } else { Ok(()) }
    }
}
