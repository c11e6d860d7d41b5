//! Hashes everything that shapes what instruments become, besides the instruments.

use sha2::{Digest, Sha256};
use std::collections::BTreeMap;
use std::path::{Path, PathBuf};
use std::{env, fs, io};

/// Rooms of this crate that emit nothing, and tests.
const BESIDE: [&str; 4] = ["enforce", "faraid", "fuzz", "lsp"];

/// Files below `folder`, by their path relative to it with `/` between names.
fn files(folder: &Path) -> io::Result<BTreeMap<String, PathBuf>> {
    let mut found = BTreeMap::new();
    let mut open = vec![(String::new(), folder.to_owned())];
    while let Some((prefix, folder)) = open.pop() {
        for entry in fs::read_dir(&folder)? {
            let path = entry?.path();
            let name = path.file_name().and_then(|name| name.to_str()).unwrap_or_default().to_owned();
            let stem = name.split('.').next().unwrap_or_default();
            if stem == "tests" || (prefix.is_empty() && BESIDE.contains(&stem)) {
                continue;
            }
            if path.is_dir() {
                open.push((format!("{prefix}{name}/"), path));
            } else {
                found.insert(format!("{prefix}{name}"), path);
            }
        }
    }
    Ok(found)
}

fn main() -> io::Result<()> {
    let rooms = [
        ("instrument", "src"),
        ("rules", "rules"),
        // The printer, canonical bytes with their hashes, and the manifest.
        ("emit", "../emit/src/writer.rs"),
        ("spec", "../spec/src/canonical.rs"),
        ("store", "../store/src/manifest.rs"),
    ];
    let own = PathBuf::from(env::var_os("CARGO_MANIFEST_DIR").unwrap_or_default());
    let mut hasher = Sha256::new();
    for (room, place) in rooms {
        println!("cargo::rerun-if-changed={place}");
        let path = own.join(place);
        let found = if path.is_dir() { files(&path)? } else { BTreeMap::from([(String::new(), path)]) };
        for (relative, path) in found {
            let bytes = fs::read(path)?;
            hasher.update(format!("{room}/{relative}\0{}\0", bytes.len()));
            hasher.update(&bytes);
        }
    }
    let version: String = hasher.finalize().iter().map(|byte| format!("{byte:02x}")).collect();
    println!("cargo::rustc-env=ETYMON_INSTRUMENT_GENERATOR={version}");
    Ok(())
}
