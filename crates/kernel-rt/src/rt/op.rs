//! The 22 operations (language reference, section 6). An argument of another type gives none.

use super::alloc::string::String;
use super::alloc::sync::Arc;
use super::{Nat, Val};

/// A built-in operation.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash, PartialOrd, Ord)]
pub enum Op {
    /// Sum.
    Add,
    /// Difference, truncated at 0.
    Sub,
    /// Product.
    Mul,
    /// Floor division; none by 0.
    Div,
    /// Remainder; none by 0.
    Mod,
    /// Bitwise and.
    Band,
    /// Bitwise or.
    Bor,
    /// Bitwise exclusive or.
    Bxor,
    /// Identity on naturals: no width, no complement.
    Bnot,
    /// Left shift; none by more than 4096.
    Shl,
    /// Right shift; 0 past the width.
    Shr,
    /// Structural equality over all types.
    Eq,
    /// Less than.
    Lt,
    /// Less than or equal.
    Le,
    /// Conjunction; both sides are evaluated.
    And,
    /// Disjunction; both sides are evaluated.
    Or,
    /// Negation.
    Not,
    /// Text concatenation.
    ConcatStr,
    /// List concatenation.
    ConcatList,
    /// Number of Unicode scalar values.
    LengthStr,
    /// Number of elements.
    LengthList,
    /// Number of octets.
    LengthBytes,
}

impl Op {
    /// All operations in the order of the reference.
    pub const ALL: [Op; 22] = [
        Op::Add,
        Op::Sub,
        Op::Mul,
        Op::Div,
        Op::Mod,
        Op::Band,
        Op::Bor,
        Op::Bxor,
        Op::Bnot,
        Op::Shl,
        Op::Shr,
        Op::Eq,
        Op::Lt,
        Op::Le,
        Op::And,
        Op::Or,
        Op::Not,
        Op::ConcatStr,
        Op::ConcatList,
        Op::LengthStr,
        Op::LengthList,
        Op::LengthBytes,
    ];

    /// Name in the language.
    pub const fn name(self) -> &'static str {
        match self {
            Op::Add => "add",
            Op::Sub => "sub",
            Op::Mul => "mul",
            Op::Div => "div",
            Op::Mod => "mod",
            Op::Band => "band",
            Op::Bor => "bor",
            Op::Bxor => "bxor",
            Op::Bnot => "bnot",
            Op::Shl => "shl",
            Op::Shr => "shr",
            Op::Eq => "eq",
            Op::Lt => "lt",
            Op::Le => "le",
            Op::And => "and",
            Op::Or => "or",
            Op::Not => "not",
            Op::ConcatStr => "concatStr",
            Op::ConcatList => "concatList",
            Op::LengthStr => "lengthStr",
            Op::LengthList => "lengthList",
            Op::LengthBytes => "lengthBytes",
        }
    }

    /// Name of the function that computes it, here and in strict Rust.
    pub const fn rust_name(self) -> &'static str {
        match self {
            Op::Add => "add",
            Op::Sub => "sub",
            Op::Mul => "mul",
            Op::Div => "div",
            Op::Mod => "modulo",
            Op::Band => "band",
            Op::Bor => "bor",
            Op::Bxor => "bxor",
            Op::Bnot => "bnot",
            Op::Shl => "shl",
            Op::Shr => "shr",
            Op::Eq => "eq",
            Op::Lt => "lt",
            Op::Le => "le",
            Op::And => "and",
            Op::Or => "or",
            Op::Not => "not",
            Op::ConcatStr => "concat_str",
            Op::ConcatList => "concat_list",
            Op::LengthStr => "length_str",
            Op::LengthList => "length_list",
            Op::LengthBytes => "length_bytes",
        }
    }

    /// The operation of that name.
    pub fn from_name(name: &str) -> Option<Op> {
        Op::ALL.into_iter().find(|op| op.name() == name)
    }

    /// Number of arguments.
    pub const fn arity(self) -> usize {
        match self {
            Op::Bnot | Op::Not | Op::LengthStr | Op::LengthList | Op::LengthBytes => 1,
            _ => 2,
        }
    }

    /// The value of the operation; none for a wrong number of arguments.
    pub fn apply(self, args: &[Val]) -> Val {
        match args {
            [a] if self.arity() == 1 => self.unary(a.clone()),
            [a, b] if self.arity() == 2 => self.binary(a.clone(), b.clone()),
            _ => Val::None,
        }
    }

    fn unary(self, a: Val) -> Val {
        match self {
            Op::Bnot => bnot(a),
            Op::Not => not(a),
            Op::LengthStr => length_str(a),
            Op::LengthList => length_list(a),
            Op::LengthBytes => length_bytes(a),
            _ => Val::None,
        }
    }

    fn binary(self, a: Val, b: Val) -> Val {
        match self {
            Op::Add => add(a, b),
            Op::Sub => sub(a, b),
            Op::Mul => mul(a, b),
            Op::Div => div(a, b),
            Op::Mod => modulo(a, b),
            Op::Band => band(a, b),
            Op::Bor => bor(a, b),
            Op::Bxor => bxor(a, b),
            Op::Shl => shl(a, b),
            Op::Shr => shr(a, b),
            Op::Eq => eq(a, b),
            Op::Lt => lt(a, b),
            Op::Le => le(a, b),
            Op::And => and(a, b),
            Op::Or => or(a, b),
            Op::ConcatStr => concat_str(a, b),
            Op::ConcatList => concat_list(a, b),
            _ => Val::None,
        }
    }
}

