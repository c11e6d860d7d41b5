{
  description = "Etymon: one checked spec in, every implementation out, byte for byte";

  inputs.nixpkgs.url = "github:NixOS/nixpkgs/nixos-unstable";

  outputs = inputs: import ./nix inputs;
}
