use crate::{AttestError, PublicKey, Signer, SigningKey, Trust, decode, encode};
use etymon_spec::canonical;
use serde::{Deserialize, Serialize};

/// What a DSSE signature is over: `DSSEv1`, and the lengths and bytes of type and body, separated by spaces (DSSE 1.0.2, protocol).
pub fn pre_authentication_encoding(payload_type: &str, body: &[u8]) -> Vec<u8> {
    let mut bytes = format!("DSSEv1 {} {payload_type} {} ", payload_type.len(), body.len()).into_bytes();
    bytes.extend_from_slice(body);
    bytes
}

/// A DSSE envelope.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct Envelope {
    /// The body in base64.
    pub payload: String,
    /// The body's media type.
    #[serde(rename = "payloadType")]
    pub payload_type: String,
    /// One or more signatures.
    pub signatures: Vec<EnvelopeSignature>,
}

/// A signature of an envelope.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct EnvelopeSignature {
    /// [`PublicKey::key_id`] of the signer.
    pub keyid: String,
    /// The signature in base64.
    pub sig: String,
}

impl Envelope {
    /// Puts a body into an envelope and signs it.
    pub fn seal(payload_type: &str, body: &[u8], key: &SigningKey) -> Self {
        let signature = key.sign(&pre_authentication_encoding(payload_type, body));
        Self {
            payload: encode(body),
            payload_type: payload_type.to_owned(),
            signatures: vec![EnvelopeSignature { keyid: key.public().key_id(), sig: encode(&signature) }],
        }
    }

    /// The canonical text, without a final newline.
    ///
    /// # Errors
    /// None for envelopes that [`Envelope::seal`] made.
    pub fn to_text(&self) -> Result<String, AttestError> {
        Ok(canonical::to_string(self)?)
    }

    /// Reads an envelope in its canonical form.
    ///
    /// # Errors
    /// `BAD_DOCUMENT`, `NOT_CANONICAL`.
    pub fn read(bytes: &[u8]) -> Result<Self, AttestError> {
        Ok(canonical::from_slice(bytes)?)
    }

    /// The body, if its type is the expected one and it carries exactly one signature, by a trusted key.
    ///
    /// # Errors
    /// `STATEMENT_TYPE`, `BASE64`, `SIGNATURE_UNTRUSTED`, `SIGNATURE_RETRACTED`, `SIGNATURE_INVALID`.
    pub fn open<'t>(&self, payload_type: &str, trust: &'t Trust) -> Result<(Vec<u8>, &'t Signer), AttestError> {
        if self.payload_type != payload_type {
            let (expected, found) = (format!("a payload of type `{payload_type}`"), self.payload_type.clone());
            return Err(AttestError::Type { expected, found });
        }
        let [signature] = self.signatures.as_slice() else {
            let found = self.signatures.len().to_string();
            return Err(AttestError::Type { expected: "one signature".to_owned(), found });
        };
        let body = decode(&self.payload)?;
        let value = decode(&signature.sig)?;
        let signer = trust.by_id(&signature.keyid)?;
        let key: &PublicKey = &signer.key;
        key.verify(&pre_authentication_encoding(payload_type, &body), &value)?;
        Ok((body, signer))
    }
}

#[cfg(test)]
mod tests {
    use super::pre_authentication_encoding;

    #[test]
    fn the_example_of_the_standard() {
        let bytes = pre_authentication_encoding("http://example.com/HelloWorld", b"hello world");
        assert_eq!(bytes, b"DSSEv1 29 http://example.com/HelloWorld 11 hello world");
    }

    #[test]
    fn lengths_are_of_bytes() {
        assert_eq!(pre_authentication_encoding("é", "ä".as_bytes()), "DSSEv1 2 é 2 ä".as_bytes());
    }
}
