//! `spec.json`, beside the layers: what a spec is called, and what its packages are.

use crate::codes::ABOUT_INVALID;
use etymon_diagnostics::{Diagnostic, Origin};

/// The name of the file, and the path of its [`crate::ImageFile`].
pub const ABOUT: &str = "spec";

/// Longest field, in bytes.
const LONGEST: usize = 100;

/// What a spec says of itself. All of it shapes what is emitted, so where it is stated it is hashed with the modules.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct About {
    /// What headers and manifests call the spec; fixed unless stated, so that bytes depend on no folder's name.
    pub name: String,
    /// The npm scope of its packages, `@` included.
    pub scope: String,
    /// The version of its packages, `MAJOR.MINOR.PATCH` (Semantic Versioning 2.0.0), a pre-release allowed.
    pub version: String,
    /// The licence of its packages, an SPDX expression.
    pub license: String,
}

impl Default for About {
    fn default() -> About {
        About {
            name: "protocol".to_owned(),
            scope: "@enc-protocol".to_owned(),
            version: "0.1.0".to_owned(),
            license: "Apache-2.0".to_owned(),
        }
    }
}

impl About {
    /// Canonical image: `{"spec":{…}}`, every field written.
    pub fn image(&self) -> String {
        // Checked fields need no escaping.
        let About { name, scope, version, license } = self;
        format!(r#"{{"spec":{{"license":"{license}","name":"{name}","scope":"{scope}","version":"{version}"}}}}"#)
    }

    /// What no package can be called, all at once.
    pub(crate) fn faults(&self, file: &str) -> Vec<Diagnostic> {
        let scope = self.scope.strip_prefix('@').unwrap_or_default();
        let fields = [
            (
                "name",
                &self.name,
                is_name(&self.name),
                "lower-case letters, digits, `-`, `_` and `.`, a letter or digit first",
            ),
            (
                "scope",
                &self.scope,
                is_name(scope),
                "`@`, then lower-case letters, digits, `-`, `_` and `.`, such as `@acme`",
            ),
            (
                "version",
                &self.version,
                is_version(&self.version),
                "three numbers, such as `1.0.0`, and a pre-release if any, such as `1.0.0-rc.1`",
            ),
            ("license", &self.license, is_license(&self.license), "an SPDX expression, such as `Apache-2.0`"),
        ];
        let bad = fields.into_iter().filter(|(_, text, good, _)| !good || text.len() > LONGEST);
        bad.map(|(key, text, _, form)| {
            let message = format!("`{}` cannot be the {key} of a package", crate::check::shown(text));
            let place = Origin::path(file).at_json(format!("$.spec.{key}"));
            Diagnostic::error(ABOUT_INVALID, message).at(place).help(format!("write {form}; at most {LONGEST} bytes"))
        })
        .collect()
    }
}

fn is_name(text: &str) -> bool {
    let plain = |byte: u8| byte.is_ascii_lowercase() || byte.is_ascii_digit();
    text.bytes().next().is_some_and(plain) && text.bytes().all(|byte| plain(byte) || b"-_.".contains(&byte))
}

fn is_number(text: &str) -> bool {
    // Registries keep them in 53 bits.
    !text.is_empty()
        && text.len() <= 15
        && text.bytes().all(|byte| byte.is_ascii_digit())
        && (text == "0" || !text.starts_with('0'))
}

fn is_version(text: &str) -> bool {
    let (core, pre) = text.split_once('-').map_or((text, None), |(core, pre)| (core, Some(pre)));
    let identifier = |own: &str| {
        let word = !own.is_empty() && own.bytes().all(|byte| byte.is_ascii_alphanumeric() || byte == b'-');
        word && (is_number(own) || !own.bytes().all(|byte| byte.is_ascii_digit()))
    };
    core.split('.').count() == 3
        && core.split('.').all(is_number)
        && pre.is_none_or(|pre| pre.split('.').all(identifier))
}

fn is_license(text: &str) -> bool {
    !text.trim().is_empty() && text.bytes().all(|byte| byte.is_ascii_alphanumeric() || b"-.+() :".contains(&byte))
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn versions_are_semantic() {
        for good in ["0.0.0", "1.20.3", "1.0.0-rc.1", "1.0.0-0", "1.0.0--", "1.0.0-0a"] {
            assert!(is_version(good), "{good}");
        }
        for bad in [
            "",
            "1",
            "1.0",
            "1.0.0.0",
            "01.0.0",
            "1.0.0-",
            "1.0.0-01",
            "1.0.0-a..b",
            "1.0.0+b",
            "1.0.x",
            "v1.0.0",
            "1.0.9999999999999999",
        ] {
            assert!(!is_version(bad), "{bad}");
        }
    }

    #[test]
    fn the_defaults_are_good() {
        assert!(About::default().faults("-").is_empty());
    }
}
