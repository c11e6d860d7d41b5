//! Time, which enters from outside: no stage looks at a clock of its own to say when something was.

use std::time::SystemTime;

/// What tells the time.
pub type Clock = fn() -> SystemTime;

/// A time as events and signed documents hold it: RFC 3339, UTC, milliseconds.
pub fn stamp(at: SystemTime) -> String {
    humantime::format_rfc3339_millis(at).to_string()
}

/// Whether a text is what [`stamp`] gives.
pub fn is_stamp(text: &str) -> bool {
    humantime::parse_rfc3339(text).is_ok_and(|at| stamp(at) == text)
}
