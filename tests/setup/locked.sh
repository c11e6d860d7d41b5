#!/usr/bin/env bash
# Installs the npm packages of the lock file in FROM into the cache, once, says which, and prints the folder that has them:
#
#   tests/setup/locked.sh NAME FROM [FILE…]
#
# FILEs of FROM are copied beside the packages. The folder is called NAME.
set -euo pipefail
name=$1
from=$(cd "$2" && pwd)
shift 2
to=${XDG_CACHE_HOME:-$HOME/.cache}/etymon/$name

mkdir -p "$to"
exec 9>"$to.lock"
flock 9
files=("$from/package-lock.json" "${@/#/$from/}")
stamp=$(cat "${files[@]}" | sha512sum)
if [ "$(cat "$to/.stamp" 2>/dev/null)" != "$stamp" ]; then
  echo "$name setup: installing $(sed -n 's|^ *"\([@a-z0-9/-]*\)": "\([0-9.]*\)".*|npm \1@\2|p' "$from/package.json" | paste -sd ' ') into $to" >&2
  cp "$from/package.json" "${files[@]}" "$to/"
  (cd "$to" && npm ci --loglevel=error --ignore-scripts --prefer-offline --no-audit --no-fund >&2)
  printf '%s\n' "$stamp" >"$to/.stamp"
fi
printf '%s\n' "$to"
