use crate::manifest::{ArtifactEntry, BuiltEntry, Class, Counts, GeneratorRef, MANIFEST_VERSION, Manifest, SpecRef};
use crate::{Digest, StoreError};

/// One emitted file with its bytes. It hashes them when it is made, so a name in the store cannot be false.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Artifact {
    entry: ArtifactEntry,
    bytes: Vec<u8>,
}

impl Artifact {
    /// Describes `bytes` as an artifact.
    pub fn new(
        path: impl Into<String>,
        class: Class,
        layer: impl Into<String>,
        target: impl Into<String>,
        source: impl Into<String>,
        bytes: Vec<u8>,
    ) -> Self {
        let entry = ArtifactEntry {
            path: path.into(),
            class,
            layer: layer.into(),
            target: target.into(),
            source: source.into(),
            bytes: bytes.len() as u64,
            sha256: Digest::of(&bytes),
        };
        Self { entry, bytes }
    }

    /// Its line in the manifest.
    pub fn entry(&self) -> &ArtifactEntry {
        &self.entry
    }

    /// Its path in the tree.
    pub fn path(&self) -> &str {
        &self.entry.path
    }

    /// Its bytes.
    pub fn bytes(&self) -> &[u8] {
        &self.bytes
    }

    /// The hash of its bytes.
    pub fn digest(&self) -> Digest {
        self.entry.sha256
    }
}

/// Everything that one spec emits, with its manifest: what the store records, the tree holds and the gate compares.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Emission {
    manifest: Manifest,
    manifest_bytes: Vec<u8>,
    artifacts: Vec<Artifact>,
}

impl Emission {
    /// Sorts the artifacts and writes their manifest.
    ///
    /// # Errors
    /// `ARTIFACT_PATH` when paths leave the tree or clash.
    pub fn new(
        spec: SpecRef,
        generator: GeneratorRef,
        mut artifacts: Vec<Artifact>,
        mut built: Vec<BuiltEntry>,
    ) -> Result<Self, StoreError> {
        artifacts.sort_by(|a, b| a.path().cmp(b.path()));
        built.sort_by(|a, b| a.path.cmp(&b.path));
        let entries: Vec<ArtifactEntry> = artifacts.iter().map(|a| a.entry.clone()).collect();
        let manifest = Manifest {
            version: MANIFEST_VERSION,
            spec,
            generator,
            counts: Counts::of(&entries),
            artifacts: entries,
            built,
        };
        manifest.validate()?;
        let manifest_bytes = manifest.to_bytes()?;
        Ok(Self { manifest, manifest_bytes, artifacts })
    }

    /// The same emission whose manifest also names what compilers made of it.
    ///
    /// # Errors
    /// `ARTIFACT_PATH` when paths leave the tree or clash.
    pub fn with_built(self, built: Vec<BuiltEntry>) -> Result<Self, StoreError> {
        let Manifest { spec, generator, .. } = self.manifest;
        Self::new(spec, generator, self.artifacts, built)
    }

    /// The manifest.
    pub fn manifest(&self) -> &Manifest {
        &self.manifest
    }

    /// The manifest's canonical bytes.
    pub fn manifest_bytes(&self) -> &[u8] {
        &self.manifest_bytes
    }

    /// The artifacts, sorted by path.
    pub fn artifacts(&self) -> &[Artifact] {
        &self.artifacts
    }

    /// The artifact at a path.
    pub fn artifact(&self, path: &str) -> Option<&Artifact> {
        let at = self.artifacts.binary_search_by(|a| a.path().cmp(path));
        at.ok().map(|at| &self.artifacts[at])
    }
}
