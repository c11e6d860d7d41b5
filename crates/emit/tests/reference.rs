//! The reference profile against the tables and examples of the language reference; expected texts are typed from there.

mod common;

use common::text;
use etymon_emit::{Language, Profile};

#[track_caller]
fn is(to: Language, image: &str, expected: &str) {
    assert_eq!(text(image, Profile::Reference, to), expected, "{} of {image}", to.name());
}

#[track_caller]
fn both(image: &str, js: &str, rust: &str) {
    is(Language::Js, image, js);
    is(Language::Rust, image, rust);
}

#[track_caller]
fn js(image: &str, js: &str) {
    is(Language::Js, image, js);
}

#[track_caller]
fn js_only(image: &str, js: &str) {
    both(image, js, "NO_LOWERING");
}

const X: &str = r#"{"var":"x"}"#;

#[test]
fn values_of_section_3() {
    both(r#"{"lit":{"nat":"42"}}"#, "42", "42");
    both(r#"{"lit":{"bool":true}}"#, "true", "true");
    both(r#"{"lit":{"bool":false}}"#, "false", "false");
    both(r#"{"lit":{"str":"hello"}}"#, "'hello'", "\"hello\".to_string()");
    both(r#"{"lit":{"bytes":"0102"}}"#, "new Uint8Array([1, 2])", "vec![1u8, 2u8]");
    both(r#"{"lit":{"list":[{"nat":"1"},{"nat":"2"}]}}"#, "[1, 2]", "vec![1, 2]");
    both(r#"{"lit":{"record":[["a",{"nat":"1"}]]}}"#, "{ a: 1 }", "HashMap::from([(\"a\".to_string(), 1)])");
    both(r#"{"lit":{"none":null}}"#, "null", "None");
}

#[test]
fn empty_and_written_order_literals() {
    both(r#"{"lit":{"list":[]}}"#, "[]", "vec![]");
    both(r#"{"lit":{"bytes":""}}"#, "new Uint8Array([])", "vec![]");
    both(r#"{"lit":{"record":[]}}"#, "{}", "HashMap::from([])");
    js(r#"{"lit":{"record":[["b",{"nat":"1"}],["a",{"nat":"2"}],["b",{"nat":"3"}]]}}"#, "{ b: 1, a: 2, b: 3 }");
    js(r#"{"lit":{"str":"it's\n"}}"#, r"'it\'s\n'");
}

#[test]
fn keys_stand_as_they_are_or_not_at_all() {
    let keyed = |key: &str| {
        [
            format!(r#"{{"lit":{{"record":[["{key}",{{"nat":"1"}}]]}}}}"#),
            format!(r#"{{"record":[["{key}",{X}]]}}"#),
            format!(r#"{{"set":[{X},"{key}",{X}]}}"#),
        ]
    };
    for (key, bare) in [
        ("a", true),
        ("$", true),
        ("class", true),
        ("10", true),
        ("", false),
        ("a b", false),
        ("a-b", false),
        ("é", false),
        ("__proto__", false),
    ] {
        let texts = [format!("{{ {key}: 1 }}"), format!("{{ {key}: x }}"), format!("({{ ...x, {key}: x }})")];
        for (image, js) in keyed(key).into_iter().zip(texts) {
            let rust = text(&image, Profile::Reference, Language::Rust);
            both(&image, if bare { &js } else { "NO_LOWERING" }, &rust);
            assert!(rust.contains(&format!("\"{key}\"")), "{rust}");
        }
    }
    for image in keyed(r#"a\"b"#).into_iter().chain(keyed(r"a\\b")).chain(keyed(r"a\nb")) {
        both(&image, "NO_LOWERING", "NO_LOWERING");
    }
    both(r#"{"get":[{"var":"x"},"a\"b"]}"#, "NO_LOWERING", "NO_LOWERING");
}

#[test]
fn forms_of_section_4() {
    both(X, "x", "x");
    both(r#"{"lam":["x",{"op":["add",[{"var":"x"},{"lit":{"nat":"1"}}]]}]}"#, "(x) => (x + 1)", "|x| (x + 1)");
    both(r#"{"app":[{"var":"f"},{"lit":{"nat":"5"}}]}"#, "f(5)", "f(5)");
    both(
        r#"{"letE":["x",{"lit":{"nat":"5"}},{"op":["add",[{"var":"x"},{"lit":{"nat":"3"}}]]}]}"#,
        "(() => { const x = 5; return (x + 3); })()",
        "{ let x = 5; (x + 3) }",
    );
    both(
        r#"{"ifE":[{"lit":{"bool":true}},{"lit":{"nat":"1"}},{"lit":{"nat":"2"}}]}"#,
        "(true ? 1 : 2)",
        "if true { 1 } else { 2 }",
    );
    both(
        r#"{"record":[["name",{"lit":{"str":"alice"}}],["age",{"lit":{"nat":"30"}}]]}"#,
        "{ name: 'alice', age: 30 }",
        "json!({ \"name\": \"alice\".to_string(), \"age\": 30 })",
    );
    both(r#"{"record":[]}"#, "{}", "json!({})");
    both(r#"{"get":[{"var":"person"},"name"]}"#, "person.name", "person[\"name\"]");
    both(r#"{"get":[{"var":"pair"},"0"]}"#, "pair[0]", "pair[\"0\"]");
    both(
        r#"{"set":[{"var":"config"},"timeout",{"lit":{"nat":"5000"}}]}"#,
        "({ ...config, timeout: 5000 })",
        "{ let mut r = config.clone(); r[\"timeout\"] = 5000; r }",
    );
    both(r#"{"list":[{"var":"a"},{"var":"b"}]}"#, "[a, b]", "vec![a, b]");
    both(
        r#"{"fold":[{"list":[{"lit":{"nat":"1"}},{"lit":{"nat":"2"}},{"lit":{"nat":"3"}}]},{"lit":{"nat":"0"}},"acc","x",{"op":["add",[{"var":"acc"},{"var":"x"}]]}]}"#,
        "[1, 2, 3].reduce((acc, x) => (acc + x), 0)",
        "vec![1, 2, 3].iter().fold(0, |acc, x| (acc + x))",
    );
    both(r#"{"call":["new Uint8Array",[{"lit":{"nat":"32"}}]]}"#, "new Uint8Array(32)", "new Uint8Array(32)");
    both(r#"{"call":["f",[]]}"#, "f()", "f()");
}

#[test]
fn operations_of_section_6() {
    let infix = [
        ("add", "(a + b)", "(a + b)"),
        ("sub", "(a - b)", "(a - b)"),
        ("mul", "(a * b)", "(a * b)"),
        ("div", "(a / b)", "(a / b)"),
        ("mod", "(a % b)", "(a % b)"),
        ("band", "(a & b)", "(a & b)"),
        ("bor", "(a | b)", "(a | b)"),
        ("bxor", "(a ^ b)", "(a ^ b)"),
        ("shl", "(a << b)", "(a << b)"),
        ("shr", "(a >> b)", "(a >> b)"),
        ("eq", "(a === b)", "(a == b)"),
        ("lt", "(a < b)", "(a < b)"),
        ("le", "(a <= b)", "(a <= b)"),
        ("and", "(a && b)", "(a && b)"),
        ("or", "(a || b)", "(a || b)"),
        ("concatStr", "(a + b)", "format!(\"{}{}\", a, b)"),
        ("concatList", "[...a, ...b]", "{ let mut v = a.clone(); v.extend(b.iter()); v }"),
    ];
    for (op, js, rust) in infix {
        both(&format!(r#"{{"op":["{op}",[{{"var":"a"}},{{"var":"b"}}]]}}"#), js, rust);
        both(&format!(r#"{{"op":["{op}",[{{"var":"a"}}]]}}"#), "NO_LOWERING", "NO_LOWERING");
    }
    let prefix = [
        ("bnot", "~(a)", "(!a)"),
        ("not", "!(a)", "(!a)"),
        ("lengthStr", "a.length", "a.len()"),
        ("lengthList", "a.length", "a.len()"),
        ("lengthBytes", "a.length", "a.len()"),
    ];
    for (op, js, rust) in prefix {
        both(&format!(r#"{{"op":["{op}",[{{"var":"a"}}]]}}"#), js, rust);
        both(&format!(r#"{{"op":["{op}",[]]}}"#), "NO_LOWERING", "NO_LOWERING");
    }
}

#[test]
fn primitives_of_section_7() {
    let names = [
        ("sha256", "sha256", "sha256_hash"),
        ("sha256Hash", "sha256Hash", "sha256_hash"),
        ("sha256Str", "sha256Str", "sha256_str"),
        ("taggedHash", "taggedHash", "tagged_hash"),
        ("buildSTHMessage", "buildSTHMessage", "build_sth_message"),
        ("schnorrSign", "schnorrSign", "schnorr_sign"),
        ("schnorrVerify", "schnorrVerify", "schnorr_verify"),
        ("derivePublicKey", "derivePublicKey", "derive_public_key"),
        ("ecdh", "ecdh", "ecdh"),
        ("deriveKey", "deriveKey", "derive_key"),
        ("encrypt", "encrypt", "encrypt_"),
        ("decrypt", "decrypt", "decrypt_"),
        ("signSTH", "signSTH", "sign_sth"),
        ("verifySTH", "verifySTH", "verify_sth"),
        ("computeContentHash", "computeContentHash", "compute_content_hash"),
        ("computeCommitHash", "computeCommitHash", "compute_commit_hash"),
        ("computeEventHash", "computeEventHash", "compute_event_hash"),
        ("computeEnclaveId", "computeEnclaveId", "compute_enclave_id"),
        ("computeEventId", "computeEventId", "compute_event_id"),
        ("computeEventsRoot", "computeEventsRoot", "compute_events_root"),
        ("encodeTags", "encodeTags", "encode_tags"),
        ("smtLeafHash", "smtLeafHash", "smt_leaf_hash"),
        ("smtNodeHash", "smtNodeHash", "smt_node_hash"),
        ("ctLeafHash", "ctLeafHash", "ct_leaf_hash"),
        ("ctNodeHash", "ctNodeHash", "ct_node_hash"),
        ("bytesToHex", "bytesToHex", "bytes_to_hex"),
        ("hexToBytes", "hexToBytes", "hex_to_bytes"),
        ("jsonStringify", "JSON.stringify", "serde_json::to_string"),
    ];
    for (prim, js, rust) in names {
        both(
            &format!(r#"{{"prim":["{prim}",[{{"var":"x"}},{{"var":"y"}}]]}}"#),
            &format!("{js}(x, y)"),
            &format!("{rust}(x, y)"),
        );
    }
    for (prim, js) in [("bigInt", "BigInt"), ("number", "Number")] {
        both(&format!(r#"{{"prim":["{prim}",[{{"var":"x"}}]]}}"#), &format!("{js}(x)"), "x");
        both(
            &format!(r#"{{"prim":["{prim}",[{{"var":"x"}},{{"var":"y"}}]]}}"#),
            &format!("{js}(x, y)"),
            "/* coerce */ x, y",
        );
    }
}

#[test]
fn raw_code_of_section_9() {
    for (code, rust) in [
        ("0xFFn", "0xFFu128"),
        ("0n", "0u128"),
        ("1n", "1u128"),
        ("a === 12n", "a == 12u128"),
        ("this.leaves.length", "this.leaves.length"),
        ("x1n + in + n", "x1n + in + n"),
        ("(() => { é })()", "(() => { é })()"),
    ] {
        both(&format!(r#"{{"rawExpr":"{code}"}}"#), code, rust);
        both(&format!(r#"{{"var":"{code}"}}"#), code, rust);
    }
}

#[test]
fn names_that_would_need_escaping_have_no_lowering() {
    both(r#"{"lam":["a b",{"var":"x"}]}"#, "NO_LOWERING", "NO_LOWERING");
    both(r#"{"letE":["1a",{"var":"x"},{"var":"x"}]}"#, "NO_LOWERING", "NO_LOWERING");
    both(r#"{"fold":[{"var":"l"},{"var":"i"},"a","",{"var":"x"}]}"#, "NO_LOWERING", "NO_LOWERING");
    both(r#"{"get":[{"var":"x"},"a b"]}"#, "NO_LOWERING", "x[\"a b\"]");
    both(r#"{"get":[{"var":"x"},""]}"#, "NO_LOWERING", "x[\"\"]");
    both(r#"{"lam":["$",{"var":"x"}]}"#, "($) => x", "NO_LOWERING");
}

#[test]
fn statements_of_section_11() {
    let ret = r#"{"ret":{"var":"y"}}"#;
    let nothing = r#"{"ret":{"lit":{"none":null}}}"#;
    let stmt = |inner: &str| format!(r#"{{"stmt":{inner}}}"#);
    both(&stmt(nothing), "", "return None");
    both(&stmt(ret), "return y", "return y");
    js_only(
        &stmt(&format!(r#"{{"emit":["t",[["k",{X}],["a9",{X}]],{ret}]}}"#)),
        "effects.push({ type: 't', k: x, a9: x })\nreturn y",
    );
    js(&stmt(&format!(r#"{{"emit":["t",[],{nothing}]}}"#)), "effects.push({ type: 't' })");
    both(&stmt(&format!(r#"{{"letS":["n",{X},{ret}]}}"#)), "const n = x\nreturn y", "let n = x;\nreturn y");
    both(&stmt(&format!(r#"{{"letS":["_n",{X},{ret}]}}"#)), "x\nreturn y", "let _n = x;\nreturn y");
    both(
        &stmt(&format!(r#"{{"ifS":[{X},{ret},{{"letS":["n",{X},{ret}]}}]}}"#)),
        "if (x) {\n  return y\n} else {\n  const n = x\n  return y\n}",
        "if x {\n  return y\n} else {\n  let n = x;\n  return y\n}",
    );
    both(
        &stmt(&format!(r#"{{"ifS":[{X},{nothing},{nothing}]}}"#)),
        "if (x) {\n} else {\n}",
        "if x {\n  return None\n} else {\n  return None\n}",
    );
    js_only(
        &stmt(&format!(r#"{{"dispatch":[{X},[["a",{ret}],["b",{nothing}]],{ret}]}}"#)),
        "switch (x) {\n  case 'a':\n    return y\n    break\n  case 'b':\n    break\n  default:\n    return y\n}",
    );
    js_only(&stmt(&format!(r#"{{"forIn":[{X},"v",{ret},{ret}]}}"#)), "for (const v of x) {\n  return y\n}\nreturn y");
    js_only(&stmt(&format!(r#"{{"seq":[{ret},{{"seq":[{nothing},{ret}]}}]}}"#)), "return y\nreturn y");
}

#[test]
fn chains_share_one_function_until_a_name_repeats() {
    js(
        r#"{"letE":["a",{"var":"p"},{"letE":["b",{"var":"a"},{"letE":["a",{"var":"b"},{"letE":["b",{"var":"a"},{"var":"b"}]}]}]}]}"#,
        "(() => { const a = p; const b = a; return (() => { const a = b; const b = a; return b; })(); })()",
    );
    js(r#"{"letE":["_",{"var":"p"},{"letE":["_",{"var":"q"},{"var":"r"}]}]}"#, "(() => { p; q; return r; })()");
}

#[test]
fn effect_of_section_5() {
    js(
        r#"{"stmt":{"emit":["storage.appendEvent",[["event",{"var":"signedEvent"}]],
      {"emit":["transport.broadcast",[["filter",{"lit":{"str":"*"}}],["payload",{"var":"signedEvent"}]],{"ret":{"var":"signedEvent"}}]}]}}"#,
        "effects.push({ type: 'storage.appendEvent', event: signedEvent })\n\
     effects.push({ type: 'transport.broadcast', filter: '*', payload: signedEvent })\n\
     return signedEvent",
    );
    js(
        r#"{"stmt":{"letS":["_",{"call":["buf.set",[{"var":"data"},{"lit":{"nat":"0"}}]]},{"ret":{"var":"buf"}}]}}"#,
        "buf.set(data, 0)\nreturn buf",
    );
}

#[test]
fn examples_of_section_20() {
    both(r#"{"op":["band",[{"var":"bitmask"},{"rawExpr":"0xFFn"}]]}"#, "(bitmask & 0xFFn)", "(bitmask & 0xFFu128)");
    js(
        r#"{"letE":["buf",{"call":["new Uint8Array",[{"op":["add",[{"lit":{"nat":"1"}},{"get":[{"var":"data"},"length"]}]]}]]},
      {"letE":["_",{"call":["buf.set",[{"list":[{"var":"prefix"}]},{"lit":{"nat":"0"}}]]},
      {"letE":["_",{"call":["buf.set",[{"var":"data"},{"lit":{"nat":"1"}}]]},{"prim":["sha256",[{"var":"buf"}]]}]}]}]}"#,
        "(() => { const buf = new Uint8Array((1 + data.length)); buf.set([prefix], 0); buf.set(data, 1); return sha256(buf); })()",
    );
    both(
        r#"{"dispatch":[{"var":"state"},[["Active",{"lit":{"bool":true}}],["Paused",{"op":["eq",[{"var":"eventType"},{"lit":{"str":"Resume"}}]]}],
      ["Terminated",{"lit":{"bool":false}}]],{"lit":{"bool":false}}]}"#,
        "(() => { switch (state) { case 'Active': return true; case 'Paused': return (eventType === 'Resume'); case 'Terminated': return false; default: return false; } })()",
        "match state.as_str() { \"Active\" => true, \"Paused\" => (eventType == \"Resume\".to_string()), \"Terminated\" => false, _ => false }",
    );
    js(
        r#"{"effectFunc":{"name":"handleCommit","params":["state","commit","context"],"body":
      {"letS":["result",{"call":["processCommit",[{"var":"state"},{"var":"commit"},{"var":"context"}]]},
      {"emit":["storage.appendEvent",[["event",{"get":[{"var":"result"},"event"]}]],
      {"emit":["storage.writeState",[["state",{"get":[{"var":"result"},"newState"]}]],
      {"emit":["transport.broadcast",[["filter",{"lit":{"str":"*"}}],["payload",{"get":[{"var":"result"},"event"]}]],
      {"ret":{"get":[{"var":"result"},"event"]}}]}]}]}]}}}"#,
        "export function handleCommit(state, commit, context) {
  const effects = []
  const result = processCommit(state, commit, context)
  effects.push({ type: 'storage.appendEvent', event: result.event })
  effects.push({ type: 'storage.writeState', state: result.newState })
  effects.push({ type: 'transport.broadcast', filter: '*', payload: result.event })
  return result.event
}",
    );
    js(
        r#"{"fold":[{"var":"siblings"},{"var":"leafHash"},"currentHash","sibling",{"ifE":[{"get":[{"var":"sibling"},"isLeft"]},
      {"prim":["smtNodeHash",[{"get":[{"var":"sibling"},"hash"]},{"var":"currentHash"}]]},
      {"prim":["smtNodeHash",[{"var":"currentHash"},{"get":[{"var":"sibling"},"hash"]}]]}]}]}"#,
        "siblings.reduce((currentHash, sibling) => (sibling.isLeft ? smtNodeHash(sibling.hash, currentHash) : smtNodeHash(currentHash, sibling.hash)), leafHash)",
    );
}

#[test]
fn declarations_of_section_10() {
    js_only(
        r#"{"func":{"name":"f","params":["a","b"],"isExport":true,"isAsync":false,"body":{"var":"a"}}}"#,
        "export function f(a, b) {\n  return a\n}",
    );
    js_only(
        r#"{"func":{"name":"f","params":[],"isExport":false,"isAsync":true,"body":{"var":"a"}}}"#,
        "async function f() {\n  return a\n}",
    );
    js_only(
        r#"{"method":{"name":"m","params":["a"],"isAsync":true,"body":{"ret":{"var":"a"}}}}"#,
        "async m(a) {\n  return a\n}",
    );
    js_only(
        r#"{"class":{"name":"C","constructorParams":["a"],"constructorBody":{"ret":{"lit":{"none":null}}},
      "methods":[{"name":"m","params":[],"body":{"ret":{"var":"a"}}},{"name":"n","params":["b"],"body":{"ret":{"var":"b"}}}]}}"#,
        "export class C {
  constructor(a) {
  }

  m() {
    return a
  }

  n(b) {
    return b
  }
}",
    );
}

#[test]
fn modules_of_section_10() {
    js_only(
        r#"{"module":{"name":"M","header":"What it is","imports":[[["a","b"],"./x.js"],[["c"],"./y.js"]],
      "constants":[["A",{"lit":{"nat":"1"}}],["B",{"var":"A"}]],
      "classes":[{"name":"C"}],
      "functions":[{"name":"f","params":["x"],"body":{"var":"x"}},{"name":"g","params":[],"body":{"var":"A"}}],
      "effectFunctions":[{"name":"e","params":[],"body":{"ret":{"lit":{"none":null}}}}]}}"#,
        "/**
 * What it is
 */

import { a, b } from './x.js'
import { c } from './y.js'

export const A = 1
export const B = A

export function f(x) {
  return x
}

export function g() {
  return A
}

export function e() {
  const effects = []
}

export class C {
  constructor() {
  }
}",
    );
    js(r#"{"module":{"name":"M","header":"","imports":[]}}"#, "/**\n * \n */");
}
