//! `kernel/Log`.

use super::{Found, empty, lies, list, octets, text};
use crate::pin::draft::Suite;
use crate::pin::values::{b, l, n, nat, r, s};
use etymon_kernel_rt::{Prim, Val};

fn hashes(count: u64) -> Vec<Val> {
    (0..count).map(|at| Prim::CtLeafHash.apply(&[b("11"), octets(&at.to_be_bytes())])).collect()
}

fn node(leaves: &[Val]) -> Val {
    match leaves {
        [] => empty(),
        [leaf] => leaf.clone(),
        _ => {
            let left = leaves.len().next_power_of_two() / 2;
            Prim::CtNodeHash.apply(&[node(&leaves[..left]), node(&leaves[left..])])
        }
    }
}

fn head(leaves: &[Val]) -> Val {
    let mut rest = leaves;
    let mut peaks = Vec::new();
    while !rest.is_empty() {
        let (peak, others) = rest.split_at(1 << rest.len().ilog2());
        peaks.push(node(peak));
        rest = others;
    }
    r([("n", nat(leaves.len() as u64)), ("peaks", l(peaks))])
}

/// Every row of a log.
fn rows(leaves: &[Val]) -> Found {
    let mut all = Vec::new();
    for level in 0..4 {
        for (at, own) in leaves.chunks_exact(1 << level).enumerate() {
            all.push((format!("t/{level:02x}/{at:012x}"), vec![node(own)]));
        }
    }
    all
}

fn heads(suite: &mut Suite) {
    let leaves = hashes(9);
    suite.spec("emptyLog", "kernel/Log.emptyLog", vec![]);
    for size in 0..=8 {
        let own = head(&leaves[..size]);
        suite.spec(&format!("logRoot of {size} in peaks"), "kernel/Log.logRoot", vec![own.clone()]);
        let args = vec![own, leaves[size].clone()];
        suite.spec(&format!("logAppend to {size}"), "kernel/Log.logAppend", args);
    }
    // All of the 48 peaks of the largest log, and one leaf less.
    let many = |n: &str, count: usize| r([("n", self::n(n)), ("peaks", l(vec![leaves[0].clone(); count]))]);
    for (label, log) in [
        ("a full log", many("281474976710655", 48)),
        ("the last of a log", many("281474976710654", 47)),
        ("a log beyond", many("281474976710656", 1)),
        ("too few peaks", many("3", 1)),
        ("too many peaks", many("1", 2)),
        ("a peak of text", r([("n", nat(1)), ("peaks", l([s("x")]))])),
        ("no peaks", r([("n", nat(0))])),
        ("none", Val::None),
    ] {
        suite.spec(&format!("logRoot of {label}"), "kernel/Log.logRoot", vec![log.clone()]);
        suite.spec(&format!("logAppend to {label}"), "kernel/Log.logAppend", vec![log, leaves[1].clone()]);
    }
    for (label, hash) in [("a short hash", b("00")), ("text", s("x")), ("none", Val::None)] {
        suite.spec(&format!("logAppend of {label}"), "kernel/Log.logAppend", vec![head(&leaves[..3]), hash]);
    }
}

