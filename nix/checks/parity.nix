# Every implementation gives every committed vector the same answer.
{
  pkgs,
  cargo,
  npm,
  packages,
  sources,
  ...
}:
cargo.build {
  name = "etymon-parity";
  src = sources.parity;
  crates = [ cargo.emitted ];
  nativeBuildInputs = [
    packages.etymon
    pkgs.lean4
    pkgs.lld
    pkgs.nodejs
  ];
  buildPhase = ''
    export ETYMON_WASMTIME_HOST=${packages.wasmtime-host}/bin/etymon-parity-wasmtime
    export ETYMON_LEAN=${pkgs.lean4}/bin/lean
    sed -i "1s|.*|#!$(command -v bash)|" nix/airgap/wasm-cargo
    ln -s ${npm}/node_modules node_modules
    etymon parity
  '';
}
