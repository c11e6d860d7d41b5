#![no_main]
//! Programs: evaluation within small limits ends in an answer or a refusal, the same one twice.

use etymon_kernel_rt::wire;
use etymon_spec::eval::{Limits, run};
use etymon_spec::image::{Source, read_program};
use libfuzzer_sys::fuzz_target;

fuzz_target!(|bytes: &[u8]| {
    let Ok(program) = read_program(Source { path: "fuzz", bytes }) else { return };
    let limits = Limits { steps: 100_000, size: 1 << 20 };
    let answer = || run(&program, None, limits).map(|answer| wire::encode(&answer.into_val())).map_err(|report| report.to_string());
    assert_eq!(answer(), answer());
});
