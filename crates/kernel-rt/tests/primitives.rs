//! Primitives against published vectors, and against what docs/protocol.md says of bad input.

use etymon_kernel_rt::{List, Nat, Prim, Record, Val, hex_bytes, hex_text};
use sha2::{Digest, Sha256};
use std::sync::Arc;

fn bytes(hex: &str) -> Val {
    Val::Bytes(Arc::from(hex_bytes(hex).expect("hex")))
}

fn text(own: &str) -> Val {
    Val::Str(Arc::from(own))
}

fn nat(own: u64) -> Val {
    Val::Nat(Nat::from(own))
}

fn record<const N: usize>(fields: [(&str, Val); N]) -> Val {
    Val::Record(Record::new(fields.into_iter().map(|(key, value)| (Arc::from(key), value)).collect()))
}

fn sha256(parts: &[&[u8]]) -> Vec<u8> {
    Sha256::digest(parts.concat()).to_vec()
}

const KEY: &str = "0340034003400340034003400340034003400340034003400340034003400340";
const HASH: &str = "243f6a8885a308d313198a2e03707344a4093822299f31d0082efa98ec4e6c89";

#[test]
fn every_row_of_bip340_answers_as_published() {
    let mut signed = 0;
    let mut verified = 0;
    for row in include_str!("vectors/bip340.csv").lines().skip(1) {
        let cells: Vec<&str> = row.splitn(8, ',').collect();
        let [at, secret, public, aux, message, signature, verdict, _] = cells[..] else { panic!("row {row}") };
        if aux.bytes().all(|digit| digit == b'0') && !secret.is_empty() {
            signed += 1;
            assert_eq!(Prim::SchnorrSign.apply(&[bytes(message), bytes(secret)]), bytes(signature), "row {at}");
        }
        if !secret.is_empty() {
            assert_eq!(Prim::DerivePublicKey.apply(&[bytes(secret)]), bytes(public), "row {at}");
        }
        let answer = Prim::SchnorrVerify.apply(&[bytes(signature), bytes(message), bytes(public)]);
        assert_eq!(answer, Val::Bool(verdict == "TRUE"), "row {at}");
        verified += 1;
    }
    assert_eq!((signed, verified), (5, 19));
}

#[test]
fn a_private_key_is_a_number_from_1_to_n_less_1() {
    let order = "fffffffffffffffffffffffffffffffebaaedce6af48a03bbfd25e8cd0364141";
    let last = "fffffffffffffffffffffffffffffffebaaedce6af48a03bbfd25e8cd0364140";
    for refused in [&"00".repeat(32), order, "", "01", &"01".repeat(33)] {
        assert_eq!(Prim::DerivePublicKey.apply(&[bytes(refused)]), Val::None, "{refused}");
        assert_eq!(Prim::SchnorrSign.apply(&[bytes("00"), bytes(refused)]), Val::None, "{refused}");
    }
    // The generator's x coordinate (SEC 2, section 2.4.1), which its negative shares.
    let x = bytes("79be667ef9dcbbac55a06295ce870b07029bfcdb2dce28d959f2815b16f81798");
    assert_eq!(Prim::DerivePublicKey.apply(&[bytes(last)]), x);
}

#[test]
fn both_ends_share_a_secret_by_x_only_and_compressed_keys() {
    let (a, b) = (bytes(KEY), bytes(HASH));
    let public = |private: &Val| Prim::DerivePublicKey.apply(std::slice::from_ref(private));
    let one = Prim::Ecdh.apply(&[a.clone(), public(&b)]);
    assert_ne!(one, Val::None);
    assert_eq!(one, Prim::Ecdh.apply(&[b.clone(), public(&a)]));
    let Val::Bytes(x) = public(&b) else { panic!("a key") };
    for sign in ["02", "03"] {
        assert_eq!(one, Prim::Ecdh.apply(&[a.clone(), bytes(&(sign.to_owned() + &hex_text(&x)))]));
    }
    for refused in ["00".repeat(32), "ff".repeat(32), hex_text(&x[1..])] {
        assert_eq!(Prim::Ecdh.apply(&[a.clone(), bytes(&refused)]), Val::None, "{refused}");
    }
    for first in (0..=255u8).filter(|first| !matches!(first, 2 | 3)) {
        let refused = [&[first], &x[..]].concat();
        assert_eq!(Prim::Ecdh.apply(&[a.clone(), Val::Bytes(Arc::from(refused))]), Val::None, "first octet {first}");
    }
}

