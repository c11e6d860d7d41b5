//! What happens when somebody does not want to wait any longer.

use etymon_constraints::leftovers;
use signal_hook::consts::{SIGHUP, SIGINT, SIGTERM};
use signal_hook::iterator::Signals;
use std::fs;
use std::sync::Once;
use std::thread;

/// Exit code of a command that was interrupted, by whichever signal.
const INTERRUPTED: i32 = 130;

/// From now on an interrupt ends what was started and removes what was made for a while, and then this process.
///
/// Where that cannot be arranged, it ends this process alone, as ever.
pub fn tidy_up() {
    static ONCE: Once = Once::new();
    ONCE.call_once(|| {
        let Ok(mut signals) = Signals::new(heeded()) else { return };
        thread::spawn(move || {
            if signals.forever().next().is_some() {
                leftovers::sweep();
                std::process::exit(INTERRUPTED);
            }
        });
    });
}

/// The signals that whoever started this process does not want ignored, as `nohup` wants it.
fn heeded() -> Vec<i32> {
    let status = fs::read_to_string("/proc/self/status").unwrap_or_default();
    let ignored = status.lines().find_map(|line| line.strip_prefix("SigIgn:"));
    let ignored = ignored.and_then(|mask| u64::from_str_radix(mask.trim(), 16).ok()).unwrap_or_default();
    [SIGINT, SIGTERM, SIGHUP].into_iter().filter(|own| ignored >> (own - 1) & 1 == 0).collect()
}
