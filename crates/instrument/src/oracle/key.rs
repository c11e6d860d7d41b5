use super::attestation::{Signature, address};
use super::{Address, Attestation, OracleError};
use etymon_attest::{create_private_file, read_private_file};
use k256::ecdsa::SigningKey;
use std::fmt;
use std::path::Path;

/// Attempts at a key: nearly all words are one.
const ATTEMPTS: usize = 8;

/// The key of a committee's member, on secp256k1. It is wiped from memory when dropped, and no formatting shows it.
pub struct ValuerKey(SigningKey);

impl ValuerKey {
    /// A new key, from the system's randomness.
    ///
    /// # Errors
    /// `VALUER_KEY` when the system gives none.
    pub fn generate() -> Result<ValuerKey, OracleError> {
        for _ in 0..ATTEMPTS {
            let mut bytes = [0; 32];
            getrandom::fill(&mut bytes)
                .map_err(|error| OracleError::Key(format!("the system gives no randomness: {error}")))?;
            let key = ValuerKey::from_bytes(&bytes);
            bytes.fill(0);
            if let Some(key) = key {
                return Ok(key);
            }
        }
        Err(OracleError::Key("the system's randomness gives no key".to_owned()))
    }

    /// The key of 32 bytes, which are neither 0 nor above the order of the curve.
    pub fn from_bytes(bytes: &[u8; 32]) -> Option<ValuerKey> {
        SigningKey::from_slice(bytes).ok().map(ValuerKey)
    }

    /// Reads a key file: 64 hex digits and a line feed, which only its owner may read.
    ///
    /// # Errors
    /// `SIGN_NO_KEY` when it is not there, `SIGN_BAD_KEY` when others may read it, `VALUER_KEY` when it holds no key.
    pub fn read(path: &Path) -> Result<ValuerKey, OracleError> {
        let mut text = read_private_file(path)?;
        let mut bytes = [0; 32];
        let digits = text.trim_end_matches('\n');
        let read = hex::decode_to_slice(digits.strip_prefix("0x").unwrap_or(digits), &mut bytes).is_ok();
        let key = read.then(|| ValuerKey::from_bytes(&bytes)).flatten();
        bytes.fill(0);
        text.clear();
        key.ok_or_else(|| OracleError::Key(format!("`{}` holds no key of secp256k1", path.display())))
    }

    /// Writes it to a new file that only its owner may read.
    ///
    /// # Errors
    /// `SIGN_WRITE` when the file is there already, or cannot be written.
    pub fn create(&self, path: &Path) -> Result<(), OracleError> {
        create_private_file(path, &format!("{}\n", hex::encode(self.0.to_bytes())))?;
        Ok(())
    }

    /// The member's address.
    pub fn address(&self) -> Address {
        address(self.0.verifying_key())
    }

    /// Signs an attestation. The same key and attestation always give the same bytes (RFC 6979), with s in the lower half.
    pub fn sign(&self, attestation: &Attestation) -> Signature {
        let hash = attestation.signed_hash();
        match self.0.sign_prehash_recoverable(hash.as_slice()) {
            Ok((rs, id)) => Signature::new(&rs, id),
            // Only for hashes shorter than half a scalar.
            Err(_) => unreachable!("a hash has 32 bytes"),
        }
    }
}

impl fmt::Debug for ValuerKey {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "ValuerKey({})", self.address())
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use std::fs;
    use std::os::unix::fs::PermissionsExt;

    #[test]
    fn a_key_of_known_address() {
        // The first account that local nodes unlock.
        let bytes: [u8; 32] = hex::decode("ac0974bec39a17e36ba4a6b4d238ff944bacb478cbed5efcae784d7bf4f2ff80")
            .unwrap()
            .try_into()
            .unwrap();
        let key = ValuerKey::from_bytes(&bytes).unwrap();
        assert_eq!(key.address().to_string(), "0xf39Fd6e51aad88F6F4ce6aB8827279cffFb92266");
        assert_eq!(format!("{key:?}"), "ValuerKey(0xf39Fd6e51aad88F6F4ce6aB8827279cffFb92266)");
        assert!(ValuerKey::from_bytes(&[0; 32]).is_none());
        assert!(ValuerKey::from_bytes(&[0xff; 32]).is_none());
    }

    #[test]
    fn key_files_are_private_and_never_overwritten() {
        let folder = tempfile::tempdir().unwrap();
        let path = folder.path().join("valuer.key");
        let key = ValuerKey::generate().unwrap();
        key.create(&path).unwrap();
        assert_eq!(fs::metadata(&path).unwrap().permissions().mode() & 0o777, 0o600);
        assert_eq!(ValuerKey::read(&path).unwrap().address(), key.address());
        assert_eq!(key.create(&path).unwrap_err().code().as_str(), "SIGN_WRITE");
        fs::set_permissions(&path, fs::Permissions::from_mode(0o640)).unwrap();
        assert_eq!(ValuerKey::read(&path).unwrap_err().code().as_str(), "SIGN_BAD_KEY");
        let other = folder.path().join("other.key");
        assert_eq!(ValuerKey::read(&other).unwrap_err().code().as_str(), "SIGN_NO_KEY");
        create_private_file(&other, "no key\n").unwrap();
        let refused = ValuerKey::read(&other).unwrap_err();
        assert_eq!(refused.code().as_str(), "VALUER_KEY");
        assert!(!refused.to_string().contains("no key\n"));
    }
}
