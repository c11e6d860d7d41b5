use std::collections::BTreeSet;

use serde::Deserialize;

use super::{Finding, Kind};
use crate::path::ACCEPTED_FILE;

#[derive(Deserialize)]
#[serde(deny_unknown_fields)]
struct Accepted {
    path: String,
    reason: String,
}

/// The paths that `accepted-residue.json` names; what is wrong with it goes to `findings`.
///
/// People write this file, so unlike a manifest it need not be canonical.
pub(super) fn read(bytes: &[u8], findings: &mut Vec<Finding>) -> BTreeSet<String> {
    let mut paths = BTreeSet::new();
    let mut find = |message: String| findings.push(Finding::new(Kind::Accepted, ACCEPTED_FILE, message));
    let entries: Vec<Accepted> = match serde_json::from_slice(bytes) {
        Ok(entries) => entries,
        Err(error) => {
            find(format!("the file is not a list of `{{\"path\", \"reason\"}}`: {error}"));
            return paths;
        }
    };
    for Accepted { path, reason } in entries {
        if reason.trim().is_empty() {
            find(format!("`{path}` is accepted without a reason"));
        }
        if !paths.insert(path.clone()) {
            find(format!("`{path}` is named twice"));
        }
    }
    paths
}
