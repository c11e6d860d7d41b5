//! Prints the description of a deployment.

use serde_json::{Map, Value, json};

use super::draft::Draft;
use super::names::fill;
use super::print::oracle_at;
use super::script::{Act, Arg};
use crate::ast::Entries;
use crate::oracle::DEFAULT_VALIDITY_SECONDS;

/// Largest number that every reader of JSON keeps.
const SAFE: u128 = (1 << 53) - 1;

/// The text of `<Name>.deploy.json`.
pub(super) fn description(draft: &Draft) -> String {
    let name = &draft.spec.name.text;
    let parties = draft.spec.parties.iter().flat_map(|own| &own.parties);
    let parties: Map<String, Value> =
        parties.map(|party| (party.name.text.clone(), Value::from(party.role.text.clone()))).collect();
    let mut accounts: Vec<String> = draft.actors[1..].iter().map(super::draft::Actor::key_in_tests).collect();
    for parameter in &draft.parameters {
        others(draft, &parameter.value, &mut accounts);
    }
    let (types, args) = constructor(draft);
    let (funding, lifecycle, reads) = steps(draft);
    let keys = [
        ("instrument", json!(name)),
        ("class", json!(draft.class.name())),
        ("contract", json!(format!("{name}Gen"))),
        ("operatorRole", json!(draft.actors[0].key_in_tests())),
        ("parties", Value::Object(parties)),
        ("oracleMode", oracle_mode(draft)),
        ("oracle", oracle(draft)),
        ("zakat", zakat(draft)),
        ("contingency", contingency(draft)),
        ("unenforced", json!(draft.unenforced)),
        ("constructorAbi", json!(types)),
        ("constructorArgs", json!(args)),
        ("accounts", json!(accounts)),
        ("funding", Value::Object(funding)),
        ("lifecycle", json!(lifecycle)),
        ("reads", json!(reads)),
    ];
    // Written by hand so that the keys keep this order, whatever the map of the JSON library does.
    let lines: Vec<String> = keys.iter().map(|(key, value)| format!("  \"{key}\": {}", indented(value))).collect();
    format!("{{\n{}\n}}\n", lines.join(",\n"))
}

fn indented(value: &Value) -> String {
    format!("{value:#}").replace('\n', "\n  ")
}

fn constructor(draft: &Draft) -> (Vec<String>, Vec<Value>) {
    let others = &draft.actors[1..];
    let mut types = vec!["address".to_owned(); others.len()];
    let mut args: Vec<Value> = others.iter().map(|actor| json!(format!("@{}", actor.key_in_tests()))).collect();
    if draft.oracle {
        types.insert(oracle_at(draft), "address".to_owned());
        args.insert(oracle_at(draft), json!("@oracle"));
    }
    for parameter in &draft.parameters {
        types.push(parameter.kind.replace("IERC20", "address").replace(" memory", ""));
        args.push(argument(draft, &parameter.value));
    }
    (types, args)
}

fn steps(draft: &Draft) -> (Map<String, Value>, Vec<Value>, Vec<Value>) {
    let mut funding = Map::new();
    let (mut lifecycle, mut reads) = (Vec::new(), Vec::new());
    let Some(script) = draft.scripts.first() else { return (funding, lifecycle, reads) };
    for act in &script.acts {
        match act {
            Act::Call { by, name, args, value, .. } => {
                // What was read before is no longer the end.
                reads.clear();
                let fund = args.is_empty() && name.starts_with("fund${") && lifecycle.is_empty();
                let name = fill(&draft.actors, name);
                if fund {
                    funding.insert(name, number(*value));
                    continue;
                }
                let by = draft.actor(by).map_or_else(|| by.clone(), super::draft::Actor::key_in_tests);
                let mut step = json!({ "as": by, "fn": name });
                if draft.tokens && matches!(name.as_str(), "mint" | "approve") {
                    step["target"] = json!("token");
                }
                if !args.is_empty() {
                    step["args"] = args.iter().map(|arg| argument(draft, arg)).collect();
                }
                if *value > 0 {
                    step["value"] = number(*value);
                }
                step["note"] = json!(format!("{by} calls {name}"));
                lifecycle.push(step);
            }
            Act::Worth(value) if *value == draft.worth => {}
            Act::Worth(value) => lifecycle.push(json!({
                "as": "oracle", "target": "oracle", "fn": "attest", "args": [number(*value)], "note": "the value is attested"
            })),
            Act::Read { name, args, value } if args.is_empty() => {
                reads.push(json!({ "fn": fill(&draft.actors, name), "expect": argument(draft, value) }));
            }
            _ => {}
        }
    }
    (funding, lifecycle, reads)
}

