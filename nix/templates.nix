# `nix flake init --template`
{
  default = {
    path = ../examples/consumer;
    description = "A spec of your own, its artifacts, and a gate that fails when they drift";
  };
}
