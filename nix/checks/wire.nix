# Servers on loopback answer the scripts of the wire as pinned: the JavaScript node and the Rust host. `just wire` adds the
# Worker, whose runtime comes as a binary that no sandbox runs, and the Lean reference, whose kernel `parity` asks here.
{
  pkgs,
  npm,
  packages,
  sources,
  ...
}:
pkgs.stdenv.mkDerivation {
  name = "etymon-wire";
  src = sources.parity;
  nativeBuildInputs = [
    packages.etymon
    pkgs.nodejs
  ];
  buildPhase = ''
    export ETYMON_ENCD=${packages.encd}/bin/encd
    ln -s ${npm}/node_modules node_modules
    etymon parity --suite wire --servers node,rust
  '';
  installPhase = "touch $out";
  dontFixup = true;
}
