//! Commits, events, receipts, sessions and tree heads that hold, and the same with one field spoilt. They are made here with the
//! primitives, apart from the spec.

use crate::pin::draft::Suite;
use crate::pin::values::{b, l, n, nat, r, s};
use etymon_kernel_rt::{Prim, Val};

const AUTHOR: &str = "0000000000000000000000000000000000000000000000000000000000000003";
const SEQUENCER: &str = "b7e151628aed2a6abf7158809cf4f3c762e7160f38b4da56a784d9045190cfef";
const SESSION: &str = "0340034003400340034003400340034003400340034003400340034003400340";
/// The order of the curve, which is no key.
const ORDER: &str = "fffffffffffffffffffffffffffffffebaaedce6af48a03bbfd25e8cd0364141";

type Fields = Vec<(&'static str, Val)>;

fn hex(octets: &Val) -> Val {
    Prim::BytesToHex.apply(std::slice::from_ref(octets))
}

fn public(key: &str) -> Val {
    hex(&Prim::DerivePublicKey.apply(&[b(key)]))
}

fn sign(hash: &Val, key: &str) -> Val {
    hex(&Prim::SchnorrSign.apply(&[hash.clone(), b(key)]))
}

fn record(fields: &Fields) -> Val {
    Val::Record(etymon_kernel_rt::Record::new(
        fields.iter().map(|(key, value)| ((*key).into(), value.clone())).collect(),
    ))
}

fn field(fields: &Fields, key: &str) -> Val {
    fields.iter().find(|(own, _)| *own == key).map_or(Val::None, |(_, value)| value.clone())
}

/// The record, then it with one field absent, none, of another type, and of the right type but wrong.
fn spoilt(fields: &Fields) -> Vec<(String, Val)> {
    let mut all = vec![("whole".to_owned(), record(fields))];
    for (at, (key, value)) in fields.iter().enumerate() {
        let with = |other: Val| {
            let mut fields = fields.clone();
            fields[at].1 = other;
            record(&fields)
        };
        let mut without = fields.clone();
        without.remove(at);
        all.push((format!("without {key}"), record(&without)));
        all.push((format!("{key} of octets"), with(b("00"))));
        let wrong = match value {
            Val::Str(text) if text.len() == 128 => s(&format!("00{}", &text[2..])),
            Val::Str(text) if text.len() == 64 => public(ORDER_LESS_ONE),
            Val::Str(_) => s("other"),
            Val::Nat(_) => nat(25),
            _ => l([l([s("other")])]),
        };
        all.push((format!("another {key}"), with(wrong)));
        if let Val::Str(text) = value {
            all.push((format!("{key} in upper case"), with(s(&text.to_uppercase()))));
            all.push((format!("{key} cut"), with(s(&text[..text.len().saturating_sub(2)]))));
        }
        if let Val::Nat(_) = value {
            all.push((format!("{key} too large"), with(n("18446744073709551616"))));
        }
    }
    all
}

const ORDER_LESS_ONE: &str = "fffffffffffffffffffffffffffffffebaaedce6af48a03bbfd25e8cd0364140";

fn commit(kind: &str, content: Val) -> Fields {
    let mut fields = vec![
        ("enclave", s(&"ab".repeat(32))),
        ("from", public(AUTHOR)),
        ("type", s(kind)),
        ("content", content),
        ("exp", nat(1_706_000_000_000)),
        ("tags", l([l([s("r"), s("é")]), l([])])),
        ("alg", s("schnorr")),
    ];
    if kind == "Manifest" {
        fields[0].1 = Prim::ComputeEnclaveId.apply(&[record(&fields)]);
    }
    let hash = Prim::ComputeCommitHash.apply(&[record(&fields)]);
    fields.push(("hash", hex(&hash)));
    fields.push(("sig", sign(&hash, AUTHOR)));
    fields
}

fn event(mut fields: Fields, seq: u64) -> Fields {
    fields.extend([("seq", nat(seq)), ("timestamp", nat(1_705_000_000_000)), ("sequencer", public(SEQUENCER))]);
    let hash = Prim::ComputeEventHash.apply(&[record(&fields)]);
    let id = Prim::ComputeEventId.apply(&[field(&fields, "enclave"), hash.clone(), nat(seq)]);
    fields.extend([("id", id), ("seq_sig", sign(&hash, SEQUENCER))]);
    fields
}

fn session() -> Fields {
    let (id, key, sequencer) = (public(AUTHOR), public(SESSION), public(SEQUENCER));
    let text = |key: &Val| if let Val::Str(text) = key { text.to_string() } else { String::new() };
    let (a, k, q) = (text(&id), text(&key), text(&sequencer));
    // An array of five: a text of 11 octets, three strings of 32, a number of 8.
    let cbor = format!("856b656e632d73657373696f6e5820{a}5820{k}5820{q}1b000001a3185c5000");
    let sig = sign(&Prim::Sha256.apply(&[b(&cbor)]), AUTHOR);
    vec![
        ("id_pub", id),
        ("session_pub", key),
        ("seq_pub", sequencer),
        ("expires", nat(1_800_000_000_000)),
        ("sig", sig),
    ]
}

fn head() -> Fields {
    let (time, size, root) = (nat(1_706_000_000_000), nat(70), "24".repeat(32));
    let sig = Prim::SignSTH.apply(&[time.clone(), size.clone(), b(&root), b(SEQUENCER)]);
    vec![("t", time), ("n", size), ("root", s(&root)), ("seq_pub", public(SEQUENCER)), ("sig", sig)]
}

fn commits(suite: &mut Suite) {
    let contents = [
        ("text", s("hé")),
        ("a record", r([("b", nat(1)), ("a", l([Val::None]))])),
        ("none", Val::None),
        ("octets", b("00ff")),
        ("no JSON", n("9007199254740992")),
    ];
    let keys = [("author", AUTHOR), ("another", SESSION), ("no", ORDER)];
    for (label, content) in contents {
        let own = commit("message", content.clone());
        for call in ["verifyCommit", "commitProblem"] {
            suite.spec(&format!("{call} of {label}"), &format!("kernel/Event.{call}"), vec![record(&own)]);
        }
        let args = ["enclave", "from", "type", "content", "exp", "tags"].map(|key| field(&own, key)).to_vec();
        suite.spec(&format!("mkCommit of {label}"), "kernel/Event.mkCommit", args);
        let args = ["from", "content", "exp", "tags"].map(|key| field(&own, key)).to_vec();
        suite.spec(&format!("mkManifest of {label}"), "kernel/Event.mkManifest", args);
        for (whose, key) in keys {
            let id = format!("signCommit of {label} with {whose} key");
            suite.spec(&id, "kernel/Event.signCommit", vec![record(&own), s(key)]);
            let id = format!("mkEvent of {label} with {whose} key");
            suite.spec(&id, "kernel/Event.mkEvent", vec![record(&own), nat(24), nat(65_536), s(key)]);
        }
    }
    for kind in ["message", "Manifest"] {
        for (label, own) in spoilt(&commit(kind, s("hi"))) {
            suite.spec(&format!("commitProblem {kind} {label}"), "kernel/Event.commitProblem", vec![own]);
        }
    }
}

fn events(suite: &mut Suite) {
    let own = event(commit("message", s("hi")), 24);
    let receipt: Fields = ["enclave", "id", "hash", "seq", "timestamp", "sequencer", "sig", "seq_sig"]
        .map(|key| (key, field(&own, key)))
        .to_vec();
    suite.spec("mkReceipt of an event", "kernel/Event.mkReceipt", vec![record(&own)]);
    for (label, other) in spoilt(&own) {
        suite.spec(&format!("verifyEvent {label}"), "kernel/Event.verifyEvent", vec![other, public(SEQUENCER)]);
    }
    suite.spec("verifyEvent of another", "kernel/Event.verifyEvent", vec![record(&own), public(AUTHOR)]);
    for (label, other) in spoilt(&receipt) {
        let args = vec![record(&commit("message", s("hi"))), other, public(SEQUENCER)];
        suite.spec(&format!("verifyReceipt {label}"), "kernel/Event.verifyReceipt", args);
    }
    let args = vec![record(&commit("message", s("ho"))), record(&receipt), public(SEQUENCER)];
    suite.spec("verifyReceipt of another commit", "kernel/Event.verifyReceipt", args);
}

fn sessions(suite: &mut Suite) {
    let own = session();
    let now = nat(1_705_000_000_000);
    for (label, other) in spoilt(&own) {
        suite.spec(&format!("sessionToken {label}"), "kernel/Session.sessionToken", vec![other.clone()]);
        let args = vec![other, public(SEQUENCER), now.clone()];
        suite.spec(&format!("sessionProblem {label}"), "kernel/Session.sessionProblem", args);
    }
    for (label, now) in
        [("before", nat(1_799_999_999_999)), ("at", nat(1_800_000_000_000)), ("no time", Val::None), ("text", s("1"))]
    {
        let args = vec![record(&own), public(SEQUENCER), now];
        suite.spec(&format!("sessionProblem {label} its end"), "kernel/Session.sessionProblem", args);
    }
    let args = vec![record(&own), public(AUTHOR), now.clone()];
    suite.spec("sessionProblem elsewhere", "kernel/Session.sessionProblem", args);
    let body = Prim::Sha256Str.apply(&[s("{}")]);
    for (label, key) in [("session", SESSION), ("identity", AUTHOR)] {
        let args = vec![record(&own), sign(&body, key), body.clone(), public(SEQUENCER), now.clone()];
        suite.spec(&format!("requestProblem signed by the {label}"), "kernel/Session.requestProblem", args);
    }
    for (label, key) in [("identity", s(AUTHOR)), ("no key", s(ORDER)), ("none", Val::None)] {
        let args = vec![key, public(SESSION), public(SEQUENCER), nat(1_800_000_000_000)];
        suite.spec(&format!("openSession by {label}"), "kernel/Session.openSession", args);
    }
    for value in ["0", "23", "24", "255", "256", "65535", "65536", "4294967295", "4294967296", "18446744073709551615"] {
        suite.spec(&format!("cborNat {value}"), "kernel/Session.cborNat", vec![n(value)]);
    }
    suite.spec("cborNat 2^64", "kernel/Session.cborNat", vec![n("18446744073709551616")]);
}

fn keys(suite: &mut Suite) {
    for (label, other) in spoilt(&head()) {
        suite.spec(&format!("verifyTreeHead {label}"), "kernel/Crypto.verifyTreeHead", vec![other, public(SEQUENCER)]);
    }
    let args = vec![record(&head()), public(AUTHOR)];
    suite.spec("verifyTreeHead of another", "kernel/Crypto.verifyTreeHead", args);
    for (label, key) in [("sequencer", SEQUENCER), ("none", ORDER), ("short", &SEQUENCER[2..])] {
        suite.spec(&format!("publicKeyOf {label}"), "kernel/Crypto.publicKeyOf", vec![s(key)]);
        let args = vec![nat(5), nat(6), s(&"24".repeat(32)), s(key)];
        suite.spec(&format!("signTreeHead {label}"), "kernel/Crypto.signTreeHead", args);
        for call in ["sharedSecret", "queryKey", "responseKey"] {
            suite.spec(&format!("{call} {label}"), &format!("kernel/Crypto.{call}"), vec![s(key), public(AUTHOR)]);
        }
    }
    let key = b(&"11".repeat(32));
    let sealed = hex(&Prim::Encrypt.apply(&[key.clone(), b("00ff10")]));
    suite.spec("sealOctets", "kernel/Crypto.sealOctets", vec![key.clone(), b("00ff10")]);
    suite.spec("openOctets", "kernel/Crypto.openOctets", vec![key.clone(), sealed]);
    suite.spec("openOctets of none", "kernel/Crypto.openOctets", vec![key, s("00")]);
    for text in ["00ff", "00FF", "00f", "", "0x", "zz"] {
        suite.spec(&format!("isHex {text}"), "kernel/Crypto.isHex", vec![s(text), nat(2)]);
        suite.spec(&format!("fromHex {text}"), "kernel/Crypto.fromHex", vec![s(text), nat(2)]);
    }
}

fn filters(suite: &mut Suite) {
    let event = |seq: u64| {
        let kind = if seq.is_multiple_of(2) { "note" } else { "message" };
        let tags = if seq > 2 { l([l([s("r"), s("x")]), l([s("p")])]) } else { l([]) };
        r([("id", s(&format!("{seq:02x}"))), ("seq", nat(seq)), ("type", s(kind)), ("from", s("me")), ("tags", tags)])
    };
    let log = l((0..6).map(event));
    let range = |fields: Val| r([("seq", fields)]);
    for (label, filter) in [
        ("anything", r([])),
        ("a type", r([("type", s("message"))])),
        ("one of two types", r([("type", l([s("message"), s("other")]))])),
        ("no type at all", r([("type", l([]))])),
        ("an id", r([("id", s("03"))])),
        ("ids", r([("id", l([s("01"), s("05"), s("09")]))])),
        ("an author", r([("from", s("you"))])),
        ("a tag", r([("tags", l([l([s("r"), s("x")])]))])),
        ("two tags", r([("tags", l([l([s("r"), s("x")]), l([s("p")])]))])),
        ("half a tag", r([("tags", l([l([s("r")])]))])),
        ("from", range(r([("start", nat(4))]))),
        ("up to", range(r([("end", nat(2))]))),
        ("a range", range(r([("start", nat(1)), ("end", nat(4))]))),
        ("an empty range", range(r([("start", nat(4)), ("end", nat(1))]))),
        ("newest", r([("reverse", Val::Bool(true)), ("limit", nat(2))])),
        ("oldest", r([("reverse", Val::Bool(false)), ("limit", nat(2))])),
        ("none given", r([("type", Val::None), ("seq", Val::None), ("limit", Val::None)])),
        ("limit 0", r([("limit", nat(0))])),
        ("limit 1000", r([("limit", nat(1000))])),
        ("limit 1001", r([("limit", nat(1001))])),
        ("limit of text", r([("limit", s("1"))])),
        ("an unknown field", r([("types", s("message"))])),
        ("an unknown bound", range(r([("from", nat(1))]))),
        ("a range of text", range(s("1"))),
        ("a bound of text", range(r([("start", s("1"))]))),
        ("reverse of a number", r([("reverse", nat(1))])),
        ("a type of a number", r([("type", nat(1))])),
        ("types with a number", r([("type", l([s("message"), nat(1)]))])),
        ("tags of text", r([("tags", l([s("r")]))])),
        ("an empty tag", r([("tags", l([l([])]))])),
        ("a prototype", r([("__proto__", s("x"))])),
        ("a list", l([])),
        ("text", s("x")),
        ("nothing", Val::None),
    ] {
        suite.spec(&format!("select {label}"), "kernel/Filter.select", vec![filter.clone(), log.clone()]);
        suite.spec(&format!("isFilter {label}"), "kernel/Filter.isFilter", vec![filter.clone()]);
        suite.spec(&format!("matchesFilter {label}"), "kernel/Filter.matchesFilter", vec![filter, event(3)]);
    }
}

fn trees(suite: &mut Suite) {
    let leaves = |size: u8| l((0..size).map(|at| Prim::Sha256.apply(&[b(&format!("{at:02x}"))])));
    for size in 0..=9 {
        let own = leaves(size);
        suite.spec(&format!("logRoot of {size}"), "kernel/Ct.logRoot", vec![own.clone()]);
        for at in 0..=u64::from(size) {
            let args = vec![own.clone(), nat(at)];
            suite.spec(&format!("inclusionPath {at} of {size}"), "kernel/Ct.inclusionPath", args.clone());
            suite.spec(&format!("consistencyPath {at} of {size}"), "kernel/Ct.consistencyPath", args);
        }
    }
    let log = r([("leaves", leaves(5))]);
    for (method, args) in [
        ("append", vec![b(&"01".repeat(32)), b(&"02".repeat(32))]),
        ("append", vec![b("01"), s("02")]),
        ("size", vec![]),
        ("root", vec![]),
        ("rootAt", vec![nat(3)]),
        ("rootAt", vec![nat(6)]),
        ("inclusionProof", vec![nat(4)]),
        ("inclusionProof", vec![nat(5)]),
        ("consistencyProof", vec![nat(3)]),
        ("consistencyProof", vec![nat(6)]),
    ] {
        let id = format!("log, {method} {args:?}");
        let args = std::iter::once(log.clone()).chain(args).collect();
        suite.spec(&id, &format!("kernel/Ct.CertificateTransparency.{method}"), args);
    }
    let leaf = |key: &str, value: &str| r([("key", n(key)), ("value", b(value))]);
    // 2^167 and its neighbour share all bits but the last with each other and none with the rest.
    let far = "187072209578355573530071658587684226515959365500928";
    let tree = l([leaf("4", "00"), leaf("5", "01"), leaf("7", ""), leaf(far, "02")]);
    for (label, leaves) in [("four leaves", tree.clone()), ("a leaf", l([leaf(far, "02")])), ("no leaf", l([]))] {
        suite.spec(&format!("stateRoot of {label}"), "kernel/Smt.stateRoot", vec![leaves.clone()]);
        for key in ["5", "6", far] {
            let args = vec![leaves.clone(), n(key)];
            for call in ["statePath", "valueAt", "without"] {
                suite.spec(&format!("{call} {key} of {label}"), &format!("kernel/Smt.{call}"), args.clone());
            }
            let args = vec![leaves.clone(), n(key), b("0a0b")];
            suite.spec(&format!("withValue {key} of {label}"), "kernel/Smt.withValue", args);
        }
    }
    // 2^168 is beyond every key.
    let wide = n("374144419156711147060143317175368453031918731001856");
    let this = r([("leaves", tree)]);
    for (method, args) in [
        ("insert", vec![n("6"), b("03")]),
        ("insert", vec![n("5"), b("03")]),
        ("insert", vec![wide.clone(), b("03")]),
        ("insert", vec![n("6"), s("03")]),
        ("remove", vec![n("5")]),
        ("remove", vec![n("6")]),
        ("root", vec![]),
        ("prove", vec![n("5")]),
        ("prove", vec![n("6")]),
        ("prove", vec![wide]),
    ] {
        let id = format!("tree, {method} {args:?}");
        let args = std::iter::once(this.clone()).chain(args).collect();
        suite.spec(&id, &format!("kernel/Smt.SparseMerkleTree.{method}"), args);
    }
}

/// All of them.
pub(super) fn signed(suite: &mut Suite) {
    commits(suite);
    events(suite);
    sessions(suite);
    keys(suite);
    filters(suite);
    trees(suite);
}
