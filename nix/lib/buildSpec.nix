# The emitted artifacts of a spec image, with their manifest:
#
#   buildSpec { src = ./spec; name = "ledger"; }
#
# `targets` narrows the work to some of them, so that several builders can share it. The compiled
# crate is the attribute `wasm` of the result.
{ pkgs, packages, ... }@scope:
{
  src,
  name,
  targets ? [ ],
}:
let
  emitted = pkgs.stdenv.mkDerivation {
    inherit name;
    src = import ./folder.nix "${name}-spec" src;
    nativeBuildInputs = [ packages.etymon ];
    buildPhase = ''
      etymon build --spec . --out $out --no-store ${toString (map (target: "--target ${target}") targets)}
    '';
    installPhase = "true";
    # The bytes are compared elsewhere, so nothing may touch them.
    dontFixup = true;
    passthru.wasm = scope.wasm {
      name = "${name}-wasm";
      crate = "${scope.buildSpec {
        inherit name src;
        targets = [ "rust" ];
      }}/rust";
    };
  };
in
emitted
