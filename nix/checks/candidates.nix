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
  src = sources.candidates;
  nativeBuildInputs = [ pkgs.nodejs ];
  dependencies = "cargo test --no-run --locked --package etymon-constraints";
  buildPhase = ''
    ETYMON_VERIFIERS=${verifiers} cargo test --locked --package etymon-constraints -- --ignored
  '';
}
