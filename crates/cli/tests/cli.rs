//! The command line as its users see it: every page of `tests/cli` is a transcript that is run.
//!
//! `TRYCMD=overwrite cargo test --package etymon --test cli` writes what the commands print now into the pages.

use std::env;
use std::path::Path;

#[test]
fn transcripts() {
    let program = Path::new(env!("CARGO_BIN_EXE_etymon"));
    let bin = Path::new(env!("CARGO_MANIFEST_DIR")).join("../../tests/cli/bin");
    let path = [program.parent().map(Path::to_owned), env::var_os("PATH").map(Into::into)];
    let path = env::join_paths(path.iter().flatten().flat_map(env::split_paths)).expect("folders without a colon");
    // Commands run in empty folders.
    let packages = Path::new(env!("CARGO_MANIFEST_DIR")).join("../../node_modules");
    let cases = trycmd::TestCases::new();
    for helper in ["edit", "given", "put"] {
        cases.register_bin(helper, bin.join(helper));
    }
    cases.insert_var("[GENERATOR]", etymon_emit::generator_version()).expect("a name in brackets");
    cases
        .register_bin("sh", Path::new("/bin/sh"))
        .env("PATH", path.to_string_lossy())
        .env("COLUMNS", "110")
        .env("ETYMON_NODE_MODULES", packages.to_string_lossy())
        .env("ETYMON_STORE", ".etymon/store")
        .case("../../tests/cli/*.md")
        .case("../../tests/regressions/*.md");
    // A build of the crates alone leaves the documentation out.
    let page = "../../docs/instruments.md";
    if Path::new(env!("CARGO_MANIFEST_DIR")).join(page).exists() {
        cases.case(page);
    }
}
