# The gate: fails when the committed artifacts are not what the spec image emits, showing the
# difference and the command that repairs it.
#
#   checkSpec { src = ./spec; name = "ledger"; golden = ./golden; }
#
# `at` says where the two are in the repository, for that command.
{ pkgs, packages, ... }:
{
  src,
  golden,
  name ? "spec",
  at ? {
    src = "spec";
    golden = "golden";
  },
}:
let
  folder = import ./folder.nix;
in
pkgs.stdenv.mkDerivation {
  name = "${name}-gate";
  dontUnpack = true;
  nativeBuildInputs = [ packages.etymon ];
  buildPhase = ''
    mkdir -p $(dirname ${at.src}) $(dirname ${at.golden})
    cp -r ${folder "${name}-spec" src} ${at.src}
    cp -r ${folder "${name}-golden" golden} ${at.golden}
    etymon check --spec ${at.src} --artifacts ${at.golden}
  '';
  installPhase = "touch $out";
  dontFixup = true;
}
