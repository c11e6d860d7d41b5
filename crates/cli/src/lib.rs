//! What the binaries `etymon` and `deducible` share.

pub mod input;
pub mod output;
