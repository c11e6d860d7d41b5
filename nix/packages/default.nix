# Every emitted artifact of the protocol, and the manifest.
{ buildSpec, sources, ... }:
buildSpec {
  name = "etymon-artifacts";
  src = sources.spec;
}
