use crate::AttestError;
use ::base64::Engine;
use ::base64::engine::general_purpose::STANDARD;

/// Base64 with the standard alphabet and padding (RFC 4648, section 4).
pub fn encode(bytes: &[u8]) -> String {
    STANDARD.encode(bytes)
}

/// Reads what [`encode`] writes, and nothing else.
///
/// # Errors
/// `BASE64` for another alphabet, white space, missing padding, or bits behind the last byte.
pub fn decode(text: &str) -> Result<Vec<u8>, AttestError> {
    let bytes = STANDARD.decode(text).map_err(|_| AttestError::Base64)?;
    if encode(&bytes) == text { Ok(bytes) } else { Err(AttestError::Base64) }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn only_one_text_stands_for_given_bytes() {
        assert_eq!(decode("AQ==").expect("strict"), [1]);
        for loose in ["AQ", "AQ=", "AR==", "AQ==\n", " AQ==", "A-_=", "AQ===", "A", "AQ==AQ=="] {
            assert!(decode(loose).is_err(), "{loose:?}");
        }
    }
}
