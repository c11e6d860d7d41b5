/// Names longer than this are never compared, which bounds the work on hostile input.
const MAX_NAME: usize = 64;

/// Work of one [`Speller`]: cells of distance tables and characters of candidates. A tenth of a second or so.
const WORK: usize = 50_000_000;

/// The candidate that `name` was most likely meant to be, if any is near enough.
///
/// Near means an edit distance (insert, delete, replace, swap of neighbours) of at most a third of the name's length, and at least one.
/// Of equally near candidates the first wins.
pub fn closest<'a>(name: &str, candidates: impl IntoIterator<Item = &'a str>) -> Option<&'a str> {
    Speller::default().closest(name, candidates)
}

/// [`closest`] for many names: falls silent once its work is used up, so that many slips among many candidates stay cheap.
#[derive(Clone, Debug)]
pub struct Speller {
    left: usize,
}

impl Default for Speller {
    fn default() -> Speller {
        Speller { left: WORK }
    }
}

impl Speller {
    /// As [`closest`], or nothing when the work is used up.
    pub fn closest<'a>(&mut self, name: &str, candidates: impl IntoIterator<Item = &'a str>) -> Option<&'a str> {
        let name: Vec<char> = name.chars().take(MAX_NAME + 1).collect();
        if name.is_empty() || name.len() > MAX_NAME {
            return None;
        }
        let budget = (name.len() / 3).max(1);
        let mut best: Option<(usize, &str)> = None;
        let mut other: Vec<char> = Vec::new();
        let mut rows = Rows::default();
        for candidate in candidates {
            other.clear();
            other.extend(candidate.chars().take(MAX_NAME + 1));
            // A candidate that is worse than the best may be measured up to there only.
            let enough = best.map_or(budget, |(least, _)| least - 1);
            let mut spent = 1 + other.len();
            if other.len() <= MAX_NAME
                && other.len().abs_diff(name.len()) <= enough
                && let Some(found) = rows.distance(&name, &other, enough, &mut spent)
            {
                best = Some((found, candidate));
            }
            let Some(left) = self.left.checked_sub(spent) else {
                // The best so far need not be the best of all.
                self.left = 0;
                return None;
            };
            self.left = left;
            if best.is_some_and(|(least, _)| least == 0) {
                break;
            }
        }
        best.map(|(_, candidate)| candidate)
    }
}

/// The last three rows of a distance table.
#[derive(Default)]
struct Rows {
    before: Vec<usize>,
    above: Vec<usize>,
    row: Vec<usize>,
}

impl Rows {
    /// Optimal string alignment distance, if it is at most `limit`; adds the cells it took to `spent`.
    fn distance(&mut self, a: &[char], b: &[char], limit: usize, spent: &mut usize) -> Option<usize> {
        self.above.clear();
        self.above.extend(0..=b.len());
        for i in 1..=a.len() {
            *spent += b.len();
            self.row.clear();
            self.row.push(i);
            for j in 1..=b.len() {
                let replaced = self.above[j - 1] + usize::from(a[i - 1] != b[j - 1]);
                let mut least = replaced.min(self.above[j] + 1).min(self.row[j - 1] + 1);
                if i > 1 && j > 1 && a[i - 1] == b[j - 2] && a[i - 2] == b[j - 1] {
                    least = least.min(self.before[j - 2] + 1);
                }
                self.row.push(least);
            }
            // A swap reaches back two rows, so one row alone cannot rule a candidate out.
            if self.row.iter().chain(&self.above).all(|cell| *cell > limit) {
                return None;
            }
            std::mem::swap(&mut self.before, &mut self.above);
            std::mem::swap(&mut self.above, &mut self.row);
        }
        Some(self.above[b.len()]).filter(|found| *found <= limit)
    }
}

#[cfg(test)]
mod tests {
    use super::{Speller, WORK, closest};

    #[test]
    fn finds_slips_of_the_finger() {
        assert_eq!(closest("dipsatch", ["dispatch", "fold"]), Some("dispatch"), "swap");
        assert_eq!(closest("fld", ["dispatch", "fold"]), Some("fold"), "lost");
        assert_eq!(closest("ad", ["sub", "and", "add"]), Some("and"), "first");
    }

    #[test]
    fn is_silent_when_nothing_is_near() {
        assert_eq!(closest("xyz", ["dispatch", "fold"]), None);
        assert_eq!(closest("", ["a"]), None);
        assert_eq!(closest(&"a".repeat(100_000), ["a"]), None);
    }

    #[test]
    fn stops_when_the_work_is_used_up() {
        let names: Vec<String> =
            (0..10_000).map(|at| format!("aaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaa{at:05}")).collect();
        let candidates = || names.iter().map(String::as_str);
        let mut speller = Speller::default();
        let slip = names[0].replace("00000", "0000b");
        assert_eq!(speller.closest(&slip, candidates()), Some(names[0].as_str()));
        let asked = (0..1_000).take_while(|_| speller.closest(&slip, candidates()).is_some()).count();
        assert!(asked > 0 && asked < WORK / 10_000, "{asked}");
        assert_eq!(speller.closest("fld", ["fold"]), None);
    }
}
