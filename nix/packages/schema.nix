# The artifacts of target `schema` alone.
{ buildSpec, sources, ... }:
buildSpec {
  name = "etymon-schema";
  src = sources.spec;
  targets = [ "schema" ];
}
