# The artifacts of target `lean` alone.
{ buildSpec, sources, ... }:
buildSpec {
  name = "etymon-lean";
  src = sources.spec;
  targets = [ "lean" ];
}
