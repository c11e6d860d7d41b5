use crate::{AttestError, PublicKey, Signer, SigningKey, Trust, decode, encode, pre_authentication_encoding};
use serde::{Deserialize, Serialize};

/// The only algorithm.
pub const ALGORITHM: &str = "Ed25519";

/// A signature that stands inside the document that it belongs to.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[serde(deny_unknown_fields, rename_all = "camelCase")]
pub struct Signature {
    /// [`ALGORITHM`].
    pub alg: String,
    /// [`PublicKey::key_id`] of the signer.
    pub key_id: String,
    /// The signer's public key in base64. It proves nothing: only a trusted key does.
    pub public_key: String,
    /// The signature in base64.
    pub value: String,
}

impl Signature {
    /// Signs a body of the given media type.
    pub fn of(payload_type: &str, body: &[u8], key: &SigningKey) -> Self {
        let public = key.public();
        Self {
            alg: ALGORITHM.to_owned(),
            key_id: public.key_id(),
            public_key: encode(public.as_bytes()),
            value: encode(&key.sign(&pre_authentication_encoding(payload_type, body))),
        }
    }

    /// Checks the signature of a body; tells whose it is.
    ///
    /// # Errors
    /// `SIGNATURE_ALGORITHM`, `BASE64`, `KEY_INVALID`, `KEY_WEAK`, `SIGNATURE_KEY_ID`, `SIGNATURE_UNTRUSTED`, `SIGNATURE_RETRACTED`,
    /// `SIGNATURE_INVALID`.
    pub fn check<'t>(&self, payload_type: &str, body: &[u8], trust: &'t Trust) -> Result<&'t Signer, AttestError> {
        if self.alg != ALGORITHM {
            return Err(AttestError::Algorithm(self.alg.clone()));
        }
        let key = PublicKey::from_bytes(&decode(&self.public_key)?)?;
        let value = decode(&self.value)?;
        let own = key.key_id();
        if own != self.key_id {
            return Err(AttestError::KeyId { stated: self.key_id.clone(), own });
        }
        let signer = trust.by_key(&key)?;
        signer.key.verify(&pre_authentication_encoding(payload_type, body), &value)?;
        Ok(signer)
    }
}
