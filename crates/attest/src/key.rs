use crate::AttestError;
use ed25519_dalek::pkcs8::spki::der::pem::LineEnding;
use ed25519_dalek::pkcs8::{DecodePrivateKey, DecodePublicKey, EncodePrivateKey, EncodePublicKey, KeypairBytes};
use ed25519_dalek::{Signer, VerifyingKey};
use std::fmt;

/// Hex digits of a key id.
const KEY_ID_DIGITS: usize = 16;

/// A public key that signatures are checked with: canonical, and not of small order.
#[derive(Clone, Copy, PartialEq, Eq)]
pub struct PublicKey(VerifyingKey);

impl PublicKey {
    /// The key of 32 bytes.
    ///
    /// # Errors
    /// `KEY_INVALID` when they are no point of the curve in its only form, `KEY_WEAK` for a point of small order.
    pub fn from_bytes(bytes: &[u8]) -> Result<Self, AttestError> {
        let bytes: &[u8; 32] = bytes.try_into().map_err(|_| AttestError::InvalidKey("it has not 32 bytes"))?;
        let key =
            VerifyingKey::from_bytes(bytes).map_err(|_| AttestError::InvalidKey("it is no point of the curve"))?;
        if key.is_weak() {
            return Err(AttestError::WeakKey);
        }
        if key.to_edwards().compress().as_bytes() != bytes {
            return Err(AttestError::InvalidKey("it is not in canonical form"));
        }
        Ok(Self(key))
    }

    /// The key of 64 lower-case hex digits, or of a `PUBLIC KEY` PEM.
    ///
    /// # Errors
    /// As [`PublicKey::from_bytes`].
    pub fn from_text(text: &str) -> Result<Self, AttestError> {
        let text = text.trim();
        if text.starts_with("-----BEGIN") {
            let key = VerifyingKey::from_public_key_pem(text)
                .map_err(|_| AttestError::InvalidKey("the PEM holds no Ed25519 public key"))?;
            return Self::from_bytes(key.as_bytes());
        }
        let lower = !text.bytes().any(|byte| byte.is_ascii_uppercase());
        let bytes = hex::decode(text).ok().filter(|_| lower);
        Self::from_bytes(&bytes.ok_or(AttestError::InvalidKey("it is not in lower-case hex"))?)
    }

    /// The 32 bytes.
    pub fn as_bytes(&self) -> &[u8; 32] {
        self.0.as_bytes()
    }

    /// The bytes in lower-case hex.
    pub fn to_hex(&self) -> String {
        hex::encode(self.as_bytes())
    }

    /// The `PUBLIC KEY` PEM, with a final newline.
    pub fn to_pem(&self) -> String {
        self.0.to_public_key_pem(LineEnding::LF).unwrap_or_default()
    }

    /// The key's short name: the first 16 hex digits of the SHA-256 of its bytes.
    pub fn key_id(&self) -> String {
        let mut digest = etymon_spec::canonical::sha256_hex(self.as_bytes());
        digest.truncate(KEY_ID_DIGITS);
        digest
    }

    /// Checks a signature of 64 bytes, strictly: no malleable forms, no small orders.
    ///
    /// # Errors
    /// `SIGNATURE_INVALID`.
    pub fn verify(&self, message: &[u8], signature: &[u8]) -> Result<(), AttestError> {
        let signature = ed25519_dalek::Signature::from_slice(signature).map_err(|_| AttestError::Invalid)?;
        self.0.verify_strict(message, &signature).map_err(|_| AttestError::Invalid)
    }
}

impl fmt::Debug for PublicKey {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "PublicKey({})", self.to_hex())
    }
}

/// A key that signs. It is wiped from memory when dropped, and no formatting shows it.
pub struct SigningKey(ed25519_dalek::SigningKey);

impl SigningKey {
    /// A new key, from the system's randomness.
    ///
    /// # Errors
    /// When the system gives none.
    pub fn generate() -> Result<Self, AttestError> {
        let mut seed = [0; 32];
        getrandom::fill(&mut seed).map_err(|error| AttestError::Randomness(error.to_string()))?;
        Ok(Self::from_seed(&seed))
    }

    /// The key of a seed. Meant for tests with fixed keys.
    pub fn from_seed(seed: &[u8; 32]) -> Self {
        Self(ed25519_dalek::SigningKey::from_bytes(seed))
    }

    /// The key of a PKCS#8 PEM (RFC 8410).
    pub(crate) fn from_pem(text: &str) -> Option<Self> {
        ed25519_dalek::SigningKey::from_pkcs8_pem(text).ok().map(Self)
    }

    /// Hands the PKCS#8 PEM to `write` and wipes it afterwards.
    pub(crate) fn with_pem<T>(&self, write: impl FnOnce(&str) -> T) -> Option<T> {
        // Without the public key: the version that all other tools read.
        let pair = KeypairBytes { secret_key: self.0.to_bytes(), public_key: None };
        pair.to_pkcs8_pem(LineEnding::LF).ok().map(|text| write(&text))
    }

    /// Its public half.
    pub fn public(&self) -> PublicKey {
        PublicKey(self.0.verifying_key())
    }

    /// Signs a message: 64 bytes.
    pub fn sign(&self, message: &[u8]) -> [u8; 64] {
        self.0.sign(message).to_bytes()
    }
}

impl fmt::Debug for SigningKey {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "SigningKey({})", self.public().key_id())
    }
}
