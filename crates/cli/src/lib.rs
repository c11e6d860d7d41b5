//! What the binaries `etymon` and `deducible` share.

pub mod folder;
pub mod input;
pub mod output;
