//! Time, which enters from outside: no stage looks at a clock of its own to say when something was.

use std::time::{Duration, SystemTime, UNIX_EPOCH};

/// What tells the time.
pub type Clock = fn() -> SystemTime;

/// The last second that RFC 3339 can tell, the end of the year 9999.
const LAST: Duration = Duration::from_secs(253_402_300_799);

/// A time as events and signed documents hold it: RFC 3339, UTC, milliseconds. A clock that is set before 1970 or after 9999 tells the nearest
/// time between.
pub fn stamp(at: SystemTime) -> String {
    humantime::format_rfc3339_millis(at.clamp(UNIX_EPOCH, UNIX_EPOCH + LAST)).to_string()
}

/// Whether a text is a time of RFC 3339 in UTC, with or without parts of a second, as others may sign it.
pub fn is_time(text: &str) -> bool {
    // What the library takes for another day, or second, comes out as that one.
    let again = |at| humantime::format_rfc3339_seconds(at).to_string();
    let parts = text.get(19..).and_then(|rest| rest.strip_suffix('Z'));
    parts.is_some_and(|parts| parts != ".")
        && humantime::parse_rfc3339(text).is_ok_and(|at| text.get(..19) == again(at).get(..19))
}

#[cfg(test)]
mod tests {
    use super::{LAST, is_time, stamp};
    use std::time::{Duration, UNIX_EPOCH};

    #[test]
    fn times_are_told_whatever_the_clock_says() {
        let second = Duration::from_secs(1);
        assert_eq!(stamp(UNIX_EPOCH), "1970-01-01T00:00:00.000Z");
        assert_eq!(stamp(UNIX_EPOCH - second), "1970-01-01T00:00:00.000Z");
        assert_eq!(stamp(UNIX_EPOCH + LAST + second), "9999-12-31T23:59:59.000Z");
        assert!(is_time(&stamp(UNIX_EPOCH + LAST + second)));
    }

    #[test]
    fn times_of_others_may_have_other_parts_of_a_second() {
        for own in
            ["2026-01-31T12:00:00Z", "2026-01-31T12:00:00.5Z", "2026-01-31T12:00:00.123456789Z", "2024-02-29T00:00:00Z"]
        {
            assert!(is_time(own), "{own}");
        }
        for other in [
            "",
            "Z",
            "2026-01-31",
            "2026-01-31T12:00:00",
            "2026-01-31T12:00:00+00:00",
            "2026-01-31T12:00:00+01:00",
            "2026-01-31 12:00:00Z",
            "2026-01-31t12:00:00Z",
            "2026-02-30T12:00:00Z",
            "2026-12-31T23:59:60Z",
            "2026-01-31T24:00:00Z",
            "x026-01-31T12:00:00Z",
            "2026-01-31T12:00:00.Z",
            "2026-01-31T12:00:00Z ",
        ] {
            assert!(!is_time(other), "{other}");
        }
    }
}
