//! What the build script collected.

include!(concat!(env!("OUT_DIR"), "/sources.rs"));
