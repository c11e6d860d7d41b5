# Applies the flake-parts module to one spec, with just enough of `lib` and `flake-parts-lib` to
# call it: what it offers must be exactly what `mkLib` builds.
{ root }:
let
  pkgs =
    ((import (root + "/nix/airgap/flake.nix")).outputs { }).legacyPackages.${builtins.currentSystem};
  lib = builtins // {
    mkOption = option: option;
    types = {
      path = "path";
      attrsOf = type: { inherit type; };
      nullOr = type: { inherit type; };
      submodule = module: module;
    };
    nameValuePair = name: value: { inherit name value; };
    mapAttrs' =
      f: set: builtins.listToAttrs (map (name: f name set.${name}) (builtins.attrNames set));
    filterAttrs =
      keep: set:
      builtins.removeAttrs set (
        builtins.filter (name: !keep name set.${name}) (builtins.attrNames set)
      );
  };
  example = root + "/examples/consumer";
  module = (import (root + "/nix/flakeModule.nix")) { flake-parts-lib.mkPerSystemOption = f: f; };
  given = module.options.perSystem {
    inherit lib pkgs;
    config.etymon.specs = {
      ledger = {
        src = example + "/spec";
        golden = example + "/golden";
      };
      ungated = {
        src = example + "/spec";
        golden = null;
      };
    };
  };
  expected = import (root + "/nix/lib/mkLib.nix") pkgs;
  spec = {
    name = "ledger";
    src = example + "/spec";
  };
in
assert builtins.attrNames given.config.packages == [ "ledger" "ungated" ];
assert builtins.attrNames given.config.checks == [ "ledger-gate" ];
assert given.config.packages.ledger.drvPath == (expected.buildSpec spec).drvPath;
assert
  given.config.checks.ledger-gate.drvPath
  == (expected.checkSpec (spec // { golden = example + "/golden"; })).drvPath;
"the module gives what mkLib builds"
