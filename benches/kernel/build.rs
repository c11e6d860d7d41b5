//! Puts the kernel of `ENC_CORE_WASM` where the host's module includes it from.

use std::path::PathBuf;
use std::{env, fs};

fn main() {
    println!("cargo::rerun-if-env-changed=ENC_CORE_WASM");
    let wasm = PathBuf::from(env::var_os("ENC_CORE_WASM").expect("ENC_CORE_WASM names the kernel"));
    println!("cargo::rerun-if-changed={}", wasm.display());
    let out = PathBuf::from(env::var_os("OUT_DIR").expect("cargo sets OUT_DIR"));
    fs::copy(wasm, out.join("enc-core.wasm")).expect("the kernel can be copied");
}
