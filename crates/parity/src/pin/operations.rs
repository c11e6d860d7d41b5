//! Every operation and primitive over combinations of types, with arguments and literals, and with wrong arities.

use super::draft::{Suite, function};
use super::values::{self, Labelled};
use crate::tree::{Literal, Tree, sugar::var};
use etymon_kernel_rt::{Op, Prim, Val};

const PARAMS: [&str; 6] = ["a", "b", "c", "d", "e", "f"];

fn vars(count: usize) -> Vec<Tree> {
    PARAMS[..count].iter().map(|name| var(name)).collect()
}

fn literal(own: &Labelled) -> Tree {
    Tree::Lit(Literal::of(&own.value))
}

fn pairs(left: &[Labelled], right: &[Labelled]) -> Vec<(Labelled, Labelled)> {
    left.iter().flat_map(|a| right.iter().map(move |b| (a.clone(), b.clone()))).collect()
}

/// Pairs whose types the operation is made for.
fn own_domain(op: Op) -> Vec<(Labelled, Labelled)> {
    let of = |all: Vec<Labelled>| pairs(&all, &all);
    match op {
        Op::Shl | Op::Shr => {
            let mut counts = values::naturals();
            for (label, count) in [("31", 31), ("4095", 4095), ("4096", 4096), ("4097", 4097)] {
                counts.push(Labelled { label, value: values::nat(count) });
            }
            pairs(&values::naturals(), &counts)
        }
        Op::Eq => of(values::all()),
        Op::And | Op::Or => of(values::booleans()),
        Op::ConcatStr => of(values::texts()),
        Op::ConcatList => of(values::lists()),
        _ => of(values::naturals()),
    }
}

fn two_sided(suite: &mut Suite, op: Op) {
    let program = function(&PARAMS[..2], Tree::Op(op, vars(2)));
    let mut all = own_domain(op);
    let types = values::by_type();
    all.extend(pairs(&types, &types));
    let mut seen = std::collections::HashSet::new();
    for (a, b) in all {
        if seen.insert((a.label, b.label)) {
            let id = format!("{}({}, {})", op.name(), a.label, b.label);
            suite.call(&id, &program, "app/P.f", vec![a.value, b.value]);
        }
    }
}

/// Operations whose arguments arrive from outside.
pub(super) fn operations() -> Suite {
    let mut suite = Suite::new("operations");
    for op in Op::ALL {
        if op.arity() == 2 {
            two_sided(&mut suite, op);
            continue;
        }
        let program = function(&PARAMS[..1], Tree::Op(op, vars(1)));
        for own in values::all() {
            suite.call(&format!("{}({})", op.name(), own.label), &program, "app/P.f", vec![own.value]);
        }
    }
    suite
}

/// Operations whose arguments are written down, so that printing of literals counts, too.
pub(super) fn literals() -> Suite {
    let mut suite = Suite::new("literals");
    for own in values::all() {
        suite.expr(own.label, literal(&own));
        suite.expr(&format!("inside {}", own.label), Tree::List(vec![literal(&own), literal(&own)]));
        suite.with(&format!("argument {}", own.label), &["a"], var("a"), vec![own.value]);
    }
    let naturals = values::naturals();
    for op in Op::ALL.into_iter().filter(|op| op.arity() == 2) {
        for (a, b) in naturals.iter().zip(naturals.iter().rev()) {
            let id = format!("{}({}, {})", op.name(), a.label, b.label);
            suite.expr(&id, Tree::Op(op, vec![literal(a), literal(b)]));
        }
        for own in values::by_type() {
            let id = format!("{}({}, itself)", op.name(), own.label);
            suite.expr(&id, Tree::Op(op, vec![literal(&own), literal(&own)]));
        }
    }
    suite
}

/// Numbers of arguments that nothing takes: none everywhere.
pub(super) fn arity() -> Suite {
    let mut suite = Suite::new("arity");
    let args: Vec<Val> = [1, 2, 3, 4, 5, 6].map(values::nat).into();
    for op in Op::ALL {
        for count in (0..=4).filter(|count| *count != op.arity()) {
            let id = format!("{} of {count}", op.name());
            suite.with(&id, &PARAMS[..count], Tree::Op(op, vars(count)), args[..count].to_vec());
        }
    }
    for prim in Prim::ALL {
        for count in (0..=6).filter(|count| *count != prim.arity()) {
            let id = format!("{} of {count}", prim.name());
            suite.with(&id, &PARAMS[..count], Tree::Prim(prim, vars(count)), args[..count].to_vec());
        }
    }
    suite
}

