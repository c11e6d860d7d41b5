#!/usr/bin/env bash
# Makes `nix` usable without a network: installs Debian's nix-bin when it is absent, fetches the
# crates of Cargo.lock, of the Rust host and of further manifests given as arguments, and the
# packages of the npm lock files, writes a configuration that lends the host's toolchains to the
# build sandbox, and prints that configuration's path:
#
#   export NIX_USER_CONF_FILES=$(tests/setup/nix.sh)
#
# `nix/airgap/nix` does this and overrides the nixpkgs input as well.
set -euo pipefail

root=$(cd "$(dirname "${BASH_SOURCE[0]}")/../.." && pwd)
say() { printf 'setup/nix: %s\n' "$*" >&2; }

if ! command -v nix >/dev/null; then
  say "apt-get install nix-bin"
  export DEBIAN_FRONTEND=noninteractive
  apt-get install -y -q --no-install-recommends nix-bin >/dev/null 2>&1 || {
    apt-get update -q >/dev/null
    apt-get install -y -q --no-install-recommends nix-bin >/dev/null
  }
fi
if [ "$(id -u)" != 0 ] && [ ! -w /nix/store ]; then
  say "warning: not root and /nix/store is not writable; a daemon must serve this user"
fi

sysroot=$(rustc --print sysroot)
cargo_home=${CARGO_HOME:-$HOME/.cargo}
for manifest in "$root/Cargo.toml" "$root/golden/artifacts/rust/host/Cargo.toml" "$@"; do
  cargo fetch --quiet --locked --offline --manifest-path "$manifest" 2>/dev/null ||
    cargo fetch --quiet --locked --manifest-path "$manifest" >&2
done

# The packages that emitted JavaScript imports, those that the pipeline's backends run on, and those that contracts and circuits are compiled
# and run with, as tarballs, which the locks' checksums know.
tarballs=${XDG_CACHE_HOME:-$HOME/.cache}/etymon/npm
mkdir -p "$tarballs"
node -p 'process.argv.slice(1).flatMap((lock) => Object.entries(JSON.parse(fs.readFileSync(lock)).packages)).filter(([folder]) => folder)
  .map(([folder, own]) => `${folder.replace(/.*node_modules[/]/, "")} ${own.version}`).join("\n")' \
  "$root/package-lock.json" "$root/crates/constraints/verifiers/package-lock.json" \
  "$root/tests/e2e/instruments/package-lock.json" "$root/tests/e2e/lsp/package-lock.json" |
  while read -r package version; do
    file=${package#@}
    file=${file//\//-}-$version.tgz
    [ -e "$tarballs/$file" ] || printf '%s\n' "$package@$version"
  done >"$tarballs/.wanted.$$"
if [ -s "$tarballs/.wanted.$$" ]; then
  say "npm pack $(wc -l <"$tarballs/.wanted.$$") packages"
  # Many at a time, because npm takes longer to begin than to fetch; into another folder, so that one that is cut off is fetched again.
  mkdir -p "$tarballs/.new.$$"
  (cd "$tarballs/.new.$$" && xargs -n 40 npm pack --loglevel=error --prefer-offline <"$tarballs/.wanted.$$" >/dev/null) || {
    say "error: npm cannot fetch all of: $(paste -sd ' ' "$tarballs/.wanted.$$")"
    exit 1
  }
  find "$tarballs/.new.$$" -name '*.tgz' -exec mv {} "$tarballs/" \;
  rmdir "$tarballs/.new.$$"
fi
rm -f "$tarballs/.wanted.$$"

# Fixed places inside the sandbox, so that no derivation contains a path of this machine.
lent=("/host/rust=$sysroot" "/host/crates=$cargo_home/registry/cache")
node=$(realpath "$(command -v node)")
lent+=("/host/node=${node%/bin/node}" "/host/npm=$tarballs")
bash "$root/tests/setup/lean.sh" >&2
if command -v lean >/dev/null; then
  lent+=("/host/lean=$(lean --print-prefix)")
else
  lent+=("/host/lean=${ETYMON_LEAN_HOME:-${XDG_CACHE_HOME:-$HOME/.cache}/etymon/lean}")
fi

conf=${XDG_CACHE_HOME:-$HOME/.cache}/etymon/nix.conf
mkdir -p "$(dirname "$conf")"
cat >"$conf.$$" <<CONF
experimental-features = nix-command flakes
build-users-group =
substituters =
flake-registry =
warn-dirty = false
sandbox = true
max-jobs = auto
sandbox-fallback = false
sandbox-paths = /bin /lib /lib64 /usr /etc/alternatives ${lent[*]}
CONF
mv "$conf.$$" "$conf"
printf '%s\n' "$conf"
