# Five agents and an oracle on an EVM on loopback, and instruments deployed beside them.
{
  pkgs,
  evm,
  sources,
  ...
}:
pkgs.stdenv.mkDerivation {
  name = "etymon-oracle";
  src = sources.oracle;
  inherit (evm) nativeBuildInputs;
  buildPhase = evm.run "tests/e2e/oracle/run";
  installPhase = "touch $out";
  dontFixup = true;
}
