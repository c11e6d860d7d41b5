//! Codes of a refused spec.

use etymon_diagnostics::Code;

/// A folder or file cannot be read.
pub const SPEC_IO: Code = Code::new("SPEC_IO");
/// A folder without a module.
pub const SPEC_EMPTY: Code = Code::new("SPEC_EMPTY");
/// A file stands where no module can be.
pub const BAD_PATH: Code = Code::new("BAD_PATH");
/// `spec.json` says what no package can be called.
pub const ABOUT_INVALID: Code = Code::new("ABOUT_INVALID");
/// A declared name is no plain identifier, or a reserved one.
pub const NAME_INVALID: Code = Code::new("NAME_INVALID");
/// A name is declared, imported or bound as a parameter twice.
pub const NAME_REPEATED: Code = Code::new("NAME_REPEATED");
/// An import names a module that is not there.
pub const IMPORT_UNKNOWN: Code = Code::new("IMPORT_UNKNOWN");
/// An import names something the module does not export.
pub const IMPORT_NOT_EXPORTED: Code = Code::new("IMPORT_NOT_EXPORTED");
/// An import that names nothing.
pub const IMPORT_EMPTY: Code = Code::new("IMPORT_EMPTY");
/// Modules import each other in a circle.
pub const IMPORT_CYCLE: Code = Code::new("IMPORT_CYCLE");
/// A module imports from a higher layer.
pub const IMPORT_LAYER: Code = Code::new("IMPORT_LAYER");
/// Two files of the generated tree have one path, or paths that some file systems take for one.
pub const PATH_REPEATED: Code = Code::new("PATH_REPEATED");
/// A template's path leaves the generated tree, is reserved, or is not portable.
pub const TEMPLATE_PATH: Code = Code::new("TEMPLATE_PATH");
/// A template's text holds what a reader would not see.
pub const TEMPLATE_TEXT: Code = Code::new("TEMPLATE_TEXT");
/// Wrong number of arguments.
pub const ARITY: Code = Code::new("ARITY");
/// A call from outside names nothing of the module.
pub const CALL_UNKNOWN: Code = Code::new("CALL_UNKNOWN");
/// A call to the function itself or to one declared later.
pub const CALL_ORDER: Code = Code::new("CALL_ORDER");
/// A call to an effect function from an expression.
pub const CALL_EFFECT: Code = Code::new("CALL_EFFECT");
/// `lam`, `app`, `rawExpr` or an unresolved call where only portable declarations are allowed.
pub const NOT_PORTABLE: Code = Code::new("NOT_PORTABLE");
/// An effect type that does not exist.
pub const EFFECT_UNKNOWN: Code = Code::new("EFFECT_UNKNOWN");
/// Payload keys other than the effect type's.
pub const EFFECT_PAYLOAD: Code = Code::new("EFFECT_PAYLOAD");
/// A constructor that emits.
pub const CONSTRUCTOR_EMITS: Code = Code::new("CONSTRUCTOR_EMITS");
/// A declaration nested deeper than rustc and JavaScript engines parse.
pub const LIMIT_DEPTH: Code = crate::image::LIMIT_DEPTH;
/// More modules or nodes than a spec may have, or a longer template.
pub const LIMIT_SIZE: Code = Code::new("LIMIT_SIZE");
/// Evaluation took more steps than allowed.
pub const LIMIT_STEPS: Code = Code::new("LIMIT_STEPS");
