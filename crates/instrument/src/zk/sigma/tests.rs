use super::*;
use k256::elliptic_curve::rand_core::{CryptoRng, Error, RngCore};

mod toy;

/// Hashes of a counter: the same in every run, and never the same twice in one.
struct Counter(u64);

impl RngCore for Counter {
    fn next_u32(&mut self) -> u32 {
        (self.next_u64() >> 32) as u32
    }

    fn next_u64(&mut self) -> u64 {
        let mut bytes = [0; 8];
        self.fill_bytes(&mut bytes);
        u64::from_be_bytes(bytes)
    }

    fn fill_bytes(&mut self, to: &mut [u8]) {
        for chunk in to.chunks_mut(32) {
            self.0 += 1;
            chunk.copy_from_slice(&Sha256::digest(self.0.to_be_bytes())[..chunk.len()]);
        }
    }

    fn try_fill_bytes(&mut self, to: &mut [u8]) -> Result<(), Error> {
        self.fill_bytes(to);
        Ok(())
    }
}

impl CryptoRng for Counter {}

fn claim(bank_bps: u64, client_bps: u64, total_loss: u64) -> Claim<'static> {
    Claim { bank_bps, client_bps, total_loss, context: b"contract 1, round 1" }
}

const VECTORS: [(u64, u64, u64, u64); 2] = [(8000, 2000, 800, 200), (6000, 4000, 3_000_000, 2_000_000)];

#[test]
fn losses_in_proportion_verify() {
    for (bank_bps, client_bps, bank, client) in VECTORS {
        let claim = claim(bank_bps, client_bps, bank + client);
        let proof = prove(&claim, Losses { bank, client }, &mut Counter(0)).unwrap();
        assert_eq!(verify(&claim, &proof), Ok(()));
    }
}

#[test]
fn losses_out_of_proportion_are_refused_by_prover_and_verifier() {
    let claim = claim(8000, 2000, 1100);
    let losses = Losses { bank: 800, client: 300 };
    assert_eq!(prove(&claim, losses, &mut Counter(0)), Err(Refusal::Proportion));
    assert_eq!(verify(&claim, &prove_unchecked(&claim, losses, &mut Counter(0))), Err(Refusal::Equation));
}

#[test]
fn no_loss_is_refused_where_one_is_claimed() {
    let none = Losses { bank: 0, client: 0 };
    assert_eq!(prove(&claim(8000, 2000, 0), none, &mut Counter(0)), Err(Refusal::NoLoss));
    let hidden = prove_unchecked(&claim(8000, 2000, 0), none, &mut Counter(0));
    assert_eq!(verify(&claim(8000, 2000, 0), &hidden), Err(Refusal::NoLoss));
    // Commitments to zero are in proportion, but they do not add up to what is claimed.
    assert_eq!(prove(&claim(8000, 2000, 1000), none, &mut Counter(0)), Err(Refusal::Total(0)));
    let hidden = prove_unchecked(&claim(8000, 2000, 1000), none, &mut Counter(0));
    assert_eq!(verify(&claim(8000, 2000, 1000), &hidden), Err(Refusal::Equation));
}

#[test]
fn every_tampered_byte_is_refused() {
    let claim = claim(8000, 2000, 1000);
    let bytes = prove(&claim, Losses { bank: 800, client: 200 }, &mut Counter(0)).unwrap().to_bytes();
    assert_eq!(Proof::from_bytes(&bytes).and_then(|proof| verify(&claim, &proof)), Ok(()));
    for at in 0..bytes.len() {
        let mut tampered = bytes;
        tampered[at] ^= 1;
        let verdict = Proof::from_bytes(&tampered).and_then(|proof| verify(&claim, &proof));
        assert!(matches!(verdict, Err(Refusal::Encoding | Refusal::Equation)), "byte {at}");
    }
    assert_eq!(Proof::from_bytes(&bytes[1..]), Err(Refusal::Encoding));
    assert_eq!(Proof::from_bytes(&[0xff; PROOF_BYTES]), Err(Refusal::Encoding));
}

#[test]
fn a_proof_is_for_its_claim_only() {
    let own = claim(8000, 2000, 1000);
    let proof = prove(&own, Losses { bank: 800, client: 200 }, &mut Counter(0)).unwrap();
    for other in [claim(7000, 3000, 1000), claim(8000, 2000, 2000), Claim { context: b"contract 2, round 1", ..own }] {
        assert_eq!(verify(&other, &proof), Err(Refusal::Equation), "{other:?}");
    }
    assert_eq!(verify(&claim(8000, 2001, 1000), &proof), Err(Refusal::Shares(10_001)));
    assert_eq!(verify(&claim(u64::MAX, u64::MAX, 1000), &proof), Err(Refusal::Shares(u128::from(u64::MAX) * 2)));
}

#[test]
fn a_fraction_of_the_field_is_no_loss() {
    // 80 % of 1 is a residue, which would verify: the claim is refused before.
    let claim = claim(8000, 2000, 1);
    let fifth = Option::<Scalar>::from(Scalar::from(5u64).invert()).unwrap();
    let [bank, client] = [fifth * Scalar::from(4u64), fifth].map(|loss| ProjectivePoint::GENERATOR * loss);
    assert_eq!(claim.differences(bank, client), [ProjectivePoint::IDENTITY; 2]);
    assert_eq!(
        verify(&claim, &prove_unchecked(&claim, Losses { bank: 1, client: 0 }, &mut Counter(0))),
        Err(Refusal::Remainder(1))
    );
}

