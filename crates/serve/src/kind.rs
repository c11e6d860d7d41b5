use serde::{Deserialize, Serialize};

/// What an object is.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Hash, Serialize, Deserialize)]
#[serde(rename_all = "camelCase")]
pub enum Kind {
    /// The canonical bytes of a constraints file.
    ConstraintSet,
    /// What a file provides, and what its imports led to.
    CompositionManifest,
    /// Code, the verdict on it, and the signature.
    Materialization,
}

impl Kind {
    /// All of them.
    pub const ALL: [Kind; 3] = [Kind::ConstraintSet, Kind::CompositionManifest, Kind::Materialization];

    /// The name in JSON.
    pub const fn name(self) -> &'static str {
        match self {
            Kind::ConstraintSet => "constraintSet",
            Kind::CompositionManifest => "compositionManifest",
            Kind::Materialization => "materialization",
        }
    }

    /// The byte in frames.
    pub const fn byte(self) -> u8 {
        match self {
            Kind::ConstraintSet => 1,
            Kind::CompositionManifest => 2,
            Kind::Materialization => 3,
        }
    }

    /// The kind of a byte in frames.
    pub fn from_byte(byte: u8) -> Option<Kind> {
        Kind::ALL.into_iter().find(|kind| kind.byte() == byte)
    }
}
