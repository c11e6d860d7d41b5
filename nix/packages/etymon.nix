# The command lines.
{ cargo, sources, ... }:
let
  compile = "cargo build --release --locked --package etymon\n";
in
cargo.build {
  name = "etymon-0.1.0";
  src = sources.rust;
  dependencies = compile;
  buildPhase = compile;
  installPhase = ''
    mkdir -p $out/bin
    cp $CARGO_TARGET_DIR/release/{etymon,deducible} $out/bin/
  '';
}
