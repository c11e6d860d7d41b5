#![no_main]
//! Images: reading never panics, what is read can be written and read again, and checking ends.

use etymon_spec::image::{Source, node_image, read_node};
use etymon_spec::{ImageFile, Spec};
use libfuzzer_sys::fuzz_target;

fuzz_target!(|bytes: &[u8]| {
    if let Ok(node) = read_node(Source { path: "fuzz", bytes }) {
        let written = node_image(&node);
        let again = read_node(Source { path: "fuzz", bytes: written.as_bytes() }).expect("what was written can be read");
        assert_eq!(written, node_image(&again));
    }
    let file = ImageFile { file: "fuzz".into(), path: "kernel/M".into(), bytes: bytes.to_vec() };
    let _ = Spec::from_files("fuzz", &[file]);
});
