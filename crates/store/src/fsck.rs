use std::collections::BTreeMap;

use etymon_diagnostics::{Diagnostic, Origin, Report};

use crate::error::codes::{STORE_CORRUPT, STORE_LEFTOVER, STORE_MISPLACED, STORE_MISSING};
use crate::roots::read_root;
use crate::{Digest, Entry, Key, LockMode, Manifest, Root, Store, StoreError};

const REMAKE: &str = "`etymon build` makes it again";
const MOVE_AWAY: &str = "remove it; the store did not put it there";

/// What a check of a whole store found.
#[derive(Clone, Debug)]
pub struct Fsck {
    /// Objects whose hash was computed.
    pub objects: usize,
    /// Their length in bytes.
    pub bytes: u64,
    /// Manifests that were read.
    pub manifests: usize,
    /// What is wrong; temporary files of killed builds are mere notes.
    pub report: Report,
}

impl Fsck {
    /// Whether the store is whole.
    pub fn is_whole(&self) -> bool {
        !self.report.has_errors()
    }
}

impl Store {
    /// Reads everything, compares each object with its name, and each manifest with the objects.
    ///
    /// # Errors
    /// When the store itself cannot be read; what is wrong inside it is in the report.
    pub fn fsck(&self) -> Result<Fsck, StoreError> {
        let _held = self.backend().lock(LockMode::Read)?;
        let mut check = Check {
            store: self,
            sizes: BTreeMap::new(),
            result: Fsck { objects: 0, bytes: 0, manifests: 0, report: Report::new() },
        };
        // What names objects is read before them: a build that ends meanwhile then shows up, if at all, with its objects.
        let manifests = self.named("specs")?;
        let roots = self.named("roots")?;
        for entry in self.backend().list("objects")? {
            check.object(&entry)?;
        }
        for (entry, bytes) in &manifests {
            check.manifest(entry, bytes);
        }
        for (entry, bytes) in &roots {
            check.root(entry, bytes);
        }
        for name in self.backend().leftovers()? {
            let note = Diagnostic::info(STORE_LEFTOVER, "temporary file of a build");
            let note = note.help("the next build or `etymon store gc` removes it, unless a build is running");
            check.result.report.push(note.at(Origin::path(name)));
        }
        Ok(check.result)
    }

    /// The entries of a folder with their bytes; no bytes for what is not plain.
    fn named(&self, folder: &str) -> Result<Vec<(Entry, Vec<u8>)>, StoreError> {
        let mut named = Vec::new();
        for entry in self.backend().list(folder)? {
            let bytes = match entry.key() {
                Some(key) => self.backend().get(&key)?,
                None => Some(Vec::new()),
            };
            named.extend(bytes.map(|bytes| (entry, bytes)));
        }
        Ok(named)
    }
}

struct Check<'s> {
    store: &'s Store,
    /// The length of every sound object.
    sizes: BTreeMap<Digest, u64>,
    result: Fsck,
}

impl Check<'_> {
    fn find(&mut self, finding: Diagnostic, name: &str, help: &str) {
        let finding = finding.at(Origin::path(name)).help(help);
        self.result.report.push(finding);
    }

    fn object(&mut self, entry: &Entry) -> Result<(), StoreError> {
        let key = entry.key();
        let named = key.as_ref().and_then(Key::as_object);
        let (Some(key), Some(named)) = (key, named) else {
            let finding = Diagnostic::error(STORE_MISPLACED, "this is no object");
            self.find(finding, &entry.name, MOVE_AWAY);
            return Ok(());
        };
        let Some(bytes) = self.store.backend().get(&key)? else {
            return Ok(());
        };
        self.result.objects += 1;
        self.result.bytes += bytes.len() as u64;
        let found = Digest::of(&bytes);
        if found == named {
            self.sizes.insert(named, bytes.len() as u64);
            return Ok(());
        }
        let message = format!("object `{named}` is corrupt: its bytes have the hash `{found}`");
        self.find(Diagnostic::error(STORE_CORRUPT, message), &entry.name, REMAKE);
        Ok(())
    }

    fn manifest(&mut self, entry: &Entry, bytes: &[u8]) {
        let Some(named) = entry.key().and_then(|key| key.as_manifest()) else {
            let finding = Diagnostic::error(STORE_MISPLACED, "this is no manifest");
            return self.find(finding, &entry.name, MOVE_AWAY);
        };
        self.result.manifests += 1;
        let manifest = match Manifest::read(bytes, &entry.name) {
            Ok(manifest) => manifest,
            Err(error) => return self.result.report.push(error.diagnostic().help(REMAKE)),
        };
        if (manifest.spec.sha256, manifest.generator.version) != named {
            let message = "manifest is of another spec or generator version than its place says";
            let finding = Diagnostic::error(STORE_MISPLACED, message);
            self.find(finding, &entry.name, REMAKE);
        }
        for artifact in &manifest.artifacts {
            self.named_object(&entry.name, &artifact.path, &artifact.sha256, artifact.bytes);
        }
    }

    fn named_object(&mut self, manifest: &str, path: &str, digest: &Digest, bytes: u64) {
        match self.sizes.get(digest) {
            Some(&size) if size == bytes => {}
            Some(&size) => {
                let message = format!("`{path}` has {bytes} bytes here, its object `{digest}` {size}");
                self.find(Diagnostic::error(STORE_CORRUPT, message), manifest, REMAKE);
            }
            None => {
                let message = format!("object `{digest}` of `{path}` is missing or corrupt");
                self.find(Diagnostic::error(STORE_MISSING, message), manifest, REMAKE);
            }
        }
    }

    fn root(&mut self, entry: &Entry, bytes: &[u8]) {
        let Some(root) = entry.key().and_then(|key| read_root(&key, bytes)) else {
            let help = "remove it, then keep again what it kept";
            let finding = Diagnostic::error(STORE_MISPLACED, "this is no root");
            return self.find(finding, &entry.name, help);
        };
        if !self.sizes.contains_key(&root.sha256) {
            let Root { label, sha256, .. } = root;
            let message = format!("object `{sha256}` that root `{label}` keeps is missing or corrupt");
            let help = "make it again, or let go of it with `etymon store keep --drop`";
            self.find(Diagnostic::error(STORE_MISSING, message), &entry.name, help);
        }
    }
}
