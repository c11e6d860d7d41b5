//! Classes, constants and imports.

use super::draft::{Suite, func, module, procedure, steps::*};
use super::values::{self, l, r, s};
use crate::case::Program;
use crate::tree::sugar::{call, fold, get, list, nat, none, op, prim, record, set, text, var};
use crate::tree::{Action, Class, ModuleTree};
use etymon_kernel_rt::{Op, Prim, Val};
use etymon_spec::Layer;
use etymon_spec::ast::Name;
use std::sync::Arc;

fn class(name: &str, params: &[&str], constructor: Action) -> Class {
    let params = params.iter().map(|name| Name::from(*name)).collect();
    Class { name: Name::from(name), export: true, params, constructor, methods: Vec::new() }
}

fn counter() -> Arc<Program> {
    module(|own| {
        let mut counter =
            class("Counter", &["start", "effects"], ret(record([("n", var("start")), ("log", var("effects"))])));
        let add = bind(
            "n",
            op(Op::Add, [get(var("this"), "n"), var("by")]),
            mark(var("n"), ret(set(var("this"), "n", var("n")))),
        );
        counter.methods.push(procedure("add", &["by"], add));
        let twice =
            ret(get(call("Counter.add", [get(call("Counter.add", [var("this"), nat(1)]), "value"), nat(1)]), "value"));
        counter.methods.push(procedure("addTwo", &[], twice));
        counter.methods.push(procedure("silent", &[], done()));
        counter.methods.push(procedure("toString", &["this_"], ret(list([var("this"), var("this_")]))));
        own.classes.push(counter);
        let mut other = class("Object", &[], ret(call("Counter.new", [nat(1), list([])])));
        other.methods.push(procedure(
            "make",
            &["x"],
            ret(list([call("Object.new", []), call("Counter.new", [var("x")])])),
        ));
        own.classes.push(other);
    })
}

fn classes(suite: &mut Suite) {
    let program = counter();
    let object = || r([("n", values::nat(5)), ("log", l([]))]);
    suite.call("new", &program, "app/P.Counter.new", vec![values::nat(1), s("x")]);
    suite.call("method", &program, "app/P.Counter.add", vec![object(), values::nat(2)]);
    suite.call("method on none", &program, "app/P.Counter.add", vec![Val::None, values::nat(2)]);
    suite.call("method that calls an earlier one", &program, "app/P.Counter.addTwo", vec![object()]);
    suite.call("method that falls through", &program, "app/P.Counter.silent", vec![object()]);
    suite.call("method called toString", &program, "app/P.Counter.toString", vec![object(), values::nat(1)]);
    suite.call("constructor that calls another", &program, "app/P.Object.new", Vec::new());
    let bodies = [
        ("falls through", done()),
        ("returns a number", ret(nat(1))),
        ("returns none", ret(var("unbound"))),
        ("returns a list", ret(list([record([])]))),
        (
            "returns early",
            seq(when(var("c"), ret(record([("early", nat(1))])), done()), ret(record([("late", nat(2))]))),
        ),
        ("loops", each(var("c"), "x", ret(record([("x", var("x"))])), done())),
        (
            "dispatches",
            switch(var("c"), [("a", ret(record([("a", var("c"))])))], ret(set(record([]), "__proto__", nat(1)))),
        ),
        ("binds", bind("this", var("c"), ret(record([("this", var("this"))])))),
    ];
    for (id, body) in bodies {
        let program = module(|own| own.classes.push(class("C", &["c"], body)));
        for own in values::by_type() {
            suite.call(&format!("constructor {id} on {}", own.label), &program, "app/P.C.new", vec![own.value]);
        }
    }
}

fn constants(suite: &mut Suite) {
    let program = module(|own| {
        let constant = |name: &str, value| (Name::from(name), value);
        own.constants.push(constant("A", nat(5)));
        own.constants.push(constant("B", list([var("A"), var("B"), var("C")])));
        own.constants.push(constant("C", record([("a", var("A")), ("b", var("B"))])));
        own.constants.push(constant("H", prim(Prim::BytesToHex, [prim(Prim::Sha256Str, [text("constant")])])));
        own.constants
            .push(constant("SUM", fold(list([nat(1), nat(2)]), var("A"), "A", "x", op(Op::Add, [var("A"), var("x")]))));
        own.functions.push(func("all", &[], list([var("A"), var("B"), var("C"), var("H"), var("SUM")])));
        own.functions.push(func("hides", &["A"], list([var("A"), var("B")])));
        own.functions.push(func("changes", &["x"], list([set(var("C"), "a", var("x")), var("C")])));
        own.effect_functions.push(procedure(
            "emits",
            &["x"],
            mark(var("C"), bind("C", var("x"), mark(var("C"), ret(var("H"))))),
        ));
    });
    suite.call("constants in order", &program, "app/P.all", Vec::new());
    suite.call("a parameter hides a constant", &program, "app/P.hides", vec![values::nat(1)]);
    suite.call("a constant stays as it is", &program, "app/P.changes", vec![values::nat(1)]);
    suite.call("constants in effects", &program, "app/P.emits", vec![values::nat(1)]);
}

/// `kernel/Base` and `app/P`, which imports all of it.
fn two_modules() -> Arc<Program> {
    let mut base = ModuleTree::new(Layer::Kernel, "Base");
    base.constants.push((Name::from("K"), list([nat(1), nat(2)])));
    base.functions.push(func("twice", &["x"], op(Op::Mul, [var("x"), nat(2)])));
    base.functions.push(func("reads", &[], list([var("K"), var("L")])));
    let mut point = class("Point", &["x"], ret(record([("x", var("x"))])));
    point.methods.push(procedure("shift", &["by"], mark(var("by"), ret(set(var("this"), "x", var("by"))))));
    base.classes.push(point);
    let mut own = ModuleTree::new(Layer::App, "P");
    let names = ["twice", "K", "reads", "Point"].map(Name::from).to_vec();
    own.imports.push((names, Name::from("kernel/Base")));
    own.constants.push((Name::from("L"), list([var("K"), call("twice", [nat(21)]), call("twice", [])])));
    own.functions.push(func("f", &["K"], list([var("K"), var("L"), call("twice", [var("K")]), call("reads", [])])));
    own.functions.push(func(
        "point",
        &["x"],
        call("Point.shift", [call("Point.new", [var("x")]), call("twice", [var("x")])]),
    ));
    own.functions.push(func("twice_", &["twice"], call("twice", [call("twice", [var("twice")])])));
    own.effect_functions.push(procedure(
        "g",
        &["x"],
        mark(call("Point.new", [var("x")]), ret(list([var("K"), none()]))),
    ));
    Arc::new(Program { modules: vec![base, own] })
}

fn imports(suite: &mut Suite) {
    let program = two_modules();
    for own in values::by_type() {
        for name in ["f", "point", "twice_", "g"] {
            suite.call(
                &format!("imported, {name} of {}", own.label),
                &program,
                &format!("app/P.{name}"),
                vec![own.value.clone()],
            );
        }
    }
    suite.call("the imported module itself", &program, "kernel/Base.reads", Vec::new());
}

/// Classes, constants and imports.
pub(super) fn modules() -> Suite {
    let mut suite = Suite::new("modules");
    classes(&mut suite);
    constants(&mut suite);
    imports(&mut suite);
    suite
}
