#!/usr/bin/env bash
# Installs what emitted JavaScript depends on, by package-lock.json, into node_modules in the root of the checkout, where Node finds it for
# everything emitted below. Does nothing when it is there.
set -euo pipefail
cd "$(dirname "${BASH_SOURCE[0]}")/../.."

exec 9<package-lock.json
flock 9
stamp=$(sha512sum <package-lock.json)
if [ "$(cat node_modules/.stamp 2>/dev/null)" = "$stamp" ]; then
  exit 0
fi
echo "npm setup: installing $(sed -n 's|^ *"\(@noble/[a-z]*\)": "\(.*[0-9]\)".*|npm \1@\2|p' package.json | paste -sd ' ') into node_modules" >&2
npm ci --loglevel=error --ignore-scripts --no-audit --no-fund >&2
echo "$stamp" >node_modules/.stamp