#[test]
fn a_derived_key_is_that_of_rfc_5869() {
    // Test case 3: no salt, no info; the first 32 of its 42 octets.
    let secret = bytes(&"0b".repeat(22));
    let key = bytes("8da4e775a563c18f715f802a063c5a31b8a11f5c5ee1879ec3454e5f3c738d2d");
    assert_eq!(Prim::DeriveKey.apply(&[secret, text("")]), key);
}

/// Below the primitive, which has no associated data.
#[test]
fn the_cipher_is_that_of_the_draft() {
    use chacha20poly1305::aead::{Aead, Payload};
    use chacha20poly1305::{KeyInit, XChaCha20Poly1305, XNonce};
    let cipher = XChaCha20Poly1305::new_from_slice(&(0x80..0xa0).collect::<Vec<u8>>()).expect("a key");
    let nonce: Vec<u8> = (0x40..0x58).collect();
    let aad = hex_bytes("50515253c0c1c2c3c4c5c6c7").expect("hex");
    let msg = b"Ladies and Gentlemen of the class of '99: If I could offer you only one tip for the future, sunscreen would be it.";
    let sealed = cipher.encrypt(XNonce::from_slice(&nonce), Payload { msg, aad: &aad }).expect("sealed");
    // draft-irtf-cfrg-xchacha-03, appendix A.3.1.
    let published = "bd6d179d3e83d43b9576579493c0e939572a1700252bfaccbed2902c21396cbb731c7f1b0b4aa6440bf3a82f4eda7e39ae64c6708c54c216cb96b72e1213b4522f8c9ba40db5d945b11b69b982c1bb9e3f3fac2bc369488f76b2383565d3fff921f9664c97637da9768812f615c68b13b52ec0875924c1c7987947deafd8780acf49";
    assert_eq!(hex_text(&sealed), published);
}

#[test]
fn what_is_sealed_opens_and_nothing_else_does() {
    let (key, plaintext) = (bytes(KEY), bytes("00ff10"));
    let sealed = Prim::Encrypt.apply(&[key.clone(), plaintext.clone()]);
    let Val::Bytes(own) = &sealed else { panic!("sealed") };
    assert_eq!(own.len(), 24 + 3 + 16);
    let tag = sha256(&[b"enc/nonce"]);
    let nonce = sha256(&[&tag, &tag, &hex_bytes(KEY).expect("hex"), &[0, 0xff, 0x10]]);
    assert_eq!(own[..24], nonce[..24]);
    assert_eq!(Prim::Decrypt.apply(&[key.clone(), sealed.clone()]), plaintext);
    for at in 0..own.len() {
        let mut other = own.to_vec();
        other[at] ^= 1;
        assert_eq!(Prim::Decrypt.apply(&[key.clone(), Val::Bytes(Arc::from(other))]), Val::None, "octet {at}");
    }
    for length in [0, 24, 39] {
        assert_eq!(Prim::Decrypt.apply(&[key.clone(), Val::Bytes(Arc::from(&own[..length]))]), Val::None);
    }
    assert_eq!(Prim::Encrypt.apply(&[bytes("00"), plaintext]), Val::None);
}

