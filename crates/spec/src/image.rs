//! The image: EncDSL as canonical JSON (design, section 3).

mod decl;
mod locate;
mod read;
mod tree;
mod write;

pub(crate) use locate::Locator;
pub use locate::locate;
pub use read::{File, Source, read_about, read_file, read_module, read_node, read_program};
pub use write::{module_image, node_image};

use etymon_diagnostics::Code;

/// Not acceptable JSON: syntax, UTF-8, lone surrogates, repeated keys.
pub const BAD_JSON: Code = Code::new("BAD_JSON");
/// JSON, but not an image.
pub const BAD_IMAGE: Code = Code::new("BAD_IMAGE");
/// An operation, primitive, form or field that does not exist.
pub const UNKNOWN_NODE: Code = Code::new("UNKNOWN_NODE");
/// The text is longer than [`MAX_INPUT`].
pub const LIMIT_INPUT: Code = Code::new("LIMIT_INPUT");
/// Nesting is deeper than [`MAX_DEPTH`].
pub const LIMIT_DEPTH: Code = Code::new("LIMIT_DEPTH");

/// Longest image or program, in bytes.
pub const MAX_INPUT: usize = 16 << 20;
/// Deepest nesting of JSON arrays and objects in an image or program.
pub const MAX_DEPTH: usize = 1_000_000;
