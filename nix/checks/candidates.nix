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
  compiled = cargo.tested;
  buildPhase = ''
    tests=()
    for file in crates/constraints/tests/*.rs; do tests+=(--test "$(basename "$file" .rs)"); done
    ETYMON_VERIFIERS=${verifiers} cargo test --locked --workspace "''${tests[@]}" -- --ignored
  '';
}
