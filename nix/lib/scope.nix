# What every file under packages/, checks/, apps/ and lib/ is called with.
{ pkgs }:
let
  importDir = import ./importDir.nix;
  scope = {
    inherit pkgs;
    sources = import ./sources.nix;
    cargo = import ./cargo.nix scope;
    npm = import ./npm.nix scope ../../package-lock.json;
    verifiers = import ./npm.nix scope ../../crates/constraints/verifiers/package-lock.json;
    lspClient = import ./npm.nix scope ../../tests/e2e/lsp/package-lock.json;
    instruments = import ./instruments.nix scope;
    evm = import ./evm.nix scope;
    wasm = import ./wasm.nix scope;
    buildSpec = import ./buildSpec.nix scope;
    checkSpec = import ./checkSpec.nix scope;
    packages = importDir ../packages scope;
    checks = importDir ../checks scope;
    apps = importDir ../apps scope;
  };
in
scope
