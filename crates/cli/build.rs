//! Builds the committed image into the program, so that it has a main job anywhere.

use std::fmt::Write;
use std::path::Path;
use std::{env, fs};

fn main() -> Result<(), Box<dyn std::error::Error>> {
    let root = Path::new(&env::var("CARGO_MANIFEST_DIR")?).join("../../golden/spec");
    println!("cargo::rerun-if-changed={}", root.display());
    let mut files = Vec::new();
    if root.is_dir() {
        for layer in fs::read_dir(&root)? {
            let layer = layer?.path();
            println!("cargo::rerun-if-changed={}", layer.display());
            if layer.is_file() {
                let stem = layer.file_stem().unwrap_or_default().to_string_lossy().into_owned();
                files.push((stem, layer.canonicalize()?));
                continue;
            }
            for file in fs::read_dir(&layer)? {
                let file = file?.path();
                let names = (layer.file_name(), file.file_stem());
                if let (Some(layer), Some(stem)) = names {
                    println!("cargo::rerun-if-changed={}", file.display());
                    files.push((
                        format!("{}/{}", layer.to_string_lossy(), stem.to_string_lossy()),
                        file.canonicalize()?,
                    ));
                }
            }
        }
    }
    files.sort();
    let mut table = String::from("&[\n");
    for (path, file) in files {
        writeln!(table, "  ({path:?}, include_bytes!({file:?})),")?;
    }
    table.push_str("]\n");
    fs::write(Path::new(&env::var("OUT_DIR")?).join("embedded_spec.rs"), table)?;
    Ok(())
}
