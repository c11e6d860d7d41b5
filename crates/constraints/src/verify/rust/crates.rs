//! The texts of the two crates that stand for a candidate, and why something of it is in neither.

use super::interface::{Interface, last};
use super::texts::{Key, Text, Texts};
use crate::verify::Candidate;
use std::collections::{BTreeMap, BTreeSet};
use std::thread;

/// Stack of the thread that reads the candidate, in bytes: enough for the longest item that is parsed.
const STACK: usize = 256 << 20;

/// Texts for both processes.
pub(super) struct Crates {
    pub stub: Text,
    pub server: Text,
    /// Names that evidence cannot use, and why.
    pub left: BTreeMap<String, String>,
    /// Says that the evidence's process compares these types by itself.
    pub compared: String,
    names: BTreeMap<Key, String>,
}

impl Crates {
    /// Reads `candidate` and writes the texts, without what is in `out`.
    pub fn of(candidate: &Candidate, out: &BTreeSet<Key>) -> Result<Crates, String> {
        let failed = "the candidate cannot be read";
        thread::scope(|scope| {
            let reader = thread::Builder::new().stack_size(STACK).spawn_scoped(scope, || Crates::read(candidate, out));
            reader.map_err(|error| format!("{failed}: {error}"))?.join().unwrap_or_else(|_| Err(failed.to_owned()))
        })
    }

    fn read(candidate: &Candidate, out: &BTreeSet<Key>) -> Result<Crates, String> {
        let own = Interface::read(candidate)?;
        let texts = Texts { own: &own, out };
        let mut names = BTreeMap::new();
        names.extend(own.types.iter().enumerate().map(|(at, own)| (Key::Type(at), last(&own.path))));
        names.extend(own.calls.iter().enumerate().map(|(at, own)| (Key::Call(at), last(&own.path))));
        names.extend(own.traits.iter().enumerate().map(|(at, own)| (Key::Trait(at), own.path.to_owned())));
        names.extend(own.constants.iter().enumerate().map(|(at, own)| (Key::Constant(at), last(&own.path))));
        names.extend(own.aliases.iter().enumerate().map(|(at, own)| (Key::Alias(at), last(&own.0))));
        let (stub, server, compared) = (texts.stub(), texts.server(), texts.compared("crate::harness::Plain"));
        Ok(Crates { stub, server, compared, names, left: own.left })
    }

    /// What has to be left out so that `file`, whose text is `text`, compiles: by line, what a compiler said.
    pub fn wrong(text: &Text, file: &str, said: &str) -> BTreeMap<Key, String> {
        let each = said.lines().filter_map(|line| {
            let (place, why) = line.strip_prefix(file)?.strip_prefix(':')?.split_once(": error")?;
            let at = place.split(':').next()?.parse().ok()?;
            Some((text.about(at)?, why.to_owned()))
        });
        each.collect()
    }

    /// The name of what a line was about.
    pub fn name(&self, key: Key) -> String {
        self.names.get(&key).cloned().unwrap_or_default()
    }
}
