# Hostile and honest candidates in the pipeline's own sandbox, inside of this one, backend by backend.
{
  pkgs,
  cargo,
  sources,
  verifiers,
  ...
}:
cargo.build {
  name = "etymon-candidates";
  src = sources.rust;
  nativeBuildInputs = [ pkgs.nodejs ];
  dependencies = "cargo test --no-run --locked --package etymon-constraints";
  buildPhase = ''
    mkdir -p tests
    ln -s ${sources.setup} tests/setup
    ETYMON_VERIFIERS=${verifiers} cargo test --locked --package etymon-constraints -- --ignored
  '';
}
