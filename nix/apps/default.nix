# `nix run . -- build`
{ apps, ... }: apps.etymon
