//! What the sandbox lets through, and what not.

mod tools;

use etymon_constraints::sandbox::{End, Jail, Launcher, Sandbox};
use std::path::PathBuf;
use std::time::{Duration, Instant};
use tools::launcher;

fn sandbox() -> Sandbox {
    launcher().probe().unwrap()
}

fn sh(script: &str) -> Jail {
    let mut jail = Jail::new(PathBuf::from("/bin/sh"));
    jail.args = vec!["-c".to_owned(), script.to_owned()];
    jail.may_fork = true;
    jail.limits = jail.limits.lasting(Duration::from_secs(5));
    jail
}

fn said(script: &str) -> String {
    let finished = sandbox().run(&sh(script), b"").unwrap();
    format!("{}\n{}{}", finished.end, String::from_utf8_lossy(&finished.stdout), finished.stderr)
}

/// Whether the machine has the system folder.
fn there(name: &str) -> bool {
    PathBuf::from("/").join(if name == "nix" { "nix/store" } else { name }).exists()
}

#[test]
#[ignore = "runs candidates: `just candidates`"]
fn shows_nobody_in_a_small_read_only_system() {
    assert_eq!(said("id -u; ls /; ls -A /tmp; echo $$; echo $HOME"), {
        let roots = ["bin", "dev", "lib", "lib64", "nix", "proc", "sbin", "tmp", "usr"];
        let there: Vec<&str> =
            roots.into_iter().filter(|name| ["dev", "proc", "tmp"].contains(name) || there(name)).collect();
        format!("ended with exit code 0\n65534\n{}\n1\n/tmp\n", there.join("\n"))
    });
    for place in ["/", "/usr", "/dev", "/proc"] {
        assert!(said(&format!("echo x > {place}/x")).contains("ended with exit code 2"), "{place}");
    }
    assert!(said("ls /root /home").contains("No such file"));
}

#[test]
#[ignore = "runs candidates: `just candidates`"]
fn whoever_starts_it_need_not_be_root() {
    if !nix::unistd::geteuid().is_root() {
        return;
    }
    let mut jail = sh("id -u; ls /root; echo x > /usr/x; echo x > /tmp/x && cat /tmp/x");
    jail.limits = jail.limits.lasting(Duration::from_secs(10));
    // The helper has to be where anybody may run it.
    let folder = tempfile::tempdir().unwrap();
    let helper = folder.path().join("helper");
    std::fs::copy(env!("CARGO_BIN_EXE_etymon-sandbox"), &helper).unwrap();
    for path in [folder.path(), &helper] {
        std::fs::set_permissions(path, std::os::unix::fs::PermissionsExt::from_mode(0o755)).unwrap();
    }
    let setpriv = ["setpriv", "--reuid=65533", "--regid=65533", "--clear-groups"].map(std::ffi::OsString::from);
    let launcher = Launcher { helper: setpriv.into_iter().chain([helper.into()]).collect() };
    let finished = launcher.probe().unwrap().run(&jail, b"").unwrap();
    assert_eq!(String::from_utf8_lossy(&finished.stdout), "65534\nx\n", "{}", finished.stderr);
}

#[test]
#[ignore = "runs candidates: `just candidates`"]
fn processes_are_counted_and_none_is_left() {
    let bomb = "bomb() { bomb | bomb & }; bomb; sleep 1; echo done; sleep 100";
    let many = "for nr in 1 2 3 4 5 6 7 8 9; do sleep 100 & done; sleep 100";
    let counted = !is_root_outside();
    let mut jail = sh(if counted { bomb } else { many });
    jail.limits.wall = Duration::from_secs(3);
    let started = Instant::now();
    let finished = sandbox().run(&jail, b"").unwrap();
    assert_ne!(finished.end, End::Exit(0));
    assert!(started.elapsed() < Duration::from_secs(20));
    assert!(!counted || finished.stderr.contains("fork"), "{}", finished.stderr);
}

/// Whether these tests run as the root of an outer namespace under another name, as in a build of Nix without build users: the kernel does not
/// count the processes of its own root, so there the filter and the wall clock have to do.
fn is_root_outside() -> bool {
    let map = std::fs::read_to_string("/proc/self/uid_map").unwrap();
    let fields: Vec<&str> = map.split_whitespace().collect();
    fields[0] != "0" && fields[1] == "0"
}

