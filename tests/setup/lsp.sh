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
here=$(dirname "${BASH_SOURCE[0]}")
exec "$here/locked.sh" lsp "$here/../e2e/lsp"
