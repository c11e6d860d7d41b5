# Every template builds and passes its own checks against this checkout.
{ pkgs, ... }@scope:
let
  templates = import ../templates.nix;
  ownChecks =
    template:
    let
      outputs = (import (template.path + "/flake.nix")).outputs {
        nixpkgs.legacyPackages.${pkgs.system} = pkgs;
        etymon.packages.${pkgs.system} = { };
        etymon.lib.mkLib = _: { inherit (scope) buildSpec checkSpec; };
      };
    in
    builtins.attrValues outputs.packages.${pkgs.system}
    ++ builtins.attrValues outputs.checks.${pkgs.system};
in
pkgs.stdenv.mkDerivation {
  name = "etymon-examples";
  dontUnpack = true;
  examples = builtins.concatMap ownChecks (builtins.attrValues templates);
  buildPhase = "echo $examples";
  installPhase = "touch $out";
}
