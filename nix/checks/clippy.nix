# No warning in any target of any crate.
{
  pkgs,
  cargo,
  sources,
  ...
}:
let
  nativeBuildInputs = [ pkgs.clippy ];
  lint = "cargo clippy --locked --workspace --all-targets";
in
cargo.build {
  name = "etymon-clippy";
  src = sources.rust;
  inherit nativeBuildInputs;
  compiled = cargo.compile {
    command = lint;
    inherit nativeBuildInputs;
  };
  buildPhase = "${lint} -- --deny warnings";
}
