#!/usr/bin/env bash
# Installs what the verification backends run on (TypeScript, jsdom, axe-core), by the lock file of crates/constraints/verifiers, and prints
# the folder that holds it:
#
#   etymon run --verifiers "$(tests/setup/verifiers.sh)" …
#
# Does nothing but print when it is there, or when ETYMON_VERIFIERS names a folder that has them. The folder is in the cache, not in the checkout: candidates are given it read-only.
set -euo pipefail
if [ -n "${ETYMON_VERIFIERS:-}" ]; then
  printf '%s\n' "$ETYMON_VERIFIERS"
  exit
fi
from=$(cd "$(dirname "${BASH_SOURCE[0]}")/../../crates/constraints/verifiers" && pwd)
to=${XDG_CACHE_HOME:-$HOME/.cache}/etymon/pipeline

stamp=$(sha512sum <"$from/package-lock.json")
if [ "$(cat "$to/.stamp" 2>/dev/null)" != "$stamp" ]; then
  echo "verifiers setup: installing $(sed -n 's|^ *"\([a-z-]*\)": "\([0-9.]*\)".*|npm \1@\2|p' "$from/package.json" | paste -sd ' ') into $to" >&2
  mkdir -p "$to"
  cp "$from/package.json" "$from/package-lock.json" "$to/"
  (cd "$to" && npm ci --silent --ignore-scripts --prefer-offline --no-audit --no-fund >&2)
  printf '%s\n' "$stamp" >"$to/.stamp"
fi
printf '%s\n' "$to"
