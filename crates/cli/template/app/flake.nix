{
  # Say once where Etymon is: nix registry add etymon <its address>
  inputs.etymon.url = "flake:etymon";
  inputs.nixpkgs.follows = "etymon/nixpkgs";

  outputs = { nixpkgs, etymon, ... }: let
    systems = builtins.intersectAttrs etymon.packages nixpkgs.legacyPackages;
    each = make: builtins.mapAttrs (system: pkgs: make pkgs etymon.packages.${system}.default) systems;
  in {
    # What is in app/ is what app.json leads to.
    checks = each (pkgs: cli: {
      appgen = pkgs.runCommand "appgen" { nativeBuildInputs = [ cli ]; } ''
        cd ${./.}
        etymon appgen app.json --out app --check
        touch $out
      '';
    });
    devShells = each (pkgs: cli: { default = pkgs.mkShell { packages = [ cli pkgs.nodejs ]; }; });
  };
}
