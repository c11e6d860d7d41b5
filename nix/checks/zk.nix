# From an emitted circuit to a settled loss: a local ceremony, honest and dishonest provers, the gate on an EVM in process.
{
  pkgs,
  evm,
  sources,
  ...
}:
pkgs.stdenv.mkDerivation {
  name = "etymon-zk";
  src = sources.zk;
  inherit (evm) nativeBuildInputs;
  buildPhase = evm.run "tests/e2e/zk/run";
  installPhase = "touch $out";
  dontFixup = true;
}
