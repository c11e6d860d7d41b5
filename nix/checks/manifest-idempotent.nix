# Emitting again, on one thread, under another locale and time zone, in another folder and over a
# store that already has everything, changes no byte; and the bytes are the committed ones.
{
  pkgs,
  packages,
  checkSpec,
  sources,
  ...
}:
pkgs.stdenv.mkDerivation {
  name = "etymon-manifest-idempotent";
  src = sources.spec;
  gate = checkSpec {
    name = "etymon";
    src = sources.spec;
    golden = sources.artifacts;
    at = {
      src = "golden/spec";
      golden = "golden/artifacts";
    };
  };
  first = packages.default;
  nativeBuildInputs = [ packages.etymon ];
  buildPhase = ''
    export LC_ALL=tr_TR.UTF-8 TZ=Pacific/Chatham
    mkdir -p "$TMPDIR/a b" && cd "$TMPDIR/a b"
    for round in 1 2; do
      etymon build --spec "$src" --out again --store store --jobs 1
      diff -r "$first" again
    done
  '';
  installPhase = "touch $out";
  dontFixup = true;
}
