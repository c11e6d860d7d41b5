# The artifacts of target `js` alone.
{ buildSpec, sources, ... }:
buildSpec {
  name = "etymon-js";
  src = sources.spec;
  targets = [ "js" ];
}
