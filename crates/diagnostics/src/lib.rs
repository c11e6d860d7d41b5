//! Diagnostics: what went wrong, where, and how to mend it.
//!
//! A [`Diagnostic`] carries a stable [`Code`], a message and an [`Origin`]; a [`Report`] collects several.
//! Both render as text (`path:line:col: error[CODE]: text`, the source line with carets, then help) and as JSON
//! (one object per diagnostic, always the same keys). Messages are lower case, put names in backticks and carry no full stop.

mod code;
mod diagnostic;
mod origin;
mod render;
mod report;
mod source;
mod suggest;
mod width;

pub use code::{Code, Severity};
pub use diagnostic::Diagnostic;
pub use origin::Origin;
pub use render::{Style, clean};
pub use report::Report;
pub use source::{Position, SourceFile, Span};
pub use suggest::{Speller, closest};
