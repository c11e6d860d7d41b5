# The command line.
{ cargo, sources, ... }:
cargo.build {
  name = "etymon-0.1.0";
  src = sources.rust;
  buildPhase = ''
    cargo build --release --locked --package etymon
  '';
  installPhase = ''
    mkdir -p $out/bin
    cp target/release/etymon $out/bin/
  '';
}
