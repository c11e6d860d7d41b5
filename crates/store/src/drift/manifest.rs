use std::collections::{BTreeMap, BTreeSet};
use std::fmt::Display;

use super::{Finding, Kind};
use crate::path::MANIFEST_FILE;
use crate::{Emission, Manifest};

/// Where a committed manifest differs from the fresh one, leaving out lines about files whose difference is told already.
pub(super) fn compare(committed: &[u8], emission: &Emission, told: &BTreeSet<String>) -> Vec<Finding> {
    if committed == emission.manifest_bytes() {
        return Vec::new();
    }
    let finding = |message: String| Finding::new(Kind::Manifest, MANIFEST_FILE, message);
    let committed = match Manifest::read(committed, MANIFEST_FILE) {
        Ok(manifest) => manifest,
        Err(error) => return vec![finding(format!("the manifest is refused: {error}"))],
    };
    let fresh = emission.manifest();
    let mut edits = head(&committed, fresh);
    edits.extend(lines(&committed, fresh, told));
    if committed.built != fresh.built {
        edits.push("`built` is not what the toolchains make".to_owned());
    }
    // Whatever else tells the bytes apart is drift, too, unless a difference between files explains it.
    if edits.is_empty() && told.is_empty() {
        edits.push("the manifest is not the one of this emission".to_owned());
    }
    edits.into_iter().map(finding).collect()
}

fn head(committed: &Manifest, fresh: &Manifest) -> Vec<String> {
    let counts = |m: &Manifest| {
        let counts = m.counts;
        format!("{}/{}/{}", counts.protocol, counts.platform, counts.operational)
    };
    [
        edit("spec.kind", &committed.spec.kind, &fresh.spec.kind),
        edit("spec.name", &committed.spec.name, &fresh.spec.name),
        edit("spec.sha256", &committed.spec.sha256, &fresh.spec.sha256),
        edit("generator.name", &committed.generator.name, &fresh.generator.name),
        edit("generator.version", &committed.generator.version, &fresh.generator.version),
        edit("counts", &counts(committed), &counts(fresh)),
    ]
    .into_iter()
    .flatten()
    .collect()
}

fn edit<T: PartialEq + Display>(what: &str, committed: &T, fresh: &T) -> Option<String> {
    (committed != fresh).then(|| format!("`{what}` is `{committed}`, should be `{fresh}`"))
}

fn lines(committed: &Manifest, fresh: &Manifest, told: &BTreeSet<String>) -> Vec<String> {
    let mut edits = Vec::new();
    let fresh: BTreeMap<&str, _> = fresh.artifacts.iter().map(|e| (e.path.as_str(), e)).collect();
    let named: BTreeSet<&str> = committed.artifacts.iter().map(|e| e.path.as_str()).collect();
    for old in &committed.artifacts {
        let path = old.path.as_str();
        if told.contains(path) {
            continue;
        }
        let Some(new) = fresh.get(path) else {
            edits.push(format!("`{path}` is named, but nothing emits it"));
            continue;
        };
        let at = |field: &str| format!("{field}` of `{path}");
        edits.extend(edit(&at("sha256"), &old.sha256, &new.sha256));
        edits.extend(edit(&at("bytes"), &old.bytes, &new.bytes));
        edits.extend(edit(&at("class"), &old.class, &new.class));
        edits.extend(edit(&at("layer"), &old.layer, &new.layer));
        edits.extend(edit(&at("target"), &old.target, &new.target));
        edits.extend(edit(&at("source"), &old.source, &new.source));
    }
    for path in fresh.keys() {
        if !named.contains(path) && !told.contains(*path) {
            edits.push(format!("`{path}` is not named"));
        }
    }
    edits
}
