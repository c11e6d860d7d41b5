//! The processor time of a process and of all that it started, as `/proc` tells it.

use nix::unistd::{SysconfVar, sysconf};
use std::collections::HashMap;
use std::fs;
use std::time::Duration;

/// A line of `/proc`: who started it, and its processor time in ticks, with that of those children it has waited for.
struct Process {
    parent: u32,
    ticks: u64,
}

/// What `root` and its descendants have used so far, together. Those that nobody has waited for and that are gone are not seen; where there
/// is no `/proc` it is nothing.
pub fn used(root: u32) -> Duration {
    let processes: HashMap<u32, Process> = numbers().filter_map(|id| Some((id, process(id)?))).collect();
    let mut children: HashMap<u32, Vec<u32>> = HashMap::new();
    for (id, process) in &processes {
        children.entry(process.parent).or_default().push(*id);
    }
    let (mut ticks, mut left) = (0_u64, vec![root]);
    while let Some(id) = left.pop() {
        ticks = ticks.saturating_add(processes.get(&id).map_or(0, |own| own.ticks));
        // Taken out, so that no circle is walked that a reused number may make.
        left.extend(children.remove(&id).unwrap_or_default());
    }
    let per_second = sysconf(SysconfVar::CLK_TCK).ok().flatten().and_then(|own| u64::try_from(own).ok());
    Duration::from_millis(ticks.saturating_mul(1000) / per_second.filter(|own| *own > 0).unwrap_or(100))
}

fn numbers() -> impl Iterator<Item = u32> {
    let entries = fs::read_dir("/proc").into_iter().flatten();
    entries.filter_map(|entry| entry.ok()?.file_name().to_str()?.parse().ok())
}

fn process(id: u32) -> Option<Process> {
    let text = fs::read_to_string(format!("/proc/{id}/stat")).ok()?;
    // The name, in parentheses, may hold anything.
    let fields: Vec<&str> = text.rsplit_once(") ")?.1.split(' ').collect();
    // `utime`, `stime`, `cutime`, `cstime`: fields 14 to 17, of which the first here is the third.
    let ticks = fields.get(11..15)?.iter().map(|own| own.parse::<u64>().unwrap_or(0)).sum();
    Some(Process { parent: fields.get(1)?.parse().ok()?, ticks })
}

#[cfg(test)]
mod tests {
    use super::*;
    use std::process::Command;
    use std::time::Instant;

    #[test]
    fn those_that_are_started_count_and_sleep_does_not() {
        let mut child = Command::new("sh").args(["-c", "sh -c 'while :; do :; done' & sleep 60"]).spawn().unwrap();
        let started = Instant::now();
        // A busy machine gives it little.
        while used(child.id()) < Duration::from_millis(200) && started.elapsed() < Duration::from_secs(60) {
            std::thread::sleep(Duration::from_millis(20));
        }
        let busy = used(child.id());
        let loops = fs::read_dir("/proc").unwrap().filter_map(|own| own.ok()?.file_name().to_str()?.parse().ok());
        for id in loops.filter(|id| process(*id).is_some_and(|own| own.parent == child.id())) {
            let _ = Command::new("kill").args(["-9", &id.to_string()]).status();
        }
        let _ = child.kill();
        child.wait().unwrap();
        assert!(busy >= Duration::from_millis(200), "{busy:?}");
        let mut child = Command::new("sleep").arg("60").spawn().unwrap();
        std::thread::sleep(Duration::from_millis(300));
        let idle = used(child.id());
        let _ = child.kill();
        child.wait().unwrap();
        assert!(idle < Duration::from_millis(100), "{idle:?}");
    }
}
