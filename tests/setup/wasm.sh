#!/usr/bin/env bash
# Makes wasm32-unknown-unknown buildable: by rustup where it can download, else with Debian's
# compiler and standard library source. Says what it does; does nothing when all is there.
set -euo pipefail

target=wasm32-unknown-unknown
say() { printf 'setup/wasm: %s\n' "$*" >&2; }

has_target() {
  local dir
  dir=$(rustc --print target-libdir --target "$target" 2>/dev/null) || return 1
  compgen -G "$dir/libcore-*.rlib" >/dev/null
}

has_debian() {
  [ -x /usr/bin/rustc ] && [ -x /usr/bin/cargo ] && [ -x /usr/bin/wasm-ld-22 ] &&
    [ -d "$(/usr/bin/rustc --print sysroot)/lib/rustlib/src/rust/library/std" ]
}

if has_target; then
  say "the toolchain on the path has $target"
  exit 0
fi
if has_debian; then
  say "using Debian's compiler with the standard library built from source"
  exit 0
fi

if [ "${ETYMON_WASM_FROM:-}" != debian ] && command -v rustup >/dev/null; then
  say "rustup target add $target"
  # A closed network may hang instead of refusing, so the attempt is bounded.
  if timeout 120 rustup target add "$target" >&2 && has_target; then
    say "done"
    exit 0
  fi
  say "rustup cannot reach its server, so Debian's packages are next"
fi

packages=(rustc-web cargo-web rust-web-src lld-22)
say "apt-get install ${packages[*]}"
export DEBIAN_FRONTEND=noninteractive
apt-get install -y -q --no-install-recommends "${packages[@]}" >/dev/null 2>&1 || {
  apt-get update -q >/dev/null
  apt-get install -y -q --no-install-recommends "${packages[@]}" >/dev/null
}
has_debian || {
  say "error: ${packages[*]} are installed, but rustc, its library source or wasm-ld-22 is missing"
  exit 1
}
say "done"
