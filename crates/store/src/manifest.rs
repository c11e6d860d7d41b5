use etymon_diagnostics::Origin;
use serde::{Deserialize, Serialize};

use crate::canonical;
use crate::error::codes::MANIFEST_INVALID;
use crate::path;
use crate::{Digest, StoreError};

/// The manifest format that this crate writes and reads.
pub const MANIFEST_VERSION: u32 = 1;
/// Manifests longer than this are refused unread.
const MAX_BYTES: usize = 64 << 20;

/// What one emission consists of and what it was made from.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct Manifest {
    /// [`MANIFEST_VERSION`].
    pub version: u32,
    /// The spec.
    pub spec: SpecRef,
    /// The generator.
    pub generator: GeneratorRef,
    /// How many artifacts there are of each class.
    pub counts: Counts,
    /// The emitted artifacts, sorted by path.
    pub artifacts: Vec<ArtifactEntry>,
    /// What compilers made of them, sorted by path.
    pub built: Vec<BuiltEntry>,
}

/// Which spec an emission comes from.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct SpecRef {
    /// The kind of spec, such as `encdsl`.
    pub kind: String,
    /// Its name.
    pub name: String,
    /// The hash of its canonical bytes.
    pub sha256: Digest,
}

/// Which generator made an emission.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct GeneratorRef {
    /// Its name.
    pub name: String,
    /// The hash of everything that shapes its output besides the spec.
    pub version: Digest,
}

/// The class of an artifact.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Hash, Serialize, Deserialize)]
#[serde(rename_all = "lowercase")]
pub enum Class {
    /// The protocol's rules.
    Protocol,
    /// What binds them to a platform.
    Platform,
    /// What runs and watches them.
    Operational,
}

impl Class {
    /// The name in a manifest.
    pub const fn as_str(self) -> &'static str {
        match self {
            Self::Protocol => "protocol",
            Self::Platform => "platform",
            Self::Operational => "operational",
        }
    }
}

impl std::fmt::Display for Class {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        f.write_str(self.as_str())
    }
}

/// Number of artifacts by class.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct Counts {
    /// Of class `operational`.
    pub operational: u64,
    /// Of class `platform`.
    pub platform: u64,
    /// Of class `protocol`.
    pub protocol: u64,
}

impl Counts {
    /// Counts the entries by class.
    pub fn of<'a>(entries: impl IntoIterator<Item = &'a ArtifactEntry>) -> Self {
        let mut counts = Self::default();
        for entry in entries {
            match entry.class {
                Class::Protocol => counts.protocol += 1,
                Class::Platform => counts.platform += 1,
                Class::Operational => counts.operational += 1,
            }
        }
        counts
    }
}

/// One emitted file.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct ArtifactEntry {
    /// Its path in the tree.
    pub path: String,
    /// Its class.
    pub class: Class,
    /// The layer of the module it comes from.
    pub layer: String,
    /// The target that printed it.
    pub target: String,
    /// The module it comes from.
    pub source: String,
    /// Its length in bytes.
    pub bytes: u64,
    /// Its hash.
    pub sha256: Digest,
}

/// One file that a compiler made of emitted ones.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct BuiltEntry {
    /// Its path in the tree.
    pub path: String,
    /// The toolchain that made it.
    pub toolchain: String,
    /// Its hash.
    pub sha256: Digest,
}

impl Manifest {
    /// Reads a manifest, which must be its own canonical form. `origin` is where it comes from, for the diagnostic.
    ///
    /// # Errors
    /// `BAD_DOCUMENT` or `NOT_CANONICAL` for the bytes, `MANIFEST_INVALID` or `ARTIFACT_PATH` for what they say.
    pub fn read(bytes: &[u8], origin: &str) -> Result<Self, StoreError> {
        Self::read_unnamed(bytes).map_err(|error| match error {
            StoreError::Refused(mut diagnostic) => {
                diagnostic.origin = diagnostic.origin.in_file(origin);
                StoreError::Refused(diagnostic)
            }
            other => other,
        })
    }

    fn read_unnamed(bytes: &[u8]) -> Result<Self, StoreError> {
        if bytes.len() > MAX_BYTES {
            return Err(invalid(format!("manifest is longer than {MAX_BYTES} bytes"), "$"));
        }
        let manifest: Self = canonical::read(bytes)?;
        manifest.validate()?;
        Ok(manifest)
    }

    /// The canonical bytes (RFC 8785).
    ///
    /// # Errors
    /// `BAD_DOCUMENT` for a number above 2^53-1, which [`Manifest::validate`] refuses too.
    pub fn to_bytes(&self) -> Result<Vec<u8>, StoreError> {
        canonical::write(self)
    }

    /// The entry of an artifact.
    pub fn artifact(&self, path: &str) -> Option<&ArtifactEntry> {
        let at = self.artifacts.binary_search_by(|entry| entry.path.as_str().cmp(path));
        at.ok().map(|at| &self.artifacts[at])
    }

    /// Checks what the type does not say: version, order, paths, numbers, counts.
    ///
    /// # Errors
    /// `MANIFEST_INVALID` or `ARTIFACT_PATH`.
    pub fn validate(&self) -> Result<(), StoreError> {
        if self.version != MANIFEST_VERSION {
            let message = format!("manifest version `{}` is not known", self.version);
            return Err(invalid(message, "$.version"));
        }
        let artifacts = self.artifacts.iter().map(|entry| entry.path.as_str());
        let built = self.built.iter().map(|entry| entry.path.as_str());
        path::check_all(artifacts.clone().chain(built.clone()))?;
        for (name, sorted) in [("artifacts", artifacts.is_sorted()), ("built", built.is_sorted())] {
            if !sorted {
                let message = format!("`{name}` is not sorted by path");
                return Err(invalid(message, &format!("$.{name}")));
            }
        }
        if let Some(at) = self.artifacts.iter().position(|e| e.bytes > etymon_spec::canonical::MAX_INTEGER) {
            let message = "length is above 2^53-1".to_owned();
            return Err(invalid(message, &format!("$.artifacts[{at}].bytes")));
        }
        if self.counts != Counts::of(&self.artifacts) {
            return Err(invalid("counts do not agree with the artifacts".to_owned(), "$.counts"));
        }
        Ok(())
    }
}

fn invalid(message: String, json_path: &str) -> StoreError {
    StoreError::refused(MANIFEST_INVALID, message, Origin::none().at_json(json_path))
}
