use etymon_diagnostics::Origin;
pub use etymon_spec::path::{ACCEPTED_FILE, MANIFEST_FILE};
use etymon_spec::path::{Clash, clashes};
pub(crate) use etymon_spec::path::{TEMP_PREFIX, fault};

use crate::StoreError;
use crate::error::codes::ARTIFACT_PATH;

/// Refuses paths that cannot stand together in one folder, on any file system.
pub(crate) fn check_all<'a>(paths: impl Iterator<Item = &'a str>) -> Result<(), StoreError> {
    let refused = |path: &str, why: String| {
        let shown: String = path.chars().take(120).collect();
        let message = format!("artifact path `{shown}` {why}");
        Err(StoreError::refused(ARTIFACT_PATH, message, Origin::none()))
    };
    let paths: Vec<&str> = paths.collect();
    for path in &paths {
        if let Some(why) = fault(path) {
            return refused(path, why.to_owned());
        }
    }
    match clashes(&paths).first() {
        None => Ok(()),
        Some((_, at, Clash::Same)) => refused(paths[*at], "is repeated".to_owned()),
        Some((other, at, Clash::Case)) => refused(paths[*at], format!("differs from `{}` in case only", paths[*other])),
        Some((other, at, Clash::Under)) => {
            refused(paths[*at], format!("lies under `{}`, which is a file", paths[*other]))
        }
    }
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