/// `shl` by more bits than this is none (a limit of meaning, not of resources).
pub const MAX_SHIFT: u64 = 4096;

fn nats(a: &Val, b: &Val, compute: impl FnOnce(&Nat, &Nat) -> Val) -> Val {
    match (a, b) {
        (Val::Nat(a), Val::Nat(b)) => compute(a, b),
        _ => Val::None,
    }
}

fn bools(a: &Val, b: &Val, compute: impl FnOnce(bool, bool) -> bool) -> Val {
    match (a, b) {
        (Val::Bool(a), Val::Bool(b)) => Val::Bool(compute(*a, *b)),
        _ => Val::None,
    }
}

fn count(length: usize) -> Val {
    Val::Nat(Nat::from(length as u64))
}

/// Sum.
pub fn add(a: Val, b: Val) -> Val {
    nats(&a, &b, |a, b| Val::Nat(a.add(b)))
}

/// Difference, truncated at 0.
pub fn sub(a: Val, b: Val) -> Val {
    nats(&a, &b, |a, b| Val::Nat(a.sub(b)))
}

/// Product.
pub fn mul(a: Val, b: Val) -> Val {
    nats(&a, &b, |a, b| Val::Nat(a.mul(b)))
}

/// Floor division; none by 0.
pub fn div(a: Val, b: Val) -> Val {
    nats(&a, &b, |a, b| a.div_rem(b).map_or(Val::None, |(quotient, _)| Val::Nat(quotient)))
}

/// Remainder; none by 0.
pub fn modulo(a: Val, b: Val) -> Val {
    nats(&a, &b, |a, b| a.div_rem(b).map_or(Val::None, |(_, remainder)| Val::Nat(remainder)))
}

/// Bitwise and.
pub fn band(a: Val, b: Val) -> Val {
    nats(&a, &b, |a, b| Val::Nat(a.and(b)))
}

/// Bitwise or.
pub fn bor(a: Val, b: Val) -> Val {
    nats(&a, &b, |a, b| Val::Nat(a.or(b)))
}

/// Bitwise exclusive or.
pub fn bxor(a: Val, b: Val) -> Val {
    nats(&a, &b, |a, b| Val::Nat(a.xor(b)))
}

/// Identity on naturals: no width, no complement.
pub fn bnot(a: Val) -> Val {
    match a {
        Val::Nat(_) => a,
        _ => Val::None,
    }
}

/// Left shift; none by more than [`MAX_SHIFT`], even of 0.
pub fn shl(a: Val, b: Val) -> Val {
    nats(&a, &b, |a, b| match b.as_u64() {
        Some(bits) if bits <= MAX_SHIFT => Val::Nat(a.shl(bits)),
        _ => Val::None,
    })
}

/// Right shift; 0 past the width.
pub fn shr(a: Val, b: Val) -> Val {
    nats(&a, &b, |a, b| Val::Nat(a.shr(b)))
}

/// Structural equality over all types.
pub fn eq(a: Val, b: Val) -> Val {
    Val::Bool(a == b)
}

/// Less than.
pub fn lt(a: Val, b: Val) -> Val {
    nats(&a, &b, |a, b| Val::Bool(a < b))
}

/// Less than or equal.
pub fn le(a: Val, b: Val) -> Val {
    nats(&a, &b, |a, b| Val::Bool(a <= b))
}

/// Conjunction; both sides are evaluated.
pub fn and(a: Val, b: Val) -> Val {
    bools(&a, &b, |a, b| a && b)
}

/// Disjunction; both sides are evaluated.
pub fn or(a: Val, b: Val) -> Val {
    bools(&a, &b, |a, b| a || b)
}

/// Negation.
pub fn not(a: Val) -> Val {
    match a {
        Val::Bool(a) => Val::Bool(!a),
        _ => Val::None,
    }
}

/// Text concatenation.
pub fn concat_str(a: Val, b: Val) -> Val {
    match (&a, &b) {
        (Val::Str(a), Val::Str(b)) => {
            let mut text = String::with_capacity(a.len() + b.len());
            text.push_str(a);
            text.push_str(b);
            Val::Str(Arc::from(text))
        }
        _ => Val::None,
    }
}

/// List concatenation.
pub fn concat_list(a: Val, b: Val) -> Val {
    match (a, b) {
        (Val::List(a), Val::List(b)) => Val::List(a.concat(&b)),
        _ => Val::None,
    }
}

/// Number of Unicode scalar values.
pub fn length_str(a: Val) -> Val {
    match a {
        Val::Str(text) => count(text.chars().count()),
        _ => Val::None,
    }
}

/// Number of elements.
pub fn length_list(a: Val) -> Val {
    match a {
        Val::List(list) => count(list.items().len()),
        _ => Val::None,
    }
}

/// Number of octets.
pub fn length_bytes(a: Val) -> Val {
    match a {
        Val::Bytes(bytes) => count(bytes.len()),
        _ => Val::None,
    }
}
