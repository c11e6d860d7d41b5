#!/usr/bin/env bash
# Runs the emitted Worker in workerd, the runtime of its platform, on loopback, and says where it listens, as the other servers do:
#
#   tests/setup/worker.sh --data DIR --key-file FILE [--port N] [--registry ID] [--allow-private-push] [--test]
#
# --artifacts DIR takes it from another generated tree. What it needs is installed by the lock file in tests/setup/worker. The process becomes
# workerd, so a signal to it reaches the server.
set -euo pipefail
here=$(cd "$(dirname "${BASH_SOURCE[0]}")" && pwd)
root=$(cd "$here/../.." && pwd)
fail() { printf 'error: %s\n' "$*" >&2; exit 2; }

data='' file='' port=8740 registry='' private='' test='' artifacts=$root/golden/artifacts
while [ $# -gt 0 ]; do
  case $1 in
    --data) data=${2:?} && shift ;;
    --key-file) file=${2:?} && shift ;;
    --port) port=${2:?} && shift ;;
    --registry) registry=${2:?} && shift ;;
    --artifacts) artifacts=$(realpath "${2:?}") && shift ;;
    --allow-private-push) private=1 ;;
    --test) test=1 ;;
    *) fail "unknown option \`$1\`" ;;
  esac
  shift
done
[ -n "$data" ] && [ -n "$file" ] || fail '--data and --key-file are needed'
[ -r "$file" ] || fail "cannot read the key: \`$file\`"
[ $((0$(stat -c %a "$file") & 077)) = 0 ] || fail "\`$file\` can be read by others; run \`chmod 600 $file\`"
key=$(tr -d '[:space:]' <"$file")
[[ $key =~ ^[0-9a-f]{64}$ ]] || fail "\`$file\` does not hold 64 hexadecimal digits"
# The published test key.
[ -z "$test" ] || [ "$key" = "$(printf '%063d3' 0)" ] || fail '--test is for the published test key only'

"$here/npm.sh"
modules=$("$here/locked.sh" workerd "$here/worker")/node_modules || fail 'npm cannot install tests/setup/worker'
workerd=$(echo "$modules"/@cloudflare/workerd-*/bin/workerd)
esbuild=$(echo "$modules"/@esbuild/*/bin/esbuild)

# Bundled as the deployment tool does, into a folder named by its content, so that any number can start at once.
bundle=$(NODE_PATH=$root/node_modules "$esbuild" "$artifacts/js/node/worker/index.js" --bundle --format=esm --target=es2022 \
  --conditions=workerd,worker,browser --log-level=warning)
date=$(sed -n 's/^compatibility_date = "\(.*\)"$/\1/p' "$artifacts/js/node/worker/wrangler.toml")
config=$(sed "s/@DATE@/$date/" "$here/worker/workerd.capnp")
folder=${XDG_CACHE_HOME:-$HOME/.cache}/etymon/worker/$(printf '%s%s' "$bundle" "$config" | sha256sum | cut -c 1-32)
if [ ! -d "$folder" ]; then
  mkdir -p "$(dirname "$folder")"
  made=$(mktemp -d "$folder.XXXXXX")
  printf '%s\n' "$bundle" >"$made/index.js"
  printf '%s\n' "$config" >"$made/workerd.capnp"
  mv -T "$made" "$folder" 2>/dev/null || rm -rf "$made"
fi

mkdir -p -m 700 "$data"
export NODE_PRIVATE_KEY=$key
[ -z "$test" ] || export TEST=1
[ -z "$registry" ] || export REGISTRY=$registry
[ -z "$private" ] || export PRIVATE_PUSH=1
# workerd tells the port on a descriptor of its own.
exec 4>&1 3> >(sed -u -n 's|.*"event":"listen".*"port":\([0-9]*\).*|listening on http://127.0.0.1:\1|p' >&4 4>&-) 4>&-
exec "$workerd" serve --control-fd=3 --directory-path "store=$(realpath "$data")" --socket-addr "http=127.0.0.1:$port" \
  "$folder/workerd.capnp" "$([ -n "$private" ] && echo open || echo closed)"
