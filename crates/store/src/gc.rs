use std::collections::BTreeSet;

use crate::{Digest, Key, LockMode, Store, StoreError};

/// What a collection removed, or would remove.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct Collected {
    /// Objects that nothing kept.
    pub objects: usize,
    /// Their length in bytes.
    pub bytes: u64,
    /// Manifests that no root kept.
    pub manifests: usize,
    /// Temporary files of killed builds.
    pub leftovers: usize,
    /// Objects that stay.
    pub kept: usize,
}

/// What the roots keep.
#[derive(Default)]
struct Live {
    objects: BTreeSet<Digest>,
    manifests: BTreeSet<(Digest, Digest)>,
}

impl Store {
    /// Removes what no root keeps; with `dry_run` only counts it. Waits for builds to finish and keeps new ones waiting.
    ///
    /// Manifests go first, so that one which is interrupted leaves no manifest without its objects.
    ///
    /// # Errors
    /// When a root cannot be read (nothing is removed then), or the store cannot be written.
    pub fn gc(&self, dry_run: bool) -> Result<Collected, StoreError> {
        let backend = self.backend();
        let mode = if dry_run { LockMode::Read } else { LockMode::Collect };
        let held = backend.lock(mode)?;
        let live = self.live()?;
        let manifests: Vec<Key> = self
            .manifest_keys()?
            .into_iter()
            .filter(|named| !live.manifests.contains(named))
            .map(|(spec, generator)| Key::manifest(&spec, &generator))
            .collect();
        let (kept, dead): (Vec<_>, Vec<_>) =
            self.objects()?.into_iter().partition(|(digest, _)| live.objects.contains(digest));
        let mut collected = Collected {
            objects: dead.len(),
            bytes: dead.iter().map(|(_, size)| size).sum(),
            manifests: manifests.len(),
            leftovers: 0,
            kept: kept.len(),
        };
        if dry_run {
            collected.leftovers = backend.leftovers()?.len();
            return Ok(collected);
        }
        let objects: Vec<Key> = dead.iter().map(|(digest, _)| Key::object(digest)).collect();
        held.check()?;
        backend.delete(&manifests)?;
        backend.delete(&objects)?;
        collected.leftovers = backend.sweep()?;
        Ok(collected)
    }

    fn live(&self) -> Result<Live, StoreError> {
        let mut live = Live::default();
        for root in self.roots()? {
            live.objects.insert(root.sha256);
            live.objects.extend(self.root_list(&root)?);
            if let Some(manifest) = self.root_manifest(&root)? {
                live.manifests.insert((manifest.spec.sha256, manifest.generator.version));
                live.objects.extend(manifest.artifacts.iter().map(|entry| entry.sha256));
                live.objects.extend(manifest.built.iter().map(|entry| entry.sha256));
            }
        }
        Ok(live)
    }
}
