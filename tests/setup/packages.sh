#!/usr/bin/env bash
# Packs the emitted packages and installs them, by the lock file, into a project outside of the checkout:
#
#   tests/setup/packages.sh FROM TO      FROM has package.json and package-lock.json, TO is made
#
# The lock file says of the packed packages only where they are and what they need: their octets are what is under test.
set -euo pipefail
sdk=$(cd "$(dirname "${BASH_SOURCE[0]}")/../../golden/artifacts/sdk" && pwd)
mkdir -p "$2"
cp "$1"/package.json "$1"/package-lock.json "$2/"
cd "$2"
for package in core client dataview; do
  (cd "$sdk/$package" && npm pack --loglevel=error --pack-destination "$OLDPWD" >/dev/null)
  mv enc-protocol-$package-*.tgz $package.tgz
done
npm ci --loglevel=error --ignore-scripts --prefer-offline --no-audit --no-fund >&2
