use super::*;
use serde_json::{Value, json};

fn with(change: impl FnOnce(&mut Value)) -> Result<Manifest, String> {
    let mut document = json!({
        "contract": "mudarabah", "regime": "islamic", "authority": "AAOIFI",
        "constraints": [{ "code": "RISK-1", "field": "loss_share", "op": "eq", "value": "by_ownership", "citation": "x" }],
    });
    change(&mut document);
    Manifest::read(document.to_string().as_bytes()).map_err(|error| error.message.clone())
}

fn message(change: impl FnOnce(&mut Value)) -> String {
    with(change).expect_err("refused")
}

#[test]
fn four_keys_are_enough() {
    let read = with(|_| {}).expect("read");
    assert_eq!((read.name, read.principals, read.schema), (None, None, None));
    with(|own| own["note"] = json!("others may say more")).expect("read");
}

#[test]
fn what_cannot_be_enforced_is_refused() {
    let first = |own: &mut Value, key: &str, value: Value| own["constraints"][0][key] = value;
    assert_eq!(message(|own| first(own, "op", json!("like"))), "constraint 1 has the unknown operator `like`");
    assert_eq!(message(|own| first(own, "op", json!("EQ"))), "constraint 1 has the unknown operator `EQ`");
    assert_eq!(message(|own| first(own, "op", json!(1))), "`op` of constraint 1 is no text");
    assert_eq!(message(|own| first(own, "citation", json!(""))), "`citation` of constraint 1 is no text");
    assert_eq!(message(|own| first(own, "negate", json!(true))), "constraint 1 has the unknown key `negate`");
    for op in ["gt", "lt", "ge", "le"] {
        let expected = format!("`value` of constraint 1 is no number, and `{op}` compares sizes");
        assert_eq!(message(|own| first(own, "op", json!(op))), expected);
    }
    for value in [json!(null), json!([1]), json!({})] {
        let expected = "`value` of constraint 1 is neither a truth value nor a number nor a text";
        assert_eq!(message(|own| first(own, "value", value)), expected);
    }
    assert_eq!(message(|own| own["constraints"] = json!([])), "`constraints` is empty");
    assert_eq!(message(|own| own["constraints"] = json!({})), "`constraints` is no list");
    assert_eq!(message(|own| own["constraints"][0] = json!(1)), "constraint 1 is no object");
    assert_eq!(message(|own| own["principals"] = json!("financier")), "`principals` is no list of texts");
    assert_eq!(message(|own| *own = json!([])), "a manifest is a JSON object");
    for key in ["contract", "regime", "authority"] {
        let missing = message(|own| drop(own.as_object_mut().map(|own| own.remove(key))));
        assert_eq!(missing, format!("the manifest has no `{key}`"));
    }
    let lost = br#"{"contract":"a","regime":"b","authority":"c","constraints":[{"code":"d","field":"e","op":"le","value":18446744073709551616,"citation":"f"}]}"#;
    let error = Manifest::read(lost).expect_err("refused");
    assert_eq!(error.message, "the number `18446744073709551616` would be read as another");
    let repeated = br#"{"contract":"a","contract":"b"}"#;
    assert!(Manifest::read(repeated).expect_err("refused").message.contains("repeated key"));
    let deep = [b"[".repeat(100_000), b"]".repeat(100_000)].concat();
    assert!(Manifest::read(&deep).expect_err("refused").message.contains("too deep"));
    assert!(Manifest::read(&vec![b' '; MAX_MANIFEST + 1]).is_err());
}

#[test]
fn every_class_states_something_and_names_who_binds_himself() {
    for class in Class::ALL {
        assert!(!clauses::of_class(class).is_empty(), "{}", class.name());
        assert!(!clauses::principals(class).is_empty(), "{}", class.name());
        // Those of a mudarabah have codes of their own, so no table has them.
        let roles = crate::sema::rules_of(class).roles;
        assert!(!roles.is_empty() || class == Class::Mudarabah, "{}", class.name());
        for role in clauses::principals(class) {
            assert!(roles.is_empty() || roles.iter().any(|(own, _)| own == role), "{} knows no {role}", class.name());
        }
        for clause in clauses::of_class(class) {
            assert!(matches!(clause.value, Given::Number(_)) || !clause.op.orders(), "{}", clause.code);
            assert!(!clauses::citation(class, clause.code).is_empty(), "{}", clause.code);
        }
    }
}

#[test]
fn what_is_written_is_read_again() {
    let manifest = Manifest {
        contract: "mudarabah".to_owned(),
        regime: "islamic".to_owned(),
        authority: "AAOIFI".to_owned(),
        constraints: vec![Constraint {
            code: "POOL-2".to_owned(),
            field: "pool.members".to_owned(),
            op: Operator::Ge,
            value: Scalar::Number(2.into()),
            citation: "AAOIFI SS No. 12".to_owned(),
        }],
        name: Some("Pool".to_owned()),
        principals: Some(vec!["mudarib".to_owned()]),
        schema: Some(SCHEMA.to_owned()),
    };
    assert_eq!(Manifest::read(manifest.to_text().as_bytes()).expect("read"), manifest);
}
