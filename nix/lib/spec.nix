# A spec image as a derivation's input: the folder alone, wherever in a repository it lies.
{ name, src }:
if builtins.isPath src then
  builtins.path {
    name = "${name}-spec";
    path = src;
  }
else
  src
