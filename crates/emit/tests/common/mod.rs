//! Reading nodes from their images, and lowering them.

use etymon_emit::{Language, Profile, lower};
use etymon_spec::ast::Node;
use etymon_spec::image::{Source, read_node};

/// The node of that image.
pub fn node(image: &str) -> Node {
    read_node(Source { path: "-", bytes: image.as_bytes() }).unwrap_or_else(|refused| panic!("{refused}\n{image}"))
}

/// The text, or the code of the refusal.
pub fn text(image: &str, profile: Profile, to: Language) -> String {
    lower(&node(image), profile, to).unwrap_or_else(|refused| refused.code.to_string())
}
