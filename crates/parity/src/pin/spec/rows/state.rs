//! `kernel/StateTree`.

use super::{Found, empty, entry, lies, list, octets, text};
use crate::pin::draft::Suite;
use crate::pin::values::{b, l, n, nat, r, s};
use etymon_kernel_rt::{Op, Prim, Val};

const DEPTH: usize = 168;

type Key = [u8; 21];
type Leaves = Vec<(Key, Val)>;

/// The number that these octets are, most significant first.
fn number(own: &[u8]) -> Val {
    own.iter().fold(nat(0), |high, octet| Op::Add.apply(&[Op::Mul.apply(&[high, nat(256)]), nat(u64::from(*octet))]))
}

fn hex(own: &[u8]) -> String {
    own.iter().map(|octet| format!("{octet:02x}")).collect()
}

fn bit(key: &Key, depth: usize) -> bool {
    key[depth / 8] >> (7 - depth % 8) & 1 == 1
}

/// The first `depth` bits as a number of 21 octets.
fn prefix(key: &Key, depth: usize) -> Key {
    let mut own = [0; 21];
    for at in 0..depth {
        let to = DEPTH - depth + at;
        own[to / 8] |= u8::from(bit(key, at)) << (7 - to % 8);
    }
    own
}

fn key(first: u8, last: u8) -> Key {
    let mut own = [0; 21];
    own[0] = first;
    own[20] = last;
    own
}

/// The hash of the subtree of these leaves, which share their first `depth` bits.
fn node(leaves: &[(Key, Val)], depth: usize) -> Val {
    match leaves {
        [] => empty(),
        [(key, value)] if depth == DEPTH => Prim::SmtLeafHash.apply(&[octets(key), value.clone()]),
        _ => {
            let (right, left): (Leaves, Leaves) = leaves.iter().cloned().partition(|(key, _)| bit(key, depth));
            Prim::SmtNodeHash.apply(&[node(&left, depth + 1), node(&right, depth + 1)])
        }
    }
}

fn row(leaves: &[(Key, Val)], depth: usize) -> Vec<Val> {
    let hash = node(leaves, depth);
    match leaves {
        [] => vec![],
        [(key, value)] => vec![leaf(key, value, &hash)],
        _ => vec![r([("hash", hash)])],
    }
}

fn leaf(key: &Key, value: &Val, hash: &Val) -> Val {
    r([("key", number(key)), ("value", value.clone()), ("hash", hash.clone())])
}

fn name(depth: usize, prefix: &Key) -> String {
    format!("n/{depth:02x}/{}", hex(prefix))
}

/// What a host finds on the way to a key.
fn found(leaves: &Leaves, key: &Key) -> Found {
    let mut own = leaves.clone();
    let mut all = vec![(name(0, &[0; 21]), row(&own, 0))];
    for depth in 1..=DEPTH {
        if own.len() < 2 {
            break;
        }
        let (near, far): (Leaves, Leaves) =
            own.into_iter().partition(|(other, _)| bit(other, depth - 1) == bit(key, depth - 1));
        let mut path = prefix(key, depth);
        all.push((name(depth, &path), row(&near, depth)));
        path[20] ^= 1;
        all.push((name(depth, &path), row(&far, depth)));
        own = near;
    }
    all
}

/// `honest` with one thing wrong, with what that is.
fn spoilt(honest: &Found) -> Vec<(String, Val)> {
    let mut all = Vec::new();
    for at in [0, honest.len() / 2, honest.len() - 1] {
        let mut missing = honest.clone();
        missing.remove(at);
        all.push((format!("row {at} missing"), list(&missing)));
    }
    // The row where the walk ends and the one beside it; the rest fare alike.
    for at in honest.len().saturating_sub(2)..honest.len() {
        for (label, items) in honest[at].1.first().map_or(Vec::new(), lies) {
            let mut lying = honest.clone();
            lying[at].1 = items;
            all.push((format!("row {at} {label}"), list(&lying)));
        }
    }
    for at in (1..honest.len()).step_by(2).take(2) {
        let mut swapped = honest.clone();
        (swapped[at].1, swapped[at + 1].1) = (honest[at + 1].1.clone(), honest[at].1.clone());
        all.push((format!("rows {at} swapped"), list(&swapped)));
    }
    all
}

