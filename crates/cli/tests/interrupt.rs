//! What is left of a run that somebody interrupts: nothing.

use std::fs;
use std::os::unix::process::CommandExt;
use std::path::{Path, PathBuf};
use std::process::{Child, Command, Stdio};
use std::time::{Duration, Instant};
use tempfile::TempDir;

const FILE: &str = "# Wait\n@provides: wait-property\n  threshold: WAIT1\n  interface: [wait]\n\n## WAIT1\ntype: predicate\nauthority: human-authored\nscope: module\nstatus: active\ndepends-on: []\n\nNobody is kept.\n\n```assert\nwait() == 1\n```\n";

/// A folder with a file to derive, a key, and a substrate that is this script.
fn site(script: &str) -> TempDir {
    let site = TempDir::new().expect("a folder");
    fs::write(site.path().join("wait.constraints.md"), FILE).expect("written");
    fs::write(site.path().join("answer.sh"), script).expect("written");
    fs::create_dir(site.path().join("tmp")).expect("made");
    let made = Command::new(env!("CARGO_BIN_EXE_etymon")).args(["keys", "new", "k"]).current_dir(site.path()).output();
    assert!(made.expect("run").status.success());
    site
}

/// `etymon run` over it, with a temporary folder of its own; in Rust, which needs no packages.
fn started(site: &Path) -> Child {
    // Where these tests run in the background of a shell, an interrupt is ignored, and a program inherits that.
    let mut command = Command::new("env");
    command.args(["--default-signal=INT,TERM,HUP", env!("CARGO_BIN_EXE_etymon")]);
    command.args(["run", "wait.constraints.md", "--target", "rust", "--key", "k", "--evidence-time", "600"]);
    command.args(["--substrate", "exec", "--command", "sh answer.sh"]);
    command.current_dir(site).env("TMPDIR", site.join("tmp")).stdin(Stdio::null());
    // As a shell starts it that has a terminal.
    command.stdout(Stdio::null()).stderr(Stdio::null()).process_group(0).spawn().expect("started")
}

fn until<T>(what: &str, mut found: impl FnMut() -> Option<T>) -> T {
    let deadline = Instant::now() + Duration::from_secs(120);
    loop {
        if let Some(found) = found() {
            return found;
        }
        assert!(Instant::now() < deadline, "{what}");
        std::thread::sleep(Duration::from_millis(20));
    }
}

fn signal(how: &str, process: &str) {
    assert!(Command::new("kill").args([how, "--", process]).status().expect("run").success());
}

fn inside(folder: &Path) -> Vec<PathBuf> {
    fs::read_dir(folder).expect("a folder").map(|own| own.expect("an entry").path()).collect()
}

fn is_alive(id: &str) -> bool {
    // One that nobody has waited for yet is a name and nothing else.
    fs::read_to_string(format!("/proc/{id}/stat")).is_ok_and(|own| !own.contains(") Z "))
}

#[test]
#[ignore = "runs candidates: `just candidates`"]
fn what_answers_is_ended_with_the_run() {
    for how in ["-INT", "-TERM", "-HUP"] {
        let site = site("cat >/dev/null\nsleep 1000 &\necho $! $$ >ids\nwait\n");
        let mut run = started(site.path());
        let ids = until("the substrate was not asked", || {
            fs::read_to_string(site.path().join("ids")).ok().filter(|own| own.ends_with('\n'))
        });
        let ids: Vec<&str> = ids.split_whitespace().collect();
        assert!(ids.iter().all(|id| is_alive(id)));
        signal(how, &run.id().to_string());
        assert_eq!(run.wait().expect("ended").code(), Some(130), "{how}");
        until("it lives on", || ids.iter().all(|id| !is_alive(id)).then_some(()));
    }
}

#[test]
#[ignore = "runs candidates: `just candidates`"]
fn folders_of_jobs_are_removed_and_nothing_is_signed() {
    let site = site("cat >/dev/null\necho 'pub fn wait() -> u8 { loop {} }'\n");
    let mut run = started(site.path());
    let temporary = site.path().join("tmp");
    let folder = until("no job was started", || {
        inside(&temporary).into_iter().find(|own| own.join("main").exists() || own.join("main.rs").exists())
    });
    // As a terminal does it: to everybody in the group.
    signal("-INT", &format!("-{}", run.id()));
    assert_eq!(run.wait().expect("ended").code(), Some(130));
    assert_eq!(inside(&temporary), Vec::<PathBuf>::new(), "{}", folder.display());
    let record = inside(site.path()).into_iter().find(|own| own.to_string_lossy().contains("materialization"));
    assert_eq!(record, None);
}
