use crate::WireError;
use etymon_store::{Key, StoreError};
use serde::{Deserialize, Deserializer, Serialize, Serializer};
use std::fmt;
use std::str::FromStr;

/// Longest part of a ref's name, in bytes.
const MAX_PART: usize = 64;

/// The name of a ref: `refs/heads/<name>` or `refs/remotes/<remote>/<name>`.
#[derive(Clone, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub struct RefName(String);

impl RefName {
    /// The head of that name.
    ///
    /// # Errors
    /// `REF_NAME`.
    pub fn head(name: &str) -> Result<Self, WireError> {
        format!("refs/heads/{name}").parse()
    }

    /// What a remote's head was when it was last seen.
    ///
    /// # Errors
    /// `REF_NAME`.
    pub fn remote(remote: &str, name: &str) -> Result<Self, WireError> {
        format!("refs/remotes/{remote}/{name}").parse()
    }

    /// Whether it is a head, which a server shows and changes.
    pub fn is_head(&self) -> bool {
        self.0.starts_with("refs/heads/")
    }

    /// Its last part.
    pub fn short(&self) -> &str {
        self.0.rsplit('/').next().unwrap_or(&self.0)
    }

    /// The whole name.
    pub fn as_str(&self) -> &str {
        &self.0
    }

    /// Its place in a store.
    pub(crate) fn key(&self) -> Result<Key, StoreError> {
        Key::parse(&self.0)
    }
}

/// Whether a part of a ref's name, or the name of a remote, is one.
pub fn is_name(part: &str) -> bool {
    let plain = |b: u8| matches!(b, b'a'..=b'z' | b'0'..=b'9' | b'.' | b'_' | b'-');
    let starts = part.starts_with(|c: char| c.is_ascii_lowercase() || c.is_ascii_digit());
    starts && part.len() <= MAX_PART && part.bytes().all(plain)
}

impl FromStr for RefName {
    type Err = WireError;

    fn from_str(text: &str) -> Result<Self, WireError> {
        let parts: Vec<&str> = text.split('/').take(5).collect();
        let named = match parts.as_slice() {
            ["refs", "heads", name] => is_name(name),
            ["refs", "remotes", remote, name] => is_name(remote) && is_name(name),
            _ => false,
        };
        if named { Ok(Self(text.to_owned())) } else { Err(WireError::RefName(text.chars().take(200).collect())) }
    }
}

impl fmt::Display for RefName {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(&self.0)
    }
}

impl fmt::Debug for RefName {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(&self.0)
    }
}

impl Serialize for RefName {
    fn serialize<S: Serializer>(&self, serializer: S) -> Result<S::Ok, S::Error> {
        serializer.collect_str(self)
    }
}

impl<'de> Deserialize<'de> for RefName {
    fn deserialize<D: Deserializer<'de>>(deserializer: D) -> Result<Self, D::Error> {
        let text = String::deserialize(deserializer)?;
        text.parse().map_err(serde::de::Error::custom)
    }
}