/// Four leaves that part at depths 1, 4 and 6, and a fifth beside the last at depth 20.
fn tree() -> Leaves {
    let mut deep = key(0b1111_1100, 9);
    deep[2] = 0x10;
    vec![
        (key(0, 7), b("00")),
        (key(0b1110_0000, 1), b("")),
        (key(0b1111_0000, 2), b(&"01".repeat(32))),
        (key(0b1111_1100, 3), b("0a0b")),
        (deep, b("02")),
    ]
}

/// Keys, with what a walk to each meets.
fn aims() -> Vec<(&'static str, Key)> {
    let mut split = key(0b1111_1100, 3);
    split[1] = 0x80;
    vec![
        ("a leaf beside inner nodes", key(0, 7)),
        ("a leaf beside a leaf", key(0b1111_1100, 3)),
        ("a leaf at depth 4", key(0b1110_0000, 1)),
        ("another leaf", key(0, 6)),
        ("another leaf at depth 5", key(0b1110_1000, 1)),
        ("nothing", key(0b1000_0000, 1)),
        ("nothing at depth 9", split),
    ]
}

fn walks(suite: &mut Suite) {
    let tree = tree();
    let root = node(&tree, 0);
    for (label, key) in aims() {
        let own = found(&tree, &key);
        let args = |found: Val| vec![number(&key), found];
        suite.spec(&format!("stateReads of {label}"), "kernel/StateTree.stateReads", args(l([])));
        suite.spec(&format!("stateReads of {label}, all found"), "kernel/StateTree.stateReads", args(list(&own)));
        let half = own[..own.len() / 2].to_vec();
        suite.spec(&format!("stateReads of {label}, half found"), "kernel/StateTree.stateReads", args(list(&half)));
        let args = |root: &Val, found: Val| vec![root.clone(), number(&key), found];
        suite.spec(&format!("stateAt {label}"), "kernel/StateTree.stateAt", args(&root, list(&own)));
        let args = args(&node(&tree[1..], 0), list(&own));
        suite.spec(&format!("stateAt {label}, another root"), "kernel/StateTree.stateAt", args);
        let args = vec![root.clone(), number(&key), list(&own.iter().rev().cloned().collect())];
        suite.spec(&format!("stateValue {label}, in reverse"), "kernel/StateTree.stateValue", args);
        for (what, value) in [("another value", b("77")), ("removal", Val::None)] {
            let args = vec![root.clone(), number(&key), value, list(&own)];
            suite.spec(&format!("stateWrite {label}, {what}"), "kernel/StateTree.stateWrite", args);
        }
    }
    let (key, value) = &tree[0];
    for (what, value) in [("the same value", value.clone()), ("text", s("77"))] {
        let args = vec![root.clone(), number(key), value, list(&found(&tree, key))];
        suite.spec(&format!("stateWrite {what}"), "kernel/StateTree.stateWrite", args);
    }
    // 2^168 is beyond every key.
    let wide = n("374144419156711147060143317175368453031918731001856");
    for (label, key) in [("a key", number(key)), ("a wide key", wide), ("text", s("1")), ("none", Val::None)] {
        suite.spec(
            &format!("stateReads of {label} in nothing"),
            "kernel/StateTree.stateReads",
            vec![key.clone(), Val::None],
        );
        let none = list(&found(&vec![], &[0; 21]));
        let args = vec![empty(), key.clone(), none.clone()];
        suite.spec(&format!("stateAt {label} in the empty tree"), "kernel/StateTree.stateAt", args);
        let args = vec![empty(), key, b("01"), none];
        suite.spec(&format!("stateWrite {label} in the empty tree"), "kernel/StateTree.stateWrite", args);
    }
    for (label, tree) in [("the last", tree[..1].to_vec()), ("one of two", vec![tree[2].clone(), tree[3].clone()])] {
        let key = tree.last().map_or([0; 21], |(key, _)| *key);
        let args = vec![node(&tree, 0), number(&key), Val::None, list(&found(&tree, &key))];
        suite.spec(&format!("stateWrite removes {label}"), "kernel/StateTree.stateWrite", args);
    }
}

