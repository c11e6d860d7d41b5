//! Every statement form: what is returned, what is emitted, and what is never reached.

use super::draft::{Suite, effect_function, steps::*};
use super::values::{self, l, s};
use crate::fuzz::NASTY_LOCALS;
use crate::tree::sugar::{bool, get, list, nat, none, op, record, text, var};
use crate::tree::{Action, Literal, Tree};
use etymon_kernel_rt::{Op, Val};
use etymon_spec::check::EFFECTS;

fn numbers() -> Val {
    l([1, 2, 3].map(values::nat))
}

fn returns(suite: &mut Suite) {
    suite.stmt("ret of the literal none falls through", &[], seq(done(), ret(nat(1))), Vec::new());
    suite.stmt("nothing at all", &[], done(), Vec::new());
    suite.stmt("ret of a computed none ends", &[], seq(ret(var("unbound")), ret(nat(1))), Vec::new());
    suite.stmt("ret of a parameter none ends", &["x"], seq(ret(var("x")), mark(nat(1), ret(nat(2)))), vec![Val::None]);
    suite.stmt("ret of an empty record ends", &[], seq(ret(record([])), ret(nat(1))), Vec::new());
    suite.stmt("ret inside a list of none", &[], seq(ret(list([none()])), ret(nat(1))), Vec::new());
    let boxed = Tree::Lit(Literal::List(vec![Literal::None]));
    suite.stmt("ret of a literal that holds none", &[], seq(ret(boxed), ret(nat(1))), Vec::new());
    suite.stmt(
        "effects before a return count",
        &[],
        mark(nat(1), seq(mark(nat(2), ret(nat(3))), mark(nat(4), done()))),
        Vec::new(),
    );
    suite.stmt("return keeps what was emitted", &["x"], mark(var("x"), ret(var("x"))), vec![values::nat(9)]);
}

fn emits(suite: &mut Suite) {
    for (kind, keys) in EFFECTS {
        let payload = keys.iter().zip(1..).map(|(key, at)| (etymon_spec::ast::Name::from(*key), nat(at))).collect();
        suite.stmt(&format!("emit {kind}"), &[], Action::Emit(kind.into(), payload, Box::new(ret(nat(0)))), Vec::new());
    }
    let swapped = emit("transport.respond", [("status", nat(200)), ("payload", text("x"))], done());
    suite.stmt("payload in another order", &[], swapped, Vec::new());
    suite.stmt("order of effects", &[], mark(text("a"), mark(text("b"), mark(text("a"), done()))), Vec::new());
    for own in values::by_type() {
        suite.stmt(&format!("emit {}", own.label), &["x"], mark(var("x"), done()), vec![own.value]);
    }
    suite.stmt(
        "an effect is data of its own",
        &["x"],
        mark(record([("type", var("x"))]), done()),
        vec![s("not the type")],
    );
}

fn bindings(suite: &mut Suite) {
    let one = || op(Op::Add, [var("x"), nat(1)]);
    suite.stmt(
        "letS scopes over its body only",
        &[],
        seq(bind("x", nat(1), mark(var("x"), done())), ret(var("x"))),
        Vec::new(),
    );
    suite.stmt(
        "letS reads the outer name",
        &["x"],
        bind("x", one(), bind("x", one(), ret(var("x")))),
        vec![values::nat(1)],
    );
    suite.stmt(
        "the outer name is back",
        &["x"],
        seq(bind("x", one(), mark(var("x"), done())), ret(var("x"))),
        vec![values::nat(1)],
    );
    for name in NASTY_LOCALS {
        let body = bind(name, nat(2), mark(var(name), ret(list([var(name), var("x")]))));
        suite.stmt(&format!("letS {name:?}"), &["x"], body, vec![values::nat(1)]);
        suite.stmt(
            &format!("forIn {name:?}"),
            &["xs"],
            each(var("xs"), name, mark(var(name), done()), ret(var(name))),
            vec![numbers()],
        );
        if name != "xs" {
            suite.stmt(&format!("parameter {name:?}"), &[name], mark(var(name), ret(var(name))), vec![values::nat(3)]);
        }
    }
}

