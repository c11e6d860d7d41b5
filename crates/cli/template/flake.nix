{
  # Say once where Etymon is: nix registry add etymon <its address>
  inputs.etymon.url = "flake:etymon";
  inputs.nixpkgs.follows = "etymon/nixpkgs";

  outputs = { nixpkgs, etymon, ... }: let
    lib = etymon.lib.mkLib nixpkgs.legacyPackages.x86_64-linux;
    spec = { name = "ledger"; src = ./spec; };
  in {
    packages.x86_64-linux.default = lib.buildSpec spec;
    checks.x86_64-linux.gate = lib.checkSpec (spec // { golden = ./golden; });
  };
}