fn lying(suite: &mut Suite) {
    let tree = tree();
    let root = node(&tree, 0);
    for (label, key) in [&aims()[2], &aims()[4]] {
        for (what, found) in spoilt(&found(&tree, key)) {
            let args = vec![root.clone(), number(key), found];
            suite.spec(&format!("stateAt {label}, {what}"), "kernel/StateTree.stateAt", args);
        }
    }
    // A removal writes the sibling's row elsewhere, so that one must hold as well.
    let (label, key) = &aims()[1];
    let own = found(&tree, key);
    let last = format!("row {} ", own.len() - 1);
    for (what, found) in spoilt(&own).into_iter().filter(|(what, _)| what.starts_with(&last)) {
        let args = vec![root.clone(), number(key), Val::None, found];
        suite.spec(&format!("stateWrite removes {label}, {what}"), "kernel/StateTree.stateWrite", args);
    }
    for (what, found) in [("none", Val::None), ("text", s("x")), ("no entries", l([nat(1), s("x"), r([])]))] {
        let args = vec![root.clone(), number(key), found];
        suite.spec(&format!("stateAt, found {what}"), "kernel/StateTree.stateAt", args);
    }
}

fn keys(suite: &mut Suite) {
    let raw = "07".repeat(32);
    let Val::Bytes(digest) = Prim::Sha256.apply(&[b(&raw)]) else { return };
    let numbers: Vec<Val> = digest.iter().map(|octet| nat(u64::from(*octet))).collect();
    let answer = |items: Vec<Val>| l([entry(r([("octets", s(&hex(&digest)))]), items)]);
    let mut lie = numbers.clone();
    lie.swap(0, 1);
    let mut wide = numbers.clone();
    wide[31] = nat(256 + u64::from(digest[31]));
    for (label, namespace, raw, found) in [
        ("found", nat(1), s(&raw), answer(numbers.clone())),
        ("in the last namespace", nat(255), s(&raw), answer(numbers.clone())),
        ("not found", nat(0), s(&raw), l([])),
        ("swapped octets", nat(0), s(&raw), answer(lie)),
        ("a cut hash", nat(0), s(&raw), answer(numbers[..20].to_vec())),
        ("an octet of nine bits", nat(0), s(&raw), answer(wide)),
        ("no octets", nat(0), s(&raw), answer(vec![])),
        ("namespace 256", nat(256), s(&raw), answer(numbers.clone())),
        ("namespace of text", s("0"), s(&raw), answer(numbers.clone())),
        ("upper case", nat(0), s("0A"), l([])),
        ("half an octet", nat(0), s("0"), l([])),
        ("no raw key", nat(0), Val::None, answer(numbers)),
    ] {
        for call in ["keyReads", "keyOf"] {
            let args = vec![namespace.clone(), raw.clone(), found.clone()];
            suite.spec(&format!("{call} {label}"), &format!("kernel/StateTree.{call}"), args);
        }
    }
}

/// Siblings by depth, of a key in a tree.
fn siblings(leaves: &Leaves, key: &Key) -> Vec<Val> {
    let mut own = leaves.clone();
    (0..DEPTH)
        .map(|depth| {
            let (near, far): (Leaves, Leaves) =
                std::mem::take(&mut own).into_iter().partition(|(other, _)| bit(other, depth) == bit(key, depth));
            own = near;
            if far.is_empty() { Val::None } else { node(&far, depth + 1) }
        })
        .collect()
}

/// The path of a key, from leaf to root.
fn path(key: &Key, siblings: &[Val]) -> Val {
    l((0..DEPTH).rev().map(|depth| r([("bit", nat(u64::from(bit(key, depth)))), ("hash", siblings[depth].clone())])))
}

/// Which siblings are there.
fn bitmap(siblings: &[Val]) -> Key {
    let mut map = [0; 21];
    for depth in (0..DEPTH).filter(|depth| siblings[*depth] != Val::None) {
        map[depth / 8] |= 0x80 >> (depth % 8);
    }
    map
}

/// An honest host's octets of a bitmap.
fn taken_apart(map: &Key) -> Val {
    l([entry(r([("octets", s(&hex(map)))]), map.iter().map(|octet| nat(u64::from(*octet))).collect())])
}

