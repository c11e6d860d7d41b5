//! The primitives of the protocol on arguments that they take, one argument or field spoilt at a time, and at the bounds of each.

use super::draft::{Suite, function};
use super::values::{self, b, l, n, nat, r, s};
use crate::tree::sugar::{let_in, prim, var};
use crate::tree::{Literal, Tree};
use etymon_kernel_rt::{Op, Prim, Record, Val, hex_bytes, hex_text};

const PARAMS: [&str; 5] = ["a", "b", "c", "d", "e"];
const KEY: &str = "0340034003400340034003400340034003400340034003400340034003400340";
const PUBLIC: &str = "778caa53b4393ac467774d09497a87224bf9fab6f6e68b23086497324d6fd117";
const OTHER: &str = "f9308a019258c31049344f85f89d5229b531c845836f99b08601f113bce036f9";
const HASH: &str = "243f6a8885a308d313198a2e03707344a4093822299f31d0082efa98ec4e6c89";
/// Row 15 of BIP-340's file: the empty message, signed with [`KEY`].
const SIGNATURE: &str = "71535db165ecd9fbbc046e5ffaea61186bb6ad436732fccc25291a55895464cf6069ce26bf03466228f19a3a62db8a649f2d560fac652827d1af0574e427ab63";

/// Numbers about the order of the curve and its field.
const NUMBERS: [(&str, &str); 10] = [
    ("0", "0000000000000000000000000000000000000000000000000000000000000000"),
    ("1", "0000000000000000000000000000000000000000000000000000000000000001"),
    ("5, which is no x", "0000000000000000000000000000000000000000000000000000000000000005"),
    ("n-1", "fffffffffffffffffffffffffffffffebaaedce6af48a03bbfd25e8cd0364140"),
    ("n", "fffffffffffffffffffffffffffffffebaaedce6af48a03bbfd25e8cd0364141"),
    ("n+1", "fffffffffffffffffffffffffffffffebaaedce6af48a03bbfd25e8cd0364142"),
    ("p-1", "fffffffffffffffffffffffffffffffffffffffffffffffffffffffefffffc2e"),
    ("p", "fffffffffffffffffffffffffffffffffffffffffffffffffffffffefffffc2f"),
    ("p+1", "fffffffffffffffffffffffffffffffffffffffffffffffffffffffefffffc30"),
    ("2^256-1", "ffffffffffffffffffffffffffffffffffffffffffffffffffffffffffffffff"),
];

/// Naturals at the bounds of CBOR's heads.
const NATURALS: [&str; 14] = [
    "0",
    "23",
    "24",
    "255",
    "256",
    "65535",
    "65536",
    "4294967295",
    "4294967296",
    "9007199254740991",
    "9007199254740992",
    "18446744073709551615",
    "18446744073709551616",
    "340282366920938463463374607431768211456",
];

fn commit() -> Record {
    record([
        ("enclave", s(HASH)),
        ("from", s(PUBLIC)),
        ("type", s("message")),
        ("content", s("hi")),
        ("exp", nat(1_706_000_000_000)),
        ("tags", l([l([s("r"), s("é")]), l([])])),
    ])
}

fn event() -> Record {
    record([
        ("hash", s(HASH)),
        ("sig", s(SIGNATURE)),
        ("seq", nat(24)),
        ("timestamp", nat(65_536)),
        ("sequencer", s(PUBLIC)),
    ])
}

fn record<const N: usize>(fields: [(&str, Val); N]) -> Record {
    match r(fields) {
        Val::Record(own) => own,
        _ => Record::new(Vec::new()),
    }
}

