//! Types that steer the generator, and values of them.

use super::names::{KEYS, TEXTS};
use crate::rng::Rng;
use crate::tree::Literal;
use etymon_kernel_rt::Nat;
use etymon_spec::ast::Name;

/// What an expression is meant to be; the language itself has no types.
#[derive(Clone, Debug, PartialEq, Eq)]
pub(super) enum Type {
    Nat,
    Bool,
    Str,
    Bytes,
    List(Box<Type>),
    Record(Vec<(Name, Type)>),
    None,
}

/// Naturals around the bounds of machine words and of doubles.
const NATS: [&str; 24] = [
    "0",
    "1",
    "2",
    "3",
    "7",
    "8",
    "10",
    "31",
    "32",
    "64",
    "255",
    "256",
    "4096",
    "4097",
    "2147483648",
    "4294967295",
    "4294967296",
    "9007199254740991",
    "9007199254740992",
    "9007199254740993",
    "18446744073709551615",
    "18446744073709551616",
    "340282366920938463463374607431768211456",
    "115792089237316195423570985008687907853269984665640564039457584007913129639936",
];

impl Type {
    /// A type of at most that many levels.
    pub fn random(rng: &mut Rng, levels: usize) -> Type {
        match rng.below(if levels == 0 { 9 } else { 13 }) {
            0..=3 => Type::Nat,
            4 | 5 => Type::Bool,
            6 | 7 => Type::Str,
            8 => {
                if rng.chance(70) {
                    Type::Bytes
                } else {
                    Type::None
                }
            }
            9 | 10 => Type::List(Box::new(Type::random(rng, levels - 1))),
            _ => {
                let mut fields: Vec<(Name, Type)> = Vec::new();
                for _ in 0..1 + rng.below(3) {
                    let key = Name::from(*rng.pick(&KEYS));
                    if !fields.iter().any(|(own, _)| *own == key) {
                        fields.push((key, Type::random(rng, levels - 1)));
                    }
                }
                Type::Record(fields)
            }
        }
    }

    /// A literal of this type.
    pub fn literal(&self, rng: &mut Rng) -> Literal {
        match self {
            Type::Nat => Literal::Nat(nat(rng)),
            Type::Bool => Literal::Bool(rng.chance(50)),
            Type::Str => Literal::Str(Name::from(*rng.pick(&TEXTS))),
            Type::Bytes => {
                let length = *rng.pick(&[0, 0, 1, 2, 3, 32]);
                Literal::Bytes((0..length).map(|_| rng.next() as u8).collect())
            }
            Type::List(item) => Literal::List((0..rng.below(4)).map(|_| item.literal(rng)).collect()),
            Type::Record(fields) => {
                let mut own: Vec<(Name, Literal)> =
                    fields.iter().map(|(key, item)| (key.clone(), item.literal(rng))).collect();
                // Writing order, repeated and unexpected keys must not matter.
                if rng.chance(20) {
                    let key = Name::from(*rng.pick(&KEYS));
                    let at = rng.below(own.len() + 1);
                    own.insert(at, (key, Literal::Nat(nat(rng))));
                }
                Literal::Record(own)
            }
            Type::None => Literal::None,
        }
    }
}

fn nat(rng: &mut Rng) -> Nat {
    let digits = if rng.chance(75) { (*rng.pick(&NATS)).to_owned() } else { (rng.next() >> rng.below(64)).to_string() };
    Nat::parse(&digits).unwrap_or(Nat::ZERO)
}
