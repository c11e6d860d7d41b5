# The tests of every crate, and the transcripts of the command line.
{
  pkgs,
  cargo,
  npm,
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
  nativeBuildInputs = [
    pkgs.lld
    pkgs.nodejs
  ];
  compiled = cargo.tested;
  buildPhase = ''
    sed -i "1s|.*|#!$(command -v bash)|" nix/airgap/wasm-cargo
    ln -s ${npm}/node_modules node_modules
    # Nothing may mount in the sandbox; `just test` does, outside of it.
    ETYMON_UNPRIVILEGED=1 cargo test --locked --workspace --no-fail-fast
    cargo test --locked --workspace --test interrupt -- --ignored
  '';
}
