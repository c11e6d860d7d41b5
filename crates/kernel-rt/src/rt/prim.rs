//! The 30 primitives (language reference, section 7). A refused input gives none.

use super::alloc::string::String;
use super::alloc::sync::Arc;
use super::alloc::vec::Vec;
use super::hash::{sha256_of, tagged};
use super::{Val, json_text};

/// A trusted primitive.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash, PartialOrd, Ord)]
pub enum Prim {
    /// `sha256`.
    Sha256,
    /// `sha256Hash`.
    Sha256Hash,
    /// `sha256Str`.
    Sha256Str,
    /// `taggedHash`.
    TaggedHash,
    /// `buildSTHMessage`.
    BuildSTHMessage,
    /// `schnorrSign`.
    SchnorrSign,
    /// `schnorrVerify`.
    SchnorrVerify,
    /// `derivePublicKey`.
    DerivePublicKey,
    /// `ecdh`.
    Ecdh,
    /// `deriveKey`.
    DeriveKey,
    /// `encrypt`.
    Encrypt,
    /// `decrypt`.
    Decrypt,
    /// `signSTH`.
    SignSTH,
    /// `verifySTH`.
    VerifySTH,
    /// `computeContentHash`.
    ComputeContentHash,
    /// `computeCommitHash`.
    ComputeCommitHash,
    /// `computeEventHash`.
    ComputeEventHash,
    /// `computeEnclaveId`.
    ComputeEnclaveId,
    /// `computeEventId`.
    ComputeEventId,
    /// `computeEventsRoot`.
    ComputeEventsRoot,
    /// `encodeTags`.
    EncodeTags,
    /// `smtLeafHash`.
    SmtLeafHash,
    /// `smtNodeHash`.
    SmtNodeHash,
    /// `ctLeafHash`.
    CtLeafHash,
    /// `ctNodeHash`.
    CtNodeHash,
    /// `bytesToHex`.
    BytesToHex,
    /// `hexToBytes`.
    HexToBytes,
    /// `jsonStringify`.
    JsonStringify,
    /// `bigInt`.
    BigInt,
    /// `number`.
    Number,
}

impl Prim {
    /// All primitives in the order of the reference.
    pub const ALL: [Prim; 30] = [
        Prim::Sha256,
        Prim::Sha256Hash,
        Prim::Sha256Str,
        Prim::TaggedHash,
        Prim::BuildSTHMessage,
        Prim::SchnorrSign,
        Prim::SchnorrVerify,
        Prim::DerivePublicKey,
        Prim::Ecdh,
        Prim::DeriveKey,
        Prim::Encrypt,
        Prim::Decrypt,
        Prim::SignSTH,
        Prim::VerifySTH,
        Prim::ComputeContentHash,
        Prim::ComputeCommitHash,
        Prim::ComputeEventHash,
        Prim::ComputeEnclaveId,
        Prim::ComputeEventId,
        Prim::ComputeEventsRoot,
        Prim::EncodeTags,
        Prim::SmtLeafHash,
        Prim::SmtNodeHash,
        Prim::CtLeafHash,
        Prim::CtNodeHash,
        Prim::BytesToHex,
        Prim::HexToBytes,
        Prim::JsonStringify,
        Prim::BigInt,
        Prim::Number,
    ];

