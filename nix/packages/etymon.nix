# The command lines, of the project and of its instruments.
{ cargo, sources, ... }:
let
  compile = "cargo build --release --locked --package etymon\n";
in
cargo.build {
  name = "etymon-0.1.0";
  src = sources.rust;
  compiled = cargo.compile { command = compile; };
  buildPhase = compile;
  installPhase = ''
    mkdir -p $out/bin
    cp $CARGO_TARGET_DIR/release/{etymon,deducible} $out/bin/
  '';
}
