# The contracts of the example instruments on an EVM in process: compiled without a warning, tested, attacked, their money counted.
{
  pkgs,
  cargo,
  instruments,
  packages,
  sources,
  ...
}:
cargo.build {
  name = "etymon-instruments";
  src = sources.instruments;
  nativeBuildInputs = [
    packages.etymon
    pkgs.nodejs
  ];
  dependencies = "cargo test --no-run --locked --package etymon-instrument";
  buildPhase = ''
    # The scripts call each other by their first lines, which a sandbox of nixpkgs lacks an interpreter for.
    if [ "$(type -t patchShebangs)" = function ]; then patchShebangs tests; fi
    export HOME=$NIX_BUILD_TOP ETYMON_INSTRUMENTS=${instruments} DEDUCIBLE=$(command -v deducible)
    bash tests/e2e/instruments/run
  '';
}
