//! The reference profile: the tables of the language reference, character for character (docs/lowering.md, "Reference profile").

use crate::text::{js_identifier, rust_identifier};
use etymon_diagnostics::{Code, Diagnostic};
use etymon_kernel_rt::Op;

pub(crate) mod declarations;
pub(crate) mod js;
pub(crate) mod rust;

/// What the language reference gives no text for.
pub const NO_LOWERING: Code = Code::new("NO_LOWERING");

pub(crate) fn undefined(what: &str) -> Diagnostic {
    Diagnostic::error(NO_LOWERING, format!("the language reference defines no text for {what}"))
        .help("use the strict profile")
}

pub(crate) fn arity(op: Op, given: usize) -> Diagnostic {
    undefined(&format!("`{}` with {given} arguments", op.name()))
}

fn unnameable(name: &str) -> Diagnostic {
    let shown: String = name.chars().take(60).collect();
    undefined(&format!("the name `{}`", shown.escape_debug()))
}

/// `name`, where it can stand as a JavaScript identifier.
pub(crate) fn js_name(name: &str) -> Result<&str, Diagnostic> {
    if js_identifier(name) { Ok(name) } else { Err(unnameable(name)) }
}

/// `name`, where it can stand as a Rust identifier.
pub(crate) fn rust_name(name: &str) -> Result<&str, Diagnostic> {
    if rust_identifier(name) { Ok(name) } else { Err(unnameable(name)) }
}
