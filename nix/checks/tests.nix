# The tests of every crate, and the transcripts of the command line.
{
  pkgs,
  cargo,
  sources,
  ...
}:
cargo.build {
  name = "etymon-tests";
  src = sources.tests;
  crates = [
    cargo.workspace
    cargo.emitted
  ];
  nativeBuildInputs = [ pkgs.nodejs ];
  dependencies = "cargo test --no-run --locked --workspace";
  buildPhase = "cargo test --locked --workspace --no-fail-fast";
}
