# The compiled crate does not depend on where it is compiled, and starts in Node.
{
  pkgs,
  cargo,
  packages,
  sources,
  ...
}:
cargo.build {
  name = "etymon-wasm-anywhere";
  src = packages.rust;
  crates = [ cargo.emitted ];
  nativeBuildInputs = [
    pkgs.lld
    pkgs.nodejs
  ];
  buildPhase = ''
    mv rust "$NIX_BUILD_TOP/another folder"
    cd "$NIX_BUILD_TOP/another folder"
    export CARGO_TARGET_DIR=$PWD/elsewhere
    bash ${sources.wasmCargo} build --lib --release --locked --offline
    cmp elsewhere/wasm32-unknown-unknown/release/*.wasm ${packages.wasm}/*.wasm
    node --eval '
      const module = new WebAssembly.Module(require("fs").readFileSync(process.argv[1]))
      new WebAssembly.Instance(module, {})
    ' ${packages.wasm}/*.wasm
  '';
}
