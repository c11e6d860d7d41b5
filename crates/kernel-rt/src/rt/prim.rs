//! The 30 primitives (language reference, section 7). A refused input gives none.

use super::alloc::string::String;
use super::alloc::sync::Arc;
use super::alloc::vec::Vec;
use super::hash::{sha256_of, tagged};
use super::{Record, Val, cipher, curve, json_text, protocol};

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
            (Prim::BuildSTHMessage, [a, b, c, d]) => build_sth_message(a.clone(), b.clone(), c.clone(), d.clone()),
            (Prim::SchnorrSign, [a, b]) => schnorr_sign(a.clone(), b.clone()),
            (Prim::SchnorrVerify, [a, b, c]) => schnorr_verify(a.clone(), b.clone(), c.clone()),
            (Prim::DerivePublicKey, [a]) => derive_public_key(a.clone()),
            (Prim::Ecdh, [a, b]) => ecdh(a.clone(), b.clone()),
            (Prim::DeriveKey, [a, b]) => derive_key(a.clone(), b.clone()),
            (Prim::Encrypt, [a, b]) => encrypt_(a.clone(), b.clone()),
            (Prim::Decrypt, [a, b]) => decrypt_(a.clone(), b.clone()),
            (Prim::SignSTH, [a, b, c, d]) => sign_sth(a.clone(), b.clone(), c.clone(), d.clone()),
            (Prim::VerifySTH, [a, b, c, d, e]) => verify_sth(a.clone(), b.clone(), c.clone(), d.clone(), e.clone()),
            (Prim::ComputeContentHash, [a]) => compute_content_hash(a.clone()),
            (Prim::ComputeCommitHash, [a]) => compute_commit_hash(a.clone()),
            (Prim::ComputeEventHash, [a]) => compute_event_hash(a.clone()),
            (Prim::ComputeEnclaveId, [a]) => compute_enclave_id(a.clone()),
            (Prim::ComputeEventId, [a, b, c]) => compute_event_id(a.clone(), b.clone(), c.clone()),
            (Prim::ComputeEventsRoot, [a]) => compute_events_root(a.clone()),
            (Prim::EncodeTags, [a]) => encode_tags(a.clone()),
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

fn octets_or_none<const N: usize>(bytes: Option<[u8; N]>) -> Val {
    bytes.map_or(Val::None, |bytes| octets(&bytes))
}

fn hex_or_none(bytes: Option<[u8; 32]>) -> Val {
    bytes.map_or(Val::None, |bytes| Val::Str(Arc::from(hex_text(&bytes))))
}

/// BIP-340 signature with zero auxiliary data; none if `private` is no key.
pub fn schnorr_sign(message: Val, private: Val) -> Val {
    match (message, private) {
        (Val::Bytes(message), Val::Bytes(private)) => octets_or_none(curve::sign(&message, &private)),
        _ => Val::None,
    }
}

/// BIP-340 verification.
pub fn schnorr_verify(signature: Val, message: Val, public: Val) -> Val {
    match (signature, message, public) {
        (Val::Bytes(signature), Val::Bytes(message), Val::Bytes(public)) => {
            Val::Bool(curve::verify(&signature, &message, &public))
        }
        _ => Val::None,
    }
}

/// X-only public key of BIP-340; none if `private` is no key.
pub fn derive_public_key(private: Val) -> Val {
    match private {
        Val::Bytes(private) => octets_or_none(curve::public_key(&private)),
        _ => Val::None,
    }
}

/// X coordinate of the shared point; none if either is no key.
pub fn ecdh(private: Val, public: Val) -> Val {
    match (private, public) {
        (Val::Bytes(private), Val::Bytes(public)) => octets_or_none(curve::shared_secret(&private, &public)),
        _ => Val::None,
    }
}

/// HKDF-SHA-256 (RFC 5869) with empty salt, 32 octets long.
pub fn derive_key(secret: Val, label: Val) -> Val {
    match (secret, label) {
        (Val::Bytes(secret), Val::Str(label)) => octets_or_none(cipher::derived_key(&secret, &label)),
        _ => Val::None,
    }
}

