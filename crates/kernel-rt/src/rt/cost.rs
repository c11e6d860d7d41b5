//! What an operation costs, known before it runs, so that an evaluator can refuse it.

use super::{Op, Prim, Val};

/// Cost of an operation: the size its result may have, and the steps it takes.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Cost {
    /// Upper bound of the result's size in bytes.
    pub size: u64,
    /// Steps of about ten nanoseconds.
    pub steps: u64,
}

/// Cost of an operation on these arguments.
pub fn cost(op: Op, args: &[Val]) -> Cost {
    let size = |at: usize| args.get(at).map_or(0, Val::size);
    let (a, b) = (size(0), size(1));
    let sum = a.saturating_add(b);
    let words = |bytes: u64| bytes / 8 + 1;
    match op {
        // Schoolbook division and at worst quadratic multiplication, one word product a step.
        Op::Mul | Op::Div | Op::Mod => Cost { size: sum, steps: words(a).saturating_mul(words(b)) / 4 + 1 },
        Op::Shl => Cost { size: a + super::MAX_SHIFT / 8, steps: words(a) + 64 },
        Op::ConcatList => Cost { size: sum, steps: words(sum) },
        Op::Bnot | Op::And | Op::Or | Op::Not | Op::LengthList | Op::LengthBytes => Cost { size: a, steps: 1 },
        _ => Cost { size: sum, steps: words(sum) },
    }
}

/// Cost of a primitive on these arguments.
pub fn prim_cost(prim: Prim, args: &[Val]) -> Cost {
    let sum = args.iter().fold(0u64, |sum, arg| sum.saturating_add(arg.size()));
    match prim {
        // Hex doubles; JSON text may escape a character sixfold.
        Prim::JsonStringify => Cost { size: sum.saturating_mul(6), steps: sum / 2 + 1 },
        Prim::BytesToHex => Cost { size: sum.saturating_mul(2), steps: sum / 4 + 1 },
        // A multiplication of a point takes about a hundred microseconds.
        Prim::SchnorrSign
        | Prim::SchnorrVerify
        | Prim::DerivePublicKey
        | Prim::Ecdh
        | Prim::SignSTH
        | Prim::VerifySTH => Cost { size: sum + 128, steps: sum / 2 + 20_000 },
        Prim::EncodeTags => Cost { size: sum.saturating_mul(2) + 64, steps: sum / 2 + 64 },
        // Two digests of 64 octets for each of the ids.
        Prim::ComputeEventsRoot => Cost { size: 64, steps: sum.saturating_mul(2) + 64 },
        // Content is printed as JSON before it is hashed.
        Prim::ComputeContentHash | Prim::ComputeCommitHash | Prim::ComputeEnclaveId => {
            Cost { size: 64, steps: sum.saturating_mul(6) + 64 }
        }
        _ => Cost { size: sum + 64, steps: sum / 2 + 64 },
    }
}
