//! Proofs that hold, and the same with one thing wrong. The trees are built here, apart from the spec.

use crate::pin::draft::Suite;
use crate::pin::published::LOG;
use crate::pin::values::{b, l, nat, r};
use etymon_kernel_rt::{Prim, Val};

fn node(left: &Val, right: &Val) -> Val {
    Prim::CtNodeHash.apply(&[left.clone(), right.clone()])
}

fn leaves() -> Vec<Val> {
    LOG.iter().map(|(data, _)| Prim::CtLeafHash.apply(&[b(""), b(data)])).collect()
}

/// Largest power of two below the number of leaves.
fn split(leaves: &[Val]) -> usize {
    leaves.len().next_power_of_two() / 2
}

fn root(leaves: &[Val]) -> Val {
    match leaves {
        [] => Val::None,
        [leaf] => leaf.clone(),
        _ => {
            let left = split(leaves);
            node(&root(&leaves[..left]), &root(&leaves[left..]))
        }
    }
}

/// RFC 9162, section 2.1.3.1.
fn inclusion(leaves: &[Val], index: usize) -> Vec<Val> {
    if leaves.len() <= 1 {
        return Vec::new();
    }
    let left = split(leaves);
    let (mut path, other) = if index < left {
        (inclusion(&leaves[..left], index), root(&leaves[left..]))
    } else {
        (inclusion(&leaves[left..], index - left), root(&leaves[..left]))
    };
    path.push(other);
    path
}

/// RFC 9162, section 2.1.4.1; `whole` tells whether the old tree is this very subtree.
fn consistency(leaves: &[Val], first: usize, whole: bool) -> Vec<Val> {
    if first == leaves.len() {
        return if whole { Vec::new() } else { vec![root(leaves)] };
    }
    let left = split(leaves);
    let (mut path, other) = if first <= left {
        (consistency(&leaves[..left], first, whole), root(&leaves[left..]))
    } else {
        (consistency(&leaves[left..], first - left, false), root(&leaves[..left]))
    };
    path.push(other);
    path
}

fn index(at: usize) -> Val {
    nat(at as u64)
}

fn inclusions(suite: &mut Suite) {
    const CALL: &str = "kernel/Proofs.verifyInclusion";
    let leaves = leaves();
    for size in 1..=leaves.len() {
        for at in 0..size {
            let path = inclusion(&leaves[..size], at);
            let args = vec![leaves[at].clone(), index(at), index(size), l(path.clone()), root(&leaves[..size])];
            suite.spec(&format!("inclusion of {at} in {size}"), CALL, args.clone());
            let mut longer = args.clone();
            longer[3] = l(path.into_iter().chain([leaves[0].clone()]));
            suite.spec(&format!("inclusion of {at} in {size}, a sibling too many"), CALL, longer);
            let mut elsewhere = args;
            elsewhere[1] = index((at + 1) % size);
            suite.spec(&format!("inclusion of {at} in {size}, at the next place"), CALL, elsewhere);
        }
    }
    suite.spec("bundle root", "kernel/Proofs.bundleRoot", vec![l(leaves)]);
}

fn consistencies(suite: &mut Suite) {
    const CALL: &str = "kernel/Proofs.verifyConsistency";
    let leaves = leaves();
    for second in 1..=leaves.len() {
        for first in 1..=second {
            let path = consistency(&leaves[..second], first, true);
            let args = vec![index(first), index(second), root(&leaves[..first]), root(&leaves[..second]), l(path)];
            suite.spec(&format!("consistency of {first} and {second}"), CALL, args.clone());
            let mut swapped = args;
            swapped.swap(2, 3);
            suite.spec(&format!("consistency of {first} and {second}, roots swapped"), CALL, swapped);
        }
    }
}

/// A state tree of 168 levels with one sibling, at the level that `at` names.
fn states(suite: &mut Suite) {
    let (key, value, sibling) = (b(&"ab".repeat(21)), b(&"01".repeat(32)), b(&"5c".repeat(32)));
    let empty = b(&"00".repeat(32));
    let bytes = [0xabu8; 21];
    // From leaf to root: the lowest bit of the last octet first.
    let bits: Vec<u8> = (0..168).map(|at| bytes[20 - at / 8] >> (at % 8) & 1).collect();
    for at in [0, 1, 100, 167] {
        let steps = bits.iter().enumerate().map(|(level, bit)| {
            let hash = if level == at { sibling.clone() } else { Val::None };
            r([("bit", nat(u64::from(*bit))), ("hash", hash)])
        });
        let path = l(steps);
        let leaf = Prim::SmtLeafHash.apply(&[key.clone(), value.clone()]);
        let root = bits.iter().enumerate().fold(leaf, |node, (level, bit)| {
            let other = if level == at { sibling.clone() } else { empty.clone() };
            let (left, right) = if *bit == 0 { (node, other) } else { (other, node) };
            Prim::SmtNodeHash.apply(&[left, right])
        });
        let args = vec![root.clone(), key.clone(), value.clone(), path.clone()];
        suite.spec(&format!("state proof, sibling {at}"), "kernel/Proofs.verifySmt", args.clone());
        let mut absent = args;
        absent[2] = Val::None;
        suite.spec(&format!("state proof of absence, sibling {at}"), "kernel/Proofs.verifySmt", absent);
        let update = vec![root, key.clone(), value.clone(), sibling.clone(), path];
        suite.spec(&format!("state update, sibling {at}"), "kernel/Proofs.smtUpdate", update);
    }
}

pub(super) fn proofs(suite: &mut Suite) {
    inclusions(suite);
    consistencies(suite);
    states(suite);
}
