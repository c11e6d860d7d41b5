# The tests of every crate.
{
  pkgs,
  cargo,
  sources,
  ...
}:
cargo.build {
  name = "etymon-tests";
  src = sources.rust;
  nativeBuildInputs = [ pkgs.nodejs ];
  buildPhase = "cargo test --locked --workspace";
}