#[test]
fn a_tree_head_is_signed_over_its_cbor() {
    let public = Prim::DerivePublicKey.apply(&[bytes(KEY)]);
    let Val::Bytes(key) = &public else { panic!("a key") };
    let root = hex_bytes(HASH).expect("hex");
    // ["enc-sth", 1706000000000, 70, root, public], written by hand.
    let head = [&[0x85, 0x67][..], b"enc-sth", &[0x1b, 0, 0, 1, 0x8d, 0x35, 0x86, 0x24, 0, 0x18, 70]].concat();
    let head = [&head[..], &[0x58, 32], &root, &[0x58, 32], key].concat();
    let message = hex_text(&sha256(&[&head]));
    let (time, size) = (nat(1_706_000_000_000), nat(70));
    let built = Prim::BuildSTHMessage.apply(&[time.clone(), size.clone(), bytes(HASH), public.clone()]);
    assert_eq!(built, text(&message));
    let signature = Prim::SignSTH.apply(&[time.clone(), size.clone(), bytes(HASH), bytes(KEY)]);
    let Val::Bytes(raw) = Prim::SchnorrSign.apply(&[bytes(&message), bytes(KEY)]) else { panic!("signed") };
    assert_eq!(signature, text(&hex_text(&raw)));
    let verify = |signature: Val, size: Val| {
        Prim::VerifySTH.apply(&[signature, bytes(HASH), time.clone(), size, public.clone()])
    };
    assert_eq!(verify(signature.clone(), size.clone()), Val::Bool(true));
    assert_eq!(verify(signature.clone(), nat(71)), Val::Bool(false));
    assert_eq!(verify(text(&hex_text(&raw).to_uppercase()), size.clone()), Val::Bool(false));
    assert_eq!(verify(text(""), size), Val::Bool(false));
    let wide = Val::Nat(Nat::parse("18446744073709551616").expect("a natural"));
    assert_eq!(verify(signature.clone(), wide), Val::Bool(false));
    assert_eq!(verify(signature, Val::None), Val::None);
}

fn commit() -> Val {
    record([
        ("enclave", text(HASH)),
        ("from", text(KEY)),
        ("type", text("message")),
        ("content", text("hi")),
        ("exp", nat(23)),
        ("tags", Val::List(List::new(vec![Val::List(List::new(vec![text("r"), text("é")]))]))),
    ])
}

fn with(value: &Val, key: &str, field: Val) -> Val {
    match value {
        Val::Record(own) => Val::Record(own.with(key, field)),
        _ => panic!("a record"),
    }
}

#[test]
fn hashes_are_of_deterministic_cbor() {
    let hex = |own: &str| hex_bytes(own).expect("hex");
    let (enclave, from) = (hex(HASH), hex(KEY));
    let content = sha256(&[b"hi"]);
    let tags = [0x81, 0x82, 0x61, b'r', 0x62, 0xc3, 0xa9];
    let long = [0x58, 32];
    let written = [&[0x87, 0x10][..], &long, &enclave, &long, &from, &[0x67], b"message"].concat();
    let written = sha256(&[&written, &long, &content, &[23], &tags]);
    let hash = Prim::ComputeCommitHash.apply(&[commit()]);
    assert_eq!(hash, Val::Bytes(Arc::from(&written[..])));
    assert_eq!(Prim::EncodeTags.apply(&[commit()]), text(&hex_text(&tags)));
    let manifest = [&[0x85, 0x12][..], &long, &from, &[0x68], b"Manifest", &long, &content, &tags].concat();
    assert_eq!(Prim::ComputeEnclaveId.apply(&[commit()]), text(&hex_text(&sha256(&[&manifest]))));
    let sig = "ab".repeat(64);
    let event = record([
        ("hash", text(&hex_text(&written))),
        ("sig", text(&sig)),
        ("seq", nat(24)),
        ("timestamp", nat(65_536)),
        ("sequencer", text(KEY)),
    ]);
    let cbor = [&[0x86, 0x11][..], &long, &written, &[0x58, 64], &hex(&sig), &[0x18, 24, 0x1a, 0, 1, 0, 0]].concat();
    let event_hash = sha256(&[&cbor, &long, &from]);
    assert_eq!(Prim::ComputeEventHash.apply(&[event]), Val::Bytes(Arc::from(&event_hash[..])));
    let cbor = [&[0x83][..], &long, &enclave, &long, &event_hash, &[0x19, 1, 0]].concat();
    let id = Prim::ComputeEventId.apply(&[text(HASH), Val::Bytes(Arc::from(&event_hash[..])), nat(256)]);
    assert_eq!(id, text(&hex_text(&sha256(&[&cbor]))));
}

