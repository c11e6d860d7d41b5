//! Meaning of every form, as the design's section 3 settles it.

use etymon_kernel_rt::wire;
use etymon_spec::eval::{Limits, run};
use etymon_spec::image::{Source, read_program};
use etymon_spec::{ImageFile, Spec};

fn answer_in(spec: Option<&Spec>, program: &str) -> String {
    let source = Source { path: "test", bytes: program.as_bytes() };
    let program = match read_program(source) {
        Ok(program) => program,
        Err(refusal) => return refusal.code.to_string(),
    };
    match run(&program, spec, Limits::default()) {
        Ok(answer) => wire::encode(&answer.into_val()),
        Err(report) => report.iter().map(|refusal| refusal.code.as_str()).collect::<Vec<&str>>().join(" "),
    }
}

fn answer(program: &str) -> String {
    answer_in(None, program)
}

fn expr(expr: &str) -> String {
    answer(&format!("{{\"expr\":{expr}}}"))
}

fn nat(nat: &str) -> String {
    format!("{{\"lit\":{{\"nat\":\"{nat}\"}}}}")
}

fn op(name: &str, args: &[&str]) -> String {
    format!("{{\"op\":[\"{name}\",[{}]]}}", args.join(","))
}

const NONE: &str = "{\"none\":null}";
const LIT_NONE: &str = "{\"lit\":{\"none\":null}}";
const TRUE: &str = "{\"lit\":{\"bool\":true}}";
const X: &str = "{\"lit\":{\"str\":\"x\"}}";

fn is_nat(text: &str, expected: &str) {
    assert_eq!(text, format!("{{\"nat\":\"{expected}\"}}"));
}

#[test]
fn arithmetic_is_unbounded_and_truncates() {
    let wide = "340282366920938463463374607431768211456";
    is_nat(&expr(&op("add", &[&nat(wide), &nat("1")])), "340282366920938463463374607431768211457");
    is_nat(&expr(&op("sub", &[&nat("3"), &nat("5")])), "0");
    is_nat(&expr(&op("sub", &[&nat(wide), &nat("1")])), "340282366920938463463374607431768211455");
    is_nat(&expr(&op("mul", &[&nat("18446744073709551615"), &nat("2")])), "36893488147419103230");
    is_nat(&expr(&op("div", &[&nat("7"), &nat("2")])), "3");
    assert_eq!(expr(&op("div", &[&nat("7"), &nat("0")])), NONE);
    assert_eq!(expr(&op("mod", &[&nat("7"), &nat("0")])), NONE);
}

#[test]
fn shifts_have_a_limit_of_meaning() {
    assert_eq!(expr(&op("shl", &[&nat("0"), &nat("4097")])), NONE);
    is_nat(&expr(&op("shl", &[&nat("0"), &nat("4096")])), "0");
    is_nat(&expr(&op("shr", &[&nat("5"), &nat("18446744073709551616")])), "0");
    is_nat(&expr(&op("bnot", &[&nat("5")])), "5");
}

#[test]
fn ill_typed_and_wrong_arity_give_none() {
    assert_eq!(expr(&op("add", &[&nat("1"), X])), NONE);
    assert_eq!(expr(&op("add", &[&nat("1")])), NONE);
    assert_eq!(expr(&op("not", &[TRUE, TRUE])), NONE);
    assert_eq!(expr("{\"prim\":[\"sha256\",[{\"lit\":{\"str\":\"\"}}]]}"), NONE);
}

#[test]
fn opaque_forms_give_none() {
    assert_eq!(expr("{\"lam\":[\"x\",{\"var\":\"x\"}]}"), NONE);
    assert_eq!(expr("{\"rawExpr\":\"1n\"}"), NONE);
    assert_eq!(expr("{\"call\":[\"f\",[]]}"), NONE);
    assert_eq!(expr("{\"var\":\"unbound\"}"), NONE);
}

#[test]
fn records_are_finite_maps_in_utf16_order() {
    let written = "{\"lit\":{\"record\":[[\"\u{fb33}\",{\"nat\":\"1\"}],[\"\u{1f600}\",{\"nat\":\"2\"}],[\"\u{fb33}\",{\"nat\":\"3\"}]]}}";
    assert_eq!(expr(written), "{\"record\":[[\"\u{1f600}\",{\"nat\":\"2\"}],[\"\u{fb33}\",{\"nat\":\"3\"}]]}");
    let (a, b) = (
        "{\"record\":[[\"a\",{\"lit\":{\"nat\":\"1\"}}],[\"b\",{\"var\":\"u\"}]]}",
        "{\"record\":[[\"b\",{\"var\":\"u\"}],[\"a\",{\"lit\":{\"nat\":\"1\"}}]]}",
    );
    assert_eq!(expr(&op("eq", &[a, b])), "{\"bool\":true}");
}

