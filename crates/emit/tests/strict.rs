//! The strict profile against docs/lowering.md.

mod common;

use common::text;
use etymon_emit::{Language, Profile};

#[track_caller]
fn is(to: Language, image: &str, expected: &str) {
    assert_eq!(text(image, Profile::Strict, to), expected, "{} of {image}", to.name());
}

#[track_caller]
fn both(image: &str, js: &str, rust: &str) {
    is(Language::Js, image, js);
    is(Language::Rust, image, rust);
}

#[track_caller]
fn refused(image: &str) {
    both(image, "NOT_PORTABLE", "NOT_PORTABLE");
}

const X: &str = r#"{"var":"x"}"#;

#[test]
fn literals_are_normalised() {
    both(r#"{"lit":{"nat":"42"}}"#, "42n", "rt::nat(42)");
    both(r#"{"lit":{"nat":"18446744073709551615"}}"#, "18446744073709551615n", "rt::nat(18446744073709551615)");
    both(r#"{"lit":{"nat":"18446744073709551616"}}"#, "18446744073709551616n", "rt::big(\"18446744073709551616\")");
    both(r#"{"lit":{"bool":true}}"#, "true", "Val::Bool(true)");
    both(r#"{"lit":{"str":"s\"'"}}"#, "'s\"\\''", "rt::text(\"s\\\"'\")");
    both(r#"{"lit":{"none":null}}"#, "null", "Val::None");
    both(r#"{"lit":{"bytes":"0102"}}"#, "new Uint8Array([1, 2])", "rt::bytes(&[1, 2])");
    both(r#"{"lit":{"bytes":""}}"#, "new Uint8Array([])", "rt::bytes(&[])");
    both(r#"{"lit":{"list":[]}}"#, "[]", "rt::list([])");
    both(r#"{"lit":{"record":[]}}"#, "{}", "rt::record([])");
    both(
        r#"{"lit":{"record":[["b",{"nat":"1"}],["a",{"nat":"2"}],["b",{"list":[{"nat":"3"}]}],["10",{"none":null}]]}}"#,
        "{ '10': null, a: 2n, b: [3n] }",
        "rt::record([(\"10\", Val::None), (\"a\", rt::nat(2)), (\"b\", rt::list([rt::nat(3)]))])",
    );
}

#[test]
fn variables_are_mangled_and_never_shadow() {
    both(X, "x", "x.clone()");
    both(
        r#"{"list":[{"var":"class"},{"var":"a-b"},{"var":"a.b"},{"var":""}]}"#,
        "[class_, a_b, a_b_1, v]",
        "rt::list([class_.clone(), a_b.clone(), a_b_1.clone(), v.clone()])",
    );
    both(
        r#"{"letE":["x",{"op":["add",[{"var":"x"},{"var":"x"}]]},{"letE":["x",{"var":"x"},{"var":"x"}]}]}"#,
        "(() => { const x_1 = rt.add(x, x); const x_2 = x_1; return x_2; })()",
        "{ let x_1 = rt::add(x.clone(), x.clone()); let x_2 = x_1.clone(); x_2.clone() }",
    );
}

#[test]
fn a_value_in_a_binding_does_not_see_it() {
    both(
        r#"{"letE":["y",{"letE":["y",{"lit":{"nat":"1"}},{"var":"y"}]},{"var":"y"}]}"#,
        "(() => { const y = (() => { const y = 1n; return y; })(); return y; })()",
        "{ let y = { let y = rt::nat(1); y.clone() }; y.clone() }",
    );
}

#[test]
fn what_javascript_does_alike_is_written_in_javascript() {
    let js = |image: &str, expected: &str| assert_eq!(text(image, Profile::Strict, Language::Js), expected, "{image}");
    js(r#"{"op":["eq",[{"var":"x"},{"lit":{"nat":"1"}}]]}"#, "(x === 1n)");
    js(r#"{"op":["eq",[{"lit":{"none":null}},{"var":"x"}]]}"#, "(null === x)");
    js(r#"{"op":["eq",[{"var":"x"},{"lit":{"bytes":"00"}}]]}"#, "rt.eq(x, new Uint8Array([0]))");
    js(r#"{"op":["not",[{"op":["eq",[{"var":"x"},{"lit":{"str":"a"}}]]}]]}"#, "(!(x === 'a'))");
    js(r#"{"op":["or",[{"lit":{"bool":true}},{"var":"x"}]]}"#, "rt.or(true, x)");
    js(r#"{"op":["or",[{"lit":{"bool":true}},{"lit":{"bool":false}}]]}"#, "(true || false)");
    js(r#"{"get":[{"get":[{"var":"x"},"toString"]},"k"]}"#, "rt.val(rt.val(x?.toString)?.k)");
    js(r#"{"get":[{"op":["not",[{"lit":{"bool":true}}]]},"k"]}"#, "rt.val((!true)?.k)");
    for key in ["__proto__", "buffer", "parent", "0", "a-b", ""] {
        js(&format!(r#"{{"get":[{{"var":"x"}},"{key}"]}}"#), &format!("rt.get(x, '{key}')"));
    }
}

#[test]
fn conditions_that_are_surely_boolean_take_the_short_form() {
    let of = |cond: &str| format!(r#"{{"ifE":[{cond},{{"lit":{{"nat":"1"}}}},{{"lit":{{"nat":"2"}}}}]}}"#);
    let rust = |cond: &str| {
        format!("match {cond} {{ Val::Bool(true) => rt::nat(1), Val::Bool(false) => rt::nat(2), _ => Val::None }}")
    };
    both(&of(r#"{"lit":{"bool":true}}"#), "(true ? 1n : 2n)", &rust("Val::Bool(true)"));
    both(
        &of(r#"{"op":["and",[{"op":["eq",[{"var":"x"},{"var":"x"}]]},{"op":["not",[{"lit":{"bool":false}}]]}]]}"#),
        "((rt.eq(x, x) && (!false)) ? 1n : 2n)",
        &rust("rt::and(rt::eq(x.clone(), x.clone()), rt::not(Val::Bool(false)))"),
    );
    both(
        &of(X),
        "(() => { switch (x) { case true: return 1n; case false: return 2n; default: return null; } })()",
        &rust("x.clone()"),
    );
    both(
        &of(r#"{"op":["not",[{"var":"x"}]]}"#),
        "(() => { switch (rt.not(x)) { case true: return 1n; case false: return 2n; default: return null; } })()",
        &rust("rt::not(x.clone())"),
    );
    both(
        &of(r#"{"op":["eq",[{"var":"x"}]]}"#),
        "(() => { switch (null) { case true: return 1n; case false: return 2n; default: return null; } })()",
        &rust("Val::None"),
    );
}

#[test]
fn remaining_expressions() {
    both(
        r#"{"record":[["b",{"var":"x"}],["b",{"var":"x"}],["__proto__",{"var":"x"}]]}"#,
        "{ b: x, b: x, ['__proto__']: x }",
        "rt::record([(\"b\", x.clone()), (\"b\", x.clone()), (\"__proto__\", x.clone())])",
    );
    both(r#"{"record":[]}"#, "{}", "rt::record([])");
    both(r#"{"get":[{"var":"x"},"it's"]}"#, "rt.get(x, 'it\\'s')", "rt::get(x.clone(), \"it's\")");
    both(r#"{"set":[{"var":"x"},"k",{"var":"x"}]}"#, "rt.set(x, 'k', x)", "rt::set(x.clone(), \"k\", x.clone())");
    both(r#"{"list":[]}"#, "[]", "rt::list([])");
    both(
        r#"{"fold":[{"var":"a"},{"var":"x"},"a","a",{"record":[["k",{"var":"a"}]]}]}"#,
        "rt.fold(a, x, (a_1, a_2) => ({ k: a_2 }))",
        "rt::fold(a.clone(), x.clone(), |a_1, a_2| rt::record([(\"k\", a_2.clone())]))",
    );
    both(
        r#"{"fold":[{"list":[]},{"list":[]},"p","q",{"var":"p"}]}"#,
        "rt.fold([], [], (p, q) => p)",
        "rt::fold(rt::list([]), rt::list([]), |p, q| p.clone())",
    );
    both(
        r#"{"dispatch":[{"var":"x"},[["a",{"lit":{"nat":"1"}}],["b",{"lit":{"nat":"2"}}]],{"lit":{"none":null}}]}"#,
        "(() => { switch (x) { case 'a': return 1n; case 'b': return 2n; default: return null; } })()",
        "match rt::tag(&x.clone()) { Some(\"a\") => rt::nat(1), Some(\"b\") => rt::nat(2), _ => Val::None }",
    );
    both(r#"{"op":["mod",[{"var":"x"},{"var":"x"}]]}"#, "rt.mod(x, x)", "rt::modulo(x.clone(), x.clone())");
    both(r#"{"prim":["sha256",[{"var":"x"}]]}"#, "rt.sha256(x)", "rt::sha256_hash(x.clone())");
    both(r#"{"prim":["encrypt",[{"var":"x"},{"var":"x"}]]}"#, "rt.encrypt(x, x)", "rt::encrypt_(x.clone(), x.clone())");
    both(r#"{"prim":["sha256",[]]}"#, "null", "Val::None");
}

/// The lines of a function of `x` and `y` with this body.
#[track_caller]
fn body(image: &str, expected: &[&str]) {
    let image = format!(r#"{{"func":{{"name":"f","params":["x","y"],"body":{image}}}}}"#);
    let printed = text(&image, Profile::Strict, Language::Js);
    assert_eq!(
        printed.lines().collect::<Vec<_>>(),
        [&["export function f(x, y) {"], expected, &["}"]].concat(),
        "{image}"
    );
}

const Y: &str = r#"{"var":"y"}"#;
const NONE: &str = r#"{"lit":{"none":null}}"#;

fn if_e(cond: &str, yes: &str, no: &str) -> String {
    format!(r#"{{"ifE":[{cond},{yes},{no}]}}"#)
}

fn let_e(name: &str, value: &str, body: &str) -> String {
    format!(r#"{{"letE":["{name}",{value},{body}]}}"#)
}

fn equal(a: &str, b: &str) -> String {
    format!(r#"{{"op":["eq",[{a},{b}]]}}"#)
}

#[test]
fn a_body_is_lines() {
    body(&let_e("z", X, &let_e("x", r#"{"var":"z"}"#, X)), &["  const z = x", "  const x_1 = z", "  return x_1"]);
    body(&if_e(&equal(X, Y), X, Y), &["  return (rt.eq(x, y) ? x : y)"]);
    body(&if_e(X, Y, NONE), &["  return (x === true ? y : null)"]);
    body(
        &if_e(&equal(X, Y), X, &if_e(Y, &let_e("z", Y, X), NONE)),
        &[
            "  if (rt.eq(x, y)) {",
            "    return x",
            "  }",
            "  if (y === true) {",
            "    const z = y",
            "    return x",
            "  }",
            "  return null",
        ],
    );
    body(
        &if_e(X, Y, X),
        &[
            "  switch (x) {",
            "    case true: {",
            "      return y",
            "    }",
            "    case false: {",
            "      return x",
            "    }",
            "    default: {",
            "      return null",
            "    }",
            "  }",
        ],
    );
    body(
        &format!(r#"{{"dispatch":[{X},[["a",{Y}]],{X}]}}"#),
        &[
            "  switch (x) {",
            "    case 'a': {",
            "      return y",
            "    }",
            "    default: {",
            "      return x",
            "    }",
            "  }",
        ],
    );
}

#[test]
fn a_value_of_several_lines_is_assigned() {
    body(
        &let_e("z", &let_e("z", X, r#"{"list":[{"var":"z"}]}"#), r#"{"var":"z"}"#),
        &["  let z", "  {", "    const z_1 = x", "    z = [z_1]", "  }", "  return z"],
    );
    body(
        &let_e("z", &if_e(X, Y, X), X),
        &[
            "  let z",
            "  switch (x) {",
            "    case true: {",
            "      z = y",
            "      break",
            "    }",
            "    case false: {",
            "      z = x",
            "      break",
            "    }",
            "    default: {",
            "      z = null",
            "    }",
            "  }",
            "  return x",
        ],
    );
    // The value does not see what it is bound to.
    body(
        &let_e("z", &if_e(&equal(X, Y), r#"{"var":"z"}"#, &if_e(&equal(Y, X), X, Y)), X),
        &[
            "  let z",
            "  if (rt.eq(x, y)) {",
            "    z = null",
            "  } else {",
            "    z = (rt.eq(y, x) ? x : y)",
            "  }",
            "  return x",
        ],
    );
}

#[test]
fn a_fold_is_a_loop() {
    body(
        &format!(r#"{{"fold":[{X},{Y},"x","x",{{"list":[{X}]}}]}}"#),
        &[
            "  if (!rt.isList(x)) {",
            "    return null",
            "  }",
            "  let x_1 = y",
            "  for (let i = 0; i < x.length; i++) {",
            "    const x_2 = x[i]",
            "    x_1 = [x_2]",
            "  }",
            "  return x_1",
        ],
    );
    let step = if_e(&equal(r#"{"var":"i"}"#, X), &let_e("list", r#"{"var":"list"}"#, Y), r#"{"var":"acc"}"#);
    body(
        &let_e("z", &format!(r#"{{"fold":[{{"list":[{X}]}},{Y},"acc","i",{step}]}}"#), r#"{"var":"z"}"#),
        &[
            "  let z",
            "  {",
            "    const list = [x]",
            "    if (rt.isList(list)) {",
            "      let acc = y",
            "      for (let i = 0; i < list.length; i++) {",
            "        const i_1 = list[i]",
            "        if (rt.eq(i_1, x)) {",
            "          const list_1 = null",
            "          acc = y",
            "        }",
            "      }",
            "      z = acc",
            "    } else {",
            "      z = null",
            "    }",
            "  }",
            "  return z",
        ],
    );
}

#[test]
fn what_is_known_of_a_local_is_used() {
    let acc = r#"{"var":"acc"}"#;
    let or = |a: &str, b: &str| format!(r#"{{"op":["or",[{a},{b}]]}}"#);
    let fold = |init: &str, step: &str| format!(r#"{{"list":[{{"fold":[{X},{init},"acc","e",{step}]}}]}}"#);
    let no = r#"{"lit":{"bool":false}}"#;
    let same = equal(Y, r#"{"var":"e"}"#);
    let of = |text: &str| format!("  return [rt.fold(x, {text})]");
    body(&fold(no, &or(acc, &same)), &[&of("false, (acc, e) => (acc || rt.eq(y, e))")]);
    body(&fold(Y, &or(acc, &same)), &[&of("y, (acc, e) => rt.or(acc, rt.eq(y, e))")]);
    // The step may give another value than a boolean, so the accumulator is not surely one, in no part of it.
    body(&fold(no, &or(&or(acc, &same), Y)), &[&of("false, (acc, e) => rt.or(rt.or(acc, rt.eq(y, e)), y)")]);
    body(
        &let_e("z", &equal(X, Y), &if_e(r#"{"var":"z"}"#, X, Y)),
        &["  const z = rt.eq(x, y)", "  return (z ? x : y)"],
    );
    both(
        &let_e("z", &equal(X, X), &let_e("z", X, r#"{"op":["not",[{"var":"z"}]]}"#)),
        "(() => { const z = rt.eq(x, x); const z_1 = x; return rt.not(z_1); })()",
        "{ let z = rt::eq(x.clone(), x.clone()); let z_1 = x.clone(); rt::not(z_1.clone()) }",
    );
}

#[test]
fn what_not_every_target_shares_is_refused() {
    refused(r#"{"lam":["x",{"var":"x"}]}"#);
    refused(r#"{"app":[{"var":"x"},{"var":"x"}]}"#);
    refused(r#"{"rawExpr":"1n"}"#);
    refused(r#"{"call":["f",[]]}"#);
    refused(r#"{"func":{"name":"f","params":[],"body":{"call":["f",[]]}}}"#);
    refused(r#"{"class":{"name":"C","constructorBody":{"emit":["t",[],{"ret":{"lit":{"none":null}}}]}}}"#);
}

#[test]
fn statements() {
    let ret = r#"{"ret":{"var":"x"}}"#;
    let nothing = r#"{"ret":{"lit":{"none":null}}}"#;
    let stmt = |inner: &str| format!(r#"{{"stmt":{inner}}}"#);
    both(&stmt(nothing), "", "");
    both(&stmt(ret), "return { value: x, effects }", "return rt::outcome(x.clone(), effects);");
    both(
        &stmt(&format!(r#"{{"emit":["t",[["k",{X}],["a b",{X}]],{{"emit":["u",[],{nothing}]}}]}}"#)),
        "effects.push({ type: 't', k: x, 'a b': x })\neffects.push({ type: 'u' })",
        "effects.push(rt::effect(\"t\", [(\"k\", x.clone()), (\"a b\", x.clone())]));\neffects.push(rt::effect(\"u\", []));",
    );
    both(
        &stmt(&format!(r#"{{"letS":["x",{X},{ret}]}}"#)),
        "const x_1 = x\nreturn { value: x_1, effects }",
        "let x_1 = x.clone();\nreturn rt::outcome(x_1.clone(), effects);",
    );
    both(
        &stmt(&format!(r#"{{"ifS":[{{"lit":{{"bool":true}}}},{ret},{nothing}]}}"#)),
        "if (true) {\n  return { value: x, effects }\n} else {\n}",
        "match Val::Bool(true) {\n  Val::Bool(true) => {\n    return rt::outcome(x.clone(), effects);\n  }\n  Val::Bool(false) => {\n  }\n  _ => {}\n}",
    );
    both(
        &stmt(&format!(r#"{{"ifS":[{X},{ret},{nothing}]}}"#)),
        "switch (x) {\n  case true: {\n    return { value: x, effects }\n    break\n  }\n  case false: {\n    break\n  }\n}",
        "match x.clone() {\n  Val::Bool(true) => {\n    return rt::outcome(x.clone(), effects);\n  }\n  Val::Bool(false) => {\n  }\n  _ => {}\n}",
    );
    both(
        &stmt(&format!(r#"{{"dispatch":[{X},[["a",{ret}],["b",{nothing}]],{ret}]}}"#)),
        "switch (x) {\n  case 'a': {\n    return { value: x, effects }\n    break\n  }\n  case 'b': {\n    break\n  }\n  default: {\n    return { value: x, effects }\n  }\n}",
        "match rt::tag(&x.clone()) {\n  Some(\"a\") => {\n    return rt::outcome(x.clone(), effects);\n  }\n  Some(\"b\") => {\n  }\n  _ => {\n    return rt::outcome(x.clone(), effects);\n  }\n}",
    );
    both(
        &stmt(&format!(r#"{{"forIn":[{X},"x",{ret},{ret}]}}"#)),
        "for (const x_1 of rt.items(x)) {\n  return { value: x_1, effects }\n}\nreturn { value: x, effects }",
        "for x_1 in rt::items(x.clone()) {\n  return rt::outcome(x_1.clone(), effects);\n}\nreturn rt::outcome(x.clone(), effects);",
    );
    both(
        &stmt(&format!(r#"{{"seq":[{{"seq":[{nothing},{ret}]}},{ret}]}}"#)),
        "{\n  {\n  }\n  return { value: x, effects }\n}\nreturn { value: x, effects }",
        "{\n  {\n  }\n  return rt::outcome(x.clone(), effects);\n}\nreturn rt::outcome(x.clone(), effects);",
    );
}

#[test]
fn declarations() {
    both(
        r#"{"func":{"name":"f","params":["a","a","f","effects"],"isExport":false,"isAsync":true,"body":{"list":[{"var":"a"},{"var":"f"},{"var":"effects"},{"var":"z"}]}}}"#,
        "function f(a, a_1, f_1, effects_) {\n  return [a_1, f_1, effects_, null]\n}",
        "fn f(a: Val, a_1: Val, f_1: Val, effects_: Val) -> Val {\n  rt::list([a_1.clone(), f_1.clone(), effects_.clone(), Val::None])\n}",
    );
    both(
        r#"{"effectFunc":{"name":"g","params":["a"],"body":{"ret":{"var":"a"}}}}"#,
        "export function g(a) {\n  const effects = []\n  return { value: a, effects }\n  return { value: null, effects }\n}",
        "pub fn g(a: Val) -> Val {\n  let mut effects = rt::effects();\n  return rt::outcome(a.clone(), effects);\n  rt::outcome(Val::None, effects)\n}",
    );
    both(
        r#"{"method":{"name":"m","params":["this"],"body":{"ret":{"var":"this"}}}}"#,
        "static m(this_, this__1) {\n  const effects = []\n  return { value: this__1, effects }\n  return { value: null, effects }\n}",
        "pub fn m(this_: Val, this__1: Val) -> Val {\n  let mut effects = rt::effects();\n  return rt::outcome(this__1.clone(), effects);\n  rt::outcome(Val::None, effects)\n}",
    );
}

#[test]
fn classes_and_their_members() {
    both(
        r#"{"class":{"name":"C","isExport":false,"constructorParams":["n"],"constructorBody":{"ret":{"record":[["n",{"var":"n"}]]}},
      "methods":[{"name":"m","params":["a"],"body":{"ret":{"call":["C.new",[{"var":"a"}]]}}},
        {"name":"k","params":[],"body":{"ret":{"call":["C.m",[{"var":"this"},{"call":["C.new",[]]}]]}}}]}}"#,
        "class C {
  static new(n) {
    return rt.fields({ n: n })
    return {}
  }

  static m(this_, a) {
    const effects = []
    return { value: C.new(a), effects }
    return { value: null, effects }
  }

  static k(this_) {
    const effects = []
    return { value: C.m(this_, null), effects }
    return { value: null, effects }
  }
}",
        "struct C;

impl C {
  pub fn new(n: Val) -> Val {
    return rt::fields(rt::record([(\"n\", n.clone())]));
    rt::record([])
  }

  pub fn m(this_: Val, a: Val) -> Val {
    let mut effects = rt::effects();
    return rt::outcome(C::new(a.clone()), effects);
    rt::outcome(Val::None, effects)
  }

  pub fn k(this_: Val) -> Val {
    let mut effects = rt::effects();
    return rt::outcome(C::m(this_.clone(), Val::None), effects);
    rt::outcome(Val::None, effects)
  }
}",
    );
}

#[test]
fn modules_print_their_declarations_in_order() {
    both(
        r#"{"module":{"name":"M","header":"h","imports":[[["z"],"kernel/Z"]],
      "constants":[["A",{"var":"B"}],["B",{"var":"A"}]],
      "functions":[{"name":"f","params":["z"],"body":{"var":"B"}},{"name":"g","params":[],"body":{"call":["f",[{"var":"A"}]]}}]}}"#,
        "export const A = rt.freeze(null)\nexport const B = rt.freeze(A)\n\nexport function f(z_1) {\n  return B\n}\n\nexport function g() {\n  return f(A)\n}",
        "pub static A: rt::Constant = rt::Constant::new(|| Val::None);\npub static B: rt::Constant = rt::Constant::new(|| A.get());\n\npub fn f(z_1: Val) -> Val {\n  B.get()\n}\n\npub fn g() -> Val {\n  f(A.get())\n}",
    );
    refused(
        r#"{"module":{"name":"M","header":"h","imports":[],"functions":[{"name":"f","params":[],"body":{"call":["g",[]]}},{"name":"g","params":[],"body":{"var":"x"}}]}}"#,
    );
}
