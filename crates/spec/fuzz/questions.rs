//! What is asked of every input, by the fuzzer and by the test that feeds its corpus again.

use etymon_kernel_rt::wire;
use etymon_spec::eval::{Limits, run};
use etymon_spec::image::{Source, node_image, read_node, read_program};
use etymon_spec::{ImageFile, Spec};

/// Reading never panics, what is read can be written and read again, and checking ends.
pub fn image(bytes: &[u8]) {
    if let Ok(node) = read_node(Source { path: "fuzz", bytes }) {
        let written = node_image(&node);
        let again =
            read_node(Source { path: "fuzz", bytes: written.as_bytes() }).expect("what was written can be read");
        assert_eq!(written, node_image(&again));
    }
    let file = ImageFile { file: "fuzz".into(), path: "kernel/M".into(), bytes: bytes.to_vec() };
    let _ = Spec::from_files("fuzz", &[file]);
}

/// Evaluation within small limits ends in an answer or a refusal, the same one twice.
pub fn program(bytes: &[u8]) {
    let Ok(program) = read_program(Source { path: "fuzz", bytes }) else { return };
    let limits = Limits { steps: 100_000, size: 1 << 20 };
    let answer = || {
        run(&program, None, limits).map(|answer| wire::encode(&answer.into_val())).map_err(|report| report.to_string())
    };
    assert_eq!(answer(), answer());
}
