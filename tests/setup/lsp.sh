#!/usr/bin/env bash
# Installs the client that the language server is tested with (vscode-languageserver-protocol), by the lock file of tests/e2e/lsp, and prints
# the folder that holds it:
#
#   NODE_PATH=$(tests/setup/lsp.sh)/node_modules
#
# Does nothing but print when it is there, or when ETYMON_LSP_CLIENT names a folder that has it.
set -euo pipefail
if [ -n "${ETYMON_LSP_CLIENT:-}" ]; then
  printf '%s\n' "$ETYMON_LSP_CLIENT"
  exit
fi
from=$(cd "$(dirname "${BASH_SOURCE[0]}")/../e2e/lsp" && pwd)
to=${XDG_CACHE_HOME:-$HOME/.cache}/etymon/lsp

mkdir -p "$to"
exec 9>"$to.lock"
flock 9
stamp=$(sha512sum <"$from/package-lock.json")
if [ "$(cat "$to/.stamp" 2>/dev/null)" != "$stamp" ]; then
  echo "lsp setup: installing $(sed -n 's|^ *"\([a-z-]*\)": "\([0-9.]*\)".*|npm \1@\2|p' "$from/package.json" | paste -sd ' ') into $to" >&2
  cp "$from/package.json" "$from/package-lock.json" "$to/"
  (cd "$to" && npm ci --silent --ignore-scripts --prefer-offline --no-audit --no-fund >&2)
  printf '%s\n' "$stamp" >"$to/.stamp"
fi
printf '%s\n' "$to"
