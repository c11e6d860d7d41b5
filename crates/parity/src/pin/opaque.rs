//! Forms that are none for `eval` and no code for any target: `lam`, `app`, `rawExpr`, calls that resolve to nothing.

use super::draft::{Suite, effect_function, func, module, steps::*};
use super::values;
use crate::tree::Tree;
use crate::tree::sugar::{call, cond, dispatch, fold, let_in, list, nat, none, op, record, set, text, var};
use etymon_kernel_rt::Op;
use etymon_spec::ast::Name;

fn forms() -> Vec<(&'static str, Tree)> {
    let identity = || Tree::Lam(Name::from("x"), Box::new(var("x")));
    let applied = |function: Tree| Tree::App(Box::new(function), Box::new(nat(1)));
    vec![
        ("lam", identity()),
        ("app of lam", applied(identity())),
        ("app of a variable", applied(var("x"))),
        ("rawExpr", Tree::RawExpr(Name::from("1 + 1"))),
        ("rawExpr of nothing", Tree::RawExpr(Name::from(""))),
        ("unknown call", call("nowhere", [nat(1)])),
        ("unknown method", call("Nobody.new", [])),
        ("call of a local", call("x", [nat(1)])),
        ("host call", call("new Uint8Array", [nat(32)])),
        ("call of itself", call("f", [var("x")])),
    ]
}

/// Forms that are not portable, alone and inside others.
pub(super) fn opaque() -> Suite {
    let mut suite = Suite::new("opaque");
    for (id, own) in forms() {
        let own = || own.clone();
        suite.opaque(id, own());
        suite.opaque(&format!("{id} in a list"), list([own(), var("x")]));
        suite.opaque(&format!("{id} in a record"), set(record([("a", own())]), "b", own()));
        suite.opaque(&format!("{id} equals none"), op(Op::Eq, [own(), none()]));
        suite.opaque(&format!("{id} in an operation"), op(Op::Add, [own(), nat(1)]));
        suite.opaque(&format!("{id} as a condition"), cond(own(), nat(1), nat(2)));
        suite.opaque(&format!("{id} as a tag"), dispatch(own(), [("a", nat(1))], text("default")));
        suite.opaque(&format!("{id} bound"), let_in("x", own(), list([var("x")])));
        suite.opaque(&format!("{id} in a branch not taken"), cond(op(Op::Eq, [nat(1), nat(1)]), var("x"), own()));
        suite.opaque(
            &format!("{id} in a fold"),
            fold(list([nat(1), nat(2)]), nat(0), "acc", "e", list([var("acc"), own()])),
        );
        let body = bind("y", own(), mark(own(), ret(list([var("y"), var("x")]))));
        suite.opaque_call(
            &format!("{id} in a statement"),
            &effect_function(&["x"], body),
            "app/P.g",
            vec![values::nat(5)],
        );
    }
    let later = module(|own| {
        own.functions.push(func("f", &["x"], list([call("later", [var("x")])])));
        own.functions.push(func("later", &["x"], var("x")));
    });
    suite.opaque_call("call of a later function", &later, "app/P.f", vec![values::nat(5)]);
    suite
}
