//! A sigma protocol for proportional losses: commitments that hide who bore what, and a proof without a trusted setup.
//!
//! With Pedersen commitments `Cb = g·lossBank + h·rb` and `Cc = g·lossClient + h·rc`, the point
//! `Cz = Cb·clientBps - Cc·bankBps` commits to zero exactly where the losses are in proportion, and `Cb + Cc - g·totalLoss`
//! where they add up to the total. Both are shown by Schnorr proofs to the base `h` under one Fiat-Shamir challenge.
//!
//! A proof of concept over secp256k1: arithmetic and encoding are those of `k256`, blinds come from the caller's generator.

use k256::elliptic_curve::Field;
use k256::elliptic_curve::PrimeField;
use k256::elliptic_curve::group::GroupEncoding;
use k256::elliptic_curve::hash2curve::{ExpandMsgXmd, GroupDigest};
use k256::elliptic_curve::ops::Reduce;
use k256::elliptic_curve::rand_core::CryptoRngCore;
use k256::{ProjectivePoint, Scalar, Secp256k1, U256};
use sha2::{Digest, Sha256};
use std::fmt;
use std::str::FromStr;

use super::circuit::BPS;

/// Where generators of randomness come from: callers choose theirs.
pub use k256::elliptic_curve::rand_core;

/// Separates these hashes from all others.
const DOMAIN: &[u8] = b"etymon/loss-share/v1";
/// Challenges have at least one bit set from this one on: below, guessing the challenge would begin to pay.
const CHALLENGE_BITS: usize = 128;
/// Attempts at blinds. Honest generators need one.
const ATTEMPTS: usize = 8;
/// Bytes of an encoded point.
const POINT: usize = 33;
/// Bytes of an encoded proof: four points and two scalars.
pub const PROOF_BYTES: usize = 4 * POINT + 2 * 32;

/// What is proven, in public.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Claim<'a> {
    /// Share of the bank, in hundredths of a percent.
    pub bank_bps: u64,
    /// Share of the client, in hundredths of a percent.
    pub client_bps: u64,
    /// The whole loss, in units of the ledger.
    pub total_loss: u64,
    /// What the proof is bound to, such as contract and round; may be empty.
    pub context: &'a [u8],
}

/// Who bore what, in units of the ledger.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Losses {
    /// Loss of the bank.
    pub bank: u64,
    /// Loss of the client.
    pub client: u64,
}

/// A proof that two hidden losses are in proportion and add up.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Proof {
    bank: ProjectivePoint,
    client: ProjectivePoint,
    proportion: Schnorr,
    total: Schnorr,
}

/// Knowledge of a multiple of `h`.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
struct Schnorr {
    t: ProjectivePoint,
    s: Scalar,
}

/// Why there is no proof, or why one is refused.
#[derive(Clone, Copy, Debug, PartialEq, Eq, thiserror::Error)]
pub enum Refusal {
    /// The shares are not the whole.
    #[error("the shares total {0} instead of 10000 hundredths of a percent")]
    Shares(u128),
    /// A loss of zero is claimed.
    #[error("a loss is claimed, but it is zero")]
    NoLoss,
    /// No whole losses are in proportion: the prover's would be residues that wrap around.
    #[error("a loss of {0} cannot be split in proportion without remainder; claim it in a smaller unit")]
    Remainder(u64),
    /// The losses do not add up to the total.
    #[error("the losses add up to {0} instead of the total that is claimed")]
    Total(u128),
    /// The losses are not in proportion to the shares.
    #[error("the losses are not in proportion to the shares")]
    Proportion,
    /// The bytes are no proof.
    #[error("the bytes are no proof: {PROOF_BYTES} of them, with points and scalars in their shortest form, are one")]
    Encoding,
    /// A point is the identity, which commits to nothing and hides nothing.
    #[error("a point of the proof is the identity, which hides nothing")]
    Identity,
    /// The challenge is so small that it could have been guessed.
    #[error("the challenge is below 2^{CHALLENGE_BITS}, so it could have been guessed")]
    Challenge,
    /// The generator gives no blinds that hide anything.
    #[error("the randomness makes no blinds")]
    Randomness,
    /// The equations do not hold.
    #[error("the proof does not hold for this claim")]
    Equation,
}

