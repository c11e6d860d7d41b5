# The artifacts of target `template` alone.
{ buildSpec, sources, ... }:
buildSpec {
  name = "etymon-template";
  src = sources.spec;
  targets = [ "template" ];
}
