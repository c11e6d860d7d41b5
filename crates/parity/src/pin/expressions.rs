//! Every portable expression form, where the table forms of the language reference would go wrong.

use super::draft::{Suite, func, module};
use super::values::{self, b, l, n, r, s};
use crate::fuzz::NASTY_LOCALS;
use crate::tree::sugar::{
    bool, call, cond, dispatch, fold, get, let_in, list, nat, none, op, prim, record, set, text, var,
};
use crate::tree::{Literal, Tree};
use etymon_kernel_rt::{Op, Prim, Val};

fn lit(value: Val) -> Tree {
    Tree::Lit(Literal::of(&value))
}

fn add(a: Tree, b: Tree) -> Tree {
    op(Op::Add, [a, b])
}

fn bindings(suite: &mut Suite) {
    let x = || var("x");
    suite.expr("unbound", x());
    suite.expr(
        "unbound like a global",
        list([var("undefined"), var("NaN"), var("globalThis"), var("process"), var("rt")]),
    );
    suite.with("initialiser reads the outer name", &["x"], let_in("x", add(x(), nat(1)), x()), vec![values::nat(4)]);
    let twice = let_in("x", add(x(), nat(1)), let_in("x", op(Op::Mul, [x(), x()]), x()));
    suite.with("twice in a chain", &["x"], twice, vec![values::nat(4)]);
    suite.expr("binding ends with its body", list([let_in("x", nat(1), x()), x()]));
    suite.expr("binding in a value is not outside", let_in("y", let_in("x", nat(1), x()), list([var("y"), x()])));
    suite.expr("inner binding hides, then ends", let_in("x", nat(1), list([let_in("x", nat(2), x()), x()])));
    for name in ["_", "_x", "__"] {
        suite.expr(&format!("{name} binds like others"), let_in(name, nat(7), list([var(name), var(name)])));
        suite.expr(&format!("{name} twice"), let_in(name, nat(7), let_in(name, add(var(name), nat(1)), var(name))));
    }
    for name in NASTY_LOCALS {
        suite.with(&format!("parameter {name:?}"), &[name], list([var(name)]), vec![values::nat(1)]);
        suite.expr(&format!("local {name:?}"), let_in(name, nat(2), let_in("y", nat(3), list([var(name), var("y")]))));
    }
    let collide =
        let_in("a-b", nat(1), let_in("a_b", nat(2), let_in("a b", nat(3), list([var("a-b"), var("a_b"), var("a b")]))));
    suite.expr("names that mangle alike", collide);
    let fresh =
        let_in("x", nat(1), let_in("x_1", nat(2), let_in("x", nat(3), list([var("x"), var("x_1"), var("x_2")]))));
    suite.expr("names that look freshened", fresh);
}

fn conditions(suite: &mut Suite) {
    for own in values::all() {
        let body = cond(var("c"), text("then"), text("else"));
        suite.with(&format!("ifE on {}", own.label), &["c"], body, vec![own.value]);
    }
    let sure = [
        ("eq", op(Op::Eq, [var("c"), bool(true)])),
        ("not of eq", op(Op::Not, [op(Op::Eq, [var("c"), bool(true)])])),
        ("and of a variable", op(Op::And, [var("c"), bool(true)])),
        ("not of a variable", op(Op::Not, [var("c")])),
        ("lt", op(Op::Lt, [var("c"), nat(1)])),
        ("eq of one", Tree::Op(Op::Eq, vec![var("c")])),
        ("and of three", Tree::Op(Op::And, vec![bool(true), bool(true), bool(true)])),
    ];
    for (id, tree) in sure {
        for (label, value) in [("true", Val::Bool(true)), ("0", values::nat(0)), ("none", Val::None)] {
            let body = cond(tree.clone(), text("then"), text("else"));
            suite.with(&format!("ifE on {id} with {label}"), &["c"], body, vec![value]);
        }
    }
    let nested = cond(cond(var("c"), bool(false), nat(1)), nat(2), cond(bool(false), nat(3), none()));
    for (label, value) in [("true", Val::Bool(true)), ("false", Val::Bool(false)), ("text", s("true"))] {
        suite.with(&format!("nested ifE with {label}"), &["c"], nested.clone(), vec![value]);
    }
}

