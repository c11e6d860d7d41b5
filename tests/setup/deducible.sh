#!/usr/bin/env bash
# Prints the absolute path of the command `deducible`: the one that DEDUCIBLE names, else the one that cargo builds here.
set -euo pipefail
root=$(cd "$(dirname "${BASH_SOURCE[0]}")/../.." && pwd)
if [ -z "${DEDUCIBLE:-}" ]; then
  (cd "$root" && cargo build --quiet --locked --package etymon --bin deducible >&2)
  DEDUCIBLE=${CARGO_TARGET_DIR:-$root/target}/debug/deducible
fi
realpath "$DEDUCIBLE"
