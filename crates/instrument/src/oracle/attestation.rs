use super::{Address, B256, OracleError, U256};
use crate::evm::{eip191_hash, keccak256};
use k256::ecdsa::{self, RecoveryId, VerifyingKey};
use std::fmt;

/// Length of a signature.
pub const SIGNATURE_BYTES: usize = 65;
/// What `v` adds to the parity of the curve's point.
const V_OFFSET: u8 = 27;

/// That an asset has a value: for one round of one oracle on one chain.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Attestation {
    /// The round, from 1.
    pub round: U256,
    /// The value, in the smallest unit of the ledger's coin.
    pub value: U256,
    /// The oracle's address.
    pub oracle: Address,
    /// The chain's number (EIP-155).
    pub chain_id: U256,
}

impl Attestation {
    /// Round, value, oracle and chain, tightly packed.
    pub fn packed(&self) -> [u8; 116] {
        let mut bytes = [0; 116];
        bytes[..32].copy_from_slice(&self.round.to_be_bytes::<32>());
        bytes[32..64].copy_from_slice(&self.value.to_be_bytes::<32>());
        bytes[64..84].copy_from_slice(self.oracle.as_slice());
        bytes[84..].copy_from_slice(&self.chain_id.to_be_bytes::<32>());
        bytes
    }

    /// The Keccak-256 of [`Attestation::packed`].
    pub fn digest(&self) -> B256 {
        keccak256(self.packed())
    }

    /// What is signed: the digest as a message of EIP-191.
    pub fn signed_hash(&self) -> B256 {
        eip191_hash(&self.digest())
    }

    /// Who signed it.
    ///
    /// # Errors
    /// `VALUER_SIGNATURE` for a signature with a high s, an odd v, or by no key.
    pub fn signer(&self, signature: &Signature) -> Result<Address, OracleError> {
        let (rs, v) = signature.0.split_at(64);
        let id = match v[0] {
            0 | 1 => v[0],
            V_OFFSET | 28 => v[0] - V_OFFSET,
            _ => return Err(OracleError::Signature("its last byte is not 27 or 28")),
        };
        let wrong = || OracleError::Signature("no key makes it");
        let rs = ecdsa::Signature::from_slice(rs).map_err(|_| wrong())?;
        if rs.normalize_s().is_some() {
            return Err(OracleError::Signature("its s is in the upper half"));
        }
        let id = RecoveryId::from_byte(id).ok_or_else(wrong)?;
        let key = VerifyingKey::recover_from_prehash(self.signed_hash().as_slice(), &rs, id).map_err(|_| wrong())?;
        Ok(address(&key))
    }
}

/// A signature from which the signer can be told: r, s, and v of 27 or 28.
#[derive(Clone, Copy, PartialEq, Eq)]
pub struct Signature([u8; SIGNATURE_BYTES]);

impl Signature {
    /// The signature of these bytes.
    pub const fn from_bytes(bytes: [u8; SIGNATURE_BYTES]) -> Signature {
        Signature(bytes)
    }

    /// The signature of 130 hex digits after `0x`.
    pub fn from_hex(text: &str) -> Option<Signature> {
        let mut bytes = [0; SIGNATURE_BYTES];
        hex::decode_to_slice(text.strip_prefix("0x")?, &mut bytes).ok()?;
        Some(Signature(bytes))
    }

    pub(super) fn new(rs: &ecdsa::Signature, id: RecoveryId) -> Signature {
        let mut bytes = [0; SIGNATURE_BYTES];
        bytes[..64].copy_from_slice(&rs.to_bytes());
        bytes[64] = V_OFFSET + id.to_byte();
        Signature(bytes)
    }

    /// Its bytes.
    pub const fn as_bytes(&self) -> &[u8; SIGNATURE_BYTES] {
        &self.0
    }
}

impl fmt::Display for Signature {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "0x{}", hex::encode(self.0))
    }
}

impl fmt::Debug for Signature {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "Signature({self})")
    }
}

/// The address of a public key: the last 20 bytes of the Keccak-256 of its two coordinates.
pub(super) fn address(key: &VerifyingKey) -> Address {
    let point = key.to_encoded_point(false);
    let mut coordinates = [0; 64];
    coordinates.copy_from_slice(&point.as_bytes()[1..]);
    Address::of_public_key(&coordinates)
}

#[cfg(test)]
mod tests {
    use super::super::ValuerKey;
    use super::*;

    fn attestation() -> Attestation {
        Attestation {
            round: U256::from(1),
            value: U256::from(1_000_000),
            oracle: "0x5FbDB2315678afecb367f032d93F642f64180aa3".parse().unwrap(),
            chain_id: U256::from(31_337),
        }
    }

    #[test]
    fn the_published_digests() {
        let digest = "0x055fcc07e0a961c87c261803f695183f75bbab59d3caaeed384ee4772713f17f";
        let signed = "0x5552982601363c327803a451f18d7a3a341ffcc4e74cfb9ba31ac479e9e09929";
        assert_eq!(attestation().digest().to_string(), digest);
        assert_eq!(attestation().signed_hash().to_string(), signed);
    }

    #[test]
    fn the_signer_of_each_part_is_told_apart() {
        let key = ValuerKey::from_bytes(&[7; 32]).unwrap();
        let own = attestation();
        let signature = key.sign(&own);
        assert_eq!(own.signer(&signature).unwrap(), key.address());
        let others = [
            Attestation { round: U256::from(2), ..own },
            Attestation { value: U256::from(1_000_001), ..own },
            Attestation { oracle: Address::ZERO, ..own },
            Attestation { chain_id: U256::from(1), ..own },
        ];
        for other in others {
            assert!(
                other.signer(&signature).is_ok_and(|signer| signer != key.address())
                    || other.signer(&signature).is_err()
            );
        }
    }

    #[test]
    fn the_other_form_of_a_signature_is_refused() {
        let key = ValuerKey::from_bytes(&[7; 32]).unwrap();
        let signature = key.sign(&attestation());
        let mut bytes = *signature.as_bytes();
        let mut plain = bytes;
        plain[64] -= 27;
        assert_eq!(attestation().signer(&Signature::from_bytes(plain)).unwrap(), key.address());
        // n - s with the other parity is of the same key.
        let order: U256 = "0xfffffffffffffffffffffffffffffffebaaedce6af48a03bbfd25e8cd0364141".parse().unwrap();
        let high = order - U256::from_be_slice(&bytes[32..64]);
        bytes[32..64].copy_from_slice(&high.to_be_bytes::<32>());
        bytes[64] ^= 27 ^ 28;
        let refused = attestation().signer(&Signature::from_bytes(bytes)).unwrap_err();
        assert_eq!(refused.to_string(), "the signature is refused: its s is in the upper half");
        assert!(attestation().signer(&Signature::from_bytes([0; SIGNATURE_BYTES])).is_err());
        bytes[64] = 29;
        assert!(attestation().signer(&Signature::from_bytes(bytes)).is_err());
    }
}