#[test]
#[ignore = "runs candidates: `just candidates`"]
fn output_scratch_and_descriptors_are_limited() {
    let mut jail = sh("yes");
    jail.limits.output = 1 << 20;
    assert_eq!(sandbox().run(&jail, b"").unwrap().end, End::Loud);
    assert!(!said("dd if=/dev/zero of=/tmp/a bs=1M count=100 2>&1").starts_with("ended with exit code 0"));
    assert!(said("for a in 1 2 3; do dd if=/dev/zero of=/tmp/$a bs=1M count=20; done 2>&1").contains("No space left"));
    // Nothing that the parent has open is handed on.
    let mut jail = sh("ls /proc/self/fd");
    jail.proc = true;
    assert_eq!(String::from_utf8_lossy(&sandbox().run(&jail, b"").unwrap().stdout), "0\n1\n2\n3\n");
}

#[test]
#[ignore = "runs candidates: `just candidates`"]
fn a_program_reads_its_input_and_tells_its_end() {
    let finished = sandbox().run(&sh("cat; exit 3"), b"given").unwrap();
    assert_eq!((finished.end, finished.stdout.as_slice()), (End::Exit(3), &b"given"[..]));
    assert_eq!(
        sandbox().run(&sh("kill -9 $$; kill -9 -1; exit 4"), b"").unwrap().end,
        End::Exit(4),
        "process 1 of its namespace"
    );
    let mut missing = Jail::new(PathBuf::from("/nowhere"));
    missing.limits = missing.limits.lasting(Duration::from_secs(5));
    let finished = sandbox().run(&missing, b"").unwrap();
    assert_eq!(finished.end.to_string(), "did not get its sandbox");
    assert!(finished.stderr.contains("cannot start `/nowhere`"), "{}", finished.stderr);
}

#[test]
#[ignore = "runs candidates: `just candidates`"]
fn processor_time_is_that_of_all_processes_together() {
    let mut jail = sh("for nr in 1 2 3; do while :; do :; done & done; wait");
    (jail.limits.cpu, jail.limits.wall) = (Duration::from_secs(2), Duration::from_secs(300));
    let finished = sandbox().run(&jail, b"").unwrap();
    assert_eq!(finished.end, End::Spent);
    assert!(finished.cpu >= Duration::from_secs(2) && finished.cpu < Duration::from_secs(8), "{:?}", finished.cpu);
    let mut jail = sh("sleep 100");
    (jail.limits.cpu, jail.limits.wall) = (Duration::from_secs(20), Duration::from_secs(1));
    assert_eq!(sandbox().run(&jail, b"").unwrap().end, End::Idle);
}

/// The number of a process whose command line holds `mark`.
fn alive(mark: &str) -> Option<String> {
    let entries = std::fs::read_dir("/proc").unwrap().filter_map(|entry| entry.ok()?.file_name().into_string().ok());
    entries.filter(|id| id.bytes().all(|own| own.is_ascii_digit())).find(|id| {
        std::fs::read(format!("/proc/{id}/cmdline")).is_ok_and(|own| String::from_utf8_lossy(&own).contains(mark))
    })
}

#[test]
#[ignore = "runs candidates: `just candidates`"]
fn nobody_is_left_when_the_parent_dies_while_it_starts() {
    // What the pipeline would be: it starts the helper as its child, and dies after as long as it is told.
    let parent = "\"$0\" $$ \"$1\" & sleep $2; kill -9 $$";
    let mark = format!("left-over-{}", std::process::id());
    let mut jail = sh(&format!("sleep 100; echo {mark}"));
    jail.may_fork = true;
    let plan = serde_json::to_string(&jail).unwrap();
    for at in 0..60 {
        let args = ["-c", parent, env!("CARGO_BIN_EXE_etymon-sandbox"), &plan, &format!("0.{at:03}")];
        let status = std::process::Command::new("sh").args(args).stderr(std::process::Stdio::null()).status().unwrap();
        assert!(!status.success());
    }
    // Whoever started before may still be at the step that finds it out.
    let deadline = Instant::now() + Duration::from_secs(20);
    while alive(&mark).is_some() && Instant::now() < deadline {
        std::thread::sleep(Duration::from_millis(50));
    }
    assert_eq!(alive(&mark), None);
}
