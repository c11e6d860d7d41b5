//! Hashes and signatures of the protocol; docs/protocol.md states every byte.

use super::alloc::string::String;
use super::alloc::vec::Vec;
use super::cbor::Cbor;
use super::hash::sha256_of;
use super::prim::{hex_bytes, hex_text};
use super::{List, Nat, Record, Val, curve, json_text};

const DOMAIN_CT_NODE: u8 = 0x01;
const DOMAIN_COMMIT: u64 = 0x10;
const DOMAIN_EVENT: u64 = 0x11;
const DOMAIN_ENCLAVE: u64 = 0x12;

/// Octets of exactly `2 * N` lower-case hex digits.
pub(super) fn hex_of<const N: usize>(text: &str) -> Option<[u8; N]> {
    let lower = !text.bytes().any(|digit| digit.is_ascii_uppercase());
    hex_bytes(text).filter(|_| lower)?.try_into().ok()
}

fn hex_field<const N: usize>(record: &Record, key: &str) -> Option<[u8; N]> {
    match record.get(key)? {
        Val::Str(text) => hex_of(text),
        _ => None,
    }
}

fn nat_field(record: &Record, key: &str) -> Option<u64> {
    match record.get(key)? {
        Val::Nat(nat) => nat.as_u64(),
        _ => None,
    }
}

/// The encoded tags: an array of arrays of text strings.
pub(super) fn tags(record: &Record) -> Option<Vec<u8>> {
    let tags = match record.get("tags") {
        None | Some(Val::None) => return Some(Cbor::default().array(0).finish()),
        Some(Val::List(tags)) => tags.items(),
        Some(_) => return None,
    };
    let mut out = Cbor::default().array(tags.len());
    for tag in tags {
        let Val::List(parts) = tag else { return None };
        out = out.array(parts.items().len());
        for part in parts.items() {
            let Val::Str(part) = part else { return None };
            out = out.text(part);
        }
    }
    Some(out.finish())
}

/// SHA-256 of a string's UTF-8, of any other value's JSON text.
pub(super) fn content_hash(content: &Val) -> Option<[u8; 32]> {
    match content {
        Val::Str(text) => Some(sha256_of(&[text.as_bytes()])),
        _ => Some(sha256_of(&[json_text(content)?.as_bytes()])),
    }
}

/// Something if a commit is signed in the one way there is, which an absent `alg` means, too.
fn by_schnorr(record: &Record) -> Option<()> {
    match record.get("alg") {
        None | Some(Val::None) => Some(()),
        Some(Val::Str(alg)) if &**alg == "schnorr" => Some(()),
        Some(_) => None,
    }
}

/// `H(10, enclave, from, type, content_hash, exp, tags)`.
pub(super) fn commit_hash(record: &Record) -> Option<[u8; 32]> {
    by_schnorr(record)?;
    let Val::Str(kind) = record.get("type")? else { return None };
    let text = Cbor::default()
        .array(7)
        .unsigned(DOMAIN_COMMIT)
        .bytes(&hex_field::<32>(record, "enclave")?)
        .bytes(&hex_field::<32>(record, "from")?)
        .text(kind)
        .bytes(&content_hash(record.get("content")?)?)
        .unsigned(nat_field(record, "exp")?)
        .raw(&tags(record)?);
    Some(sha256_of(&[&text.finish()]))
}

/// `H(12, from, "Manifest", content_hash, tags)`.
pub(super) fn enclave_id(record: &Record) -> Option<[u8; 32]> {
    by_schnorr(record)?;
    let text = Cbor::default()
        .array(5)
        .unsigned(DOMAIN_ENCLAVE)
        .bytes(&hex_field::<32>(record, "from")?)
        .text("Manifest")
        .bytes(&content_hash(record.get("content")?)?)
        .raw(&tags(record)?);
    Some(sha256_of(&[&text.finish()]))
}

/// `H(11, hash, sig, seq, timestamp, sequencer)`.
pub(super) fn event_hash(record: &Record) -> Option<[u8; 32]> {
    let text = Cbor::default()
        .array(6)
        .unsigned(DOMAIN_EVENT)
        .bytes(&hex_field::<32>(record, "hash")?)
        .bytes(&hex_field::<64>(record, "sig")?)
        .unsigned(nat_field(record, "seq")?)
        .unsigned(nat_field(record, "timestamp")?)
        .bytes(&hex_field::<32>(record, "sequencer")?);
    Some(sha256_of(&[&text.finish()]))
}

/// `SHA-256(cbor([enclave, event_hash, seq]))`.
pub(super) fn event_id(enclave: &str, event_hash: &[u8], seq: &Nat) -> Option<[u8; 32]> {
    let event_hash: &[u8; 32] = event_hash.try_into().ok()?;
    let text = Cbor::default().array(3).bytes(&hex_of::<32>(enclave)?).bytes(event_hash).unsigned(seq.as_u64()?);
    Some(sha256_of(&[&text.finish()]))
}

/// Root over event ids: neighbours paired from the left, an odd last one carried up as it is. `None` of an empty list.
pub(super) fn events_root(ids: &List) -> Option<[u8; 32]> {
    let mut row: Vec<[u8; 32]> = ids
        .items()
        .iter()
        .map(|id| match id {
            Val::Str(id) => hex_of(id),
            _ => None,
        })
        .collect::<Option<_>>()?;
    while row.len() > 1 {
        row = row
            .chunks(2)
            .map(|pair| match pair {
                [left, right] => sha256_of(&[&[DOMAIN_CT_NODE], left, right]),
                carried => carried[0],
            })
            .collect();
    }
    row.pop()
}

/// What a signed tree head signs: `SHA-256(cbor(["enc-sth", time, size, root, public]))`.
pub(super) fn sth_message(time: &Nat, size: &Nat, root: &[u8], public: &[u8]) -> Option<[u8; 32]> {
    let (root, public): (&[u8; 32], &[u8; 32]) = (root.try_into().ok()?, public.try_into().ok()?);
    let text = Cbor::default()
        .array(5)
        .text("enc-sth")
        .unsigned(time.as_u64()?)
        .unsigned(size.as_u64()?)
        .bytes(root)
        .bytes(public);
    Some(sha256_of(&[&text.finish()]))
}

/// Hex of the signature of a tree head.
pub(super) fn signed_sth(time: &Nat, size: &Nat, root: &[u8], private: &[u8]) -> Option<String> {
    let message = sth_message(time, size, root, &curve::public_key(private)?)?;
    Some(hex_text(&curve::sign(&message, private)?))
}

/// Whether the signature of a tree head is one.
pub(super) fn is_signed_sth(signature: &str, root: &[u8], time: &Nat, size: &Nat, public: &[u8]) -> bool {
    let signed = || {
        let signature = hex_of::<64>(signature)?;
        Some(curve::verify(&signature, &sth_message(time, size, root, public)?, public))
    };
    signed().unwrap_or(false)
}
