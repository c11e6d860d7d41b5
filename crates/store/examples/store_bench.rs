//! Store writes beside `git hash-object -w --stdin-paths`, both as whole processes over the same files, each object synced.
//!
//! `store_bench` runs both in turn and prints the medians; `store_bench put FOLDER` is one run of the store, with paths on standard input.
//! `benches/store.sh` builds and runs it.

use std::error::Error;
use std::fs::{self, File};
use std::io::{BufRead, stdin};
use std::path::Path;
use std::process::{Command, Stdio};
use std::time::{Duration, Instant};

use etymon_store::{Artifact, Class, Digest, Emission, GeneratorRef, Local, SpecRef, Store, Verify, drift, write_tree};

type Done = Result<(), Box<dyn Error>>;

/// Runs over the small tree; the large one gets a third of them.
const RUNS: usize = 15;

fn main() -> Done {
    let mut arguments = std::env::args().skip(1);
    match (arguments.next().as_deref(), arguments.next()) {
        (Some("put"), Some(folder)) => put(Path::new(&folder)),
        _ => {
            println!("{:<28} {:>10} {:>10} {:>8}", "tree", "git", "etymon", "ratio");
            // What one protocol emits, and what a large site does.
            compare(60, 16_000, RUNS)?;
            compare(2_000, 8_000, RUNS / 3)?;
            gate(60, 16_000)
        }
    }
}

fn put(folder: &Path) -> Done {
    let artifacts = stdin()
        .lock()
        .lines()
        .map(|path| {
            let path = path?;
            let bytes = fs::read(&path)?;
            Ok(Artifact::new(path, Class::Protocol, "kernel", "js", "bench", bytes))
        })
        .collect::<std::io::Result<Vec<_>>>()?;
    let store = Store::new(Local::new(folder));
    store.begin()?.put(&artifacts, Verify::Size)?;
    Ok(())
}

fn compare(files: usize, bytes: usize, runs: usize) -> Done {
    let dir = tempfile::tempdir()?;
    let list = dir.path().join("list");
    write_files(dir.path(), &list, files, bytes)?;
    let (mut git, mut own) = (Vec::new(), Vec::new());
    for run in 0..runs {
        let repository = dir.path().join(format!("git{run}"));
        let init = Command::new("git").args(["init", "--quiet", "--bare"]).arg(&repository).status()?;
        assert!(init.success(), "git init failed");
        let mut hash = Command::new("git");
        hash.arg("-C").arg(&repository).args(["-c", "core.fsync=loose-object", "-c", "core.fsyncMethod=fsync"]);
        git.push(timed(hash.args(["hash-object", "-w", "--stdin-paths"]), &list)?);

        let mut store = Command::new(std::env::current_exe()?);
        own.push(timed(store.arg("put").arg(dir.path().join(format!("store{run}"))), &list)?);
    }
    let (git, own) = (median(git), median(own));
    let name = format!("{files} files of {bytes} bytes");
    let ratio = git.as_secs_f64() / own.as_secs_f64();
    println!("{name:<28} {:>7.1} ms {:>7.1} ms {ratio:>7.1}x", ms(git), ms(own));
    Ok(())
}

/// Comparing an unchanged tree with its emission, the hashing of the fresh bytes included.
fn gate(files: usize, bytes: usize) -> Done {
    let dir = tempfile::tempdir()?;
    let fresh = || {
        let text = |n: usize| format!("{n:031}\n").repeat(bytes / 32).into_bytes();
        let artifact = |n| Artifact::new(format!("js/{n}.js"), Class::Protocol, "kernel", "js", "bench", text(n));
        let spec = SpecRef { kind: "encdsl".into(), name: "bench".into(), sha256: Digest::of(b"spec") };
        let generator = GeneratorRef { name: "etymon".into(), version: Digest::of(b"generator") };
        Emission::new(spec, generator, (0..files).map(artifact).collect(), Vec::new())
    };
    write_tree(dir.path(), &fresh()?)?;
    let mut times = Vec::new();
    for _ in 0..RUNS {
        let start = Instant::now();
        assert!(drift::compare(dir.path(), &fresh()?)?.is_clean());
        times.push(start.elapsed());
    }
    println!("gate, {files} files of {bytes} bytes, unchanged: {:.2} ms", ms(median(times)));
    Ok(())
}

/// Files of program-like text, each with content of its own.
fn write_files(dir: &Path, list: &Path, files: usize, bytes: usize) -> Done {
    let mut paths = String::new();
    for n in 0..files {
        let path = dir.join(format!("f{n}.js"));
        let line = |k: usize| format!("export const v{n}_{k} = add({}, {});\n", n * k, k * 7919 % 1_000);
        let text: String = (0..bytes / 32).map(line).collect();
        fs::write(&path, text)?;
        paths += &format!("{}\n", path.display());
    }
    fs::write(list, paths)?;
    Ok(())
}

fn timed(command: &mut Command, list: &Path) -> Result<Duration, Box<dyn Error>> {
    let start = Instant::now();
    let status = command.stdin(File::open(list)?).stdout(Stdio::null()).status()?;
    let taken = start.elapsed();
    assert!(status.success(), "{command:?}");
    Ok(taken)
}

fn median(mut times: Vec<Duration>) -> Duration {
    times.sort();
    times[times.len() / 2]
}

fn ms(time: Duration) -> f64 {
    time.as_secs_f64() * 1_000.0
}
