//! Values from standards, written by hand with where they stand.

use super::draft::Suite;
use super::values::{b, l, r, s};
use crate::tree::{Literal, Tree, sugar::prim};
use etymon_kernel_rt::{Prim, Val};

fn lit(value: Val) -> Tree {
    Tree::Lit(Literal::of(&value))
}

const FIPS: &str = "FIPS 180-4, example of NIST's Cryptographic Standards and Guidelines";
const NIST: &str = "NIST CAVP, SHA256ShortMsg.rsp";

fn sha256(suite: &mut Suite) {
    let texts = [
        ("abc", "ba7816bf8f01cfea414140de5dae2223b00361a396177a9cb410ff61f20015ad"),
        ("", "e3b0c44298fc1c149afbf4c8996fb92427ae41e4649b934ca495991b7852b855"),
        (
            "abcdbcdecdefdefgefghfghighijhijkijkljklmklmnlmnomnopnopq",
            "248d6a61d20638b8e5c026930c3e6039a33ce45964ff2167f6ecedd419db06c1",
        ),
        (
            "abcdefghbcdefghicdefghijdefghijkefghijklfghijklmghijklmnhijklmnoijklmnopjklmnopqklmnopqrlmnopqrsmnopqrstnopqrstu",
            "cf5b16a778af8380036ce59e7b0492370b249b11e8f07a51afac45037afee9d1",
        ),
    ];
    for (at, (text, digest)) in texts.into_iter().enumerate() {
        suite.published(&format!("sha256Str {at}"), prim(Prim::Sha256Str, [lit(s(text))]), b(digest), FIPS);
        let bytes = Val::Bytes(text.as_bytes().into());
        suite.published(&format!("sha256 {at}"), prim(Prim::Sha256, [lit(bytes)]), b(digest), FIPS);
    }
    let messages = [
        ("d3", "28969cdfa74a12c82f3bad960b0b000aca2ac329deea5c2328ebc6f2ba9802c1"),
        ("11af", "5ca7133fa735326081558ac312c620eeca9970d1e70a4b95533d956f072d1f98"),
        ("b4190e", "dff2e73091f6c05e528896c4c831b9448653dc2ff043528f6769437bc7b975c2"),
        ("74ba2521", "b16aa56be3880d18cd41e68384cf1ec8c17680c45a02b1575dc1518923ae8b0e"),
        ("c299209682", "f0887fe961c9cd3beab957e8222494abb969b1ce4c6557976df8b0f6d20e9166"),
        ("e1dc724d5621", "eca0a060b489636225b4fa64d267dabbe44273067ac679f20820bddc6b6a90ac"),
        ("06e076f5a442d5", "3fd877e27450e6bbd5d74bb82f9870c64c66e109418baa8e6bbcff355e287926"),
        ("5738c929c4f4ccb6", "963bb88f27f512777aab6c8b1a02c70ec0ad651d428f870036e1917120fb48bf"),
    ];
    for (message, digest) in messages {
        for own in [Prim::Sha256, Prim::Sha256Hash] {
            suite.published(&format!("{} {message}", own.name()), prim(own, [lit(b(message))]), b(digest), NIST);
        }
    }
}

/// BIP-341's wallet vectors hold tagged hashes as BIP-340 defines them.
fn tagged(suite: &mut Suite) {
    const BIP: &str = "BIP-340 tagged hash, values of BIP-341 wallet-test-vectors.json";
    const SCRIPT: &str = "20d85a959b0290bf19bb89ed43c916be835475d013da4b362117393e25a48229b8ac";
    const LEAF: &str = "5b75adecf53548f3ec6ad7d78383bf84cc57b55a3127c72b9a2481752dd88b21";
    const KEY: &str = "187791b6f712a8ea41c8ecdd0ee77fab3e85263b37e1ec18a3651926b3a6cf27";
    let cases = [
        ("TapLeaf", format!("c022{SCRIPT}"), LEAF),
        ("TapTweak", format!("{KEY}{LEAF}"), "cbd8679ba636c1110ea247542cfbd964131a6be84f873f7f3b62a777528ed001"),
        (
            "TapTweak",
            "d6889cb081036e0faefa3a35157ad71086b123b2b144b649798b494c300a961d".to_owned(),
            "b86e7be8f39bab32a6f2c0443abbc210f0edac0e2c53d501b36b64437d9c6c70",
        ),
    ];
    for (at, (tag, message, digest)) in cases.into_iter().enumerate() {
        let tree = prim(Prim::TaggedHash, [lit(s(tag)), lit(b(&message))]);
        suite.published(&format!("taggedHash {at}"), tree, b(digest), BIP);
    }
}

