#!/usr/bin/env bash
# An S3-compatible server on loopback for the store's tests: `s3.sh COMMAND…` starts it, runs the command with the
# variables that point to it, and stops it again. The server is moto, from PyPI, in a virtual environment of its own.
set -euo pipefail

cache="${XDG_CACHE_HOME:-$HOME/.cache}/etymon"
venv="$cache/moto"
version='5.2.5'

if [ "$("$venv/bin/python" -c 'import importlib.metadata as m; print(m.version("moto"))' 2>/dev/null)" != "$version" ]; then
  mkdir -p "$cache"
  rm -rf "$venv"
  python3 -m venv "$venv"
  "$venv/bin/pip" install --quiet --disable-pip-version-check "moto[s3,server]==$version"
fi

log="$(mktemp)"
"$venv/bin/moto_server" -H 127.0.0.1 -p 0 >"$log" 2>&1 &
server=$!
trap 'kill "$server" 2>/dev/null || true; wait "$server" 2>/dev/null || true; rm -f "$log"' EXIT

# The server picks a free port and tells it in its first lines.
port=''
for _ in $(seq 100); do
  port="$(sed -n 's/.*http:\/\/127\.0\.0\.1:\([0-9]*\).*/\1/p' "$log" | head -n 1)"
  [ -n "$port" ] && break
  kill -0 "$server" 2>/dev/null || break
  sleep 0.2
done
if [ -z "$port" ]; then
  echo 's3.sh: the server did not start:' >&2
  cat "$log" >&2
  exit 1
fi

export AWS_ENDPOINT="http://127.0.0.1:$port" AWS_ALLOW_HTTP=true AWS_REGION=us-east-1
export AWS_ACCESS_KEY_ID=test AWS_SECRET_ACCESS_KEY=test
export ETYMON_TEST_S3_BUCKET=etymon-test
"$venv/bin/python" - <<'PY'
import os, urllib.request
url = f"{os.environ['AWS_ENDPOINT']}/{os.environ['ETYMON_TEST_S3_BUCKET']}"
urllib.request.urlopen(urllib.request.Request(url, method="PUT"), timeout=30).close()
PY

"$@"
