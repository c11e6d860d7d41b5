//! Unbounded natural numbers with a fast case for one machine word.

use super::alloc::string::String;
use super::alloc::sync::Arc;
use core::cmp::Ordering;
use num_bigint::BigUint;
use num_traits::{ToPrimitive, Zero};

/// A natural number. `Big` holds only what does not fit `Small`, so derived equality is numeric equality.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum Nat {
    /// Below 2^64.
    Small(u64),
    /// 2^64 and above.
    Big(Arc<BigUint>),
}

/// The number of decimal digits, by halves: digit after digit takes time that grows with the square of their number.
fn decimal(digits: &[u8]) -> Option<BigUint> {
    const FEW: usize = 2_000;
    if digits.len() <= FEW {
        return BigUint::parse_bytes(digits, 10);
    }
    let (high, low) = digits.split_at(digits.len() / 2);
    let shift = BigUint::from(10_u32).pow(u32::try_from(low.len()).ok()?);
    Some(decimal(high)? * shift + decimal(low)?)
}

impl Nat {
    /// Zero.
    pub const ZERO: Nat = Nat::Small(0);

    /// Widest natural that is read or kept by an evaluator, in bits.
    pub const MAX_BITS: u64 = 1 << 20;

    /// Digits of the largest natural of [`Nat::MAX_BITS`] bits.
    pub const MAX_DIGITS: usize = 315_653;

    /// Reads `0|[1-9][0-9]*` of at most [`Nat::MAX_DIGITS`] digits; anything else is `None`.
    pub fn parse(digits: &str) -> Option<Nat> {
        let bytes = digits.as_bytes();
        let canonical = match bytes {
            [] => false,
            [b'0'] => true,
            [b'0', ..] => false,
            _ => bytes.len() <= Nat::MAX_DIGITS && bytes.iter().all(u8::is_ascii_digit),
        };
        if !canonical {
            return None;
        }
        match digits.parse::<u64>() {
            Ok(small) => Some(Nat::Small(small)),
            Err(_) => decimal(bytes).map(Nat::from),
        }
    }

    /// Decimal digits without sign or leading zero.
    pub fn digits(&self) -> String {
        use super::alloc::string::ToString;
        match self {
            Nat::Small(small) => small.to_string(),
            Nat::Big(big) => big.to_string(),
        }
    }

    /// Number of significant bits; 0 for zero.
    pub fn bits(&self) -> u64 {
        match self {
            Nat::Small(small) => u64::from(64 - small.leading_zeros()),
            Nat::Big(big) => big.bits(),
        }
    }

    /// The number as a machine word, if it fits.
    pub fn as_u64(&self) -> Option<u64> {
        match self {
            Nat::Small(small) => Some(*small),
            Nat::Big(_) => None,
        }
    }

    fn wide(&self) -> BigUint {
        match self {
            Nat::Small(small) => BigUint::from(*small),
            Nat::Big(big) => BigUint::clone(big),
        }
    }

    /// Sum.
    pub fn add(&self, other: &Nat) -> Nat {
        if let (Nat::Small(a), Nat::Small(b)) = (self, other)
            && let Some(sum) = a.checked_add(*b)
        {
            return Nat::Small(sum);
        }
        Nat::from(self.wide() + other.wide())
    }

    /// Difference, 0 where it would be negative.
    pub fn sub(&self, other: &Nat) -> Nat {
        match (self, other) {
            (Nat::Small(a), Nat::Small(b)) => Nat::Small(a.saturating_sub(*b)),
            _ if self.cmp(other) == Ordering::Less => Nat::ZERO,
            _ => Nat::from(self.wide() - other.wide()),
        }
    }

    /// Product.
    pub fn mul(&self, other: &Nat) -> Nat {
        if let (Nat::Small(a), Nat::Small(b)) = (self, other)
            && let Some(product) = a.checked_mul(*b)
        {
            return Nat::Small(product);
        }
        Nat::from(self.wide() * other.wide())
    }

    /// Quotient and remainder; `None` for a zero divisor.
    pub fn div_rem(&self, other: &Nat) -> Option<(Nat, Nat)> {
        match (self, other) {
            (_, Nat::Small(0)) => None,
            (Nat::Small(a), Nat::Small(b)) => Some((Nat::Small(a / b), Nat::Small(a % b))),
            _ => {
                let (a, b) = (self.wide(), other.wide());
                let quotient = &a / &b;
                let remainder = a - &quotient * b;
                Some((Nat::from(quotient), Nat::from(remainder)))
            }
        }
    }

    /// Bitwise and.
    pub fn and(&self, other: &Nat) -> Nat {
        match (self, other) {
            (Nat::Small(a), Nat::Small(b)) => Nat::Small(a & b),
            _ => Nat::from(self.wide() & other.wide()),
        }
    }

    /// Bitwise or.
    pub fn or(&self, other: &Nat) -> Nat {
        match (self, other) {
            (Nat::Small(a), Nat::Small(b)) => Nat::Small(a | b),
            _ => Nat::from(self.wide() | other.wide()),
        }
    }

    /// Bitwise exclusive or.
    pub fn xor(&self, other: &Nat) -> Nat {
        match (self, other) {
            (Nat::Small(a), Nat::Small(b)) => Nat::Small(a ^ b),
            _ => Nat::from(self.wide() ^ other.wide()),
        }
    }

    /// Left shift by `count` bits.
    pub fn shl(&self, count: u64) -> Nat {
        match self {
            Nat::Small(a) if count <= u64::from(a.leading_zeros()) && count < 64 => Nat::Small(a << count),
            Nat::Small(0) => Nat::ZERO,
            _ => Nat::from(self.wide() << count),
        }
    }

    /// Right shift by `count` bits; 0 past the width.
    pub fn shr(&self, count: &Nat) -> Nat {
        match (self, count.as_u64()) {
            (_, None) => Nat::ZERO,
            (_, Some(count)) if count >= self.bits() => Nat::ZERO,
            (Nat::Small(a), Some(count)) => Nat::Small(a >> count),
            (Nat::Big(a), Some(count)) => Nat::from(a.as_ref() >> count),
        }
    }
}

impl From<BigUint> for Nat {
    fn from(big: BigUint) -> Nat {
        if big.is_zero() {
            return Nat::ZERO;
        }
        match big.to_u64() {
            Some(small) => Nat::Small(small),
            None => Nat::Big(Arc::new(big)),
        }
    }
}

impl From<u64> for Nat {
    fn from(small: u64) -> Nat {
        Nat::Small(small)
    }
}

impl Ord for Nat {
    fn cmp(&self, other: &Nat) -> Ordering {
        match (self, other) {
            (Nat::Small(a), Nat::Small(b)) => a.cmp(b),
            (Nat::Small(_), Nat::Big(_)) => Ordering::Less,
            (Nat::Big(_), Nat::Small(_)) => Ordering::Greater,
            (Nat::Big(a), Nat::Big(b)) => a.cmp(b),
        }
    }
}

impl PartialOrd for Nat {
    fn partial_cmp(&self, other: &Nat) -> Option<Ordering> {
        Some(self.cmp(other))
    }
}
