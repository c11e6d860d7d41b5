# No warning in any target of any crate.
{
  pkgs,
  cargo,
  sources,
  ...
}:
let
  lint = "cargo clippy --locked --workspace --all-targets";
in
cargo.build {
  name = "etymon-clippy";
  src = sources.rust;
  nativeBuildInputs = [ pkgs.clippy ];
  dependencies = lint;
  buildPhase = "${lint} -- --deny warnings";
}