impl Claim<'_> {
    /// Refuses claims that nobody can meet with whole losses.
    ///
    /// Shares and total fix the losses modulo the group's order; where the total splits without remainder, those are the whole
    /// numbers that are meant, so no range proof is needed.
    fn check(&self) -> Result<(), Refusal> {
        let shares = u128::from(self.bank_bps) + u128::from(self.client_bps);
        if shares != u128::from(BPS) {
            return Err(Refusal::Shares(shares));
        }
        if self.total_loss == 0 {
            return Err(Refusal::NoLoss);
        }
        if u128::from(self.total_loss) * u128::from(self.bank_bps) % u128::from(BPS) != 0 {
            return Err(Refusal::Remainder(self.total_loss));
        }
        Ok(())
    }

    fn check_losses(&self, losses: Losses) -> Result<(), Refusal> {
        let sum = u128::from(losses.bank) + u128::from(losses.client);
        if sum != u128::from(self.total_loss) {
            return Err(Refusal::Total(sum));
        }
        let sides = [(losses.bank, self.client_bps), (losses.client, self.bank_bps)];
        let [bank, client] = sides.map(|(loss, share)| u128::from(loss) * u128::from(share));
        if bank == client { Ok(()) } else { Err(Refusal::Proportion) }
    }

    /// `Cz`, and the point that carries no loss if the total is right.
    fn differences(&self, bank: ProjectivePoint, client: ProjectivePoint) -> [ProjectivePoint; 2] {
        let weighted = bank * Scalar::from(self.client_bps) - client * Scalar::from(self.bank_bps);
        [weighted, bank + client - ProjectivePoint::GENERATOR * Scalar::from(self.total_loss)]
    }

    /// The challenge: a hash of everything that the proof is about.
    fn challenge(
        &self,
        commitments: [ProjectivePoint; 2],
        differences: [ProjectivePoint; 2],
        ts: [ProjectivePoint; 2],
    ) -> Scalar {
        let mut hash = Sha256::new_with_prefix(DOMAIN);
        for point in [[ProjectivePoint::GENERATOR, blinding()], commitments, differences, ts].concat() {
            hash.update(point.to_bytes());
        }
        for number in [self.bank_bps, self.client_bps, self.total_loss] {
            hash.update(number.to_be_bytes());
        }
        // Last, and all before it has a fixed length: no two claims are hashed alike.
        hash.update(self.context);
        <Scalar as Reduce<U256>>::reduce_bytes(&hash.finalize())
    }
}

/// `h`: a point whose logarithm to the base `g` nobody knows, as it is a hash onto the curve (RFC 9380, secp256k1_XMD:SHA-256_SSWU_RO_).
fn blinding() -> ProjectivePoint {
    use std::sync::LazyLock;
    static H: LazyLock<ProjectivePoint> = LazyLock::new(|| {
        let tag: &[u8] = b"etymon/loss-share/v1 secp256k1_XMD:SHA-256_SSWU_RO_";
        Secp256k1::hash_from_bytes::<ExpandMsgXmd<Sha256>>(&[b"blinding"], &[tag])
            .expect("hashing fails for an empty or an overlong tag only")
    });
    *H
}

/// Refuses challenges that a prover could have guessed: with the challenge known beforehand, anything can be proven.
fn usable(challenge: Scalar) -> Result<Scalar, Refusal> {
    let high = &challenge.to_bytes()[..32 - CHALLENGE_BITS / 8];
    if high.iter().all(|byte| *byte == 0) { Err(Refusal::Challenge) } else { Ok(challenge) }
}

/// Proves that losses are in proportion, with fresh blinds.
///
/// # Errors
/// [`Refusal`], where the claim or the losses are not what can be proven; [`Refusal::Randomness`] for a generator that is none.
pub fn prove(claim: &Claim<'_>, losses: Losses, rng: &mut impl CryptoRngCore) -> Result<Proof, Refusal> {
    claim.check()?;
    claim.check_losses(losses)?;
    for _ in 0..ATTEMPTS {
        let proof = prove_unchecked(claim, losses, rng);
        if verify(claim, &proof).is_ok() {
            return Ok(proof);
        }
    }
    Err(Refusal::Randomness)
}

