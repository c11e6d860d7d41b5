# The outputs of the flake. Packages, checks and apps come from the folders of those names, where
# the file's name is the attribute's.
{ nixpkgs, ... }:
let
  supported = [
    "x86_64-linux"
    "aarch64-linux"
    "x86_64-darwin"
    "aarch64-darwin"
  ];
  # An air-gapped nixpkgs offers only the system it runs on.
  systems = builtins.filter (system: builtins.hasAttr system nixpkgs.legacyPackages) supported;

  eachSystem =
    f:
    builtins.listToAttrs (
      map (system: {
        name = system;
        value = f (import ./lib/scope.nix { pkgs = nixpkgs.legacyPackages.${system}; });
      }) systems
    );
in
{
  lib.mkLib = import ./lib/mkLib.nix;

  packages = eachSystem (scope: scope.packages);
  checks = eachSystem (scope: scope.checks);
  apps = eachSystem (scope: scope.apps);
  devShells = eachSystem (scope: { default = import ./devShell.nix scope; });

  overlays.default = import ./overlay.nix;
  templates = import ./templates.nix;
  flakeModules.default = import ./flakeModule.nix;
}
