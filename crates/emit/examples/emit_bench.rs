//! Emission of a synthetic spec: text printed per second and target, by one thread and by all.
//!
//! `cargo run --release -p etymon-emit --example emit_bench [MODULES]`

// A benchmark is about time.
#![allow(clippy::disallowed_types)]

use etymon_emit::{Target, emit_all, targets};
use etymon_spec::ast::ModuleDecl;
use etymon_spec::image::{Source, read_module};
use etymon_spec::{Layer, Spec};
use std::process::ExitCode;
use std::time::{Duration, Instant};

const IMAGE: &str = include_str!("../tests/spec/kernel/Base.json");
const ROUNDS: usize = 5;

fn module(number: usize) -> Option<(Layer, ModuleDecl)> {
    let image = IMAGE.replace("\"name\":\"Base\"", &format!("\"name\":\"Base{number}\""));
    Some((Layer::Kernel, read_module(Source { path: "-", bytes: image.as_bytes() }).ok()?))
}

/// Best time of several rounds, and the bytes emitted.
fn measure(spec: &Spec, target: &dyn Target, threads: usize) -> Option<(Duration, usize)> {
    let pool = rayon::ThreadPoolBuilder::new().num_threads(threads).build().ok()?;
    let mut best: Option<(Duration, usize)> = None;
    for _ in 0..ROUNDS {
        let start = Instant::now();
        let artifacts = pool.install(|| emit_all(spec, &[target])).ok()?;
        let took = start.elapsed();
        let bytes = artifacts.iter().map(|own| own.bytes.len()).sum();
        best = Some(best.map_or((took, bytes), |(best, _)| (best.min(took), bytes)));
    }
    best
}

fn run() -> Option<()> {
    let modules = std::env::args().nth(1).and_then(|text| text.parse().ok()).unwrap_or(10_000);
    let decls: Option<Vec<_>> = (0..modules).map(module).collect();
    let spec = Spec::unchecked("synthetic", decls?).ok()?;
    let threads = rayon::current_num_threads();
    println!("{modules} modules, best of {ROUNDS}");
    for target in targets::ALL {
        let (one, bytes) = measure(&spec, target, 1)?;
        let (all, _) = measure(&spec, target, threads)?;
        let rate = |took: Duration| bytes as f64 / 1e6 / took.as_secs_f64();
        let gain = one.as_secs_f64() / all.as_secs_f64();
        println!(
            "{:5} {:7.1} MB  1 thread {:6.1} MB/s  {threads} threads {:6.1} MB/s  {gain:.2} times",
            target.name(),
            bytes as f64 / 1e6,
            rate(one),
            rate(all),
        );
    }
    Some(())
}

fn main() -> ExitCode {
    if run().is_some() { ExitCode::SUCCESS } else { ExitCode::FAILURE }
}