/// The prover's equations, whatever the losses: what a dishonest prover would run.
fn prove_unchecked(claim: &Claim<'_>, losses: Losses, rng: &mut impl CryptoRngCore) -> Proof {
    let h = blinding();
    let [blind_bank, blind_client, k_proportion, k_total] = std::array::from_fn(|_| Scalar::random(&mut *rng));
    let bank = ProjectivePoint::GENERATOR * Scalar::from(losses.bank) + h * blind_bank;
    let client = ProjectivePoint::GENERATOR * Scalar::from(losses.client) + h * blind_client;
    let ts = [h * k_proportion, h * k_total];
    let c = claim.challenge([bank, client], claim.differences(bank, client), ts);
    let weighted = Scalar::from(claim.client_bps) * blind_bank - Scalar::from(claim.bank_bps) * blind_client;
    Proof {
        bank,
        client,
        proportion: Schnorr { t: ts[0], s: k_proportion + c * weighted },
        total: Schnorr { t: ts[1], s: k_total + c * (blind_bank + blind_client) },
    }
}

/// Checks a proof against a claim.
///
/// # Errors
/// [`Refusal::Equation`] where the proof is not for it; other refusals where nothing could be.
pub fn verify(claim: &Claim<'_>, proof: &Proof) -> Result<(), Refusal> {
    claim.check()?;
    if proof.points().contains(&ProjectivePoint::IDENTITY) {
        return Err(Refusal::Identity);
    }
    let differences = claim.differences(proof.bank, proof.client);
    let c = usable(claim.challenge([proof.bank, proof.client], differences, [proof.proportion.t, proof.total.t]))?;
    let holds = |schnorr: &Schnorr, point: ProjectivePoint| blinding() * schnorr.s == schnorr.t + point * c;
    if holds(&proof.proportion, differences[0]) && holds(&proof.total, differences[1]) {
        Ok(())
    } else {
        Err(Refusal::Equation)
    }
}

impl Proof {
    /// In the order in which they are encoded.
    fn points(&self) -> [ProjectivePoint; 4] {
        [self.bank, self.client, self.proportion.t, self.total.t]
    }

    /// Both commitments, both `t` as compressed points, then both `s`.
    pub fn to_bytes(&self) -> [u8; PROOF_BYTES] {
        let mut bytes = [0; PROOF_BYTES];
        let (points, scalars) = bytes.split_at_mut(4 * POINT);
        for (to, point) in points.chunks_exact_mut(POINT).zip(self.points()) {
            to.copy_from_slice(&point.to_bytes());
        }
        for (to, scalar) in scalars.chunks_exact_mut(32).zip([self.proportion.s, self.total.s]) {
            to.copy_from_slice(&scalar.to_bytes());
        }
        bytes
    }

    /// Reads what [`Proof::to_bytes`] writes.
    ///
    /// # Errors
    /// [`Refusal::Encoding`] for another length, for what is no point of the curve, and for unreduced scalars; [`Refusal::Identity`].
    pub fn from_bytes(bytes: &[u8]) -> Result<Proof, Refusal> {
        if bytes.len() != PROOF_BYTES {
            return Err(Refusal::Encoding);
        }
        let point = |number: usize| {
            let mut encoded = <ProjectivePoint as GroupEncoding>::Repr::default();
            encoded.copy_from_slice(&bytes[number * POINT..(number + 1) * POINT]);
            match Option::<ProjectivePoint>::from(ProjectivePoint::from_bytes(&encoded)) {
                Some(own) if own == ProjectivePoint::IDENTITY => Err(Refusal::Identity),
                own => own.ok_or(Refusal::Encoding),
            }
        };
        let scalar = |number: usize| {
            let at = 4 * POINT + number * 32;
            let mut encoded = <Scalar as PrimeField>::Repr::default();
            encoded.copy_from_slice(&bytes[at..at + 32]);
            Option::from(Scalar::from_repr(encoded)).ok_or(Refusal::Encoding)
        };
        Ok(Proof {
            bank: point(0)?,
            client: point(1)?,
            proportion: Schnorr { t: point(2)?, s: scalar(0)? },
            total: Schnorr { t: point(3)?, s: scalar(1)? },
        })
    }
}

impl fmt::Display for Proof {
    /// [`Proof::to_bytes`] as hex digits.
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(&hex::encode(self.to_bytes()))
    }
}

impl FromStr for Proof {
    type Err = Refusal;

    fn from_str(digits: &str) -> Result<Proof, Refusal> {
        hex::decode(digits).map_err(|_| Refusal::Encoding).and_then(|bytes| Proof::from_bytes(&bytes))
    }
}

#[cfg(test)]
mod tests;
