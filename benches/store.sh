#!/usr/bin/env bash
# Store writes beside one `git hash-object -w --stdin-paths` process over the same files, every object synced in both.
set -euo pipefail
cd "$(dirname "${BASH_SOURCE[0]}")/.."
exec cargo run --quiet --release -p etymon-store --example store_bench
