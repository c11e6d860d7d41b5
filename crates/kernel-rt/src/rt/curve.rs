//! secp256k1: BIP-340 signatures and the shared secret of ECDH.

use k256::elliptic_curve::point::AffineCoordinates;
use k256::schnorr::{Signature, SigningKey, VerifyingKey};
use k256::{NonZeroScalar, ProjectivePoint, PublicKey};

/// Zero auxiliary data, so that every implementation signs alike (language reference, section 7).
const AUX: [u8; 32] = [0; 32];

fn signing_key(private: &[u8]) -> Option<SigningKey> {
    let private: &[u8; 32] = private.try_into().ok()?;
    SigningKey::from_bytes(private).ok()
}

/// BIP-340 signature of a message of any length; `None` if `private` is no key.
pub(super) fn sign(message: &[u8], private: &[u8]) -> Option<[u8; 64]> {
    Some(signing_key(private)?.sign_raw(message, &AUX).ok()?.to_bytes())
}

/// Whether BIP-340 verification succeeds.
pub(super) fn verify(signature: &[u8], message: &[u8], public: &[u8]) -> bool {
    let (Ok(signature), Ok(public)) = (<&[u8; 64]>::try_from(signature), <&[u8; 32]>::try_from(public)) else {
        return false;
    };
    let (Ok(signature), Ok(key)) = (Signature::try_from(signature.as_slice()), VerifyingKey::from_bytes(public)) else {
        return false;
    };
    key.verify_raw(message, &signature).is_ok()
}

/// X-only public key (BIP-340); `None` if `private` is no key.
pub(super) fn public_key(private: &[u8]) -> Option<[u8; 32]> {
    Some(signing_key(private)?.verifying_key().to_bytes().into())
}

/// X coordinate of the product of a private key and a public one, x-only (even y, BIP-340) or compressed (SEC 1, 2.3.3).
pub(super) fn shared_secret(private: &[u8], public: &[u8]) -> Option<[u8; 32]> {
    let private: &[u8; 32] = private.try_into().ok()?;
    let scalar = NonZeroScalar::try_from(private.as_slice()).ok()?;
    let mut compressed = [0x02; 33];
    match public.len() {
        32 => compressed[1..].copy_from_slice(public),
        // SEC 1 tells of other first octets, and the curve's library takes the compact form, 05, too.
        33 if matches!(public[0], 0x02 | 0x03) => compressed.copy_from_slice(public),
        _ => return None,
    }
    let point = PublicKey::from_sec1_bytes(&compressed).ok()?;
    let product = (ProjectivePoint::from(*point.as_affine()) * *scalar).to_affine();
    Some(product.x().into())
}
