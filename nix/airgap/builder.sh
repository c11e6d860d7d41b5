# Runs the phases of a derivation made by mkDerivation.nix.
export HOME=/homeless-shelter SOURCE_DATE_EPOCH=1 LC_ALL=C.UTF-8 TZ=UTC
export NIX_BUILD_CORES=${NIX_BUILD_CORES:-1}

if [ -z "${dontUnpack:-}" ]; then
  cp -r "$src" source
  chmod -R u+w source
  cd source
fi

eval "${buildPhase:-}"
if [ -n "${doCheck:-}" ]; then
  eval "${checkPhase:-}"
fi
eval "${installPhase:-mkdir -p $out}"
