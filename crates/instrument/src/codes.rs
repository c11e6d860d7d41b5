//! Codes of what is refused or warned of. A code once released keeps its meaning.

use etymon_diagnostics::Code;

/// A lexical or syntactic error.
pub const PARSE: Code = Code::new("PARSE");
/// The file is longer than [`crate::parser::MAX_INPUT`].
pub const LIMIT_INPUT: Code = Code::new("LIMIT_INPUT");
/// An expression is nested deeper than [`crate::ast::MAX_DEPTH`].
pub const LIMIT_DEPTH: Code = Code::new("LIMIT_DEPTH");