/// Accounts that only a parameter names.
fn others(draft: &Draft, arg: &Arg, accounts: &mut Vec<String>) {
    match arg {
        Arg::Party(key) if !draft.has(key) => accounts.push(key.clone()),
        Arg::List(items) => items.iter().for_each(|item| others(draft, item, accounts)),
        _ => {}
    }
}

fn argument(draft: &Draft, arg: &Arg) -> Value {
    match arg {
        Arg::Number(value) => number(*value),
        Arg::Most => json!(format!("0x{}", "ff".repeat(32))),
        Arg::Bool(value) => json!(value),
        Arg::Party(key) => {
            let key = draft.actor(key).map_or_else(|| key.clone(), super::draft::Actor::key_in_tests);
            json!(format!("@{key}"))
        }
        Arg::Bytes(octet) => json!(octets(*octet)),
        Arg::Text(text) => json!(text),
        Arg::Token => json!("@token"),
        Arg::Oracle => json!("@oracle"),
        Arg::Contract => json!("@contract"),
        Arg::List(items) => items.iter().map(|item| argument(draft, item)).collect(),
    }
}

/// 32 octets, all alike.
pub(super) fn octets(octet: u8) -> String {
    format!("0x{}", format!("{octet:02x}").repeat(32))
}

fn number(value: u128) -> Value {
    if value <= SAFE { json!(value as u64) } else { json!(value.to_string()) }
}

fn natural(section: &Entries, key: &str) -> Value {
    json!(section.value(key).and_then(|value| value.as_number()))
}

fn consensus<'a>(draft: &'a Draft<'_>) -> Option<&'a Entries> {
    let own = draft.spec.oracle.as_ref()?;
    (own.value("mode").and_then(|mode| mode.as_name()) == Some("consensus")).then_some(own)
}

fn oracle_mode(draft: &Draft) -> Value {
    match (draft.oracle, consensus(draft)) {
        (false, _) => Value::Null,
        (true, Some(_)) => json!("consensus"),
        (true, None) => json!("single"),
    }
}

fn oracle(draft: &Draft) -> Value {
    match (draft.oracle, consensus(draft)) {
        (false, _) => Value::Null,
        (true, None) => json!({ "contract": "MockValuationOracle", "initialValue": number(draft.worth) }),
        (true, Some(own)) => json!({
            "contract": "ConsensusValuationOracle",
            "mode": "consensus",
            "committee": natural(own, "committee"),
            "quorum": natural(own, "quorum"),
            "gharar_bound_bps": natural(own, "gharar_bound_bps"),
            "targetValue": number(draft.worth),
            "validitySeconds": DEFAULT_VALIDITY_SECONDS,
        }),
    }
}

fn zakat(draft: &Draft) -> Value {
    let Some(own) = &draft.spec.zakat else { return Value::Null };
    let beneficiary = own.value("beneficiary").and_then(|own| own.as_path()).map(|path| path[0].text.clone());
    let sink = own.value("beneficiary").and_then(|own| draft.named(own));
    let sink = sink.and_then(|key| draft.actor(&key)).map(|actor| actor.ident.clone());
    json!({ "rateBps": natural(own, "rate_bps"), "nisab": natural(own, "nisab"), "beneficiary": beneficiary, "sink": sink })
}

fn contingency(draft: &Draft) -> Value {
    let has = |key: &str| draft.spec.contingency.as_ref().is_some_and(|own| own.get(key).is_some());
    json!({ "jaaihah": has("jaaihah"), "faraid": has("death") })
}