/// Arguments that each takes.
fn taken(prim: Prim) -> Option<Vec<Val>> {
    let head = || vec![nat(1_706_000_000_000), nat(70), b(HASH)];
    let sealed = "4f8a88a89f98731ae67e3b6dda159dcdf377366244b99d3df2206e6dbceab2312b5dac2cc5d529aa6565";
    Some(match prim {
        Prim::BuildSTHMessage => [head(), vec![b(PUBLIC)]].concat(),
        Prim::SchnorrSign => vec![b(HASH), b(KEY)],
        Prim::SchnorrVerify => vec![b(SIGNATURE), b(""), b(PUBLIC)],
        Prim::DerivePublicKey => vec![b(KEY)],
        Prim::Ecdh => vec![b(KEY), b(OTHER)],
        Prim::DeriveKey => vec![b(HASH), s("enc:query")],
        Prim::Encrypt => vec![b(KEY), b("00ff10")],
        Prim::Decrypt => vec![b(&"11".repeat(32)), b(sealed)],
        Prim::SignSTH => [head(), vec![b(KEY)]].concat(),
        Prim::VerifySTH => vec![s(SIGNATURE), b(HASH), nat(1_706_000_000_000), nat(70), b(PUBLIC)],
        Prim::ComputeContentHash => vec![s("hi")],
        Prim::ComputeCommitHash | Prim::ComputeEnclaveId | Prim::EncodeTags => vec![Val::Record(commit())],
        Prim::ComputeEventHash => vec![Val::Record(event())],
        Prim::ComputeEventId => vec![s(HASH), b(PUBLIC), nat(7)],
        Prim::ComputeEventsRoot => vec![l([s(HASH), s(PUBLIC), s(KEY)])],
        _ => return None,
    })
}

fn ask(suite: &mut Suite, id: &str, own: Prim, args: Vec<Val>) {
    let vars: Vec<Tree> = PARAMS[..args.len()].iter().map(|name| var(name)).collect();
    let program = function(&PARAMS[..args.len()], Tree::Prim(own, vars));
    suite.call(&format!("{}: {id}", own.name()), &program, "app/P.f", args);
}

fn with<T>(mut all: Vec<T>, at: usize, other: T) -> Vec<T> {
    all[at] = other;
    all
}

/// Every argument of another type, of another length, and at its bounds.
fn arguments(suite: &mut Suite, own: Prim, args: &[Val]) {
    ask(suite, "taken", own, args.to_vec());
    for (at, arg) in args.iter().enumerate() {
        for other in values::by_type() {
            ask(suite, &format!("argument {at} {}", other.label), own, with(args.to_vec(), at, other.value));
        }
        match arg {
            Val::Bytes(octets) => {
                for length in [0, 31, 32, 33, 39, 40, 63, 64, 65] {
                    let other: Vec<u8> = octets.iter().cycle().take(length).copied().collect();
                    // What has nothing to repeat stays empty.
                    if !octets.is_empty() || length == 0 {
                        let args = with(args.to_vec(), at, Val::Bytes(other.into()));
                        ask(suite, &format!("argument {at} of {length} octets"), own, args);
                    }
                }
            }
            Val::Nat(_) => {
                for digits in NATURALS {
                    ask(suite, &format!("argument {at} {digits}"), own, with(args.to_vec(), at, n(digits)));
                }
            }
            Val::Str(text) if text.len() > 60 => {
                for (label, other) in [
                    ("upper case", text.to_uppercase()),
                    ("shorter", text[1..].to_owned()),
                    ("shorter by an octet", text[2..].to_owned()),
                    ("longer", format!("{}00", &**text)),
                    ("no hex", format!("g{}", &text[1..])),
                    ("not ASCII", format!("é{}", &text[2..])),
                    ("prefixed", format!("0x{}", &text[2..])),
                    ("with a line end", format!("{}\n", &text[1..])),
                ] {
                    ask(suite, &format!("argument {at} {label}"), own, with(args.to_vec(), at, s(&other)));
                }
            }
            _ => {}
        }
    }
}

fn numbers(suite: &mut Suite) {
    for (label, hex) in NUMBERS {
        ask(suite, &format!("key {label}"), Prim::DerivePublicKey, vec![b(hex)]);
        ask(suite, &format!("key {label}"), Prim::SchnorrSign, vec![b("00"), b(hex)]);
        ask(suite, &format!("key {label}"), Prim::SignSTH, vec![nat(1), nat(2), b(HASH), b(hex)]);
        ask(suite, &format!("private {label}"), Prim::Ecdh, vec![b(hex), b(PUBLIC)]);
        ask(suite, &format!("public {label}"), Prim::Ecdh, vec![b(KEY), b(hex)]);
        ask(suite, &format!("public {label}"), Prim::SchnorrVerify, vec![b(SIGNATURE), b(""), b(hex)]);
        let r = hex.to_owned() + &SIGNATURE[64..];
        ask(suite, &format!("r {label}"), Prim::SchnorrVerify, vec![b(&r), b(""), b(PUBLIC)]);
        let s = SIGNATURE[..64].to_owned() + hex;
        ask(suite, &format!("s {label}"), Prim::SchnorrVerify, vec![b(&s), b(""), b(PUBLIC)]);
    }
    for first in [0, 1, 2, 3, 4, 5, 6, 7, 0x82, 0xff] {
        let key = b(&format!("{first:02x}{OTHER}"));
        ask(suite, &format!("public after octet {first}"), Prim::Ecdh, vec![b(KEY), key]);
    }
    // Both halves of the same point, uncompressed (SEC 1): more than is read.
    ask(suite, "public uncompressed", Prim::Ecdh, vec![b(KEY), b(&format!("04{OTHER}{HASH}"))]);
}