/// A proof, and the same with one thing wrong, each with its bitmap.
fn forms(key: &Key, value: &Val, siblings: &[Val]) -> Vec<(&'static str, Val, Key)> {
    let hashes: Vec<Val> = siblings.iter().rev().filter(|hash| **hash != Val::None).map(text).collect();
    let own = bitmap(siblings);
    // The leaf's sibling, which no tree here has.
    let mut fuller = own;
    fuller[20] |= 1;
    let v = if *value == Val::None { Val::None } else { text(value) };
    let (k, m, all) = (s(&hex(key)), s(&hex(&own)), l(hashes.clone()));
    let form = |k: &Val, v: &Val, b: &Val, s: &Val| {
        r([("k", k.clone()), ("v", v.clone()), ("b", b.clone()), ("s", s.clone())])
    };
    let with = |s: Vec<Val>| form(&k, &v, &m, &l(s));
    let joined = |first: Val, rest: &[Val]| [&[first], rest].concat();
    let loud = match &hashes[0] {
        Val::Str(text) => s(&text.to_uppercase()),
        other => other.clone(),
    };
    let more = r([("k", k.clone()), ("v", v.clone()), ("b", m.clone()), ("s", all.clone()), ("x", nat(1))]);
    let empty = text(&empty());
    vec![
        ("whole", form(&k, &v, &m, &all), own),
        ("another k", form(&s(&"00".repeat(21)), &v, &m, &all), own),
        ("another v", form(&k, &s("77"), &m, &all), own),
        ("v of no octets", form(&k, &s(""), &m, &all), own),
        ("without v", r([("k", k.clone()), ("b", m.clone()), ("s", all.clone())]), own),
        ("a field too many", more, own),
        ("a short b", form(&k, &v, &s("00"), &all), own),
        ("b none", form(&k, &v, &Val::None, &all), own),
        ("a sibling left over", with(joined(empty.clone(), &hashes)), own),
        ("a sibling missing", with(hashes[1..].to_vec()), own),
        ("siblings swapped", with(hashes.iter().rev().cloned().collect()), own),
        ("an empty sibling", form(&k, &v, &s(&hex(&fuller)), &l(joined(empty, &hashes))), fuller),
        ("upper case", with(joined(loud, &hashes[1..])), own),
        ("s of text", form(&k, &v, &m, &s("x")), own),
        ("a list", l([]), own),
    ]
}

fn proofs(suite: &mut Suite) {
    let tree = tree();
    let root = node(&tree, 0);
    for (label, key, value) in [("presence", tree[3].0, tree[3].1.clone()), ("absence", aims()[4].1, Val::None)] {
        let beside = siblings(&tree, &key);
        let own = path(&key, &beside);
        for (what, key) in [("", number(&key)), (" of another key", nat(5)), (" of text", s("5"))] {
            let args = vec![key, value.clone(), own.clone()];
            suite.spec(&format!("stateProof {label}{what}"), "kernel/StateTree.stateProof", args);
        }
        let forms = forms(&key, &value, &beside);
        for (what, proof, map) in &forms {
            let args = vec![root.clone(), number(&key), value.clone(), proof.clone(), taken_apart(map)];
            suite.spec(&format!("verifyStateProof {label}, {what}"), "kernel/StateTree.verifyStateProof", args);
        }
        let (_, whole, map) = &forms[0];
        for (what, proof, found) in [
            ("whole", whole, l([])),
            ("whole, found", whole, taken_apart(map)),
            ("a short b", &forms[6].1, l([])),
            ("b none", &forms[7].1, l([])),
        ] {
            let args = vec![proof.clone(), found];
            suite.spec(&format!("proofReads {label}, {what}"), "kernel/StateTree.proofReads", args);
        }
        let lie = l([entry(r([("octets", s(&hex(map)))]), vec![nat(0); 21])]);
        for (what, root, value, found) in [
            ("nothing found", root.clone(), value.clone(), l([])),
            ("lying octets", root.clone(), value.clone(), lie),
            ("another root", empty(), value.clone(), taken_apart(map)),
            ("another value", root.clone(), b("77"), taken_apart(map)),
            ("a value of text", root.clone(), s("77"), taken_apart(map)),
        ] {
            let args = vec![root, number(&key), value, whole.clone(), found];
            suite.spec(&format!("verifyStateProof {label}, {what}"), "kernel/StateTree.verifyStateProof", args);
        }
    }
}

pub(super) fn state(suite: &mut Suite) {
    keys(suite);
    walks(suite);
    lying(suite);
    proofs(suite);
}
