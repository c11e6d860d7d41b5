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
  exit
fi
here=$(dirname "${BASH_SOURCE[0]}")
exec "$here/locked.sh" instruments "$here/../e2e/instruments" hardhat.config.js
