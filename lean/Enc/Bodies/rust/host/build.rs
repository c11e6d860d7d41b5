//! Compiles the kernel beside this crate to WebAssembly, to be included in the binary; `ENC_CORE_WASM` names one that is built already.

use std::path::PathBuf;
use std::process::Command;
use std::{env, fs};

fn main() {
    println!("cargo::rerun-if-env-changed=ENC_CORE_WASM");
    println!("cargo::rerun-if-changed=../src");
    let out = PathBuf::from(env::var_os("OUT_DIR").expect("cargo sets OUT_DIR"));
    let built = match env::var_os("ENC_CORE_WASM") {
        Some(path) => PathBuf::from(path),
        None => build(&out),
    };
    fs::copy(&built, out.join("enc-core.wasm")).unwrap_or_else(|error| panic!("{}: {error}", built.display()));
}

fn build(out: &std::path::Path) -> PathBuf {
    let target = out.join("kernel");
    let status = Command::new(env::var_os("CARGO").expect("cargo sets CARGO"))
        .args(["build", "--release", "--locked", "--lib", "--target", "wasm32-unknown-unknown", "--manifest-path", "../Cargo.toml"])
        .arg("--target-dir")
        .arg(&target)
        // Flags and wrappers for the host's own target are none of wasm's.
        .env_remove("CARGO_ENCODED_RUSTFLAGS")
        .env_remove("RUSTC_WRAPPER")
        .status()
        .expect("cargo runs");
    assert!(status.success(), "the kernel does not build; `rustup target add wasm32-unknown-unknown` may be missing");
    target.join("wasm32-unknown-unknown/release/enc_core.wasm")
}