fn records(suite: &mut Suite) {
    let keys = [
        "a",
        "__proto__",
        "constructor",
        "toString",
        "10",
        "2",
        "",
        "length",
        "hasOwnProperty",
        "𝒳",
        "\u{ffff}",
        "'",
        "a b",
    ];
    for key in keys {
        suite.expr(&format!("record with {key:?}"), record([(key, nat(1)), ("z", nat(2))]));
        suite.expr(&format!("get {key:?} of {{}}"), get(record([]), key));
        suite.expr(&format!("get {key:?} of []"), get(list([]), key));
        suite.expr(&format!("get {key:?} of text"), get(text("text"), key));
        suite.expr(&format!("get {key:?} that is there"), get(record([("z", nat(2)), (key, nat(1))]), key));
        suite.expr(&format!("set {key:?}"), set(record([("a", nat(1)), ("__proto__", nat(3))]), key, nat(2)));
        suite.expr(&format!("set {key:?} and get"), get(set(record([]), key, list([nat(2)])), key));
    }
    suite.expr("repeated key, last counts", record([("k", nat(1)), ("a", nat(2)), ("k", nat(3))]));
    let repeated = Literal::Record(
        ["b", "a", "b"].into_iter().zip(1..).map(|(k, v)| (k.into(), Literal::of(&values::nat(v)))).collect(),
    );
    suite.expr("repeated key in a literal", Tree::Lit(repeated.clone()));
    suite.expr("repeated key inside a literal", Tree::Lit(Literal::List(vec![repeated])));
    suite.expr(
        "key order does not count",
        op(Op::Eq, [record([("a", nat(1)), ("b", nat(2))]), record([("b", nat(2)), ("a", nat(1))])]),
    );
    suite.expr("__proto__ is data", op(Op::Eq, [record([("__proto__", record([]))]), record([])]));
    let shared = let_in("r", record([("a", nat(1))]), list([set(var("r"), "a", nat(2)), var("r")]));
    suite.expr("set leaves the old record", shared);
    for own in values::by_type() {
        suite.with(&format!("set on {}", own.label), &["o"], set(var("o"), "k", nat(1)), vec![own.value.clone()]);
        suite.with(&format!("get on {}", own.label), &["o"], get(var("o"), "0"), vec![own.value]);
    }
    suite.expr("set keeps an evaluated value", set(record([("a", nat(1))]), "b", set(record([]), "c", none())));
}

fn lists(suite: &mut Suite) {
    let items = || list([nat(5), text("six"), list([nat(7)])]);
    for index in [
        "0",
        "1",
        "2",
        "3",
        "00",
        "02",
        "+1",
        "-0",
        " 1",
        "1 ",
        "1.0",
        "0x1",
        "1e0",
        "١",
        "18446744073709551616",
        "4294967296",
        "",
    ] {
        suite.expr(&format!("index {index:?}"), get(items(), index));
    }
    suite.expr("index into octets", get(lit(b("0102")), "0"));
    suite.expr("index into text", get(text("ab"), "0"));
    suite.expr("digits as a record key", get(record([("0", nat(1))]), "0"));
    suite.expr("leading zeros as a record key", get(record([("0", nat(1))]), "00"));
    suite.expr("index of an element of an element", get(get(items(), "2"), "0"));
}

fn folds(suite: &mut Suite) {
    let sum = fold(var("xs"), nat(0), "acc", "x", add(var("acc"), var("x")));
    let numbers = || l([1, 2, 3].map(values::nat));
    for own in values::all() {
        suite.with(&format!("sum over {}", own.label), &["xs"], sum.clone(), vec![own.value]);
    }
    suite.with(
        "element shadows the accumulator",
        &["xs"],
        fold(var("xs"), nat(9), "x", "x", var("x")),
        vec![numbers()],
    );
    suite.with(
        "accumulator hides a parameter",
        &["xs"],
        fold(var("xs"), nat(0), "xs", "y", add(var("xs"), var("y"))),
        vec![numbers()],
    );
    let ends = list([sum.clone(), var("acc"), var("x")]);
    suite.with("names end with the fold", &["xs"], ends, vec![numbers()]);
    let outer = fold(
        var("xs"),
        list([]),
        "acc",
        "x",
        op(Op::ConcatList, [var("acc"), list([fold(var("xs"), var("x"), "acc", "x", add(var("acc"), var("x")))])]),
    );
    suite.with("fold in a fold", &["xs"], outer, vec![numbers()]);
    let rec =
        fold(var("xs"), record([("n", nat(0))]), "acc", "x", record([("n", add(get(var("acc"), "n"), var("x")))]));
    suite.with("record as accumulator", &["xs"], rec, vec![numbers()]);
    let lit_body = fold(var("xs"), nat(0), "acc", "x", lit(r([("a", values::nat(1))])));
    suite.with("record literal as body", &["xs"], lit_body, vec![numbers()]);
    suite.with("empty record as body", &["xs"], fold(var("xs"), nat(0), "acc", "x", record([])), vec![numbers()]);
    suite.with(
        "accumulator of the init is outer",
        &["acc"],
        fold(list([nat(1)]), var("acc"), "acc", "x", list([var("acc")])),
        vec![values::nat(3)],
    );
    let squares = fold(
        list([nat(1), nat(2), nat(3), nat(4), nat(5), nat(6), nat(7)]),
        nat(3),
        "a",
        "_",
        op(Op::Mul, [var("a"), var("a")]),
    );
    suite.expr("squaring seven times", squares);
}