/// Leaves of the reference log, and the root after each of them.
pub(super) const LOG: [(&str, &str); 8] = [
    ("", "6e340b9cffb37a989ca544e6bb780a2c78901d3fb33738768511a30617afa01d"),
    ("00", "fac54203e7cc696cf0dfcb42c92a1d9dbaf70ad9e621f4bd8d98662f00e3c125"),
    ("10", "aeb6bcfe274b70a14fb067a5e5578264db0fa9b51af5e0ba159158f329e06e77"),
    ("2021", "d37ee418976dd95753c1c73862b9398fa2a2cf9b4ff0fdfe8b30cd95209614b7"),
    ("3031", "4e3bbb1f7b478dcfe71fb631631519a3bca12c9aefca1612bfce4c13a86264d4"),
    ("40414243", "76e67dadbcdf1e10e1b74ddc608abd2f98dfb16fbce75277b5232a127f2087ef"),
    ("5051525354555657", "ddb89be403809e325750d3d263cd78929c2942b7942a34b77e122c9594a74c8c"),
    ("606162636465666768696a6b6c6d6e6f", "5dc9da79a70659a9ad559cb701ded9a2ab9d823aad2f4960cfe370eff4604328"),
];

fn root(leaves: &[Tree]) -> Tree {
    match leaves {
        [] => lit(Val::None),
        [leaf] => leaf.clone(),
        _ => {
            // The largest power of two below the number of leaves, RFC 9162 section 2.1.1.
            let left = leaves.len().next_power_of_two() / 2;
            prim(Prim::CtNodeHash, [root(&leaves[..left]), root(&leaves[left..])])
        }
    }
}

fn trees(suite: &mut Suite) {
    const RFC: &str =
        "RFC 9162 section 2.1.1 (RFC 6962), roots of the reference log of google/certificate-transparency";
    let leaves: Vec<Tree> = LOG.iter().map(|(data, _)| prim(Prim::CtLeafHash, [lit(b("")), lit(b(data))])).collect();
    for (at, (_, digest)) in LOG.iter().enumerate() {
        suite.published(&format!("log of {} leaves", at + 1), root(&leaves[..=at]), b(digest), RFC);
    }
}

fn json(suite: &mut Suite) {
    const RFC: &str = "RFC 8785, without its fractions";
    let stringify = |value: Val| prim(Prim::JsonStringify, [lit(value)]);
    let sorted = r([
        ("€", s("Euro Sign")),
        ("\r", s("Carriage Return")),
        ("\u{fb33}", s("Hebrew Letter Dalet With Dagesh")),
        ("1", s("One")),
        ("😀", s("Emoji: Grinning Face")),
        ("\u{80}", s("Control")),
        ("ö", s("Latin Small Letter O With Diaeresis")),
    ]);
    let text = "{\"\\r\":\"Carriage Return\",\"1\":\"One\",\"\u{80}\":\"Control\",\"ö\":\"Latin Small Letter O With Diaeresis\",\"€\":\"Euro Sign\",\"😀\":\"Emoji: Grinning Face\",\"\u{fb33}\":\"Hebrew Letter Dalet With Dagesh\"}";
    suite.published("key order (3.2.3)", stringify(sorted), s(text), RFC);
    let string = "€$\u{f}\nA'B\"\\\\\"/";
    suite.published("string (3.2.2.2)", stringify(s(string)), s("\"€$\\u000f\\nA'B\\\"\\\\\\\\\\\"/\""), RFC);
    let literals = l([Val::None, Val::Bool(true), Val::Bool(false)]);
    suite.published("literals (3.2.2.1)", stringify(literals), s("[null,true,false]"), RFC);
}

/// Values from standards.
pub(super) fn published() -> Suite {
    let mut suite = Suite::new("published");
    sha256(&mut suite);
    tagged(&mut suite);
    trees(&mut suite);
    json(&mut suite);
    super::keyed::keyed(&mut suite);
    suite
}