/// What one primitive makes and another takes.
fn together(suite: &mut Suite) {
    let lit = |value: Val| Tree::Lit(Literal::of(&value));
    for length in [0, 1, 15, 16, 17, 32, 63, 64, 65, 127, 128, 129, 300] {
        let text = hex_text(&(0..length).map(|at| (at * 7) as u8).collect::<Vec<u8>>());
        let seal = || prim(Prim::Encrypt, [lit(b(KEY)), lit(b(&text))]);
        suite.expr(&format!("encrypt {length} octets"), seal());
        suite.expr(&format!("decrypt {length} octets"), prim(Prim::Decrypt, [lit(b(KEY)), seal()]));
        let sign = prim(Prim::SchnorrSign, [lit(b(&text)), lit(b(KEY))]);
        let verify = prim(Prim::SchnorrVerify, [sign, lit(b(&text)), lit(b(PUBLIC))]);
        suite.expr(&format!("verify {length} octets"), verify);
        let derive = prim(Prim::DeriveKey, [lit(b(&text)), lit(s(&"é".repeat(length as usize)))]);
        suite.expr(&format!("derive from {length} octets"), derive);
    }
    let sealed = hex_bytes("4f8a88a89f98731ae67e3b6dda159dcdf377366244b99d3df2206e6dbceab2312b5dac2cc5d529aa6565");
    let sealed = sealed.unwrap_or_default();
    for at in [0, 15, 16, 23, 24, 25, 26, 41] {
        let mut other = sealed.clone();
        other[at] ^= 0x80;
        let args = vec![b(&"11".repeat(32)), Val::Bytes(other.into())];
        ask(suite, &format!("octet {at} differs"), Prim::Decrypt, args);
    }
    for digits in NATURALS {
        let head = |root: &str| [lit(n(digits)), lit(nat(70)), lit(b(root)), lit(b(KEY))];
        suite.expr(&format!("tree head at {digits}"), prim(Prim::SignSTH, head(HASH)));
        let rest = [lit(b(HASH)), lit(n(digits)), lit(nat(70)), lit(b(PUBLIC))];
        let verify =
            |root: &str| Tree::Prim(Prim::VerifySTH, [vec![prim(Prim::SignSTH, head(root))], rest.to_vec()].concat());
        suite.expr(&format!("tree head at {digits} verified"), verify(HASH));
        suite.expr(&format!("tree head at {digits} of another root verified"), verify(PUBLIC));
    }
    let secret = |private: &str, public: &str| {
        prim(Prim::Ecdh, [lit(b(private)), prim(Prim::DerivePublicKey, [lit(b(public))])])
    };
    suite.expr("both ends share a secret", Tree::Op(Op::Eq, vec![secret(KEY, HASH), secret(HASH, KEY)]));
}

/// Each field missing, of every type, at its bounds; and fields that are not read.
fn fields(suite: &mut Suite, own: Prim, whole: &Record) {
    for (key, value) in whole.fields() {
        let rest = whole.fields().iter().filter(|(other, _)| other != key).cloned().collect();
        ask(suite, &format!("without {key}"), own, vec![Val::Record(Record::new(rest))]);
        let mut others: Vec<(String, Val)> =
            values::by_type().into_iter().map(|own| (own.label.to_owned(), own.value)).collect();
        match value {
            Val::Nat(_) => others.extend(NATURALS.map(|digits| (format!("= {digits}"), n(digits)))),
            Val::Str(text) if text.len() > 60 => others.extend([
                ("in upper case".to_owned(), s(&text.to_uppercase())),
                ("shorter".to_owned(), s(&text[2..])),
                ("longer".to_owned(), s(&format!("{}00", &**text))),
                ("odd".to_owned(), s(&text[1..])),
            ]),
            _ => {}
        }
        for (label, other) in others {
            ask(suite, &format!("{key} {label}"), own, vec![Val::Record(whole.with(key, other))]);
        }
    }
    let algorithms =
        [("schnorr", s("schnorr")), ("Schnorr", s("Schnorr")), ("''", s("")), ("none", Val::None), ("0", nat(0))];
    for (label, alg) in algorithms {
        ask(suite, &format!("alg {label}"), own, vec![Val::Record(whole.with("alg", alg))]);
    }
    ask(suite, "a field that is not read", own, vec![Val::Record(whole.with("more", nat(1)))]);
}

