//! Paths of emitted files.

use std::collections::BTreeMap;
use std::collections::btree_map::Entry;

/// The manifest of a generated tree, at its root.
pub const MANIFEST_FILE: &str = "manifest.json";
/// The residue that a tree's owners accept, at its root.
pub const ACCEPTED_FILE: &str = "accepted-residue.json";
/// How the temporary files of a tree begin.
pub const TEMP_PREFIX: &str = ".etymon-tmp-";

const MAX_PATH: usize = 1024;
const MAX_SEGMENT: usize = 200;

/// Why a path cannot be one of a generated tree, if it cannot.
///
/// Paths are relative, written with `/`, have no empty, `.` or `..` segment and no backslash or control character.
pub fn fault(path: &str) -> Option<&'static str> {
    if path.is_empty() || path.len() > MAX_PATH {
        return Some("is empty or too long");
    }
    if path.starts_with('/') {
        return Some("is absolute");
    }
    if path.contains('\\') || path.chars().any(char::is_control) {
        return Some("holds a backslash or a control character");
    }
    for segment in path.split('/') {
        match segment {
            "" => return Some("has an empty segment"),
            "." | ".." => return Some("has a `.` or `..` segment"),
            s if s.len() > MAX_SEGMENT => return Some("has a segment that is too long"),
            s if s.starts_with(TEMP_PREFIX) => return Some("is named like a temporary file"),
            _ => {}
        }
    }
    if path == MANIFEST_FILE || path == ACCEPTED_FILE {
        return Some("is reserved");
    }
    None
}

/// Names that mean devices to Windows, whatever follows the first dot.
const DEVICES: [&str; 22] = [
    "aux", "com1", "com2", "com3", "com4", "com5", "com6", "com7", "com8", "com9", "con", "lpt1", "lpt2", "lpt3",
    "lpt4", "lpt5", "lpt6", "lpt7", "lpt8", "lpt9", "nul", "prn",
];

/// Why a path that a spec states cannot be emitted everywhere, if it cannot: it is read by people and by tools, and written on systems that the
/// spec's author has not seen.
pub fn stated_fault(path: &str) -> Option<&'static str> {
    if let Some(why) = fault(path) {
        return Some(why);
    }
    if !path.bytes().all(|byte| byte.is_ascii_alphanumeric() || b"/._-+@".contains(&byte)) {
        return Some("holds a character that is not a letter or digit of ASCII, `.`, `_`, `-`, `+` or `@`");
    }
    path.split('/').find_map(|segment| {
        let lower = segment.to_ascii_lowercase();
        let stem = lower.split('.').next().unwrap_or_default();
        match () {
            () if segment.ends_with('.') => Some("has a segment that ends in a dot"),
            () if segment.starts_with('-') => Some("has a segment that looks like a flag"),
            () if DEVICES.contains(&stem) => Some("has a segment that names a device on Windows"),
            () if lower == ".git" || lower == "node_modules" => Some("leads into a folder of git or npm"),
            () => None,
        }
    })
}

/// Why two paths cannot stand together in one folder on every file system.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Clash {
    /// They are the same.
    Same,
    /// They differ in case only, which some file systems ignore.
    Case,
    /// The second lies under the first, which is a file.
    Under,
}

/// Pairs of paths that clash, by their places in `paths`. Every path is in at most two of them.
pub fn clashes(paths: &[&str]) -> Vec<(usize, usize, Clash)> {
    let mut found = Vec::new();
    let mut seen: BTreeMap<String, usize> = BTreeMap::new();
    for (at, path) in paths.iter().enumerate() {
        match seen.entry(path.to_lowercase()) {
            Entry::Vacant(free) => drop(free.insert(at)),
            Entry::Occupied(other) => {
                let other = *other.get();
                found.push((other, at, if paths[other] == *path { Clash::Same } else { Clash::Case }));
            }
        }
    }
    for (folded, at) in &seen {
        let file = folded.match_indices('/').find_map(|(end, _)| seen.get(&folded[..end]));
        found.extend(file.map(|file| (*file, *at, Clash::Under)));
    }
    found
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn stated_paths_are_portable() {
        for good in ["js/node/server.js", ".github/workflows/ci.yml", "a@b/c+d_e", "Dockerfile", "x/manifest.json"] {
            assert_eq!(stated_fault(good), None, "{good}");
        }
        for bad in [
            "",
            "/a",
            "../a",
            "a/../b",
            "a/./b",
            "a//b",
            "a/",
            "a\\b",
            "a\nb",
            "manifest.json",
            "accepted-residue.json",
            "a b",
            "é",
            "a:b",
            "a*",
            "con",
            "NUL.txt",
            "a/Com1.js",
            "a.",
            "-rf",
            ".git/config",
            "x/.GIT/hooks/a",
            "node_modules/a",
            ".etymon-tmp-1",
            "$HOME/x",
            "~/x",
        ] {
            assert!(stated_fault(bad).is_some(), "{bad:?}");
        }
    }

    #[test]
    fn clashes_are_found() {
        let of = |paths: &[&str]| clashes(paths);
        assert_eq!(of(&["a", "a"]), [(0, 1, Clash::Same)]);
        assert_eq!(of(&["a/B", "a/b", "c"]), [(0, 1, Clash::Case)]);
        assert_eq!(of(&["a/b", "a"]), [(1, 0, Clash::Under)]);
        assert_eq!(of(&["x/y/z", "X"]), [(1, 0, Clash::Under)]);
        assert_eq!(of(&["a-b", "a/b", "ab"]), []);
    }
}
