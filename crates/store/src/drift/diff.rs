use similar::{Algorithm, TextDiff};

/// More changed lines than this are told in words, because finding the smallest diff takes quadratic time.
const MAX_CHANGED: usize = 4_000;
/// Lines of a diff that are shown.
const MAX_SHOWN: usize = 200;
/// Characters of a diff line that are shown.
const MAX_LINE: usize = 240;

/// A difference in words, with a diff where there is one to show.
pub(super) struct Told {
    pub words: String,
    pub diff: Option<String>,
}

impl Told {
    fn words(words: String) -> Self {
        Self { words, diff: None }
    }
}

pub(super) fn tell(path: &str, committed: &[u8], fresh: &[u8]) -> Told {
    let (Some(old), Some(new)) = (text(committed), text(fresh)) else {
        let at = first_difference(committed, fresh);
        return Told::words(format!(
            "binary content differs from byte {at} on ({} bytes committed, {} fresh)",
            committed.len(),
            fresh.len()
        ));
    };
    if old.replace('\r', "") == new.replace('\r', "") {
        let marked = |text: &str| text.matches('\r').count();
        return Told::words(format!(
            "only the line endings differ ({} carriage returns committed, {} fresh)",
            marked(old),
            marked(new)
        ));
    }
    let (line, changed) = changed_lines(old, new);
    if changed > MAX_CHANGED {
        return Told::words(format!("content differs from line {line} on, in too many lines to show"));
    }
    Told { words: format!("content differs from line {line} on"), diff: Some(unified(path, old, new)) }
}

fn text(bytes: &[u8]) -> Option<&str> {
    std::str::from_utf8(bytes).ok().filter(|text| !text.contains('\0'))
}

fn first_difference(a: &[u8], b: &[u8]) -> usize {
    let same = a.iter().zip(b).take_while(|(x, y)| x == y);
    same.count()
}

/// The number (from 1) of the first line that differs, and how many lines lie between the common beginning and the common end.
fn changed_lines(old: &str, new: &str) -> (usize, usize) {
    let old: Vec<&str> = old.split_inclusive('\n').collect();
    let new: Vec<&str> = new.split_inclusive('\n').collect();
    let same = |pairs: &mut dyn Iterator<Item = (&&str, &&str)>| pairs.take_while(|(a, b)| a == b).count();
    let before = same(&mut old.iter().zip(&new));
    let after = same(&mut old[before..].iter().rev().zip(new[before..].iter().rev()));
    (before + 1, old.len() + new.len() - 2 * (before + after))
}

fn unified(path: &str, old: &str, new: &str) -> String {
    let diff = TextDiff::configure().algorithm(Algorithm::Myers).diff_lines(old, new);
    let (from, to) = (format!("committed/{path}"), format!("fresh/{path}"));
    let whole = diff.unified_diff().context_radius(3).header(&from, &to).to_string();
    let mut shown: Vec<String> = whole.lines().take(MAX_SHOWN).map(clip).collect();
    let rest = whole.lines().count() - shown.len();
    if rest > 0 {
        shown.push(format!("… and {rest} more lines"));
    }
    shown.join("\n")
}

fn clip(line: &str) -> String {
    match line.char_indices().nth(MAX_LINE) {
        Some((end, _)) => format!("{}…", &line[..end]),
        None => line.to_owned(),
    }
}

#[cfg(test)]
mod tests {
    use super::tell;

    #[test]
    fn text_gets_a_unified_diff() {
        let told = tell("a.js", b"one\ntwo\nthree\n", b"one\n2\nthree\n");
        assert_eq!(told.words, "content differs from line 2 on");
        assert_eq!(told.diff.unwrap(), "--- committed/a.js\n+++ fresh/a.js\n@@ -1,3 +1,3 @@\n one\n-two\n+2\n three");
    }

    #[test]
    fn what_a_diff_cannot_show_is_said() {
        let crlf = tell("a", b"x\r\ny\r\n", b"x\ny\n");
        assert_eq!(crlf.words, "only the line endings differ (2 carriage returns committed, 0 fresh)");
        let binary = tell("a", &[1, 0, 2], &[1, 0, 3, 4]);
        assert_eq!(binary.words, "binary content differs from byte 2 on (3 bytes committed, 4 fresh)");
        assert!(crlf.diff.is_none() && binary.diff.is_none());
        let newline = tell("a", b"x", b"x\n").diff.unwrap();
        assert!(newline.contains("No newline at end of file"), "{newline}");
    }

    #[test]
    fn huge_differences_stay_small() {
        let lines = |from: usize, to: usize| (from..to).map(|n| format!("{n}\n")).collect::<String>();
        let (old, new) = (lines(0, 100_000), lines(100_000, 200_000));
        assert!(tell("a", old.as_bytes(), new.as_bytes()).diff.is_none());
        let half = tell("a", lines(0, 1_500).as_bytes(), lines(5_000, 6_500).as_bytes());
        assert!(half.diff.unwrap().ends_with("more lines"));
        let long = tell("a", "x".repeat(1_000_000).as_bytes(), b"y");
        assert!(long.diff.unwrap().len() < 2_000);
    }
}
