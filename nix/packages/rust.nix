# The artifacts of target `rust` alone.
{ buildSpec, sources, ... }:
buildSpec {
  name = "etymon-rust";
  src = sources.spec;
  targets = [ "rust" ];
}
