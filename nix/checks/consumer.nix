# The example is what `etymon init` starts with, and its gate tells drift: its artifacts pass as
# they are, and fail once a byte differs, a file is missing or a file is added.
{
  pkgs,
  packages,
  sources,
  ...
}:
pkgs.stdenv.mkDerivation {
  name = "etymon-consumer";
  src = sources.consumer;
  nativeBuildInputs = [ packages.etymon ];
  buildPhase = ''
    gate() {
      etymon check --spec spec --artifacts "$1"
    }
    refused() {
      if gate drifted; then
        echo "error: the gate passed although $1" >&2
        exit 1
      fi
      rm -rf drifted
      cp -r golden drifted
    }

    etymon init fresh
    diff -r --exclude golden --exclude fresh . fresh

    rm -rf golden
    etymon build --no-store --spec spec --out golden
    gate golden
    cp -r golden drifted
    victim=$(find drifted -type f ! -name manifest.json | sort | head -n 1)
    printf X | dd of="$victim" bs=1 count=1 conv=notrunc status=none
    refused "$victim was changed"
    rm "$victim"
    refused "$victim was missing"
    echo >drifted/residue
    refused "a file was added"
  '';
  installPhase = "touch $out";
  dontFixup = true;
}
