# `nix run .#etymon -- ARGUMENTS`
{ packages, ... }:
{
  type = "app";
  program = "${packages.etymon}/bin/etymon";
}
