# Five agents and an oracle on an EVM on loopback, and instruments deployed beside them.
{
  pkgs,
  instruments,
  packages,
  sources,
  ...
}:
pkgs.stdenv.mkDerivation {
  name = "etymon-oracle";
  src = sources.oracle;
  nativeBuildInputs = [
    packages.etymon
    pkgs.nodejs
  ];
  buildPhase = ''
    # The scripts call each other by their first lines, which a sandbox of nixpkgs lacks an interpreter for.
    if [ "$(type -t patchShebangs)" = function ]; then patchShebangs tests; fi
    export HOME=$NIX_BUILD_TOP ETYMON_INSTRUMENTS=${instruments} DEDUCIBLE=$(command -v deducible)
    bash tests/e2e/oracle/run
  '';
  installPhase = "touch $out";
  dontFixup = true;
}