/// Lengths around the blocks and the padding of SHA-256.
const LENGTHS: [usize; 12] = [1, 31, 32, 33, 55, 56, 63, 64, 65, 119, 120, 200];

fn sized(length: usize) -> Val {
    let bytes: Vec<u8> = (0..length).map(|at| (at * 7 + 1) as u8).collect();
    Val::Bytes(bytes.into())
}

/// Primitives over all types, and where their own bounds lie.
pub(super) fn primitives() -> Suite {
    let mut suite = Suite::new("primitives");
    for prim in Prim::ALL {
        let arity = prim.arity();
        let program = function(&PARAMS[..arity], Tree::Prim(prim, vars(arity)));
        match arity {
            1 => {
                for own in values::all() {
                    suite.call(&format!("{}({})", prim.name(), own.label), &program, "app/P.f", vec![own.value]);
                }
            }
            2 => {
                let types = values::by_type();
                for (a, b) in pairs(&types, &types) {
                    let id = format!("{}({}, {})", prim.name(), a.label, b.label);
                    suite.call(&id, &program, "app/P.f", vec![a.value, b.value]);
                }
            }
            _ => {
                for own in values::by_type() {
                    let id = format!("{}({} …)", prim.name(), own.label);
                    suite.call(&id, &program, "app/P.f", vec![own.value; arity]);
                }
            }
        }
        lengths(&mut suite, prim);
    }
    hex(&mut suite);
    json(&mut suite);
    suite
}

fn lengths(suite: &mut Suite, prim: Prim) {
    let call = |args: Vec<Val>| (function(&PARAMS[..args.len()], Tree::Prim(prim, vars(args.len()))), args);
    for length in LENGTHS {
        let (program, args) = match prim {
            Prim::Sha256 | Prim::Sha256Hash | Prim::BytesToHex => call(vec![sized(length)]),
            Prim::Sha256Str => call(vec![values::s(&"é".repeat(length))]),
            Prim::TaggedHash => call(vec![values::s(&"t".repeat(length)), sized(length)]),
            Prim::SmtLeafHash | Prim::SmtNodeHash | Prim::CtLeafHash | Prim::CtNodeHash => {
                call(vec![sized(length), sized(200 - length)])
            }
            _ => continue,
        };
        suite.call(&format!("{} of {length} octets", prim.name()), &program, "app/P.f", args);
    }
}

fn hex(suite: &mut Suite) {
    let program = function(&["a"], Tree::Prim(Prim::HexToBytes, vars(1)));
    let cases = [
        "00",
        "0",
        "000",
        "ff",
        "FF",
        "fF",
        "0x00",
        "0g",
        "g0",
        " 0",
        "00 ",
        "é",
        "0\u{e9}",
        "00ff10AB",
        "++",
        "-1",
        "1e",
        "٠٠",
        "０0",
        "a\u{0}",
        "\u{0}0",
        "0_",
        "1.",
        "..",
        "deadBEEF00",
    ];
    for text in cases {
        suite.call(&format!("hexToBytes({text:?})"), &program, "app/P.f", vec![values::s(text)]);
    }
}

fn json(suite: &mut Suite) {
    let program = function(&["a"], Tree::Prim(Prim::JsonStringify, vars(1)));
    let limit = || values::n("9007199254740991");
    let over = || values::n("9007199254740992");
    let cases = [
        ("nat in list at the limit", values::l([limit(), limit()])),
        ("nat in list over it", values::l([limit(), over()])),
        ("nat in record over it", values::r([("a", values::r([("b", over())]))])),
        ("octets inside", values::r([("b", values::b("00ffAB")), ("e", values::b(""))])),
        (
            "integer-like keys",
            values::r([("10", values::nat(1)), ("9", values::nat(2)), ("01", values::nat(3)), ("-1", values::nat(4))]),
        ),
        (
            "keys that need escapes",
            values::r([("\n", values::nat(1)), ("\"", values::nat(2)), ("\u{1f}", values::nat(3))]),
        ),
        (
            "keys by code units",
            values::r([("\u{ffff}", values::nat(1)), ("𝒳", values::nat(2)), ("\u{e000}", values::nat(3))]),
        ),
        ("toJSON is a key", values::r([("toJSON", values::s("x")), ("a", values::nat(1))])),
        ("DEL and noncharacters", values::s("\u{7f}\u{80}\u{fffe}\u{1fffe}")),
    ];
    for (id, value) in cases {
        suite.call(&format!("jsonStringify: {id}"), &program, "app/P.f", vec![value]);
    }
}
