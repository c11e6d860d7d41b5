# From an emitted circuit to a settled loss: a local ceremony, honest and dishonest provers, the gate on an EVM in process.
{
  pkgs,
  instruments,
  packages,
  sources,
  ...
}:
pkgs.stdenv.mkDerivation {
  name = "etymon-zk";
  src = sources.zk;
  nativeBuildInputs = [
    packages.etymon
    pkgs.nodejs
  ];
  buildPhase = ''
    # The scripts call each other by their first lines, which a sandbox of nixpkgs lacks an interpreter for.
    if [ "$(type -t patchShebangs)" = function ]; then patchShebangs tests; fi
    export HOME=$NIX_BUILD_TOP ETYMON_INSTRUMENTS=${instruments} DEDUCIBLE=$(command -v deducible)
    bash tests/e2e/zk/run
  '';
  installPhase = "touch $out";
  dontFixup = true;
}