#[test]
fn get_takes_keys_of_records_and_digits_of_lists() {
    let list = "{\"lit\":{\"list\":[{\"nat\":\"5\"},{\"nat\":\"6\"}]}}";
    is_nat(&expr(&format!("{{\"get\":[{list},\"001\"]}}")), "6");
    for key in ["2", "", "x", "-0", "99999999999999999999999"] {
        assert_eq!(expr(&format!("{{\"get\":[{list},\"{key}\"]}}")), NONE, "{key}");
    }
    let record = "{\"lit\":{\"record\":[[\"0\",{\"nat\":\"9\"}],[\"__proto__\",{\"nat\":\"8\"}]]}}";
    is_nat(&expr(&format!("{{\"get\":[{record},\"0\"]}}")), "9");
    is_nat(&expr(&format!("{{\"get\":[{record},\"__proto__\"]}}")), "8");
    assert_eq!(expr(&format!("{{\"get\":[{record},\"00\"]}}")), NONE);
    assert_eq!(expr(&format!("{{\"set\":[{list},\"0\",{TRUE}]}}")), NONE);
}

#[test]
fn control_forms_are_strict_about_types() {
    assert_eq!(expr(&format!("{{\"ifE\":[{},{TRUE},{TRUE}]}}", nat("1"))), NONE);
    assert_eq!(expr(&format!("{{\"dispatch\":[{},[[\"1\",{X}]],{TRUE}]}}", nat("1"))), "{\"bool\":true}");
    let repeated = format!("{{\"dispatch\":[{X},[[\"x\",{}],[\"x\",{}]],{TRUE}]}}", nat("1"), nat("2"));
    is_nat(&expr(&repeated), "1");
    assert_eq!(expr(&format!("{{\"fold\":[{{\"lit\":{{\"bytes\":\"00\"}}}},{TRUE},\"a\",\"x\",{TRUE}]}}")), NONE);
    let shadow =
        format!("{{\"fold\":[{{\"list\":[{},{}]}},{TRUE},\"a\",\"a\",{{\"var\":\"a\"}}]}}", nat("1"), nat("2"));
    is_nat(&expr(&shadow), "2");
}

#[test]
fn only_the_literal_none_falls_through() {
    let after = format!("{{\"ret\":{}}}", nat("7"));
    let stmt = |first: &str| answer(&format!("{{\"stmt\":{{\"seq\":[{first},{after}]}}}}"));
    let seven = "{\"record\":[[\"effects\",{\"list\":[]}],[\"value\",{\"nat\":\"7\"}]]}";
    let none = "{\"record\":[[\"effects\",{\"list\":[]}],[\"value\",{\"none\":null}]]}";
    assert_eq!(stmt(&format!("{{\"ret\":{LIT_NONE}}}")), seven);
    assert_eq!(stmt("{\"ret\":{\"var\":\"unbound\"}}"), none);
    assert_eq!(stmt(&format!("{{\"ifS\":[{},{{\"ret\":{TRUE}}},{{\"ret\":{TRUE}}}]}}", nat("1"))), seven);
    let fall = format!("{{\"ret\":{LIT_NONE}}}");
    assert_eq!(stmt(&format!("{{\"forIn\":[{TRUE},\"x\",{{\"ret\":{TRUE}}},{fall}]}}")), seven);
    let list = format!("{{\"list\":[{},{}]}}", nat("1"), nat("2"));
    is_nat(
        &answer(&format!("{{\"stmt\":{{\"forIn\":[{list},\"x\",{{\"ret\":{{\"var\":\"x\"}}}},{after}]}}}}"))
            .replace("{\"record\":[[\"effects\",{\"list\":[]}],[\"value\",", "")
            .replace("]]}", ""),
        "1",
    );
    // `letS` scopes over its own body only.
    let scoped = format!("{{\"stmt\":{{\"seq\":[{{\"letS\":[\"x\",{TRUE},{fall}]}},{{\"ret\":{{\"var\":\"x\"}}}}]}}}}");
    assert_eq!(answer(&scoped), none);
}

