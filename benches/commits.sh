#!/usr/bin/env bash
# Commits a second and their latency at loopback, for the JavaScript node and the Rust host in turns, beside one BIP-340 verification in each; and the
# kernel alone: one recorded commit, in WebAssembly and in JavaScript. Every host writes to the disk before it answers. usage: benches/commits.sh [COMMITS]
set -euo pipefail
root=$(cd "$(dirname "${BASH_SOURCE[0]}")/.." && pwd)
work=$(mktemp -d)
trap 'rm -rf "$work"' EXIT
export TMPDIR=$work
export CARGO_TARGET_DIR=${CARGO_TARGET_DIR:-$root/target/encd}
encd=$("$root/tests/setup/encd.sh" --print)
"$root/tests/setup/client.sh" "$work"
cp "$root"/benches/commits.mjs "$root"/benches/recorded.mjs "$root/tests/e2e/attacks/lib.mjs" "$work/"
# The kernel that is in the host.
ENC_CORE_WASM=${ENC_CORE_WASM:-$(find "$CARGO_TARGET_DIR" -path '*/build/encd-*/out/enc-core.wasm' -printf '%T@ %p\n' | sort -n | tail -n 1 | cut -d ' ' -f 2)}
export ENC_CORE_WASM
cargo build --quiet --release --locked --manifest-path "$root/benches/kernel/Cargo.toml"

printf 'cores %s, load %s, kernel %s octets of wasm\n' "$(nproc)" "$(cut -d ' ' -f 1 /proc/loadavg)" "$(stat -c %s "$ENC_CORE_WASM")"
node "$work/recorded.mjs" "$root/golden/artifacts" "$work" "$CARGO_TARGET_DIR/release/kernel-bench"
node "$work/commits.mjs" "${1:-1000}" "JavaScript=node $root/golden/artifacts/js/node/server.js" "Rust=$encd"
