# What `etymon parity` runs emitted wasm in, outside Node. Changes only with its own source.
{ cargo, sources, ... }:
cargo.build {
  name = "etymon-wasmtime-host";
  src = sources.wasmtimeHost;
  buildPhase = ''
    ${cargo.stub}
    cargo build --locked --profile parity-host --package etymon-parity-wasmtime
  '';
  installPhase = ''
    mkdir -p $out/bin
    cp $CARGO_TARGET_DIR/parity-host/etymon-parity-wasmtime $out/bin/
  '';
}
