# Requirements to signed code by the command line: the committed examples, and what must not be accepted. Candidates run in the
# pipeline's own sandbox, inside of this one.
{
  pkgs,
  packages,
  sources,
  verifiers,
  ...
}:
pkgs.stdenv.mkDerivation {
  name = "etymon-pipeline";
  src = sources.pipeline;
  nativeBuildInputs = [
    packages.etymon
    pkgs.cargo
    pkgs.nodejs
    pkgs.rustc
    pkgs.stdenv.cc
  ];
  buildPhase = ''
    export HOME=$NIX_BUILD_TOP ETYMON_VERIFIERS=${verifiers}
    bash tests/e2e/pipeline/commands "$(command -v etymon)"
  '';
  installPhase = "touch $out";
  dontFixup = true;
}
