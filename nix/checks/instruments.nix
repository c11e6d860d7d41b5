# The contracts of the example instruments on an EVM in process: compiled without a warning, tested, attacked, their money counted.
{
  cargo,
  evm,
  sources,
  ...
}:
cargo.build {
  name = "etymon-instruments";
  src = sources.instruments;
  inherit (evm) nativeBuildInputs;
  compiled = cargo.tested;
  buildPhase = evm.run "tests/e2e/instruments/run";
}
