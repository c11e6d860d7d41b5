//! What the tests of the backends share.

use etymon_constraints::sandbox::Launcher;

/// The helper that cargo has built beside the tests.
pub fn launcher() -> Launcher {
    Launcher { helper: vec![env!("CARGO_BIN_EXE_etymon-sandbox").into()] }
}