fn proofs(suite: &mut Suite) {
    let leaves = hashes(9);
    let rows = rows(&leaves);
    let all = list(&rows);
    for (at, size) in [(0, 1), (0, 2), (2, 3), (0, 5), (4, 5), (6, 7), (3, 7), (5, 8), (0, 9), (8, 9), (9, 9), (0, 0)] {
        let args = |found: &Val| vec![nat(at), nat(size), found.clone()];
        suite.spec(&format!("inclusionReads {at} of {size}"), "kernel/Log.inclusionReads", args(&l([])));
        suite.spec(&format!("inclusionFrom {at} of {size}"), "kernel/Log.inclusionFrom", args(&all));
    }
    for (first, second) in [(0, 7), (1, 7), (2, 7), (3, 7), (4, 7), (6, 7), (7, 7), (8, 7), (4, 8), (6, 9), (8, 9)] {
        let args = |found: &Val| vec![nat(first), nat(second), found.clone()];
        suite.spec(&format!("consistencyReads {first} of {second}"), "kernel/Log.consistencyReads", args(&l([])));
        suite.spec(&format!("consistencyFrom {first} of {second}"), "kernel/Log.consistencyFrom", args(&all));
    }
    for size in 0..=9 {
        suite.spec(&format!("rootReads of {size}"), "kernel/Log.rootReads", vec![nat(size), l([])]);
        suite.spec(&format!("rootAt {size}"), "kernel/Log.rootAt", vec![nat(size), all.clone()]);
        let log = head(&leaves[..7]);
        suite.spec(&format!("provenReads of {size}"), "kernel/Log.provenReads", vec![log.clone(), nat(size), l([])]);
        suite.spec(&format!("provenRoot {size}"), "kernel/Log.provenRoot", vec![log, nat(size), all.clone()]);
    }
    for (label, index, size) in [
        ("huge", n("281474976710654"), n("281474976710655")),
        ("beyond", nat(1), n("281474976710656")),
        ("text", s("1"), s("2")),
    ] {
        for call in ["inclusionReads", "inclusionFrom", "consistencyReads", "consistencyFrom"] {
            let args = vec![index.clone(), size.clone(), l([])];
            suite.spec(&format!("{call} {label}"), &format!("kernel/Log.{call}"), args);
        }
    }
    // A row that each of them needs.
    for (row, call, args) in [
        ("t/01/000000000002", "inclusionFrom", vec![nat(6), nat(7)]),
        ("t/00/000000000004", "provenRoot", vec![head(&leaves[..7]), nat(5)]),
    ] {
        for (what, items) in lies(&leaves[8]) {
            let lying =
                rows.iter().map(|(key, own)| (key.clone(), if key == row { items.clone() } else { own.clone() }));
            let args = args.iter().cloned().chain([list(&lying.collect())]).collect();
            suite.spec(&format!("{call}, {row} {what}"), &format!("kernel/Log.{call}"), args);
        }
    }
}

fn texts(suite: &mut Suite) {
    let state = b(&"22".repeat(32));
    let roots = hashes(3);
    let leaves: Vec<Val> = roots.iter().map(|root| Prim::CtLeafHash.apply(&[root.clone(), state.clone()])).collect();
    let path = vec![leaves[0].clone(), leaves[2].clone()];
    let texts = l(path.iter().map(text));
    let proof = |size: u64, index: u64, events: Val, path: Val| {
        r([
            ("tree_size", nat(size)),
            ("leaf_index", nat(index)),
            ("events_root", events),
            ("state_hash", text(&state)),
            ("path", path),
        ])
    };
    let own = text(&roots[1]);
    for (label, proof) in [
        ("whole", proof(3, 1, own.clone(), texts.clone())),
        ("another size", proof(4, 1, own.clone(), texts.clone())),
        ("another index", proof(3, 0, own.clone(), texts.clone())),
        ("another leaf", proof(3, 1, text(&roots[0]), texts.clone())),
        ("a short leaf", proof(3, 1, s("00"), texts.clone())),
        ("a short path", proof(3, 1, own.clone(), l([text(&path[0])]))),
        ("a long path", proof(3, 1, own.clone(), l(path.iter().chain([&state]).map(text)))),
        ("a path of octets", proof(3, 1, own.clone(), l(path.clone()))),
        ("no path", proof(3, 1, own, Val::None)),
        ("none", Val::None),
    ] {
        let args = vec![node(&leaves), nat(1), nat(3), proof];
        suite.spec(&format!("verifyInclusionProof {label}"), "kernel/Log.verifyInclusionProof", args);
    }
    let growth = l([text(&leaves[2])]);
    for (label, first, second, path) in [
        ("whole", nat(2), nat(3), growth.clone()),
        ("another first", nat(1), nat(3), growth.clone()),
        ("another second", nat(2), nat(4), growth.clone()),
        ("no path", nat(2), nat(3), l([])),
        ("a path of text", nat(2), nat(3), s("x")),
    ] {
        let proof = r([("first", first), ("second", second), ("path", path)]);
        let args = vec![nat(2), nat(3), node(&leaves[..2]), node(&leaves), proof];
        suite.spec(&format!("verifyConsistencyProof {label}"), "kernel/Log.verifyConsistencyProof", args);
    }
    for (label, path) in [("whole", l(path)), ("text", texts), ("short hashes", l([b("00")])), ("none", Val::None)] {
        let args = vec![nat(1), nat(3), roots[1].clone(), state.clone(), path.clone()];
        suite.spec(&format!("inclusionProof of {label}"), "kernel/Log.inclusionProof", args);
        suite.spec(&format!("consistencyProof of {label}"), "kernel/Log.consistencyProof", vec![nat(2), nat(3), path]);
    }
}

pub(super) fn log(suite: &mut Suite) {
    heads(suite);
    proofs(suite);
    texts(suite);
}
