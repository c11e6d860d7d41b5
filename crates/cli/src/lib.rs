//! What the binaries `etymon` and `deducible` share.

pub mod folder;
pub mod input;
pub mod instruments;
pub mod output;
pub mod tree;