    /// Name in the language.
    pub const fn name(self) -> &'static str {
        match self {
            Prim::Sha256 => "sha256",
            Prim::Sha256Hash => "sha256Hash",
            Prim::Sha256Str => "sha256Str",
            Prim::TaggedHash => "taggedHash",
            Prim::BuildSTHMessage => "buildSTHMessage",
            Prim::SchnorrSign => "schnorrSign",
            Prim::SchnorrVerify => "schnorrVerify",
            Prim::DerivePublicKey => "derivePublicKey",
            Prim::Ecdh => "ecdh",
            Prim::DeriveKey => "deriveKey",
            Prim::Encrypt => "encrypt",
            Prim::Decrypt => "decrypt",
            Prim::SignSTH => "signSTH",
            Prim::VerifySTH => "verifySTH",
            Prim::ComputeContentHash => "computeContentHash",
            Prim::ComputeCommitHash => "computeCommitHash",
            Prim::ComputeEventHash => "computeEventHash",
            Prim::ComputeEnclaveId => "computeEnclaveId",
            Prim::ComputeEventId => "computeEventId",
            Prim::ComputeEventsRoot => "computeEventsRoot",
            Prim::EncodeTags => "encodeTags",
            Prim::SmtLeafHash => "smtLeafHash",
            Prim::SmtNodeHash => "smtNodeHash",
            Prim::CtLeafHash => "ctLeafHash",
            Prim::CtNodeHash => "ctNodeHash",
            Prim::BytesToHex => "bytesToHex",
            Prim::HexToBytes => "hexToBytes",
            Prim::JsonStringify => "jsonStringify",
            Prim::BigInt => "bigInt",
            Prim::Number => "number",
        }
    }

    /// Name of the function in strict Rust (the registry's Rust name where that is an identifier).
    pub const fn rust_name(self) -> &'static str {
        match self {
            Prim::Sha256 | Prim::Sha256Hash => "sha256_hash",
            Prim::Sha256Str => "sha256_str",
            Prim::TaggedHash => "tagged_hash",
            Prim::BuildSTHMessage => "build_sth_message",
            Prim::SchnorrSign => "schnorr_sign",
            Prim::SchnorrVerify => "schnorr_verify",
            Prim::DerivePublicKey => "derive_public_key",
            Prim::Ecdh => "ecdh",
            Prim::DeriveKey => "derive_key",
            Prim::Encrypt => "encrypt_",
            Prim::Decrypt => "decrypt_",
            Prim::SignSTH => "sign_sth",
            Prim::VerifySTH => "verify_sth",
            Prim::ComputeContentHash => "compute_content_hash",
            Prim::ComputeCommitHash => "compute_commit_hash",
            Prim::ComputeEventHash => "compute_event_hash",
            Prim::ComputeEnclaveId => "compute_enclave_id",
            Prim::ComputeEventId => "compute_event_id",
            Prim::ComputeEventsRoot => "compute_events_root",
            Prim::EncodeTags => "encode_tags",
            Prim::SmtLeafHash => "smt_leaf_hash",
            Prim::SmtNodeHash => "smt_node_hash",
            Prim::CtLeafHash => "ct_leaf_hash",
            Prim::CtNodeHash => "ct_node_hash",
            Prim::BytesToHex => "bytes_to_hex",
            Prim::HexToBytes => "hex_to_bytes",
            Prim::JsonStringify => "json_stringify",
            Prim::BigInt => "big_int",
            Prim::Number => "number",
        }
    }

    /// The primitive of that name.
    pub fn from_name(name: &str) -> Option<Prim> {
        Prim::ALL.into_iter().find(|prim| prim.name() == name)
    }

    /// Number of arguments.
    pub const fn arity(self) -> usize {
        match self {
            Prim::TaggedHash
            | Prim::SchnorrSign
            | Prim::Ecdh
            | Prim::DeriveKey
            | Prim::Encrypt
            | Prim::Decrypt
            | Prim::SmtLeafHash
            | Prim::SmtNodeHash
            | Prim::CtLeafHash
            | Prim::CtNodeHash => 2,
            Prim::SchnorrVerify | Prim::ComputeEventId => 3,
            Prim::BuildSTHMessage | Prim::SignSTH => 4,
            Prim::VerifySTH => 5,
            _ => 1,
        }
    }

    /// Whether it computes something yet; the others answer none for every input.
    pub const fn implemented(self) -> bool {
        !matches!(
            self,
            Prim::BuildSTHMessage
                | Prim::SchnorrSign
                | Prim::SchnorrVerify
                | Prim::DerivePublicKey
                | Prim::Ecdh
                | Prim::DeriveKey
                | Prim::Encrypt
                | Prim::Decrypt
                | Prim::SignSTH
                | Prim::VerifySTH
                | Prim::ComputeContentHash
                | Prim::ComputeCommitHash
                | Prim::ComputeEventHash
                | Prim::ComputeEnclaveId
                | Prim::ComputeEventId
                | Prim::ComputeEventsRoot
                | Prim::EncodeTags
        )
    }

    /// The value of the primitive; none for a wrong number of arguments.
    pub fn apply(self, args: &[Val]) -> Val {
        match (self, args) {
            (Prim::Sha256 | Prim::Sha256Hash, [a]) => sha256_hash(a.clone()),
            (Prim::Sha256Str, [a]) => sha256_str(a.clone()),
            (Prim::TaggedHash, [a, b]) => tagged_hash(a.clone(), b.clone()),
            (Prim::SmtLeafHash, [a, b]) => smt_leaf_hash(a.clone(), b.clone()),
            (Prim::SmtNodeHash, [a, b]) => smt_node_hash(a.clone(), b.clone()),
            (Prim::CtLeafHash, [a, b]) => ct_leaf_hash(a.clone(), b.clone()),
            (Prim::CtNodeHash, [a, b]) => ct_node_hash(a.clone(), b.clone()),
            (Prim::BytesToHex, [a]) => bytes_to_hex(a.clone()),
            (Prim::HexToBytes, [a]) => hex_to_bytes(a.clone()),
            (Prim::JsonStringify, [a]) => json_stringify(a.clone()),
            (Prim::BigInt, [a]) => big_int(a.clone()),
            (Prim::Number, [a]) => number(a.clone()),
            _ => Val::None,
        }
    }
}