fn branches(suite: &mut Suite) {
    let body = |cond: Tree| seq(when(cond, mark(text("then"), ret(nat(1))), mark(text("else"), done())), ret(nat(2)));
    for own in values::by_type() {
        suite.stmt(&format!("ifS on {}", own.label), &["c"], body(var("c")), vec![own.value]);
    }
    for truth in [true, false] {
        suite.stmt(&format!("ifS on the literal {truth}"), &[], body(bool(truth)), Vec::new());
        suite.stmt(
            &format!("ifS on eq {truth}"),
            &["c"],
            body(op(Op::Eq, [var("c"), bool(true)])),
            vec![Val::Bool(truth)],
        );
        suite.stmt(
            &format!("ifS with empty branches, {truth}"),
            &["c"],
            seq(when(var("c"), done(), done()), ret(nat(1))),
            vec![Val::Bool(truth)],
        );
        let nested = when(
            var("c"),
            when(var("c"), mark(nat(1), done()), ret(nat(2))),
            when(var("c"), ret(nat(3)), mark(nat(4), done())),
        );
        suite.stmt(&format!("nested ifS, {truth}"), &["c"], seq(nested, ret(nat(5))), vec![Val::Bool(truth)]);
    }
    let switch_body = seq(
        switch(
            var("t"),
            [
                ("a", mark(text("first"), done())),
                ("a", ret(text("second"))),
                ("__proto__", ret(text("proto"))),
                ("", done()),
            ],
            mark(text("default"), done()),
        ),
        mark(text("after"), ret(var("t"))),
    );
    for own in values::all() {
        suite.stmt(&format!("dispatch on {}", own.label), &["t"], switch_body.clone(), vec![own.value]);
    }
    suite.stmt("dispatch with a default only", &["t"], switch(var("t"), [], ret(nat(1))), vec![s("a")]);
    let inner = switch(var("u"), [("b", done())], ret(text("inner default")));
    let nested = seq(switch(var("t"), [("a", inner)], ret(text("outer default"))), ret(text("after")));
    for (t, u) in [("a", "b"), ("a", "c"), ("x", "b")] {
        suite.stmt(&format!("dispatch in a dispatch, {t} {u}"), &["t", "u"], nested.clone(), vec![s(t), s(u)]);
    }
}

fn loops(suite: &mut Suite) {
    for own in values::all() {
        let body = each(var("xs"), "x", mark(var("x"), done()), ret(text("rest")));
        suite.stmt(&format!("forIn over {}", own.label), &["xs"], body, vec![own.value]);
    }
    let early = each(
        var("xs"),
        "x",
        when(op(Op::Eq, [var("x"), nat(2)]), ret(var("x")), mark(var("x"), done())),
        mark(text("rest"), done()),
    );
    suite.stmt("a return in a loop ends all", &["xs"], early.clone(), vec![numbers()]);
    suite.stmt("a loop without its return", &["xs"], early, vec![l([values::nat(1), values::nat(3)])]);
    let nested = each(
        var("xs"),
        "x",
        each(
            var("xs"),
            "y",
            mark(list([var("x"), var("y")]), when(op(Op::Le, [var("x"), var("y")]), done(), ret(var("y")))),
            done(),
        ),
        ret(text("end")),
    );
    suite.stmt("a return in an inner loop ends all", &["xs"], nested, vec![numbers()]);
    let shadow = each(var("x"), "x", mark(var("x"), done()), ret(var("x")));
    suite.stmt("element hides its collection in the body only", &["x"], shadow, vec![numbers()]);
    let inner = each(var("xs"), "x", bind("x", op(Op::Add, [var("x"), nat(1)]), mark(var("x"), done())), done());
    suite.stmt("letS in a loop starts anew", &["xs"], inner, vec![numbers()]);
    let in_switch = each(
        var("xs"),
        "x",
        switch(var("x"), [("stop", ret(text("stopped"))), ("skip", done())], mark(var("x"), done())),
        ret(text("end")),
    );
    suite.stmt(
        "dispatch in a loop does not end it",
        &["xs"],
        in_switch.clone(),
        vec![l([s("skip"), s("a"), s("skip"), s("b")])],
    );
    suite.stmt("dispatch in a loop may return", &["xs"], in_switch, vec![l([s("a"), s("stop"), s("b")])]);
}

fn sequences(suite: &mut Suite) {
    suite.stmt("b runs if a falls through", &[], seq(mark(nat(1), done()), mark(nat(2), ret(nat(3)))), Vec::new());
    suite.stmt("b does not run if a returns", &[], seq(mark(nat(1), ret(nat(2))), mark(nat(3), done())), Vec::new());
    suite.stmt("both fall through", &[], seq(mark(nat(1), done()), mark(nat(2), done())), Vec::new());
    let left = seq(seq(seq(mark(nat(1), done()), mark(nat(2), done())), mark(nat(3), done())), ret(nat(4)));
    suite.stmt("nested to the left", &[], left, Vec::new());
    let middle = seq(mark(nat(1), done()), seq(ret(text("early")), mark(nat(2), done())));
    suite.stmt("a return in the middle", &[], seq(middle, mark(nat(3), done())), Vec::new());
    suite.stmt(
        "the same name in both halves",
        &[],
        seq(bind("x", nat(1), mark(var("x"), done())), bind("x", nat(2), ret(var("x")))),
        Vec::new(),
    );
    let rest = emit("timer.schedule", [("at", get(var("x"), "a")), ("kind", get(var("x"), "b"))], ret(var("x")));
    suite.call("missing fields in a payload", &effect_function(&["x"], rest), "app/P.g", vec![Val::None]);
}

/// Every statement form.
pub(super) fn statements() -> Suite {
    let mut suite = Suite::new("statements");
    returns(&mut suite);
    emits(&mut suite);
    bindings(&mut suite);
    branches(&mut suite);
    loops(&mut suite);
    sequences(&mut suite);
    suite
}
