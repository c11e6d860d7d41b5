# No warning in any target of any crate.
{
  pkgs,
  cargo,
  sources,
  ...
}:
cargo.build {
  name = "etymon-clippy";
  src = sources.rust;
  nativeBuildInputs = [ pkgs.clippy ];
  buildPhase = "cargo clippy --locked --workspace --all-targets -- --deny warnings";
}
