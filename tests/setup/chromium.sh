#!/usr/bin/env bash
# Prints the path of a Chromium: the one that CHROMIUM names, one on the path, or Debian's, which is installed where there is none.
set -euo pipefail
if [ -n "${CHROMIUM:-}" ]; then
  echo "$CHROMIUM"
  exit 0
fi
found() {
  local name
  for name in chromium-headless-shell chromium chromium-browser google-chrome; do
    command -v $name && return 0
  done
  return 1
}
found && exit 0
echo "chromium setup: installing Debian's chromium" >&2
if ! { apt-get update && apt-get install --yes --no-install-recommends chromium; } >/dev/null 2>"${TMPDIR:-/tmp}/chromium-setup.log"; then
  echo "chromium setup: error: there is no Chromium, and Debian's cannot be installed here; set CHROMIUM to the path of one" >&2
  exit 1
fi
found
