use std::fmt;

use crate::{Digest, StoreError};

/// Keys longer than this are refused.
const MAX_KEY: usize = 512;

/// The place of an entry in a store: segments of `[a-z0-9._-]` joined by `/`, none starting with a dot.
///
/// That leaves no way to write `..`, an absolute path, or two spellings of one place on a file system that ignores case.
#[derive(Clone, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub struct Key(String);

impl Key {
    /// Checks a key.
    ///
    /// # Errors
    /// `STORE_BAD_KEY` for anything but the form above.
    pub fn parse(text: &str) -> Result<Self, StoreError> {
        let plain = |b: u8| matches!(b, b'a'..=b'z' | b'0'..=b'9' | b'.' | b'_' | b'-');
        let segment = |s: &str| !s.is_empty() && !s.starts_with('.') && s.bytes().all(plain);
        if text.len() <= MAX_KEY && text.split('/').all(segment) {
            Ok(Self(text.to_owned()))
        } else {
            Err(StoreError::BadKey { key: text.chars().take(80).collect() })
        }
    }

    /// `objects/<2>/<62>`.
    pub fn object(digest: &Digest) -> Self {
        let hex = digest.to_string();
        Self(format!("objects/{}/{}", &hex[..2], &hex[2..]))
    }

    /// `specs/<spec hash>/<generator version>/manifest.json`.
    pub fn manifest(spec: &Digest, generator: &Digest) -> Self {
        Self(format!("specs/{spec}/{generator}/manifest.json"))
    }

    /// `roots/<hash of the label>`.
    pub(crate) fn root(label: &str) -> Self {
        Self(format!("roots/{}", Digest::of(label.as_bytes())))
    }

    /// The text of the key.
    pub fn as_str(&self) -> &str {
        &self.0
    }

    /// The object that this key names, if it is the key of one.
    pub fn as_object(&self) -> Option<Digest> {
        let (shard, rest) = self.0.strip_prefix("objects/")?.split_once('/')?;
        (shard.len() == 2).then(|| format!("{shard}{rest}").parse().ok()).flatten()
    }

    /// The spec hash and generator version that this key names, if it is the key of a manifest.
    pub fn as_manifest(&self) -> Option<(Digest, Digest)> {
        let rest = self.0.strip_prefix("specs/")?;
        let (spec, generator) = rest.strip_suffix("/manifest.json")?.split_once('/')?;
        Some((spec.parse().ok()?, generator.parse().ok()?))
    }

    /// The folders and the name, in order.
    pub(crate) fn split(&self) -> (Vec<&str>, &str) {
        let mut segments: Vec<&str> = self.0.split('/').collect();
        let name = segments.pop().unwrap_or_default();
        (segments, name)
    }
}

impl fmt::Display for Key {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(&self.0)
    }
}

impl fmt::Debug for Key {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(&self.0)
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn traversal_and_ambiguity_are_refused() {
        for bad in ["", "/a", "a/", "a//b", "..", "a/../b", ".hidden", "a/./b", "A", "a\\b", "a b", "a\0", "é"] {
            assert!(Key::parse(bad).is_err(), "{bad:?}");
        }
        assert!(Key::parse(&"a".repeat(MAX_KEY + 1)).is_err());
        assert!(Key::parse("objects/ab/c..d").is_ok());
    }

    #[test]
    fn keys_tell_what_they_name() {
        let (a, b) = (Digest::of(b"a"), Digest::of(b"b"));
        assert_eq!(Key::object(&a).as_object(), Some(a));
        assert_eq!(Key::manifest(&a, &b).as_manifest(), Some((a, b)));
        let hex = a.to_string();
        let shifted = format!("objects/{}/{}", &hex[..3], &hex[3..]);
        assert_eq!(Key::parse(&shifted).unwrap().as_object(), None);
    }
}