#[test]
fn classes_answer_fields_and_changed_objects() {
    let module = "{\"name\":\"M\",\"header\":\"\",\"imports\":[],\"classes\":[{\"name\":\"C\",\"constructorParams\":[\"n\"],\
        \"constructorBody\":{\"ret\":{\"record\":[[\"n\",{\"var\":\"n\"}]]}},\"methods\":[\
        {\"name\":\"up\",\"params\":[\"by\"],\"body\":{\"emit\":[\"timer.schedule\",[[\"at\",{\"var\":\"by\"}],[\"kind\",{\"lit\":{\"str\":\"t\"}}]],\
        {\"ret\":{\"set\":[{\"var\":\"this\"},\"n\",{\"op\":[\"add\",[{\"get\":[{\"var\":\"this\"},\"n\"]},{\"var\":\"by\"}]]}]}}]}},\
        {\"name\":\"later\",\"params\":[],\"body\":{\"ret\":{\"call\":[\"C.up\",[{\"var\":\"this\"},{\"lit\":{\"nat\":\"1\"}}]]}}}]},\
        {\"name\":\"Empty\"}]}";
    let run = |expr: &str| answer(&format!("{{\"expr\":{expr},\"module\":{module}}}"));
    let three = "{\"call\":[\"C.new\",[{\"lit\":{\"nat\":\"3\"}}]]}";
    assert_eq!(run(three), "{\"record\":[[\"n\",{\"nat\":\"3\"}]]}");
    assert_eq!(run("{\"call\":[\"Empty.new\",[]]}"), "{\"record\":[]}");
    let later = run(&format!("{{\"call\":[\"C.later\",[{three}]]}}"));
    assert!(later.contains("[\"n\",{\"nat\":\"4\"}]"), "{later}");
    assert_eq!(run("{\"call\":[\"C.missing\",[]]}"), NONE);
    assert_eq!(run("{\"call\":[\"C.new\",[]]}"), NONE, "wrong arity");
}

#[test]
fn functions_do_not_recurse_and_effect_functions_are_not_called() {
    let module = |body: &str| {
        format!(
            "{{\"name\":\"M\",\"header\":\"\",\"imports\":[],\"functions\":[{{\"name\":\"f\",\"params\":[],\"body\":{body}}}],\
             \"effectFunctions\":[{{\"name\":\"e\",\"params\":[],\"body\":{{\"ret\":{TRUE}}}}}]}}"
        )
    };
    let call = |body: &str| answer(&format!("{{\"call\":\"f\",\"args\":[],\"module\":{}}}", module(body)));
    assert_eq!(call("{\"call\":[\"f\",[]]}"), NONE);
    assert_eq!(call("{\"call\":[\"e\",[]]}"), "CALL_EFFECT");
}

#[test]
fn effects_are_one_of_seven_with_their_keys() {
    let emit =
        |kind: &str, keys: &str| answer(&format!("{{\"stmt\":{{\"emit\":[\"{kind}\",[{keys}],{{\"ret\":{TRUE}}}]}}}}"));
    let pair = |key: &str| format!("[\"{key}\",{TRUE}]");
    assert!(
        emit("storage.appendEvent", &pair("event")).starts_with("{\"record\":[[\"effects\",{\"list\":[{\"record\"")
    );
    assert_eq!(emit("storage.appendEvents", &pair("event")), "EFFECT_UNKNOWN");
    assert_eq!(emit("storage.appendEvent", &pair("type")), "EFFECT_PAYLOAD");
    assert_eq!(emit("storage.appendEvent", &format!("{},{}", pair("event"), pair("event"))), "EFFECT_PAYLOAD");
}

#[test]
fn json_text_is_rfc_8785() {
    let text = |value: &str| expr(&format!("{{\"prim\":[\"jsonStringify\",[{{\"lit\":{value}}}]]}}"));
    assert_eq!(
        text("{\"str\":\"\\u0001\\u001f\\b\\\"\\\\/é\"}"),
        "{\"str\":\"\\\"\\\\u0001\\\\u001f\\\\b\\\\\\\"\\\\\\\\/é\\\"\"}"
    );
    assert_eq!(text("{\"nat\":\"9007199254740991\"}"), "{\"str\":\"9007199254740991\"}");
    assert_eq!(text("{\"list\":[{\"nat\":\"9007199254740992\"}]}"), NONE);
    assert_eq!(text("{\"bytes\":\"00ff\"}"), "{\"str\":\"\\\"00ff\\\"\"}");
}

