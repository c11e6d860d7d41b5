# For flake-parts:
#
#   imports = [ inputs.etymon.flakeModules.default ];
#   perSystem.etymon.specs.ledger = { src = ./spec; golden = ./golden; };
#
# gives `packages.ledger` and `checks.ledger-gate`.
{ flake-parts-lib, ... }:
{
  options.perSystem = flake-parts-lib.mkPerSystemOption (
    {
      config,
      lib,
      pkgs,
      ...
    }:
    let
      inherit (import ./lib/mkLib.nix pkgs) buildSpec checkSpec;
      inherit (config.etymon) specs;
      gated = lib.filterAttrs (_: spec: spec.golden != null) specs;
    in
    {
      options.etymon.specs = lib.mkOption {
        default = { };
        description = "Spec images, by the name that their packages and checks get.";
        type = lib.types.attrsOf (
          lib.types.submodule {
            options.src = lib.mkOption {
              type = lib.types.path;
              description = "The folder of the spec image.";
            };
            options.golden = lib.mkOption {
              type = lib.types.nullOr lib.types.path;
              default = null;
              description = "The committed artifacts; without them there is no gate.";
            };
          }
        );
      };
      config.packages = lib.mapAttrs (name: spec: buildSpec { inherit name; inherit (spec) src; }) specs;
      config.checks = lib.mapAttrs' (
        name: spec:
        lib.nameValuePair "${name}-gate" (checkSpec { inherit name; inherit (spec) src golden; })
      ) gated;
    }
  );
}
