use std::collections::BTreeMap;

use etymon_diagnostics::Origin;

use crate::StoreError;
use crate::error::codes::ARTIFACT_PATH;

/// The manifest of a generated tree, at its root.
pub const MANIFEST_FILE: &str = "manifest.json";
/// The residue that a tree's owners accept, at its root.
pub const ACCEPTED_FILE: &str = "accepted-residue.json";
/// How the temporary files of a tree begin.
pub(crate) const TEMP_PREFIX: &str = ".etymon-tmp-";

const MAX_PATH: usize = 1024;
const MAX_SEGMENT: usize = 200;

/// Why a path cannot be one of a generated tree, if it cannot.
///
/// Paths are relative, written with `/`, have no empty, `.` or `..` segment and no backslash or control character.
pub(crate) fn fault(path: &str) -> Option<&'static str> {
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

/// Refuses paths that cannot stand together in one folder, on any file system.
pub(crate) fn check_all<'a>(paths: impl Iterator<Item = &'a str>) -> Result<(), StoreError> {
    let refused = |path: &str, why: String| {
        let shown: String = path.chars().take(120).collect();
        let message = format!("artifact path `{shown}` {why}");
        Err(StoreError::refused(ARTIFACT_PATH, message, Origin::none()))
    };
    let mut seen: BTreeMap<String, &str> = BTreeMap::new();
    for path in paths {
        if let Some(why) = fault(path) {
            return refused(path, why.to_owned());
        }
        // Some file systems ignore case, so such a pair would be one file there.
        if let Some(other) = seen.insert(path.to_lowercase(), path) {
            let why =
                if other == path { "is repeated".to_owned() } else { format!("differs from `{other}` in case only") };
            return refused(path, why);
        }
    }
    for (folded, path) in &seen {
        for (at, _) in folded.match_indices('/') {
            if let Some(file) = seen.get(&folded[..at]) {
                return refused(path, format!("lies under `{file}`, which is a file"));
            }
        }
    }
    Ok(())
}

#[cfg(test)]
mod tests {
    use super::*;

    fn ok(paths: &[&str]) -> bool {
        check_all(paths.iter().copied()).is_ok()
    }

    #[test]
    fn paths_that_leave_or_confuse_a_folder_are_refused() {
        let long = "a/".repeat(600) + "a";
        for bad in [
            "",
            "/etc/x",
            "../x",
            "a/../x",
            "a/./x",
            "a//x",
            "a/",
            "a\\x",
            "a\nx",
            "a\0x",
            "manifest.json",
            "accepted-residue.json",
            "a/.etymon-tmp-1",
            &long,
        ] {
            assert!(!ok(&[bad]), "{bad:?}");
        }
        assert!(ok(&["js/kernel/rbac.js", "a/manifest.json", "..a/b..", "é"]));
    }

    #[test]
    fn clashing_paths_are_refused() {
        assert!(!ok(&["a", "a"]));
        assert!(!ok(&["a/B", "a/b"]));
        assert!(!ok(&["a/b", "a"]));
        assert!(!ok(&["x/y/z", "X"]));
        assert!(ok(&["a-b", "a/b", "ab"]));
    }
}