/// XChaCha20-Poly1305 with a nonce made from key and plaintext, which stands in front.
pub fn encrypt_(key: Val, plaintext: Val) -> Val {
    match (key, plaintext) {
        (Val::Bytes(key), Val::Bytes(plaintext)) => {
            cipher::sealed(&key, &plaintext).map_or(Val::None, |sealed| octets(&sealed))
        }
        _ => Val::None,
    }
}

/// The plaintext of what [`encrypt_`] made; none if it is not authentic.
pub fn decrypt_(key: Val, sealed: Val) -> Val {
    match (key, sealed) {
        (Val::Bytes(key), Val::Bytes(sealed)) => {
            cipher::opened(&key, &sealed).map_or(Val::None, |plaintext| octets(&plaintext))
        }
        _ => Val::None,
    }
}

/// Hex of what a signed tree head signs.
pub fn build_sth_message(time: Val, size: Val, root: Val, public: Val) -> Val {
    match (time, size, root, public) {
        (Val::Nat(time), Val::Nat(size), Val::Bytes(root), Val::Bytes(public)) => {
            hex_or_none(protocol::sth_message(&time, &size, &root, &public))
        }
        _ => Val::None,
    }
}

/// Hex of the signature of a tree head.
pub fn sign_sth(time: Val, size: Val, root: Val, private: Val) -> Val {
    match (time, size, root, private) {
        (Val::Nat(time), Val::Nat(size), Val::Bytes(root), Val::Bytes(private)) => {
            protocol::signed_sth(&time, &size, &root, &private)
                .map_or(Val::None, |signature| Val::Str(Arc::from(signature)))
        }
        _ => Val::None,
    }
}

/// Whether it is the signature of that tree head.
pub fn verify_sth(signature: Val, root: Val, time: Val, size: Val, public: Val) -> Val {
    match (signature, root, time, size, public) {
        (Val::Str(signature), Val::Bytes(root), Val::Nat(time), Val::Nat(size), Val::Bytes(public)) => {
            Val::Bool(protocol::is_signed_sth(&signature, &root, &time, &size, &public))
        }
        _ => Val::None,
    }
}

/// SHA-256 of a string's UTF-8, of any other value's JSON text; none where that has none.
pub fn compute_content_hash(content: Val) -> Val {
    octets_or_none(protocol::content_hash(&content))
}

fn of_record<const N: usize>(value: &Val, hash: fn(&Record) -> Option<[u8; N]>) -> Option<[u8; N]> {
    match value {
        Val::Record(record) => hash(record),
        _ => None,
    }
}

/// Hash of a commit.
pub fn compute_commit_hash(commit: Val) -> Val {
    octets_or_none(of_record(&commit, protocol::commit_hash))
}

/// Hash of an event or of a receipt.
pub fn compute_event_hash(event: Val) -> Val {
    octets_or_none(of_record(&event, protocol::event_hash))
}

/// Hex of the id of the enclave that a Manifest commit founds.
pub fn compute_enclave_id(manifest: Val) -> Val {
    hex_or_none(of_record(&manifest, protocol::enclave_id))
}

/// Hex of an event's id.
pub fn compute_event_id(enclave: Val, event_hash: Val, seq: Val) -> Val {
    match (enclave, event_hash, seq) {
        (Val::Str(enclave), Val::Bytes(hash), Val::Nat(seq)) => hex_or_none(protocol::event_id(&enclave, &hash, &seq)),
        _ => Val::None,
    }
}

/// Merkle root of a bundle's event ids.
pub fn compute_events_root(ids: Val) -> Val {
    match ids {
        Val::List(ids) => octets_or_none(protocol::events_root(&ids)),
        _ => Val::None,
    }
}

/// Hex of a record's encoded tags.
pub fn encode_tags(record: Val) -> Val {
    match &record {
        Val::Record(record) => protocol::tags(record).map_or(Val::None, |tags| Val::Str(Arc::from(hex_text(&tags)))),
        _ => Val::None,
    }
}
