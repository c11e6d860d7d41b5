//! Builds that are killed, and builds and collections at once, each in a process of its own.
//!
//! The processes are this test program again, told by its environment what to do.

mod common;

use std::io::{BufRead, BufReader};
use std::path::Path;
use std::process::{Child, Command, Stdio};
use std::time::{Duration, Instant};

use etymon_store::{Local, Store, Verify, drift, write_tree};

const ROLE: &str = "ETYMON_TEST_ROLE";
const FOLDER: &str = "ETYMON_TEST_FOLDER";
const KILLS: u64 = 200;

fn open(dir: &Path) -> Store {
    Store::new(Local::new(dir.join("store")))
}

fn spawn(role: &str, dir: &Path) -> Child {
    Command::new(std::env::current_exe().unwrap())
        .args(["--exact", "helper", "--ignored", "--nocapture"])
        .env(ROLE, role)
        .env(FOLDER, dir)
        .stdout(Stdio::piped())
        .stderr(Stdio::inherit())
        .spawn()
        .unwrap()
}

#[test]
#[ignore = "the other tests of this file start it as a process"]
fn helper() {
    let dir = std::env::var_os(FOLDER).expect("started by another test");
    let dir = Path::new(&dir);
    let role = std::env::var(ROLE).unwrap();
    println!("\nready");
    match role.split_once(' ').unwrap_or((&role, "")) {
        ("builds", round) => endless_builds(dir, round),
        ("build", name) => eight_times(dir, name),
        ("gc", _) => collections(dir),
        other => panic!("{other:?}"),
    }
}

fn endless_builds(dir: &Path, round: &str) {
    let store = open(dir);
    for n in 0.. {
        let emission = common::many(&format!("{round}-{n}"), 60);
        store.record(&emission, Verify::Hash).unwrap();
        write_tree(&dir.join("out"), &emission).unwrap();
    }
}

fn eight_times(dir: &Path, name: &str) {
    let store = open(dir);
    for n in 0..8 {
        let emission = common::many(&format!("{name}-{n}"), 40);
        let session = store.begin().unwrap();
        session.put(emission.artifacts(), Verify::Size).unwrap();
        session.commit(emission.manifest()).unwrap();
        for artifact in emission.artifacts() {
            assert_eq!(store.get(&artifact.digest()).unwrap(), artifact.bytes());
        }
    }
    let shared = common::many("shared", 40);
    store.record_as(name, &shared, Verify::Size).unwrap();
    assert!(store.manifest(&shared.manifest().spec.sha256, &shared.manifest().generator.version).unwrap().is_some());
}

fn collections(dir: &Path) {
    let store = open(dir);
    for _ in 0..12 {
        store.gc(false).unwrap();
        let check = store.fsck().unwrap();
        assert!(check.is_whole(), "{}", check.report);
    }
}

/// Waits until the helper has started its work.
fn await_ready(child: &mut Child) {
    let lines = BufReader::new(child.stdout.take().unwrap()).lines();
    let ready = lines.map_while(Result::ok).any(|line| line == "ready");
    assert!(ready);
}

#[test]
fn a_killed_build_leaves_a_whole_store() {
    let dir = tempfile::tempdir().unwrap();
    let store = open(dir.path());
    let (mut builds, mut leftovers) = (0, 0);
    // The moments span some builds on any machine, so how long one takes here and now is measured first.
    let start = Instant::now();
    store.record(&common::many("probe", 60), Verify::Size).unwrap();
    let window = (4 * start.elapsed().as_micros() as u64).max(40_000);
    store.gc(false).unwrap();
    // A fixed sequence of moments, spread over several builds of the helper.
    let mut state = 0x9E37_79B9_7F4A_7C15_u64;
    for round in 0..KILLS {
        state = state.wrapping_mul(6_364_136_223_846_793_005).wrapping_add(1);
        let mut child = spawn(&format!("builds {round}"), dir.path());
        await_ready(&mut child);
        std::thread::sleep(Duration::from_micros((state >> 33) % window));
        child.kill().unwrap();
        child.wait().unwrap();

        let check = store.fsck().unwrap();
        assert!(check.is_whole(), "round {round}: {}", check.report);
        leftovers += usize::from(!check.report.is_empty());
        builds += check.manifests;

        if round % 10 == 9 {
            let next = common::many("next", 60);
            store.record(&next, Verify::Hash).unwrap();
            assert_eq!(store.backend().leftovers().unwrap(), [""; 0]);
            write_tree(&dir.path().join("out"), &next).unwrap();
            let drift = drift::compare(&dir.path().join("out"), &next).unwrap();
            let changed: Vec<_> = drift.findings.iter().filter(|f| f.kind != drift::Kind::Residue).collect();
            assert!(changed.is_empty(), "{changed:#?}");
            store.gc(false).unwrap();
            assert!(store.objects().unwrap().is_empty());
        }
    }
    println!("{leftovers} of {KILLS} kills left temporary files");
    assert!(builds > 0, "no build ever ended, so this proved nothing");
    assert!(leftovers > 0, "no kill fell into a write, so this proved nothing");
}

#[test]
fn eight_builds_and_a_collection_at_once() {
    let dir = tempfile::tempdir().unwrap();
    let mut children: Vec<Child> = (0..8).map(|n| spawn(&format!("build b{n}"), dir.path())).collect();
    children.push(spawn("gc", dir.path()));
    for child in children {
        let done = child.wait_with_output().unwrap();
        let said = String::from_utf8_lossy(&done.stdout);
        assert!(done.status.success(), "{said}");
    }
    let store = open(dir.path());
    let check = store.fsck().unwrap();
    assert!(check.is_whole(), "{}", check.report);
    store.gc(false).unwrap();
    let shared = common::many("shared", 40);
    assert_eq!(store.manifests().unwrap(), [shared.manifest().clone()]);
    assert_eq!(store.objects().unwrap().len(), 41);
}
