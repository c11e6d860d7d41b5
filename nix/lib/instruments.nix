# What tests/setup/instruments.sh installs: the packages of its lock file, the configuration beside it, and their commands.
{ pkgs, ... }@scope:
let
  folder = ../../tests/e2e/instruments;
  modules = import ./npm.nix scope (folder + "/package-lock.json");
in
pkgs.runCommand "etymon-instruments-tools"
  {
    inherit modules;
    config = folder + "/hardhat.config.js";
    manifest = folder + "/package.json";
    nativeBuildInputs = [ pkgs.nodejs ];
  }
  ''
    mkdir -p $out/bin
    ln -s $modules/node_modules $out/node_modules
    cp $config $out/hardhat.config.js
    cp $manifest $out/package.json
    command() {
      printf '#!/bin/sh\nexec node %s/node_modules/%s "$@"\n' "$modules" "$2" >"$out/bin/$1"
      chmod +x "$out/bin/$1"
    }
    command circom2 circom2/cli.js
    command snarkjs snarkjs/build/cli.cjs
    command hardhat hardhat/internal/cli/bootstrap.js
  ''
