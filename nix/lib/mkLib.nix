# `etymon.lib.mkLib pkgs`: what another flake builds its own specs with.
pkgs: {
  inherit (import ./scope.nix { inherit pkgs; }) buildSpec checkSpec;
}
