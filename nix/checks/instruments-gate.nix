# What the example instruments become is what is committed, byte for byte.
{ checkSpec, sources, ... }:
checkSpec {
  name = "etymon-instruments";
  src = sources.instruments;
  golden = sources.instrumentArtifacts;
  at = {
    src = "examples/instruments";
    golden = "golden/instruments";
  };
}
