//! What the sandbox lets through, and what not.

mod tools;

use tools::launcher;
use etymon_constraints::sandbox::{Jail, Sandbox};
use std::path::PathBuf;
use std::time::Duration;

fn sandbox() -> Sandbox {
    launcher().probe().unwrap()
}

fn sh(script: &str) -> Jail {
    let mut jail = Jail::new(PathBuf::from("/bin/sh"));
    jail.args = vec!["-c".to_owned(), script.to_owned()];
    jail.may_fork = true;
    jail.limits.wall = Duration::from_secs(5);
    jail
}

fn said(script: &str) -> String {
    let finished = sandbox().run(&sh(script), b"").unwrap();
    format!("{}\n{}{}", finished.end, String::from_utf8_lossy(&finished.stdout), finished.stderr)
}

#[test]
fn shows_nobody_in_a_small_read_only_system() {
    assert_eq!(said("id -u; ls /; ls -A /tmp; echo $$; echo $HOME"), {
        let roots = ["bin", "dev", "lib", "lib64", "proc", "sbin", "tmp", "usr"];
        let there: Vec<&str> = roots
            .into_iter()
            .filter(|name| ["dev", "proc", "tmp"].contains(name) || PathBuf::from("/").join(name).exists())
            .collect();
        format!("ended with exit code 0\n65534\n{}\n1\n/tmp\n", there.join("\n"))
    });
    for place in ["/", "/usr", "/dev", "/proc"] {
        assert!(said(&format!("echo x > {place}/x")).contains("ended with exit code 2"), "{place}");
    }
    assert!(said("ls /root /home").contains("No such file"));
}
