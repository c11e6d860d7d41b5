//! HKDF-SHA-256 and XChaCha20-Poly1305.

use super::alloc::vec::Vec;
use super::hash::tagged;
use chacha20poly1305::aead::Aead;
use chacha20poly1305::{KeyInit, XChaCha20Poly1305, XNonce};
use hkdf::Hkdf;
use sha2::Sha256;

const NONCE: usize = 24;
const TAG: usize = 16;

/// HKDF of RFC 5869 with an empty salt, `info` the label, 32 octets long.
pub(super) fn derived_key(secret: &[u8], label: &str) -> Option<[u8; 32]> {
    let mut key = [0; 32];
    Hkdf::<Sha256>::new(None, secret).expand(label.as_bytes(), &mut key).ok()?;
    Some(key)
}

/// `nonce ‖ ciphertext ‖ tag`; the nonce is made from key and plaintext, so that equal input gives equal output.
pub(super) fn sealed(key: &[u8], plaintext: &[u8]) -> Option<Vec<u8>> {
    let cipher = XChaCha20Poly1305::new_from_slice(key).ok()?;
    let digest = tagged("enc/nonce", &[key, plaintext].concat());
    let nonce = XNonce::from_slice(&digest[..NONCE]);
    let mut out = nonce.to_vec();
    out.extend(cipher.encrypt(nonce, plaintext).ok()?);
    Some(out)
}

/// The plaintext; `None` if it is too short or not authentic.
pub(super) fn opened(key: &[u8], sealed: &[u8]) -> Option<Vec<u8>> {
    let cipher = XChaCha20Poly1305::new_from_slice(key).ok()?;
    if sealed.len() < NONCE + TAG {
        return None;
    }
    let (nonce, ciphertext) = sealed.split_at(NONCE);
    cipher.decrypt(XNonce::from_slice(nonce), ciphertext).ok()
}
