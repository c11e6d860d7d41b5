//! The published protocol in its small group: parameters found again by their search, and its vectors.

use sha2::{Digest, Sha256};

const Q: u64 = 1_152_921_504_606_849_959;
const P: u64 = 2_305_843_009_213_699_919;
const G: u64 = 4;
const H: u64 = 217_347_956_286_108_163;

fn times(a: u64, b: u64, modulus: u64) -> u64 {
    // Below the modulus, which has 64 bits.
    (u128::from(a) * u128::from(b) % u128::from(modulus)) as u64
}

fn power(mut base: u64, mut exponent: u64, modulus: u64) -> u64 {
    let mut result = 1;
    while exponent > 0 {
        if exponent & 1 == 1 {
            result = times(result, base, modulus);
        }
        base = times(base, base, modulus);
        exponent >>= 1;
    }
    result
}

/// Miller-Rabin with the first twelve primes, which is exact below 2^64 (Sorenson and Webster, 2015).
fn is_prime(number: u64) -> bool {
    const BASES: [u64; 12] = [2, 3, 5, 7, 11, 13, 17, 19, 23, 29, 31, 37];
    if BASES.iter().any(|base| number.is_multiple_of(*base)) {
        return BASES.contains(&number);
    }
    let twos = (number - 1).trailing_zeros();
    BASES.iter().all(|base| {
        let mut x = power(*base, (number - 1) >> twos, number);
        x == 1
            || (0..twos).any(|_| {
                let found = x == number - 1;
                x = times(x, x, number);
                found
            })
    })
}

#[test]
fn the_parameters_are_the_first_that_the_search_finds() {
    let found = ((1u64 << 60) + 1..).step_by(2).find(|q| is_prime(*q) && is_prime(2 * q + 1));
    assert_eq!(found, Some(Q));
    assert_eq!(P, 2 * Q + 1);
    assert_eq!(64 - P.leading_zeros(), 62);
    for generator in [G, H] {
        assert_eq!(power(generator, Q, P), 1, "{generator} is in the subgroup of order q");
        assert_ne!(generator, 1);
    }
}

struct Toy {
    bank: u64,
    client: u64,
    t: u64,
    s: u64,
}

fn weighted(bank: u64, client: u64, bank_bps: u64, client_bps: u64) -> u64 {
    times(power(bank, client_bps, P), power(client, Q - bank_bps, P), P)
}

fn challenge(toy: &Toy, bank_bps: u64, client_bps: u64) -> u64 {
    let cz = weighted(toy.bank, toy.client, bank_bps, client_bps);
    let mut hash = Sha256::new();
    for number in [toy.bank, toy.client, cz, toy.t, bank_bps, client_bps, G, H, P] {
        hash.update(number.to_be_bytes());
    }
    let digest: [u8; 32] = hash.finalize().into();
    let first = digest[..16].iter().fold(0u128, |sum, byte| sum << 8 | u128::from(*byte));
    (first % u128::from(Q)) as u64
}

fn prove(bank_bps: u64, client_bps: u64, loss_bank: u64, loss_client: u64) -> Toy {
    let (rb, rc, k) = (123_456_789, 987_654_321, 555_555_555);
    let commit = |loss, blind| times(power(G, loss, P), power(H, blind, P), P);
    let mut toy = Toy { bank: commit(loss_bank, rb), client: commit(loss_client, rc), t: power(H, k, P), s: 0 };
    let c = challenge(&toy, bank_bps, client_bps);
    let rz = (times(client_bps, rb, Q) + Q - times(bank_bps, rc, Q)) % Q;
    toy.s = (k + times(c, rz, Q)) % Q;
    toy
}

fn verifies(toy: &Toy, bank_bps: u64, client_bps: u64) -> bool {
    let cz = weighted(toy.bank, toy.client, bank_bps, client_bps);
    power(H, toy.s, P) == times(toy.t, power(cz, challenge(toy, bank_bps, client_bps), P), P)
}

#[test]
fn its_vectors_hold_there_too() {
    for (bank_bps, client_bps, bank, client) in super::VECTORS {
        assert!(verifies(&prove(bank_bps, client_bps, bank, client), bank_bps, client_bps));
    }
    assert!(!verifies(&prove(8000, 2000, 800, 300), 8000, 2000));
    let mut tampered = prove(8000, 2000, 800, 200);
    tampered.s = (tampered.s + 1) % Q;
    assert!(!verifies(&tampered, 8000, 2000));
    // What the small protocol lets pass, and the one above does not.
    assert!(verifies(&prove(8000, 2000, 0, 0), 8000, 2000));
}
