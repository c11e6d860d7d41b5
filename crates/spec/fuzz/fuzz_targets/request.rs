#![no_main]

#[path = "../questions.rs"]
mod questions;

use libfuzzer_sys::fuzz_target;

fuzz_target!(|bytes: &[u8]| questions::request(bytes));
