//! Updates of the state tree and appends to the log, as the emitted kernel makes them, beside public libraries: `trees-bench`.
//!
//! They are not the same work. The kernel holds no tree: it is given rows that it does not trust, checks each of them up to the root, and answers rows to
//! write; its tree has 168 levels that are all hashed. The libraries keep their trees in memory and trust them; that of the state skips empty levels.

use ct_merkle::mem_backed_tree::MemoryBackedTree;
use enc_core::kernel::{log, state_tree};
use enc_core::rt::{self, Val};
use sha2::{Digest, Sha256};
use sparse_merkle_tree::default_store::DefaultStore;
use sparse_merkle_tree::traits::Hasher;
use sparse_merkle_tree::{H256, SparseMerkleTree};
use std::collections::HashMap;
use std::time::Instant;

const LEAVES: u64 = 2_000;
const ROUNDS: usize = 3;

#[derive(Default)]
struct Sha(Sha256);

impl Hasher for Sha {
    fn write_h256(&mut self, hash: &H256) {
        self.0.update(hash.as_slice());
    }
    fn write_byte(&mut self, octet: u8) {
        self.0.update([octet]);
    }
    fn finish(self) -> H256 {
        <[u8; 32]>::from(self.0.finalize()).into()
    }
}

fn octets(at: u64) -> [u8; 32] {
    Sha256::digest(at.to_be_bytes()).into()
}

/// The natural of the first 168 bits.
fn key(at: u64) -> Val {
    octets(at)[..21]
        .iter()
        .fold(rt::nat(0), |value, octet| rt::add(rt::mul(value, rt::nat(256)), rt::nat(u64::from(*octet))))
}

fn items(list: &Val) -> &[Val] {
    if let Val::List(list) = list { list.items() } else { &[] }
}

fn text(value: Val) -> String {
    if let Val::Str(text) = value { text.to_string() } else { panic!("no text: {value:?}") }
}

/// Writes a leaf as a host does: looks up what is asked for until nothing is, then keeps the rows.
fn write(rows: &mut HashMap<String, Val>, root: Val, key: &Val, value: Val) -> Val {
    let mut found = rt::list([]);
    loop {
        let reads = state_tree::stateReads(key.clone(), found.clone());
        if items(&reads).is_empty() {
            break;
        }
        for read in items(&reads) {
            let held = rows.get(&text(rt::get(read.clone(), "get")));
            let held = held.map_or_else(|| rt::list([]), |value| rt::list([value.clone()]));
            found = rt::concat_list(found, rt::list([rt::record([("read", read.clone()), ("items", held)])]));
        }
    }
    let after = state_tree::stateWrite(root, key.clone(), value, found);
    for row in items(&rt::get(after.clone(), "rows")) {
        let name = text(rt::get(row.clone(), "key"));
        match rt::get(row.clone(), "value") {
            Val::None => drop(rows.remove(&name)),
            value => drop(rows.insert(name, value)),
        }
    }
    let root = rt::get(after, "root");
    assert!(matches!(root, Val::Bytes(_)), "the write is refused");
    root
}

/// Microseconds for each of the second thousand, the best of some rounds.
fn best(mut round: impl FnMut() -> Box<dyn FnMut(u64)>) -> f64 {
    let one = |_| {
        let mut each = round();
        (0..LEAVES / 2).for_each(&mut each);
        let began = Instant::now();
        (LEAVES / 2..LEAVES).for_each(&mut each);
        began.elapsed().as_secs_f64() * 1e6 / (LEAVES / 2) as f64
    };
    (0..ROUNDS).map(one).fold(f64::INFINITY, f64::min)
}

fn main() {
    let state = best(|| {
        let mut rows = HashMap::new();
        let mut root = rt::bytes(&Sha256::digest([]));
        Box::new(move |at| root = write(&mut rows, root.clone(), &key(at), rt::bytes(&octets(at))))
    });
    let peer = best(|| {
        let mut tree = SparseMerkleTree::<Sha, H256, DefaultStore<H256>>::default();
        Box::new(move |at| {
            tree.update(octets(at).into(), octets(at + 1).into()).expect("it is kept");
        })
    });
    let appended = best(|| {
        let mut own = log::emptyLog();
        Box::new(move |at| {
            own = rt::get(log::logAppend(own.clone(), rt::bytes(&octets(at))), "log");
            assert!(matches!(log::logRoot(own.clone()), Val::Bytes(_)), "the leaf is refused");
        })
    });
    let appended_peer = best(|| {
        let mut tree = MemoryBackedTree::<Sha256, [u8; 32]>::new();
        Box::new(move |at| {
            tree.push(octets(at));
            std::hint::black_box(tree.root());
        })
    });
    println!("{:<40} {:>10} {:>10} {:>7}", "a tree of 1,000 leaves and more, us", "emitted", "library", "ratio");
    for (name, own, peer) in [
        ("state: update; sparse-merkle-tree 0.6", state, peer),
        ("log: append and root; ct-merkle 0.3", appended, appended_peer),
    ] {
        println!("{name:<40} {own:>10.1} {peer:>10.1} {:>7.2}", own / peer);
    }
}
