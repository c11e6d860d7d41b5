//! Rank-1 constraint systems over the scalar field of BN254, and their checker.
//!
//! A system is a list of rows `a * b = c`, each side a linear combination of wires. Checking needs no circuit compiler and no
//! proof: it tells whether an assignment is one that a proof could be made of.

use num_bigint::BigUint;
use num_traits::{One, Zero};
use std::fmt;
use std::sync::LazyLock;

/// The order of the groups of BN254 (EIP-196), the field that circuits are written over.
static ORDER: LazyLock<BigUint> = LazyLock::new(|| {
    const DIGITS: &[u8] = b"21888242871839275222246405745257275088548364400416034343698204186575808495617";
    BigUint::parse_bytes(DIGITS, 10).unwrap_or_default()
});

/// An element of the scalar field of BN254, always reduced.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct Scalar(BigUint);

impl Scalar {
    /// The field's order.
    pub fn order() -> &'static BigUint {
        &ORDER
    }

    /// Zero.
    pub fn zero() -> Scalar {
        Scalar::default()
    }

    /// One.
    pub fn one() -> Scalar {
        Scalar(BigUint::one())
    }

    /// The residue of a number.
    pub fn new(number: impl Into<BigUint>) -> Scalar {
        Scalar(number.into() % &*ORDER)
    }

    /// `2^exponent`.
    pub fn power_of_two(exponent: u32) -> Scalar {
        Scalar::new(BigUint::one() << exponent)
    }

    /// The number below the order.
    pub fn value(&self) -> &BigUint {
        &self.0
    }

    /// Whether it is zero.
    pub fn is_zero(&self) -> bool {
        self.0.is_zero()
    }

    /// Its sum with another.
    pub fn plus(&self, other: &Scalar) -> Scalar {
        Scalar::new(&self.0 + &other.0)
    }

    /// Its product with another.
    pub fn times(&self, other: &Scalar) -> Scalar {
        Scalar::new(&self.0 * &other.0)
    }

    /// What gives zero when added to it.
    pub fn negated(&self) -> Scalar {
        Scalar::new(&*ORDER - &self.0)
    }

    /// What gives one when multiplied with it; nothing for zero.
    pub fn inverse(&self) -> Option<Scalar> {
        // The order is prime, so x^(order - 2) is the inverse (Fermat).
        (!self.is_zero()).then(|| Scalar(self.0.modpow(&(&*ORDER - 2u32), &ORDER)))
    }
}

impl fmt::Display for Scalar {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        self.0.fmt(f)
    }
}

/// A wire of a system: its place in every assignment. Wire 0 is always one.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord)]
pub struct Wire(usize);

impl Wire {
    /// Its place in an assignment.
    pub fn index(self) -> usize {
        self.0
    }
}

/// The wire that is always one.
pub const ONE: Wire = Wire(0);

/// A sum of wires, each with a coefficient.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct Linear(Vec<(Wire, Scalar)>);

impl Linear {
    /// Just one wire.
    pub fn wire(wire: Wire) -> Linear {
        Linear(vec![(wire, Scalar::one())])
    }

    /// A number.
    pub fn constant(number: u64) -> Linear {
        Linear(vec![(ONE, Scalar::new(number))])
    }

    /// The sum of wires.
    pub fn sum(wires: &[Wire]) -> Linear {
        Linear(wires.iter().map(|wire| (*wire, Scalar::one())).collect())
    }

    /// Adds a wire with a coefficient.
    #[must_use]
    pub fn plus(mut self, coefficient: Scalar, wire: Wire) -> Linear {
        self.0.push((wire, coefficient));
        self
    }

    fn value(&self, assignment: &[Scalar]) -> Scalar {
        self.0.iter().fold(Scalar::zero(), |sum, (wire, coefficient)| sum.plus(&coefficient.times(&assignment[wire.0])))
    }

    fn is_constant(&self) -> bool {
        self.0.iter().all(|(wire, coefficient)| *wire == ONE || coefficient.is_zero())
    }
}

/// `a * b = c`.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Row {
    /// Left factor.
    pub a: Linear,
    /// Right factor.
    pub b: Linear,
    /// Their product.
    pub c: Linear,
    /// Code of the constraint that it is part of.
    pub code: &'static str,
}

impl Row {
    /// Whether it multiplies nothing but a constant, so that compilers may remove it.
    pub fn is_linear(&self) -> bool {
        self.a.is_constant() || self.b.is_constant()
    }
}

