# Everything that `cargo`, `just` and the tests call.
{ pkgs, ... }:
pkgs.mkShell {
  packages = [
    pkgs.cargo
    pkgs.rustc
    pkgs.clippy
    pkgs.rustfmt
    pkgs.lld
    pkgs.nodejs
    pkgs.just
    pkgs.lean4
  ];
}
