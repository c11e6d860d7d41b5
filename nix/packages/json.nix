# The artifacts of target `json` alone.
{ buildSpec, sources, ... }:
buildSpec {
  name = "etymon-json";
  src = sources.spec;
  targets = [ "json" ];
}
