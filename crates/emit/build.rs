//! Collects the sources that targets copy, and hashes everything that shapes output besides the image.

// Cargo speaks to build scripts through the environment.
#![allow(clippy::disallowed_methods)]

use sha2::{Digest, Sha256};
use std::collections::BTreeMap;
use std::fmt::Write;
use std::path::{Path, PathBuf};
use std::{env, fs, io};

/// Files below `folder`, by their path relative to it with `/` between names.
fn files(folder: &Path) -> io::Result<BTreeMap<String, PathBuf>> {
    let mut found = BTreeMap::new();
    let mut open = vec![(String::new(), folder.to_owned())];
    while let Some((prefix, folder)) = open.pop() {
        if !folder.is_dir() {
            continue;
        }
        for entry in fs::read_dir(&folder)? {
            let path = entry?.path();
            let name = path.file_name().and_then(|name| name.to_str()).unwrap_or_default().to_owned();
            // Hidden folders hold what tools leave behind, such as compiled Lean.
            if name.starts_with('.') {
                continue;
            }
            let relative = format!("{prefix}{name}");
            if path.is_dir() {
                open.push((relative + "/", path));
            } else {
                found.insert(relative, path);
            }
        }
    }
    Ok(found)
}

fn table(out: &mut String, name: &str, files: &BTreeMap<String, PathBuf>) {
    let _ = writeln!(out, "pub(crate) static {name}: &[(&str, &str)] = &[");
    for (relative, path) in files {
        let _ = writeln!(out, "  ({relative:?}, include_str!({path:?})),");
    }
    out.push_str("];\n");
}

fn hex(bytes: impl AsRef<[u8]>) -> String {
    bytes.as_ref().iter().fold(String::new(), |mut text, byte| {
        let _ = write!(text, "{byte:02x}");
        text
    })
}

/// Hash of the modules that the Lean sources describe: canonical images need no reading for that.
fn program_hash(images: &BTreeMap<String, PathBuf>) -> io::Result<String> {
    let mut modules = Vec::new();
    for (relative, path) in images {
        let Some(name) = relative.strip_suffix(".json").filter(|name| name.contains('/')) else { continue };
        let image = fs::read_to_string(path)?;
        // Templates are no program.
        if !image.starts_with("{\"template\":") {
            modules.push(format!("[\"{name}\",{image}]"));
        }
    }
    Ok(hex(Sha256::digest(format!("{{\"kind\":\"encdsl\",\"modules\":[{}]}}", modules.join(",")))))
}

fn main() -> io::Result<()> {
    let own = PathBuf::from(env::var_os("CARGO_MANIFEST_DIR").unwrap_or_default());
    let runtime = files(&own.join("../kernel-rt/src/rt"))?;
    let mut lean = files(&own.join("../../lean"))?;
    // The texts of templates go through the image.
    lean.retain(|path, _| path.ends_with(".lean") && !path.starts_with("Enc/Bodies/"));

    let mut hasher = Sha256::new();
    let rooms = [
        ("emit", files(&own.join("src"))?),
        ("kernel-rt", runtime.clone()),
        ("lean", lean.clone()),
        // Names, file names, the image's own text and the hashes in headers are made there, and the manifest's bytes here.
        ("spec", files(&own.join("../spec/src"))?),
        ("store", BTreeMap::from([("manifest.rs".to_owned(), own.join("../store/src/manifest.rs"))])),
    ];
    for (room, files) in &rooms {
        for (relative, path) in files {
            let bytes = fs::read(path)?;
            hasher.update(format!("{room}/{relative}\0{}\0", bytes.len()));
            hasher.update(&bytes);
        }
    }
    // Not hashed: the modules below lean/ decide it, and an image is no part of its generator.
    let authored = program_hash(&files(&own.join("../../golden/spec"))?)?;
    let version = hex(hasher.finalize());

    let mut out =
        format!("pub(crate) const VERSION: &str = {version:?};\npub(crate) const AUTHORED: &str = {authored:?};\n");
    table(&mut out, "RUNTIME", &runtime);
    table(&mut out, "LEAN", &lean);
    fs::write(PathBuf::from(env::var_os("OUT_DIR").unwrap_or_default()).join("sources.rs"), out)?;
    for folder in
        ["src", "../kernel-rt/src/rt", "../spec/src", "../store/src/manifest.rs", "../../lean", "../../golden/spec"]
    {
        println!("cargo::rerun-if-changed={folder}");
    }
    Ok(())
}
