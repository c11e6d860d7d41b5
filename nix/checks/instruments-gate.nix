# What the example instruments become is what is committed, byte for byte.
{ checkSpec, sources, ... }:
checkSpec {
  name = "etymon-instruments-gate";
  src = sources.instrumentSpecs;
  golden = sources.instrumentArtifacts;
  at = {
    src = "examples/instruments";
    golden = "golden/instruments";
  };
}
