#!/usr/bin/env bash
# Builds the emitted Rust host, with the kernel as WebAssembly inside, and becomes it: tests/setup/encd.sh --data DIR --key-file FILE [...]
# With `--print` only, it says where the binary is.
set -euo pipefail
root=$(cd "$(dirname "${BASH_SOURCE[0]}")/../.." && pwd)
tree=$root/golden/artifacts/rust
export CARGO_TARGET_DIR=$root/target/encd
say() { printf 'setup/encd: %s\n' "$*" >&2; }

# Where the compiler has no wasm target, the project's wrapper finds one that has.
kernel() {
  local target=wasm32-unknown-unknown
  if ! compgen -G "$(rustc --print target-libdir --target $target 2>/dev/null)/libcore-*.rlib" >/dev/null; then
    "$root/tests/setup/wasm.sh"
    "$root/nix/airgap/wasm-cargo" build --quiet --release --locked --lib --manifest-path "$tree/Cargo.toml"
    export ENC_CORE_WASM=$CARGO_TARGET_DIR/$target/release/enc_core.wasm
  fi
}
mkdir -p "$CARGO_TARGET_DIR"
exec 9>"$CARGO_TARGET_DIR/encd.lock"
flock 9
kernel
# Nothing but what is locked; a build that is still good is found without a word.
(cd "$tree/host" && cargo build --quiet --release --locked) || { say 'error: the Rust host does not build'; exit 2; }
flock -u 9
exec 9>&-
binary=$CARGO_TARGET_DIR/release/encd
if [ "${1:-}" = --print ]; then printf '%s\n' "$binary"; else exec "$binary" "$@"; fi
