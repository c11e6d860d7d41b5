//! The manifests of a folder, found by name in the same time however many there are.

use super::error::{GatewayError, MAX_AVAILABLE};
use super::stamp::Stamp;
use etymon_diagnostics::Diagnostic;
use etymon_instrument::enforce::Enforcer;
use etymon_instrument::manifest::{MANIFEST_INVALID, MAX_MANIFEST, Manifest, SUFFIX};
use std::collections::{BTreeMap, HashMap};
use std::fs::{self, File, Metadata};
use std::io::{self, Read};
use std::path::{Path, PathBuf};
use std::sync::{Arc, PoisonError, RwLock};

/// Manifests of a folder at most.
pub const MAX_MANIFESTS: usize = 100_000;

/// The manifests of a folder.
pub(super) struct Catalog {
    folder: PathBuf,
    current: RwLock<Arc<Snapshot>>,
}

/// The folder at one time.
#[derive(Default)]
pub(super) struct Snapshot {
    files: BTreeMap<String, Arc<Entry>>,
    /// File names, and classes of which there is one manifest; nothing where there are several.
    names: HashMap<String, Option<Arc<Entry>>>,
}

/// One manifest.
pub(super) struct Entry {
    /// Its file's name without [`SUFFIX`].
    pub target: String,
    /// What it demands, or why it cannot be used.
    pub enforcer: Result<Enforcer, Box<Diagnostic>>,
    stamp: Stamp,
}

impl Catalog {
    /// Reads a folder.
    pub(super) fn open(folder: PathBuf) -> Result<Self, GatewayError> {
        let first = Snapshot::of(&folder, &Snapshot::default())?;
        Ok(Catalog { folder, current: RwLock::new(Arc::new(first.unwrap_or_default())) })
    }

    /// The folder as it was last seen.
    pub(super) fn now(&self) -> Arc<Snapshot> {
        Arc::clone(&self.current.read().unwrap_or_else(PoisonError::into_inner))
    }

    /// Looks whether something changed, and reads that. Tells what cannot be used any more.
    pub(super) fn refresh(&self) -> Result<Vec<GatewayError>, GatewayError> {
        let old = self.now();
        let Some(new) = Snapshot::of(&self.folder, &old)? else { return Ok(Vec::new()) };
        let known = |entry: &Entry| old.files.get(&entry.target).is_some_and(|own| own.stamp == entry.stamp);
        let refused = new.refused(|entry| !known(entry));
        *self.current.write().unwrap_or_else(PoisonError::into_inner) = Arc::new(new);
        Ok(refused)
    }
}

impl Snapshot {
    /// The folder, unless it is still the old one; of what did not change nothing is read.
    fn of(folder: &Path, old: &Snapshot) -> Result<Option<Snapshot>, GatewayError> {
        let failed = |error| GatewayError::io(folder.display())(error);
        let (mut files, mut same) = (BTreeMap::new(), true);
        for item in fs::read_dir(folder).map_err(failed)? {
            let item = item.map_err(failed)?;
            let name = item.file_name();
            let Some(target) = name.to_str().and_then(|name| name.strip_suffix(SUFFIX)) else { continue };
            // Gone since it was listed.
            let Ok(metadata) = fs::metadata(item.path()) else { continue };
            if target.is_empty() || !metadata.is_file() {
                continue;
            }
            let stamp = Stamp::of(&metadata);
            let entry = match old.files.get(target).filter(|own| own.stamp == stamp) {
                Some(known) => Arc::clone(known),
                None => {
                    same = false;
                    Arc::new(Entry { target: target.to_owned(), enforcer: read(&item.path(), &metadata), stamp })
                }
            };
            files.insert(target.to_owned(), entry);
            if files.len() > MAX_MANIFESTS {
                let reason = format!("there are more than {MAX_MANIFESTS} manifests");
                return Err(failed(io::Error::other(reason)));
            }
        }
        if same && files.len() == old.files.len() {
            return Ok(None);
        }
        let mut names: HashMap<String, Option<Arc<Entry>>> = HashMap::with_capacity(files.len() * 2);
        for entry in files.values() {
            if let Ok(enforcer) = &entry.enforcer {
                let class = names.entry(enforcer.manifest().contract.clone());
                class.and_modify(|one| *one = None).or_insert_with(|| Some(Arc::clone(entry)));
            }
        }
        names.extend(files.iter().map(|(name, entry)| (name.clone(), Some(Arc::clone(entry)))));
        Ok(Some(Snapshot { files, names }))
    }

    /// The manifest of a file name, or the only one of a class.
    pub(super) fn find(&self, target: &str) -> Result<&Entry, GatewayError> {
        let several = match self.names.get(target) {
            Some(Some(entry)) => return Ok(entry),
            Some(None) => true,
            None => false,
        };
        let of_class = |entry: &&Arc<Entry>| {
            !several || entry.enforcer.as_ref().is_ok_and(|own| own.manifest().contract == target)
        };
        let available = self.files.values().filter(of_class).take(MAX_AVAILABLE);
        let available = available.map(|entry| entry.target.clone()).collect();
        Err(GatewayError::Target { target: target.to_owned(), several, available })
    }

    /// All manifests, by name.
    pub(super) fn entries(&self) -> impl ExactSizeIterator<Item = &Entry> {
        self.files.values().map(|entry| &**entry)
    }

    /// The manifests that cannot be used, among those that are of interest.
    pub(super) fn refused(&self, of_interest: impl Fn(&Entry) -> bool) -> Vec<GatewayError> {
        let refused = self.entries().filter(|entry| of_interest(entry)).filter_map(|entry| entry.usable().err());
        refused.collect()
    }
}

impl Entry {
    /// What it demands.
    pub(super) fn usable(&self) -> Result<&Enforcer, GatewayError> {
        self.enforcer.as_ref().map_err(|reason| GatewayError::Manifest {
            name: format!("{}{SUFFIX}", self.target),
            reason: reason.clone(),
        })
    }
}

fn read(path: &Path, metadata: &Metadata) -> Result<Enforcer, Box<Diagnostic>> {
    let refused = |reason: String| Box::new(Diagnostic::error(MANIFEST_INVALID, reason));
    if metadata.len() > MAX_MANIFEST as u64 {
        return Err(refused(format!("it has more than {MAX_MANIFEST} bytes")));
    }
    let mut bytes = Vec::new();
    let file = File::open(path).map_err(|error| refused(error.to_string()))?;
    file.take(MAX_MANIFEST as u64 + 1).read_to_end(&mut bytes).map_err(|error| refused(error.to_string()))?;
    Manifest::read(&bytes).map(Enforcer::new)
}
