//! SHA-256 and the tagged hash.

use sha2::{Digest, Sha256};

/// SHA-256 of the concatenation of `parts` (FIPS 180-4).
pub(super) fn sha256_of(parts: &[&[u8]]) -> [u8; 32] {
    let mut hasher = Sha256::new();
    for part in parts {
        hasher.update(part);
    }
    hasher.finalize().into()
}

/// Tagged hash of BIP-340.
pub(super) fn tagged(tag: &str, message: &[u8]) -> [u8; 32] {
    let tag = sha256_of(&[tag.as_bytes()]);
    sha256_of(&[&tag, &tag, message])
}
