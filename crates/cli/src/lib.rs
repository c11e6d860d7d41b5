//! What the binaries `etymon` and `deducible` share.

pub mod output;
