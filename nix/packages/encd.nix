# The Rust host: one binary with the kernel as WebAssembly inside.
{ cargo, packages, ... }:
cargo.build {
  name = "encd";
  src = packages.default;
  crates = [ cargo.host ];
  buildPhase = ''
    export ENC_CORE_WASM=$(echo ${packages.wasm}/*.wasm)
    cargo build --release --locked --manifest-path rust/host/Cargo.toml
  '';
  installPhase = ''
    mkdir -p $out/bin
    cp $CARGO_TARGET_DIR/release/encd $out/bin/
  '';
}
