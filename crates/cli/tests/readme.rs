//! The tours of the README and of the guides work when they are pasted.

use std::env;
use std::fs;
use std::path::Path;
use std::process::Command;

/// Lines of the fenced blocks of one language, in order.
fn blocks(text: &str, language: &str) -> Vec<String> {
    let opening = format!("```{language}");
    let mut lines = Vec::new();
    let mut inside = false;
    for line in text.lines() {
        match inside {
            false => inside = line == opening,
            true if line == "```" => inside = false,
            true => lines.push(line.to_owned()),
        }
    }
    lines
}

/// Pastes the `sh` blocks of a page into a shell in an empty folder. Blocks called `bash` are for the reader alone: they install things.
fn paste(page: &str) {
    let root = Path::new(env!("CARGO_MANIFEST_DIR")).join("../..");
    // A build of the crates alone, such as the one in the Nix sandbox, leaves the documentation out.
    if !root.join("docs").exists() {
        return;
    }
    let text = fs::read_to_string(root.join(page)).unwrap_or_else(|error| panic!("{page}: {error}"));
    let lines = blocks(&text, "sh");
    assert!(lines.len() > 10, "the page has no tour");

    let program = Path::new(env!("CARGO_BIN_EXE_etymon"));
    let own = program.parent().map(Path::to_owned);
    let path = env::join_paths(own.into_iter().chain(env::split_paths(&env::var_os("PATH").unwrap_or_default())));
    let folder = tempfile::tempdir().expect("a temporary folder");
    let run = Command::new("sh")
        .args(["-e", "-c", &format!("exec 2>&1\n{}", lines.join("\n"))])
        .current_dir(folder.path())
        .env("PATH", path.expect("folders without a colon"))
        .env_remove("ETYMON_STORE")
        .output()
        .expect("a shell");
    let printed = String::from_utf8_lossy(&run.stdout);
    assert!(run.status.success(), "the tour ends with {}:\n{printed}", run.status);

    // What a tour promises stands in its comments, in the order in which it is printed.
    let mut rest = &*printed;
    for promised in lines.iter().filter_map(|line| line.strip_prefix("#=> ")) {
        let Some(at) = rest.find(promised) else { panic!("`{promised}` is not printed in its place:\n{printed}") };
        rest = &rest[at + promised.len()..];
    }
}

#[test]
fn tour_of_the_readme() {
    paste("README.md");
}

#[test]
fn a_first_spec() {
    paste("docs/guides/first-spec.md");
}