fn octets(bytes: &[u8]) -> Val {
    Val::Bytes(Arc::from(bytes))
}

/// SHA-256 of octets (FIPS 180-4).
pub fn sha256_hash(data: Val) -> Val {
    match data {
        Val::Bytes(data) => octets(&sha256_of(&[&data])),
        _ => Val::None,
    }
}

/// SHA-256 of the UTF-8 encoding of text.
pub fn sha256_str(text: Val) -> Val {
    match text {
        Val::Str(text) => octets(&sha256_of(&[text.as_bytes()])),
        _ => Val::None,
    }
}

/// BIP-340 tagged hash: `SHA-256(SHA-256(tag) ‖ SHA-256(tag) ‖ message)`.
pub fn tagged_hash(tag: Val, message: Val) -> Val {
    match (tag, message) {
        (Val::Str(tag), Val::Bytes(message)) => octets(&tagged(&tag, &message)),
        _ => Val::None,
    }
}

fn prefixed(prefix: u8, a: Val, b: Val) -> Val {
    match (a, b) {
        (Val::Bytes(a), Val::Bytes(b)) => octets(&sha256_of(&[&[prefix], &a, &b])),
        _ => Val::None,
    }
}

/// `SHA-256(0x20 ‖ key ‖ value)`.
pub fn smt_leaf_hash(key: Val, value: Val) -> Val {
    prefixed(0x20, key, value)
}

/// `SHA-256(0x21 ‖ left ‖ right)`.
pub fn smt_node_hash(left: Val, right: Val) -> Val {
    prefixed(0x21, left, right)
}

/// `SHA-256(0x00 ‖ a ‖ b)`, the leaf of RFC 9162 section 2.1.1 over two fields.
pub fn ct_leaf_hash(a: Val, b: Val) -> Val {
    prefixed(0x00, a, b)
}

/// `SHA-256(0x01 ‖ left ‖ right)`, the node of RFC 9162 section 2.1.1.
pub fn ct_node_hash(left: Val, right: Val) -> Val {
    prefixed(0x01, left, right)
}

/// Lower-case hex.
pub fn bytes_to_hex(bytes: Val) -> Val {
    match bytes {
        Val::Bytes(bytes) => Val::Str(Arc::from(hex_text(&bytes))),
        _ => Val::None,
    }
}

/// Lower-case hex of `bytes`.
pub fn hex_text(bytes: &[u8]) -> String {
    let digit = |nibble: u8| char::from(b"0123456789abcdef"[usize::from(nibble)]);
    bytes.iter().flat_map(|byte| [digit(byte >> 4), digit(byte & 15)]).collect()
}

