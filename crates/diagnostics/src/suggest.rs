/// Names longer than this are never compared, which bounds the work on hostile input.
const MAX_NAME: usize = 64;

/// The candidate that `name` was most likely meant to be, if any is near enough.
///
/// Near means an edit distance (insert, delete, replace, swap of neighbours) of at most a third of the name's length, and at least one.
/// Of equally near candidates the first wins.
pub fn closest<'a>(name: &str, candidates: impl IntoIterator<Item = &'a str>) -> Option<&'a str> {
    let name: Vec<char> = name.chars().take(MAX_NAME + 1).collect();
    if name.is_empty() || name.len() > MAX_NAME {
        return None;
    }
    let budget = (name.len() / 3).max(1);
    let mut best: Option<(usize, &str)> = None;
    for candidate in candidates {
        let other: Vec<char> = candidate.chars().take(MAX_NAME + 1).collect();
        if other.len() > MAX_NAME || other.len().abs_diff(name.len()) > budget {
            continue;
        }
        let found = distance(&name, &other);
        if found <= budget && best.is_none_or(|(least, _)| found < least) {
            best = Some((found, candidate));
        }
    }
    best.map(|(_, candidate)| candidate)
}

/// Optimal string alignment distance.
fn distance(a: &[char], b: &[char]) -> usize {
    let mut before: Vec<usize> = Vec::new();
    let mut above: Vec<usize> = (0..=b.len()).collect();
    for i in 1..=a.len() {
        let mut row = vec![i];
        for j in 1..=b.len() {
            let replaced = above[j - 1] + usize::from(a[i - 1] != b[j - 1]);
            let mut least = replaced.min(above[j] + 1).min(row[j - 1] + 1);
            if i > 1 && j > 1 && a[i - 1] == b[j - 2] && a[i - 2] == b[j - 1] {
                least = least.min(before[j - 2] + 1);
            }
            row.push(least);
        }
        before = std::mem::replace(&mut above, row);
    }
    above[b.len()]
}

#[cfg(test)]
mod tests {
    use super::closest;

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
}
