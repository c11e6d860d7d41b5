{
  # Say once where Etymon is: nix registry add etymon <its address>
  inputs.etymon.url = "flake:etymon";
  inputs.nixpkgs.follows = "etymon/nixpkgs";

  outputs = { nixpkgs, etymon, ... }: let
    spec = { name = "ledger"; src = ./spec; };
    systems = builtins.intersectAttrs etymon.packages nixpkgs.legacyPackages;
    each = make: builtins.mapAttrs (_: pkgs: make (etymon.lib.mkLib pkgs)) systems;
  in {
    packages = each (lib: { default = lib.buildSpec spec; });
    checks = each (lib: { gate = lib.checkSpec (spec // { golden = ./golden; }); });
  };
}