/// Octets of an even number of hex digits of either case, without prefix; none for anything else.
pub fn hex_to_bytes(text: Val) -> Val {
    match text {
        Val::Str(text) => hex_bytes(&text).map_or(Val::None, |bytes| octets(&bytes)),
        _ => Val::None,
    }
}

/// Octets of an even number of hex digits of either case.
pub fn hex_bytes(text: &str) -> Option<Vec<u8>> {
    let nibble = |digit: u8| char::from(digit).to_digit(16).map(|value| value as u8);
    let (pairs, rest) = text.as_bytes().as_chunks::<2>();
    if !rest.is_empty() {
        return None;
    }
    pairs.iter().map(|[high, low]| Some(nibble(*high)? << 4 | nibble(*low)?)).collect()
}

/// RFC 8785 text of a value; none when a natural in it exceeds 2^53 - 1.
pub fn json_stringify(value: Val) -> Val {
    json_text(&value).map_or(Val::None, |text| Val::Str(Arc::from(text)))
}

fn natural(value: Val) -> Val {
    match value {
        Val::Nat(_) => value,
        _ => Val::None,
    }
}

/// Identity on naturals.
pub fn big_int(value: Val) -> Val {
    natural(value)
}

/// Identity on naturals.
pub fn number(value: Val) -> Val {
    natural(value)
}

/// `buildSTHMessage`: declared and typed; answers none until it is written.
pub fn build_sth_message(_a: Val, _b: Val, _c: Val, _d: Val) -> Val {
    Val::None
}

/// `schnorrSign`: declared and typed; answers none until it is written.
pub fn schnorr_sign(_a: Val, _b: Val) -> Val {
    Val::None
}

/// `schnorrVerify`: declared and typed; answers none until it is written.
pub fn schnorr_verify(_a: Val, _b: Val, _c: Val) -> Val {
    Val::None
}

/// `derivePublicKey`: declared and typed; answers none until it is written.
pub fn derive_public_key(_a: Val) -> Val {
    Val::None
}

/// `ecdh`: declared and typed; answers none until it is written.
pub fn ecdh(_a: Val, _b: Val) -> Val {
    Val::None
}

/// `deriveKey`: declared and typed; answers none until it is written.
pub fn derive_key(_a: Val, _b: Val) -> Val {
    Val::None
}

/// `encrypt`: declared and typed; answers none until it is written.
pub fn encrypt_(_a: Val, _b: Val) -> Val {
    Val::None
}

/// `decrypt`: declared and typed; answers none until it is written.
pub fn decrypt_(_a: Val, _b: Val) -> Val {
    Val::None
}

/// `signSTH`: declared and typed; answers none until it is written.
pub fn sign_sth(_a: Val, _b: Val, _c: Val, _d: Val) -> Val {
    Val::None
}

/// `verifySTH`: declared and typed; answers none until it is written.
pub fn verify_sth(_a: Val, _b: Val, _c: Val, _d: Val, _e: Val) -> Val {
    Val::None
}

/// `computeContentHash`: declared and typed; answers none until it is written.
pub fn compute_content_hash(_a: Val) -> Val {
    Val::None
}

/// `computeCommitHash`: declared and typed; answers none until it is written.
pub fn compute_commit_hash(_a: Val) -> Val {
    Val::None
}

/// `computeEventHash`: declared and typed; answers none until it is written.
pub fn compute_event_hash(_a: Val) -> Val {
    Val::None
}

/// `computeEnclaveId`: declared and typed; answers none until it is written.
pub fn compute_enclave_id(_a: Val) -> Val {
    Val::None
}

/// `computeEventId`: declared and typed; answers none until it is written.
pub fn compute_event_id(_a: Val, _b: Val, _c: Val) -> Val {
    Val::None
}

/// `computeEventsRoot`: declared and typed; answers none until it is written.
pub fn compute_events_root(_a: Val) -> Val {
    Val::None
}

/// `encodeTags`: declared and typed; answers none until it is written.
pub fn encode_tags(_a: Val) -> Val {
    Val::None
}
