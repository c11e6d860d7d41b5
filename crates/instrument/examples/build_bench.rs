//! Measures what `deducible build` does between reading a file and writing others, over every example:
//! `cargo run --release --package etymon-instrument --example build_bench`.

use etymon_diagnostics::SourceFile;
use etymon_instrument::ast::Unit;
use etymon_instrument::class::Class;
use etymon_instrument::{manifest, oracle, parser, sema, solidity, zk};
use std::error::Error;
use std::path::Path;
use std::time::{Duration, Instant};

const RUNS: usize = 101;

/// How many bytes all targets make of a file.
fn build(path: &str, text: &str) -> Result<usize, Box<dyn Error>> {
    let source = SourceFile::new(path, text);
    let unit = parser::parse(&source).map_err(|report| report.to_string())?;
    let report = sema::check(&source, &unit, None);
    if report.has_errors() {
        return Err(report.to_string().into());
    }
    let Unit::Instrument(own) = unit else { return Ok(0) };
    let mut artifacts = solidity::emit(&own).map_err(|report| report.to_string())?;
    artifacts.extend(oracle::artifacts(&own.name.text));
    artifacts.extend(manifest::emit(&own).map_err(|report| report.to_string())?);
    if Class::from_name(&own.class.text).is_some_and(zk::applies) {
        artifacts.extend(zk::emit(&own).map_err(|report| report.to_string())?);
    }
    Ok(artifacts.iter().map(|own| own.bytes.len()).sum())
}

fn main() -> Result<(), Box<dyn Error>> {
    let folder = Path::new(env!("CARGO_MANIFEST_DIR")).join("../../examples/instruments");
    let mut measured: Vec<(Duration, Duration, usize, String)> = Vec::new();
    for file in std::fs::read_dir(folder)? {
        let path = file?.path();
        let name = path.file_stem().unwrap_or_default().to_string_lossy().into_owned();
        let text = std::fs::read_to_string(&path)?;
        let bytes = build(&name, &text)?;
        let mut runs = Vec::with_capacity(RUNS);
        for _ in 0..RUNS {
            let begun = Instant::now();
            build(&name, &text)?;
            runs.push(begun.elapsed());
        }
        runs.sort_unstable();
        measured.push((runs[RUNS / 2], runs[0], bytes, name));
    }
    measured.sort_unstable();
    for (middle, least, bytes, name) in measured.iter().rev().take(3) {
        let ms = |time: &Duration| time.as_secs_f64() * 1e3;
        println!(
            "{name:<24} {:6.3} ms, at best {:6.3} ms, {bytes} bytes   (figure: under 5 ms CPU)",
            ms(middle),
            ms(least)
        );
    }
    Ok(())
}
