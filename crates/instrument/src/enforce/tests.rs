use super::*;
use serde_json::json;

fn terms(value: Value) -> Terms {
    match value {
        Value::Object(terms) => terms,
        other => panic!("{other} is no object"),
    }
}

fn enforcer(field: &str, op: Operator, value: Value) -> Enforcer {
    let text = json!({
        "contract": "musharakah_mutanaqisah", "regime": "islamic", "authority": "AAOIFI",
        "constraints": [{ "code": "T-1", "field": field, "op": op.name(), "value": value, "citation": "here" }],
    });
    Enforcer::new(Manifest::read(text.to_string().as_bytes()).expect("a manifest"))
}

/// What the six operators say of a term, in the order of [`Operator::ALL`]; the four that order refuse what is no number at load.
fn row(field: &str, given: &Value, expected: &Value, lenient: bool) -> String {
    let given = terms(given.clone());
    let said = Operator::ALL.into_iter().filter(|op| expected.is_number() || !op.orders()).map(|op| {
        let enforcer = enforcer(field, op, expected.clone());
        let answer = enforcer.enforce(&given, lenient);
        assert_eq!(answer.allowed, answer.violations.is_empty());
        assert_eq!(answer.allowed, answer.decision == Decision::Allow);
        if answer.allowed { '+' } else { '-' }
    });
    said.collect()
}

#[test]
fn the_truth_table_of_numbers() {
    //                                              eq ne gt lt ge le
    for (given, expected, says) in [
        (json!({ "a": 250 }), json!(250), "+---++"),
        (json!({ "a": 250.0 }), json!(250), "+---++"),
        (json!({ "a": 2.5e2 }), json!(250), "+---++"),
        (json!({ "a": 251 }), json!(250), "-++-+-"),
        (json!({ "a": 250.5 }), json!(250), "-++-+-"),
        (json!({ "a": 249 }), json!(250), "-+-+-+"),
        (json!({ "a": 249.5 }), json!(250), "-+-+-+"),
        (json!({ "a": -1 }), json!(250), "-+-+-+"),
        (json!({ "a": -0.5 }), json!(0), "-+-+-+"),
        (json!({ "a": -0.0 }), json!(0), "+---++"),
        (json!({ "a": 0.25 }), json!(0.25), "+---++"),
        (json!({ "a": 1 }), json!(0.25), "-++-+-"),
        (json!({ "a": 0 }), json!(0.25), "-+-+-+"),
        (json!({ "a": 1e300 }), json!(u64::MAX), "-++-+-"),
        (json!({ "a": -1e300 }), json!(i64::MIN), "-+-+-+"),
        // As floating numbers the two would be one.
        (json!({ "a": 9_007_199_254_740_993_u64 }), json!(9_007_199_254_740_992_u64), "-++-+-"),
        (json!({ "a": 9_007_199_254_740_992.0 }), json!(9_007_199_254_740_993_u64), "-+-+-+"),
        (json!({ "a": u64::MAX }), json!(i64::MIN), "-++-+-"),
    ] {
        assert_eq!(row("a", &given, &expected, false), says, "{given} and {expected}");
    }
}

#[test]
fn the_truth_table_of_texts_and_truth_values() {
    for (given, expected, says) in [
        (json!({ "a": "by_ownership" }), json!("by_ownership"), "+-"),
        (json!({ "a": "By_ownership" }), json!("by_ownership"), "-+"),
        (json!({ "a": "" }), json!("by_ownership"), "-+"),
        (json!({ "a": false }), json!(false), "+-"),
        (json!({ "a": true }), json!(false), "-+"),
    ] {
        assert_eq!(row("a", &given, &expected, false), says, "{given} and {expected}");
    }
}

#[test]
fn what_is_missing_is_denied_by_all_six() {
    for expected in [json!(0), json!("principal"), json!(false)] {
        for given in [json!({}), json!({ "b": 0 }), json!({ "a": null }), json!({ "A": 0 })] {
            assert!(!row("a", &given, &expected, false).contains('+'), "{given} and {expected}");
            assert!(!row("a", &given, &expected, true).contains('+'), "{given} and {expected}");
        }
    }
    let enforcer = enforcer("a.b", Operator::Ne, json!("principal"));
    let answer = enforcer.enforce(&Terms::new(), false);
    let told = serde_json::to_value(&answer).expect("a value");
    let expected = json!({
        "allowed": false, "decision": "deny", "instrument": "musharakah_mutanaqisah", "regime": "islamic",
        "violations": [{ "code": "T-1", "field": "a.b", "op": "ne", "expected": "principal", "got": null, "citation": "here" }],
    });
    assert_eq!(told, expected);
}

