# The gate: fails when the committed artifacts are not what the spec image emits, showing the
# difference and the command that repairs it.
#
#   checkSpec { src = ./spec; name = "ledger"; golden = ./golden; }
{ pkgs, packages, ... }:
{
  src,
  golden,
  name ? "spec",
}:
pkgs.stdenv.mkDerivation {
  name = "${name}-gate";
  src = import ./spec.nix { inherit name src; };
  golden = import ./spec.nix {
    name = "${name}-golden";
    src = golden;
  };
  nativeBuildInputs = [ packages.etymon ];
  buildPhase = ''
    etymon check --spec . --artifacts "$golden"
  '';
  installPhase = "touch $out";
  dontFixup = true;
}