#[test]
fn content_is_text_or_json() {
    let hash = |content: Val| Prim::ComputeContentHash.apply(&[content]);
    let digest = |own: &str| Val::Bytes(Arc::from(sha256(&[own.as_bytes()])));
    assert_eq!(hash(text("é")), digest("é"));
    assert_eq!(hash(Val::None), digest("null"));
    assert_eq!(hash(record([("b", nat(1)), ("a", Val::Bool(true))])), digest(r#"{"a":true,"b":1}"#));
    assert_eq!(hash(nat(1 << 53)), Val::None);
}

#[test]
fn a_commit_with_a_bad_field_has_no_hash() {
    let bad = [
        ("alg", text("ecdsa")),
        ("alg", text("Schnorr")),
        ("alg", nat(0)),
        ("enclave", text(&HASH.to_uppercase())),
        ("enclave", text("00")),
        ("from", bytes(KEY)),
        ("type", nat(1)),
        ("exp", Val::Nat(Nat::parse("18446744073709551616").expect("a natural"))),
        ("exp", text("1")),
        ("content", nat(1 << 53)),
        ("tags", text("x")),
        ("tags", Val::List(List::new(vec![text("x")]))),
        ("tags", Val::List(List::new(vec![Val::List(List::new(vec![nat(1)]))]))),
    ];
    for (key, field) in bad {
        assert_eq!(Prim::ComputeCommitHash.apply(&[with(&commit(), key, field.clone())]), Val::None, "{key} {field:?}");
    }
    let untagged = Prim::ComputeCommitHash.apply(&[with(&commit(), "tags", Val::None)]);
    assert_eq!(untagged, Prim::ComputeCommitHash.apply(&[with(&commit(), "tags", Val::List(List::new(vec![])))]));
    for alg in [text("schnorr"), Val::None] {
        for prim in [Prim::ComputeCommitHash, Prim::ComputeEnclaveId] {
            assert_eq!(prim.apply(&[with(&commit(), "alg", alg.clone())]), prim.apply(&[commit()]));
        }
    }
    assert_eq!(Prim::ComputeEnclaveId.apply(&[with(&commit(), "alg", text("ecdsa"))]), Val::None);
    assert_eq!(Prim::ComputeCommitHash.apply(&[record([])]), Val::None);
}

/// The split of RFC 9162, section 2.1.1, over leaves that are hashes already.
fn split_root(leaves: &[Vec<u8>]) -> Vec<u8> {
    match leaves {
        [only] => only.clone(),
        _ => {
            let half = leaves.len().next_power_of_two() / 2;
            sha256(&[&[1], &split_root(&leaves[..half]), &split_root(&leaves[half..])])
        }
    }
}

#[test]
fn the_root_of_a_bundle_is_that_of_rfc_9162() {
    let leaves: Vec<Vec<u8>> = (0..70u8).map(|at| sha256(&[&[at]])).collect();
    for size in 1..=leaves.len() {
        let ids = leaves[..size].iter().map(|leaf| text(&hex_text(leaf))).collect();
        let root = Prim::ComputeEventsRoot.apply(&[Val::List(List::new(ids))]);
        assert_eq!(root, Val::Bytes(Arc::from(split_root(&leaves[..size]))), "size {size}");
    }
    assert_eq!(Prim::ComputeEventsRoot.apply(&[Val::List(List::new(vec![]))]), Val::None);
    assert_eq!(Prim::ComputeEventsRoot.apply(&[Val::List(List::new(vec![bytes(HASH)]))]), Val::None);
}
