#!/usr/bin/env bash
# Installs what emitted contracts and circuits are compiled and run with (solc, Hardhat, OpenZeppelin's contracts, circom, snarkjs), by the
# lock file of tests/e2e/instruments, and prints the folder that holds it:
#
#   NODE_PATH=$(tests/setup/instruments.sh)/node_modules
#
# Does nothing but print when it is there, or when ETYMON_INSTRUMENTS names a folder that has it all. The folder also has the Hardhat
# configuration that compiles without a download.
set -euo pipefail
if [ -n "${ETYMON_INSTRUMENTS:-}" ]; then
  printf '%s\n' "$ETYMON_INSTRUMENTS"
  exit 0
fi
from=$(cd "$(dirname "${BASH_SOURCE[0]}")/../e2e/instruments" && pwd)
to=${XDG_CACHE_HOME:-$HOME/.cache}/etymon/instruments

mkdir -p "$to"
exec 9>"$to.lock"
flock 9
stamp=$(cat "$from/package-lock.json" "$from/hardhat.config.js" | sha512sum)
if [ "$(cat "$to/.stamp" 2>/dev/null)" != "$stamp" ]; then
  echo "instruments setup: installing $(sed -n 's|^ *"\([@a-z0-9/-]*\)": "\([0-9.]*\)".*|npm \1@\2|p' "$from/package.json" | paste -sd ' ') into $to" >&2
  cp "$from/package.json" "$from/package-lock.json" "$from/hardhat.config.js" "$to/"
  (cd "$to" && npm ci --silent --ignore-scripts --prefer-offline --no-audit --no-fund >&2)
  printf '%s\n' "$stamp" >"$to/.stamp"
fi
printf '%s\n' "$to"
