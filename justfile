# `just` with no argument lists the recipes; `tests/run`, which CI calls, runs `ready` and `nix-check`.

set shell := ["bash", "-euo", "pipefail", "-c"]

etymon := "cargo run --quiet --release --"

[private]
default:
    @just --list --unsorted

# Emit every artifact from golden/spec into golden/artifacts, and those of the example
[group('work')]
build:
    {{ etymon }} build
    {{ etymon }} build --no-store --spec examples/consumer/spec --out examples/consumer/golden

# Fail if the committed artifacts are not what the spec emits
[group('work')]
check:
    {{ etymon }} check
    {{ etymon }} check --spec examples/consumer/spec --artifacts examples/consumer/golden

# Format the Rust sources
[group('work')]
fmt:
    cargo fmt --all

# Write the image that the Lean modules describe, then emit from it
[group('work')]
export: && build
    {{ etymon }} lean export --out golden/spec

# Ask every implementation the same questions: evaluator, Lean, JavaScript, native Rust, wasm twice
[group('tests')]
parity *flags:
    {{ etymon }} parity {{ flags }}

# Compare implementations on generated programs
[group('tests')]
fuzz programs="2000" seed="1" *flags:
    {{ etymon }} fuzz --programs {{ programs }} --seed {{ seed }} {{ flags }}

# Check the whole Lean tree in the kernel, the axioms, the exported image and the lowered text; see a defect planted in the referee
[group('tests')]
lean:
    {{ etymon }} lean check
    cargo test --locked --package etymon-parity --test harness -- --ignored a_defect_in_the_referee_is_seen

# Formatting, lints, unit and command-line tests of every crate
[group('tests')]
test:
    cargo fmt --all -- --check
    cargo clippy --workspace --all-targets --locked -- --deny warnings
    cargo test --workspace --locked

# The store's suite on an S3-compatible server on loopback
[group('tests')]
store:
    tests/setup/s3.sh cargo test --locked --package etymon-store --features s3

# Same bytes for any number of threads, locale, time zone, folder and build profile
[group('tests')]
determinism:
    tests/e2e/determinism

# Everything that Nix promises, in its sandbox: same bytes, rebuilds, flake check, drift, consumers
[group('tests')]
nix-check:
    tests/nix/run

# The figures of the README, side by side with their peers
[group('figures')]
bench:
    benches/run

# All of it but Nix
[group('tests')]
ready: test check lean parity (fuzz "2000" "1") (fuzz "500" "2" "--with-lean") determinism store
