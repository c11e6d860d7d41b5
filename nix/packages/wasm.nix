# The emitted Rust crate, compiled to wasm32.
{ packages, ... }:
packages.default.wasm
