#!/usr/bin/env bash
# Prints how many `POST /enforce` a second the gateway answers on loopback, with one manifest and with 10,000. Wants a machine that does
# nothing else. Arguments: seconds of each measurement, connections.
set -euo pipefail
cd "$(dirname "${BASH_SOURCE[0]}")/.."
exec cargo run --quiet --release --package etymon-serve --example gateway_load -- "$@"
