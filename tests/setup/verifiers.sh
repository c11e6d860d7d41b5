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
here=$(dirname "${BASH_SOURCE[0]}")
exec "$here/locked.sh" pipeline "$here/../../crates/constraints/verifiers"