#[test]
fn published_hashes() {
    let sha = |bytes: &str| expr(&format!("{{\"prim\":[\"sha256\",[{{\"lit\":{{\"bytes\":\"{bytes}\"}}}}]]}}"));
    // FIPS 180-4 example: "abc".
    assert_eq!(sha("616263"), "{\"bytes\":\"ba7816bf8f01cfea414140de5dae2223b00361a396177a9cb410ff61f20015ad\"}");
    let zeros = "00".repeat(32);
    let node = format!(
        "{{\"prim\":[\"ctNodeHash\",[{{\"lit\":{{\"bytes\":\"{zeros}\"}}}},{{\"lit\":{{\"bytes\":\"{zeros}\"}}}}]]}}"
    );
    // Reference 5, section 3: SHA-256(0x01 ‖ 0*64).
    assert_eq!(expr(&node), "{\"bytes\":\"ae0798d0ecaed2b778eddebf18f071a561c53658c05e76cedecc27cafbdbc577\"}");
}

#[test]
fn depth_and_growth_end_in_an_answer_or_a_code() {
    let nest = |open: &str, middle: &str, close: &str| {
        expr(&format!("{}{middle}{}", open.repeat(100_000), close.repeat(100_000)))
    };
    assert_eq!(nest("{\"op\":[\"not\",[", TRUE, "]]}"), "{\"bool\":true}");
    assert!(nest("{\"record\":[[\"k\",", TRUE, "]]}").len() > 1_000_000);
    assert_eq!(nest("{\"letE\":[\"x\",{\"lit\":{\"nat\":\"1\"}},", "{\"var\":\"x\"}", "]}"), "{\"nat\":\"1\"}");
    let list = format!("{{\"lit\":{{\"list\":[{}]}}}}", vec!["{\"nat\":\"1\"}"; 1000].join(","));
    let fold = |init: &str, body: &str| expr(&format!("{{\"fold\":[{list},{init},\"a\",\"x\",{body}]}}"));
    let a = "{\"var\":\"a\"}";
    assert_eq!(fold(&nat("3"), &op("mul", &[a, a])), "LIMIT_STEPS");
    assert_eq!(fold(X, &op("concatStr", &[a, a])), "LIMIT_SIZE");
    assert_eq!(fold(X, &format!("{{\"list\":[{a},{a}]}}")), "LIMIT_SIZE");
    assert_eq!(expr(&nat(&"9".repeat(400_000))), "LIMIT_SIZE");
    let hundred_thousand = "9".repeat(100_000);
    assert_eq!(expr(&op("lt", &[&nat(&hundred_thousand), &nat("1")])), "{\"bool\":false}");
}

#[test]
fn effects_count_together() {
    let text = format!("{{\"lit\":{{\"str\":\"{}\"}}}}", "x".repeat(1 << 20));
    let list = format!("{{\"lit\":{{\"list\":[{}]}}}}", vec!["{\"nat\":\"1\"}"; 100].join(","));
    let emit = format!("{{\"emit\":[\"storage.appendEvent\",[[\"event\",{{\"var\":\"t\"}}]],{{\"ret\":{LIT_NONE}}}]}}");
    let each = |list: &str| {
        let all = format!("{{\"forIn\":[{list},\"x\",{emit},{{\"ret\":{LIT_NONE}}}]}}");
        answer(&format!("{{\"stmt\":{{\"letS\":[\"t\",{text},{all}]}}}}"))
    };
    assert_eq!(each(&list), "LIMIT_SIZE");
    assert!(each("{\"lit\":{\"list\":[{\"none\":null},{\"none\":null}]}}").len() > 2 << 20);
}

#[test]
fn constants_share_one_budget() {
    let list = format!("{{\"lit\":{{\"list\":[{}]}}}}", vec!["{\"nat\":\"1\"}"; 1000].join(","));
    let a = "{\"var\":\"a\"}";
    let sum = op("add", &[a, "{\"var\":\"y\"}"]);
    let inner = format!("{{\"fold\":[{{\"var\":\"L\"}},{a},\"a\",\"y\",{sum}]}}");
    let slow = format!("{{\"fold\":[{{\"var\":\"L\"}},{},\"a\",\"x\",{inner}]}}", nat("0"));
    let constants = |count: usize| {
        let slow: Vec<String> = (0..count).map(|at| format!("[\"C{at}\",{slow}]")).collect();
        let all = format!("[[\"L\",{list}],{}]", slow.join(","));
        answer(&format!(
            "{{\"module\":{{\"name\":\"M\",\"header\":\"\",\"imports\":[],\"constants\":{all}}},\"expr\":{{\"var\":\"C0\"}}}}"
        ))
    };
    is_nat(&constants(1), "1000000");
    assert_eq!(constants(20), "LIMIT_STEPS");
}