#[test]
fn what_is_of_another_type_is_denied_by_all_six() {
    for (given, expected) in [
        (json!({ "a": "false" }), json!(false)),
        (json!({ "a": 0 }), json!(false)),
        (json!({ "a": false }), json!("false")),
        (json!({ "a": "250" }), json!(250)),
        (json!({ "a": true }), json!(1)),
        (json!({ "a": 250 }), json!("250")),
        (json!({ "a": ["principal"] }), json!("x")),
        (json!({ "a": [250] }), json!(250)),
        (json!({ "a": {} }), json!(0)),
        (json!({ "a": { "valueOf": 250 } }), json!(250)),
    ] {
        assert!(!row("a", &given, &expected, false).contains('+'), "{given} and {expected}");
    }
}

#[test]
fn lenient_reads_texts_as_what_they_spell() {
    for (given, expected, says) in [
        (json!({ "a": "false" }), json!(false), "+-"),
        (json!({ "a": "true" }), json!(false), "-+"),
        (json!({ "a": false }), json!("false"), "+-"),
        (json!({ "a": "250" }), json!(250), "+---++"),
        (json!({ "a": "251" }), json!(250), "-++-+-"),
        (json!({ "a": 250 }), json!("250"), "+-"),
        // These spell nothing.
        (json!({ "a": "False" }), json!(false), "--"),
        (json!({ "a": 0 }), json!(false), "--"),
        (json!({ "a": " 250" }), json!(250), "------"),
        (json!({ "a": "0x10" }), json!(16), "------"),
        (json!({ "a": "" }), json!(0), "------"),
        (json!({ "a": "NaN" }), json!(0), "------"),
        (json!({ "a": "Infinity" }), json!(0), "------"),
        (json!({ "a": "1e999" }), json!(0), "------"),
        (json!({ "a": [250] }), json!(250), "------"),
    ] {
        assert_eq!(row("a", &given, &expected, true), says, "{given} and {expected}");
    }
}

#[test]
fn names_of_prototypes_are_names_like_others() {
    for name in ["__proto__", "constructor", "toString", "hasOwnProperty", "prototype"] {
        for given in [json!({}), json!({ "a": 1 })] {
            assert!(!row(name, &given, &json!(1), false).contains('+'), "{name} is not there");
            assert!(!row(&format!("{name}.{name}"), &given, &json!(1), false).contains('+'));
            assert!(!row(&format!("a.{name}"), &given, &json!(1), false).contains('+'));
        }
        assert_eq!(row(name, &json!({ name: 1 }), &json!(1), false), "+---++", "{name} is there");
        assert_eq!(row(&format!("{name}.a"), &json!({ name: { "a": 1 } }), &json!(1), false), "+---++");
        // It gives nothing to the object that it stands in.
        assert!(!row("a", &json!({ name: { "a": 1 } }), &json!(1), false).contains('+'));
    }
    assert!(!row("a.length", &json!({ "a": "x" }), &json!(1), false).contains('+'));
    assert!(!row("a.0", &json!({ "a": [1] }), &json!(1), false).contains('+'));
}

#[test]
fn the_dotted_name_comes_before_the_way_through_objects() {
    let says = |given: Value| row("zakat.rate_bps", &given, &json!(250), false);
    assert_eq!(says(json!({ "zakat.rate_bps": 250 })), "+---++");
    assert_eq!(says(json!({ "zakat": { "rate_bps": 250 } })), "+---++");
    assert_eq!(says(json!({ "zakat.rate_bps": 250, "zakat": { "rate_bps": 1 } })), "+---++");
    assert_eq!(says(json!({ "zakat.rate_bps": 251, "zakat": { "rate_bps": 250 } })), "-++-+-");
    assert_eq!(says(json!({ "zakat.rate_bps": null, "zakat": { "rate_bps": 250 } })), "------");
    assert_eq!(says(json!({ "zakat": 250 })), "------");
    // An empty name is a name.
    assert_eq!(row("a..b", &json!({ "a": { "": { "b": 1 } } }), &json!(1), false), "+---++");
    assert_eq!(row(".", &json!({ "": { "": 1 } }), &json!(1), false), "+---++");
}
