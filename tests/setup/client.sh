#!/usr/bin/env bash
# Puts the emitted packages, unmodified, and what they depend on below a folder's node_modules: tests/setup/client.sh DIR [ARTIFACTS]
set -euo pipefail
root=$(cd "$(dirname "${BASH_SOURCE[0]}")/../.." && pwd)
"$root/tests/setup/npm.sh"
mkdir -p "$1/node_modules"
cp -r "${2:-$root/golden/artifacts}/sdk" "$1/node_modules/@enc-protocol"
cp -r "$root"/node_modules/{@noble,ws} "$1/node_modules/"
