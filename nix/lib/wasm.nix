# Compiles an emitted crate to wasm32: a *built* artifact, the same bytes on every machine that has
# the same toolchain, which is named beside it.
{
  pkgs,
  cargo,
  sources,
  ...
}:
{ name, crate }:
cargo.build {
  inherit name;
  src = crate;
  crates = [ cargo.emitted ];
  nativeBuildInputs = [ pkgs.lld ];
  buildPhase = ''
    bash ${sources.wasmCargo} build --lib --release --locked --offline
  '';
  installPhase = ''
    mkdir -p $out
    cp $CARGO_TARGET_DIR/wasm32-unknown-unknown/release/*.wasm $out/
    bash ${sources.wasmCargo} rustc-version >$out/toolchain.txt
  '';
}
