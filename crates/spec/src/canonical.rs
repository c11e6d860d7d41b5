//! Canonical JSON (RFC 8785) and SHA-256: the one place where bytes get their identity.

use etymon_diagnostics::{Code, Diagnostic};
use etymon_kernel_rt::{json::Tape, push_string, utf16_cmp};
use serde::{Serialize, de::DeserializeOwned};
use serde_json::Value;
use sha2::{Digest, Sha256};

/// A document is not what its canonical form would be, or does not fit its schema.
pub const NOT_CANONICAL: Code = Code::new("NOT_CANONICAL");
/// A document is not acceptable JSON or does not fit its schema.
pub const BAD_DOCUMENT: Code = Code::new("BAD_DOCUMENT");

/// Largest integer that canonical JSON may carry: 2^53 - 1.
pub const MAX_INTEGER: u64 = etymon_kernel_rt::MAX_JSON_NAT;

/// Deepest document that [`from_slice`] reads.
const MAX_DEPTH: usize = 64;

fn refused(message: String) -> Box<Diagnostic> {
    Box::new(Diagnostic::error(BAD_DOCUMENT, message))
}

/// SHA-256 in lower-case hex.
pub fn sha256_hex(bytes: &[u8]) -> String {
    hex::encode(Sha256::digest(bytes))
}

/// RFC 8785 text of a serializable document of integers, strings, booleans, lists and maps.
///
/// # Errors
/// `BAD_DOCUMENT` for fractions, negative numbers, numbers above 2^53 - 1, and what serde cannot turn into JSON.
pub fn to_string<T: Serialize>(document: &T) -> Result<String, Box<Diagnostic>> {
    let value = serde_json::to_value(document).map_err(|error| refused(error.to_string()))?;
    let mut text = String::new();
    push(&mut text, &value)?;
    Ok(text)
}

// The depth of a `Value` is bounded by the schema that made it.
fn push(text: &mut String, value: &Value) -> Result<(), Box<Diagnostic>> {
    match value {
        Value::Null => text.push_str("null"),
        Value::Bool(truth) => text.push_str(if *truth { "true" } else { "false" }),
        Value::Number(number) => match number.as_u64().filter(|number| *number <= MAX_INTEGER) {
            Some(number) => text.push_str(&number.to_string()),
            None => {
                let message = format!("`{number}` is not an integer from 0 to 2^53 - 1");
                return Err(refused(message));
            }
        },
        Value::String(own) => push_string(text, own),
        Value::Array(items) => {
            text.push('[');
            for (index, item) in items.iter().enumerate() {
                if index > 0 {
                    text.push(',');
                }
                push(text, item)?;
            }
            text.push(']');
        }
        Value::Object(fields) => {
            let mut fields: Vec<_> = fields.iter().collect();
            fields.sort_by(|(a, _), (b, _)| utf16_cmp(a, b));
            text.push('{');
            for (index, (key, item)) in fields.into_iter().enumerate() {
                if index > 0 {
                    text.push(',');
                }
                push_string(text, key);
                text.push(':');
                push(text, item)?;
            }
            text.push('}');
        }
    }
    Ok(())
}

/// Reads a document that must be byte-equal to its own canonical form.
///
/// # Errors
/// `BAD_DOCUMENT` when it is no acceptable JSON or does not fit `T`, `NOT_CANONICAL` when other bytes would say the same.
pub fn from_slice<T: Serialize + DeserializeOwned>(bytes: &[u8]) -> Result<T, Box<Diagnostic>> {
    Tape::read(bytes, MAX_DEPTH).map_err(|error| refused(error.to_string()))?;
    let document: T = serde_json::from_slice(bytes).map_err(|error| refused(error.to_string()))?;
    if to_string(&document)?.as_bytes() != bytes {
        let message = "the document is not in canonical form (RFC 8785)";
        let help = "write it with this tool again; white space, key order and unknown keys count";
        return Err(Box::new(Diagnostic::error(NOT_CANONICAL, message).help(help)));
    }
    Ok(document)
}
