# The Rust sources are formatted as `cargo fmt` leaves them.
{
  pkgs,
  cargo,
  sources,
  ...
}:
cargo.build {
  name = "etymon-fmt";
  src = sources.rust;
  nativeBuildInputs = [ pkgs.rustfmt ];
  buildPhase = "cargo fmt --all -- --check";
}