fn dispatches(suite: &mut Suite) {
    let body =
        dispatch(var("t"), [("a", nat(1)), ("__proto__", nat(2)), ("a", nat(3)), ("", nat(4)), ("10", nat(5))], nat(0));
    for own in values::all() {
        suite.with(&format!("dispatch on {}", own.label), &["t"], body.clone(), vec![own.value]);
    }
    suite.expr("only a default", dispatch(text("a"), [], nat(1)));
    suite.with(
        "cases see the scope",
        &["t", "x"],
        dispatch(var("t"), [("a", var("x"))], var("t")),
        vec![s("a"), values::nat(8)],
    );
    let escaped = dispatch(
        var("t"),
        [("a\nb", nat(1)), ("'", nat(2)), ("\"", nat(3)), ("\\", nat(4)), ("\u{2028}", nat(5)), ("${t}", nat(6))],
        nat(0),
    );
    for (label, tag) in [
        ("newline", "a\nb"),
        ("quote", "'"),
        ("double quote", "\""),
        ("backslash", "\\"),
        ("U+2028", "\u{2028}"),
        ("template", "${t}"),
    ] {
        suite.with(&format!("case with {label}"), &["t"], escaped.clone(), vec![s(tag)]);
    }
    let nested = dispatch(
        dispatch(var("t"), [("a", text("b"))], text("c")),
        [("b", text("from a")), ("c", text("from default"))],
        none(),
    );
    for tag in ["a", "b"] {
        suite.with(&format!("dispatch on a dispatch with {tag}"), &["t"], nested.clone(), vec![s(tag)]);
    }
}

fn evaluation(suite: &mut Suite) {
    let both = |own: Op, first: bool| op(own, [bool(first), op(Op::Div, [nat(1), nat(0)])]);
    suite.expr("and looks at both sides", both(Op::And, false));
    suite.expr("or looks at both sides", both(Op::Or, true));
    suite.expr("bnot is the identity", op(Op::Bnot, [lit(n("18446744073709551616"))]));
    suite.expr("sub stops at 0", op(Op::Sub, [nat(1), nat(2)]));
    suite.expr("division rounds down", op(Op::Div, [nat(7), nat(2)]));
    suite.expr("shift past the width", op(Op::Shr, [nat(255), lit(n("340282366920938463463374607431768211456"))]));
    suite.expr("shift of 0 by too much", op(Op::Shl, [nat(0), nat(4097)]));
    suite.expr("length in scalars", op(Op::LengthStr, [text("a𝒳\u{301}")]));
    suite.expr("none equals none", op(Op::Eq, [none(), var("nothing")]));
    suite.expr("text is not octets", op(Op::Eq, [text("1"), lit(b("31"))]));
    suite.expr("number is not text", op(Op::Eq, [nat(1), text("1")]));
    suite.expr("empty list is not an empty record", op(Op::Eq, [list([]), record([])]));
    suite.expr(
        "hash of a hash as hex",
        prim(Prim::BytesToHex, [prim(Prim::Sha256, [prim(Prim::Sha256Str, [text("é")])])]),
    );
    let deep = (0..60).fold(nat(0), |own, _| add(own, nat(1)));
    suite.expr("sixty levels", deep);
    let chain = (0..60).fold(var("x"), |body, _| let_in("x", add(var("x"), nat(1)), body));
    suite.with("sixty bindings of one name", &["x"], chain, vec![values::nat(0)]);
}

fn calls(suite: &mut Suite) {
    let program = module(|own| {
        own.functions.push(func("two", &["a", "b"], list([var("a"), var("b")])));
        own.functions.push(func("f", &["two"], call("two", [var("two"), call("two", [nat(1), var("two")])])));
        own.functions.push(func("short", &["x"], call("two", [var("x")])));
        own.functions.push(func("long", &["x"], call("two", [var("x"), var("x"), var("x")])));
        own.functions.push(func("reads", &["x"], list([var("two"), var("f"), var("x")])));
        own.functions.push(func("hidden", &["x"], let_in("two", nat(1), call("two", [var("two"), var("x")]))));
        own.functions.push(func("toString", &[], text("own")));
        own.functions.push(func("__proto__", &["x"], call("toString", [])));
        own.functions.push(func("constructor", &["constructor"], call("__proto__", [var("constructor")])));
    });
    for name in ["f", "short", "long", "reads", "hidden", "__proto__", "constructor"] {
        suite.call(&format!("call {name}"), &program, &format!("app/P.{name}"), vec![values::nat(5)]);
    }
    suite.call("call toString", &program, "app/P.toString", Vec::new());
}

/// Every expression form.
pub(super) fn expressions() -> Suite {
    let mut suite = Suite::new("expressions");
    bindings(&mut suite);
    conditions(&mut suite);
    records(&mut suite);
    lists(&mut suite);
    folds(&mut suite);
    dispatches(&mut suite);
    evaluation(&mut suite);
    calls(&mut suite);
    suite
}
