//! Published values of the primitives with keys, and of the encoding that the protocol hashes.

use super::draft::Suite;
use super::values::{b, l, n, r, s};
use crate::tree::{Literal, Tree, sugar::prim};
use etymon_kernel_rt::{Op, Prim, Val, hex_text};

fn lit(value: Val) -> Tree {
    Tree::Lit(Literal::of(&value))
}

/// Every row of BIP-340's file; those with other auxiliary data than zeros cannot be signed by the primitive.
fn bip340(suite: &mut Suite) {
    const BIP: &str = "BIP-340, test-vectors.csv";
    for row in include_str!("../../../kernel-rt/tests/vectors/bip340.csv").lines().skip(1) {
        let cells: Vec<&str> = row.splitn(8, ',').collect();
        let &[at, secret, public, aux, message, signature, verdict, _] = cells.as_slice() else { continue };
        let verify = prim(Prim::SchnorrVerify, [lit(b(signature)), lit(b(message)), lit(b(public))]);
        suite.published(&format!("BIP-340 row {at} verified"), verify, Val::Bool(verdict == "TRUE"), BIP);
        if secret.is_empty() {
            continue;
        }
        let derive = prim(Prim::DerivePublicKey, [lit(b(secret))]);
        suite.published(&format!("BIP-340 row {at} public key"), derive, b(public), BIP);
        if aux.bytes().all(|digit| digit == b'0') {
            let sign = prim(Prim::SchnorrSign, [lit(b(message)), lit(b(secret))]);
            suite.published(&format!("BIP-340 row {at} signed"), sign, b(signature), BIP);
        }
    }
}

fn hkdf(suite: &mut Suite) {
    const RFC: &str = "RFC 5869, test case 3 (no salt, no info), the first 32 of 42 octets";
    let derive = prim(Prim::DeriveKey, [lit(b(&"0b".repeat(22))), lit(s(""))]);
    let key = b("8da4e775a563c18f715f802a063c5a31b8a11f5c5ee1879ec3454e5f3c738d2d");
    suite.published("HKDF test case 3", derive, key, RFC);
}

/// The draft's example has associated data, which only its tag depends on.
fn xchacha(suite: &mut Suite) {
    const DRAFT: &str =
        "draft-irtf-cfrg-xchacha-03, appendix A.3.1; the tag is that of RFC 8439 without associated data";
    const TEXT: &str = "Ladies and Gentlemen of the class of '99: If I could offer you only one tip for the future, sunscreen would be it.";
    let key = "808182838485868788898a8b8c8d8e8f909192939495969798999a9b9c9d9e9f";
    let nonce = "404142434445464748494a4b4c4d4e4f5051525354555657";
    let ciphertext = "bd6d179d3e83d43b9576579493c0e939572a1700252bfaccbed2902c21396cbb731c7f1b0b4aa6440bf3a82f4eda7e39ae64c6708c54c216cb96b72e1213b4522f8c9ba40db5d945b11b69b982c1bb9e3f3fac2bc369488f76b2383565d3fff921f9664c97637da9768812f615c68b13b52e";
    let open = |tag: &str| {
        let sealed = [nonce, ciphertext, tag].concat();
        prim(Prim::Decrypt, [lit(b(key)), lit(b(&sealed))])
    };
    suite.published("XChaCha20 opened", open("f7e62efbf45089db18f9c8a3f0e41e5f"), b(&hex_text(TEXT.as_bytes())), DRAFT);
    let with_data = "draft-irtf-cfrg-xchacha-03, appendix A.3.1: the tag covers associated data";
    suite.published("XChaCha20 with associated data", open("c0875924c1c7987947deafd8780acf49"), Val::None, with_data);
}

/// Appendix A, as far as the protocol has such items: text strings and arrays in tags, integers in the hash of an event's id.
fn cbor(suite: &mut Suite) {
    const RFC: &str = "RFC 8949, appendix A";
    let encode = |tags: Val| prim(Prim::EncodeTags, [lit(r([("tags", tags)]))]);
    suite.published("CBOR []", encode(l([])), s("80"), RFC);
    let texts = [
        ("", "60"),
        ("a", "6161"),
        ("IETF", "6449455446"),
        ("\"\\", "62225c"),
        ("\u{fc}", "62c3bc"),
        ("\u{6c34}", "63e6b0b4"),
        ("\u{10151}", "64f0908591"),
    ];
    for (text, encoded) in texts {
        let hex = format!("8181{encoded}");
        suite.published(&format!("CBOR text {encoded}"), encode(l([l([s(text)])])), s(&hex), RFC);
    }
    let many = l((0..25).map(|_| l([])));
    suite.published("CBOR array of 25", encode(many), s(&format!("9819{}", "80".repeat(25))), RFC);
    let integers = [
        ("0", "00"),
        ("1", "01"),
        ("10", "0a"),
        ("23", "17"),
        ("24", "1818"),
        ("25", "1819"),
        ("100", "1864"),
        ("1000", "1903e8"),
        ("1000000", "1a000f4240"),
        ("1000000000000", "1b000000e8d4a51000"),
        ("18446744073709551615", "1bffffffffffffffff"),
    ];
    let (enclave, hash) = ("11".repeat(32), "22".repeat(32));
    for (integer, encoded) in integers {
        let id = prim(Prim::ComputeEventId, [lit(s(&enclave)), lit(b(&hash)), lit(n(integer))]);
        let array = b(&format!("835820{enclave}5820{hash}{encoded}"));
        let digest = prim(Prim::BytesToHex, [prim(Prim::Sha256, [lit(array)])]);
        suite.published(&format!("CBOR {integer}"), Tree::Op(Op::Eq, vec![id, digest]), Val::Bool(true), RFC);
    }
}

pub(super) fn keyed(suite: &mut Suite) {
    bip340(suite);
    hkdf(suite);
    xchacha(suite);
    cbor(suite);
}