fn records(suite: &mut Suite) {
    for own in [Prim::ComputeCommitHash, Prim::ComputeEnclaveId] {
        fields(suite, own, &commit());
    }
    fields(suite, Prim::ComputeEventHash, &event());
    let text = |length: usize| s(&"é".repeat(length));
    let tags = [
        ("a text of 23 octets", l([l([s(&"a".repeat(23))])])),
        ("a text of 24 octets", l([l([text(12)])])),
        ("a text of 256 octets", l([l([text(128)])])),
        ("of 23", l((0..23).map(|_| l([])))),
        ("of 24", l((0..24).map(|_| l([])))),
        ("of 256", l((0..256).map(|_| l([s("")])))),
        ("of 24 parts", l([l((0..24).map(|_| s("p")))])),
        ("with a natural", l([l([s("a"), nat(1)])])),
        ("with none", l([l([Val::None])])),
        ("without lists", l([s("a")])),
        ("as a record", l([r([("0", s("a"))])])),
        ("with octets", l([l([b("00")])])),
        ("in JSON's escapes", l([l([s("\u{0}\"\\\u{2028}")])])),
    ];
    for (label, tags) in tags {
        for own in [Prim::EncodeTags, Prim::ComputeCommitHash] {
            ask(suite, &format!("tags {label}"), own, vec![Val::Record(commit().with("tags", tags.clone()))]);
        }
    }
    // 2^16 octets, where the head grows again, made by doubling.
    let doubled =
        (0..16).fold(var("x"), |body, _| let_in("x", Tree::Op(Op::ConcatStr, vec![var("x"), var("x")]), body));
    let tag = Tree::List(vec![Tree::List(vec![let_in("x", Tree::Lit(Literal::of(&s("a"))), doubled)])]);
    let long = prim(Prim::EncodeTags, [Tree::Record(vec![("tags".into(), tag)])]);
    suite.expr("encodeTags: a text of 65536 octets, hashed", prim(Prim::Sha256Str, [long]));
    let contents = [
        ("text that is JSON", s("5")),
        ("the natural", nat(5)),
        ("octets", b("00ff")),
        ("their hex", s("00ff")),
        ("a record", r([("b", nat(1)), ("a", l([Val::None, Val::Bool(true)]))])),
        ("a natural too large inside", r([("a", n("9007199254740992"))])),
        ("none", Val::None),
        ("none inside", l([Val::None])),
        ("the text null", s("null")),
    ];
    for (label, content) in contents {
        ask(suite, label, Prim::ComputeContentHash, vec![content.clone()]);
        ask(
            suite,
            &format!("content of {label}"),
            Prim::ComputeCommitHash,
            vec![Val::Record(commit().with("content", content))],
        );
    }
}

fn roots(suite: &mut Suite) {
    let id = |at: usize| s(&format!("{at:064x}"));
    for size in (0..=9).chain([15, 16, 17, 70]) {
        ask(suite, &format!("{size} ids"), Prim::ComputeEventsRoot, vec![l((0..size).map(id))]);
    }
    let bad = [
        ("none", Val::None),
        ("octets", b(HASH)),
        ("upper case", s(&HASH.to_uppercase())),
        ("short", s(&HASH[2..])),
        ("empty", s("")),
        ("a list", l([s(HASH)])),
    ];
    for (label, other) in bad {
        for at in 0..3 {
            let ids = with(vec![id(1), id(2), id(3)], at, other.clone());
            ask(suite, &format!("{label} at {at}"), Prim::ComputeEventsRoot, vec![l(ids)]);
        }
    }
}

/// The protocol's primitives.
pub(super) fn protocol() -> Suite {
    let mut suite = Suite::new("protocol");
    for own in Prim::ALL {
        if let Some(args) = taken(own) {
            arguments(&mut suite, own, &args);
        }
    }
    numbers(&mut suite);
    together(&mut suite);
    records(&mut suite);
    roots(&mut suite);
    suite
}
