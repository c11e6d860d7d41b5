# `pkgs.etymon` and `pkgs.etymonLib` in another's nixpkgs.
final: _: {
  etymonLib = import ./lib/mkLib.nix final;
  etymon = (import ./lib/scope.nix { pkgs = final; }).packages.etymon;
}