#[test]
fn blinds_are_fresh_so_equal_losses_look_different() {
    let claim = claim(8000, 2000, 1000);
    let mut rng = Counter(0);
    let proofs = [(); 2].map(|()| prove(&claim, Losses { bank: 800, client: 200 }, &mut rng).unwrap());
    assert_ne!(proofs[0].bank, proofs[1].bank);
    assert_ne!(proofs[0].to_bytes(), proofs[1].to_bytes());
}

#[test]
fn the_second_generator_is_pinned() {
    assert_ne!(blinding(), ProjectivePoint::GENERATOR);
    assert_ne!(blinding(), ProjectivePoint::IDENTITY);
    let digits: String = blinding().to_bytes().iter().map(|byte| format!("{byte:02x}")).collect();
    assert_eq!(digits, "02847e9f6cb48e2511a73ada44899fbf2d32e2dee253122aaad50bdb30349ef00a");
}

#[test]
fn points_that_hide_nothing_are_refused() {
    let claim = claim(8000, 2000, 1000);
    let bytes = prove(&claim, Losses { bank: 800, client: 200 }, &mut Counter(0)).unwrap().to_bytes();
    for number in 0..4 {
        let mut changed = bytes;
        changed[number * POINT..(number + 1) * POINT].fill(0);
        assert_eq!(Proof::from_bytes(&changed), Err(Refusal::Identity), "point {number}");
    }
    // Commitments without blinds, and a `t` that commits to nothing: the equations would hold.
    let zero = Schnorr { t: ProjectivePoint::IDENTITY, s: Scalar::ZERO };
    let [bank, client] = [800u64, 200].map(|loss| ProjectivePoint::GENERATOR * Scalar::from(loss));
    let bare = Proof { bank, client, proportion: zero, total: zero };
    assert_eq!(claim.differences(bank, client), [ProjectivePoint::IDENTITY; 2]);
    assert_eq!(verify(&claim, &bare), Err(Refusal::Identity));
}

#[test]
fn scalars_have_one_encoding() {
    let claim = claim(8000, 2000, 1000);
    let proof = prove(&claim, Losses { bank: 800, client: 200 }, &mut Counter(0)).unwrap();
    // SEC 2, section 2.4.1: the order of the group.
    let order = "fffffffffffffffffffffffffffffffebaaedce6af48a03bbfd25e8cd0364141";
    let order = hex::decode(order).unwrap();
    assert_eq!((Scalar::ZERO - Scalar::ONE).to_bytes().as_slice()[..31], order[..31]);
    for at in [4 * POINT, 4 * POINT + 32] {
        let mut changed = proof.to_bytes();
        changed[at..at + 32].copy_from_slice(&order);
        assert_eq!(Proof::from_bytes(&changed), Err(Refusal::Encoding), "the order, at {at}");
        // The same number once more, and so the same equation: `s` plus the order, where that has 32 bytes.
        changed[at..at + 32].copy_from_slice(&[0xff; 32]);
        assert_eq!(Proof::from_bytes(&changed), Err(Refusal::Encoding), "the largest word, at {at}");
        changed[at + 31] = order[31] - 1;
        changed[at..at + 31].copy_from_slice(&order[..31]);
        assert!(Proof::from_bytes(&changed).is_ok(), "the largest scalar, at {at}");
    }
}

#[test]
fn challenges_that_could_be_guessed_are_refused() {
    let at = |exponent: u32| (0..exponent).fold(Scalar::ONE, |power, _| power.double());
    for small in [Scalar::ZERO, Scalar::ONE, at(127), at(128) - Scalar::ONE] {
        assert_eq!(usable(small), Err(Refusal::Challenge), "{small:?}");
    }
    for own in [at(128), at(255), Scalar::ZERO - Scalar::ONE] {
        assert_eq!(usable(own), Ok(own));
    }
}

/// A generator that gives the same byte for ever.
struct Broken(u8);

impl RngCore for Broken {
    fn next_u32(&mut self) -> u32 {
        u32::from_be_bytes([self.0; 4])
    }

    fn next_u64(&mut self) -> u64 {
        u64::from_be_bytes([self.0; 8])
    }

    fn fill_bytes(&mut self, to: &mut [u8]) {
        to.fill(self.0);
    }

    fn try_fill_bytes(&mut self, to: &mut [u8]) -> Result<(), Error> {
        self.fill_bytes(to);
        Ok(())
    }
}

impl CryptoRng for Broken {}

#[test]
fn blinds_of_zero_are_refused() {
    let claim = claim(8000, 2000, 1000);
    assert_eq!(prove(&claim, Losses { bank: 800, client: 200 }, &mut Broken(0)), Err(Refusal::Randomness));
}

#[test]
fn proofs_with_known_blinds_are_pinned() {
    let digests = VECTORS.map(|(bank_bps, client_bps, bank, client)| {
        let claim = claim(bank_bps, client_bps, bank + client);
        let proof = prove(&claim, Losses { bank, client }, &mut Counter(0)).unwrap();
        hex::encode(Sha256::digest(proof.to_bytes()))
    });
    let pinned = [
        "59fe1e684705585811ddd01d15790b991e2aed7d4017063ad76995e19f005e5c",
        "a340ba16be9f0591df9b6b63180733ff41ccc58ff433c77f289b9fb05af156f2",
    ];
    assert_eq!(digests, pinned);
}
