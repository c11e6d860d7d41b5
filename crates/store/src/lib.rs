//! The content-addressed store, the manifest, the generated tree and its gate.
//!
//! An [`Emission`] is everything one spec emits. [`Store::record`] keeps it, [`write_tree`] puts it into a folder, and [`drift::compare`]
//! tells how a committed folder differs from it. The [`Store`] sits on any [`Backend`]: a folder, memory, or an S3-compatible service.

mod backend;
mod canonical;
mod digest;
mod dir;
pub mod drift;
mod emission;
mod error;
mod fsck;
mod gc;
mod key;
mod local;
mod manifest;
mod memory;
mod path;
mod roots;
#[cfg(feature = "s3")]
mod s3;
mod store;
mod tree;

pub use backend::{Backend, Entry, Held, LockMode};
pub use digest::{Digest, NotADigest};
pub use emission::{Artifact, Emission};
pub use error::{StoreError, codes};
pub use fsck::Fsck;
pub use gc::Collected;
pub use key::Key;
pub use local::Local;
pub use manifest::{ArtifactEntry, BuiltEntry, Class, Counts, GeneratorRef, MANIFEST_VERSION, Manifest, SpecRef};
pub use memory::Memory;
pub use path::{ACCEPTED_FILE, MANIFEST_FILE};
pub use roots::{Root, RootKind};
#[cfg(feature = "s3")]
pub use s3::S3;
pub use store::{Recorded, Session, Store, Swapped, Verify};
pub use tree::{TreeChanges, write_tree, write_tree_after};