/// Why an assignment is none of a system.
#[derive(Clone, Debug, PartialEq, Eq, thiserror::Error)]
pub enum Violation {
    /// Another number of wires.
    #[error("an assignment of {given} wires is none of a system of {wires}")]
    Length {
        /// Wires of the system.
        wires: usize,
        /// Wires of the assignment.
        given: usize,
    },
    /// Wire 0 is not one.
    #[error("wire 0 carries `{0}` instead of 1")]
    One(Scalar),
    /// A row does not hold.
    #[error("constraint `{code}` does not hold (row {row})")]
    Row {
        /// Its number, from 0.
        row: usize,
        /// Code of the constraint that it is part of.
        code: &'static str,
    },
}

/// Rows over named wires.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct System {
    wires: Vec<String>,
    rows: Vec<Row>,
}

impl Default for System {
    fn default() -> System {
        System::new()
    }
}

impl System {
    /// A system of the wire that is one, without rows.
    pub fn new() -> System {
        System { wires: vec!["1".to_owned()], rows: Vec::new() }
    }

    /// Adds a wire.
    pub fn wire(&mut self, name: impl Into<String>) -> Wire {
        self.wires.push(name.into());
        Wire(self.wires.len() - 1)
    }

    /// Adds the row `a * b = c`.
    pub fn multiply(&mut self, code: &'static str, a: Linear, b: Linear, c: Linear) {
        self.rows.push(Row { a, b, c, code });
    }

    /// Adds the row `left = right`.
    pub fn equal(&mut self, code: &'static str, left: Linear, right: Linear) {
        self.multiply(code, left, Linear::constant(1), right);
    }

    /// The names of the wires; the first is `1`.
    pub fn wires(&self) -> &[String] {
        &self.wires
    }

    /// The wire of a name.
    pub fn find(&self, name: &str) -> Option<Wire> {
        self.wires.iter().position(|own| own == name).map(Wire)
    }

    /// The rows.
    pub fn rows(&self) -> &[Row] {
        &self.rows
    }

    /// Whether every row holds.
    ///
    /// # Errors
    /// The first row that does not hold, or that the assignment has another shape.
    pub fn check(&self, assignment: &[Scalar]) -> Result<(), Violation> {
        if assignment.len() != self.wires.len() {
            return Err(Violation::Length { wires: self.wires.len(), given: assignment.len() });
        }
        if assignment[ONE.0] != Scalar::one() {
            return Err(Violation::One(assignment[ONE.0].clone()));
        }
        let fails = |row: &Row| row.a.value(assignment).times(&row.b.value(assignment)) != row.c.value(assignment);
        match self.rows.iter().position(fails) {
            Some(row) => Err(Violation::Row { row, code: self.rows[row].code }),
            None => Ok(()),
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_order_is_the_one_of_the_standard_and_scalars_wrap_at_it() {
        assert_eq!(Scalar::order().bits(), 254);
        // EIP-196: 0x30644e72e131a029b85045b68181585d2833e84879b9709143e1f593f0000001.
        let hex = b"30644e72e131a029b85045b68181585d2833e84879b9709143e1f593f0000001";
        assert_eq!(Some(Scalar::order()), BigUint::parse_bytes(hex, 16).as_ref());
        assert_eq!(Scalar::new(Scalar::order() + 7u32), Scalar::new(7u32));
        assert!(Scalar::zero().negated().is_zero());
        assert_eq!(Scalar::new(5u32).negated().plus(&Scalar::new(5u32)), Scalar::zero());
    }

    #[test]
    fn inverses_multiply_to_one_and_zero_has_none() {
        for number in [1u32, 2, 10_000, u32::MAX] {
            let scalar = Scalar::new(number);
            assert_eq!(scalar.inverse().map(|inverse| inverse.times(&scalar)), Some(Scalar::one()));
        }
        assert_eq!(Scalar::zero().inverse(), None);
    }

    #[test]
    fn an_assignment_is_checked_for_shape_then_row_by_row() {
        let mut system = System::new();
        let (x, y) = (system.wire("x"), system.wire("y"));
        system.multiply("SQUARE", Linear::wire(x), Linear::wire(x), Linear::wire(y));
        system.equal("NINE", Linear::wire(y), Linear::constant(9));
        let assigned = |numbers: &[u32]| numbers.iter().map(|n| Scalar::new(*n)).collect::<Vec<_>>();
        assert_eq!(system.check(&assigned(&[1, 3, 9])), Ok(()));
        assert_eq!(system.check(&assigned(&[1, 3])), Err(Violation::Length { wires: 3, given: 2 }));
        assert_eq!(system.check(&assigned(&[2, 3, 9])), Err(Violation::One(Scalar::new(2u32))));
        assert_eq!(system.check(&assigned(&[1, 3, 8])), Err(Violation::Row { row: 0, code: "SQUARE" }));
        assert_eq!(system.check(&assigned(&[1, 2, 4])), Err(Violation::Row { row: 1, code: "NINE" }));
        assert_eq!(system.rows().iter().map(Row::is_linear).collect::<Vec<_>>(), [false, true]);
    }
}