#[test]
fn long_names_are_paid_for() {
    let long = "1".repeat(1 << 20);
    let list = format!("{{\"lit\":{{\"list\":[{}]}}}}", vec!["{\"nat\":\"1\"}"; 10_000].join(","));
    let each = |body: &str| expr(&format!("{{\"fold\":[{list},{X},\"a\",\"x\",{body}]}}"));
    let cases = format!("[[\"{long}\",{X}]]");
    assert_eq!(each(&format!("{{\"get\":[{{\"var\":\"a\"}},\"{long}\"]}}")), "LIMIT_STEPS");
    assert_eq!(each(&format!("{{\"set\":[{{\"var\":\"a\"}},\"{long}\",{X}]}}")), "LIMIT_STEPS");
    assert_eq!(each(&format!("{{\"record\":[[\"{long}\",{X}]]}}")), "LIMIT_STEPS");
    assert_eq!(each(&format!("{{\"var\":\"a{long}\"}}")), "LIMIT_STEPS");
    assert_eq!(each(&format!("{{\"letE\":[\"a{long}\",{X},{X}]}}")), "LIMIT_STEPS");
    let other = "2".repeat(1 << 20);
    let dispatch = format!("{{\"dispatch\":[{{\"lit\":{{\"str\":\"{other}\"}}}},{cases},{X}]}}");
    assert_eq!(each(&dispatch), "LIMIT_STEPS");
}

/// A spec of one module that exports a constant, a function and an effect function.
fn base() -> Spec {
    let text = format!(
        "{{\"module\":{{\"name\":\"Base\",\"header\":\"\",\"imports\":[],\"constants\":[[\"ONE\",{}]],\"functions\":[{{\"name\":\"id\",\"params\":[\"x\"],\"body\":{{\"var\":\"x\"}}}},{{\"name\":\"inner\",\"params\":[],\"isExport\":false,\"body\":{}}}],\"effectFunctions\":[{{\"name\":\"act\",\"params\":[],\"body\":{{\"ret\":{LIT_NONE}}}}}]}}}}",
        nat("1"),
        nat("1")
    );
    let file = ImageFile { file: "Base.json".to_owned(), path: "kernel/Base".to_owned(), bytes: text.into_bytes() };
    Spec::from_files("test", &[file]).expect("a good spec")
}

#[test]
fn effect_functions_of_the_spec_are_no_expressions() {
    let spec = base();
    let within = |task: &str| answer_in(Some(&spec), &format!("{{\"module\":\"kernel/Base\",{task}}}"));
    assert_eq!(within("\"expr\":{\"call\":[\"act\",[]]}"), "CALL_EFFECT");
    assert_eq!(within("\"stmt\":{\"ret\":{\"call\":[\"act\",[]]}}"), "CALL_EFFECT");
    is_nat(&within(&format!("\"expr\":{{\"call\":[\"id\",[{}]]}}", nat("7"))), "7");
}

#[test]
fn a_module_of_the_program_imports_from_the_spec() {
    let spec = base();
    let importing = |names: &str, source: &str, expr: &str| {
        let module = format!("{{\"name\":\"Own\",\"header\":\"\",\"imports\":[[[{names}],\"{source}\"]]}}");
        format!("{{\"module\":{module},\"expr\":{expr}}}")
    };
    let call = "{\"call\":[\"id\",[{\"var\":\"ONE\"}]]}";
    let good = importing("\"id\",\"ONE\"", "kernel/Base", call);
    is_nat(&answer_in(Some(&spec), &good), "1");
    assert_eq!(answer(&good), "IMPORT_UNKNOWN");
    assert_eq!(answer_in(Some(&spec), &importing("\"id\"", "kernel/Bass", call)), "IMPORT_UNKNOWN");
    assert_eq!(answer_in(Some(&spec), &importing("\"inner\"", "kernel/Base", call)), "IMPORT_NOT_EXPORTED");
    let effect = importing("\"act\"", "kernel/Base", "{\"call\":[\"act\",[]]}");
    assert_eq!(answer_in(Some(&spec), &effect), "CALL_EFFECT");
}
