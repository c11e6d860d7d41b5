//! A manifest that uses everything, and what becomes of it when one thing in it is changed.

use super::Teller;
use crate::pin::draft::Suite;
use crate::pin::values::l;
use etymon_kernel_rt::Val;

/// Uses every section and every kind of row.
const WHOLE: &str = r#"{"enc_v":2,"RBAC":{
"states":["MEMBER","JAIL"],
"traits":["owner(0)","bot_2(13)"],
"readers":[{"type":"MEMBER","reads":"*"},{"type":["Sender","bot_2"],"reads":["note","Shared"]}],
"moves":[{"event":"Move","operator":"Self","ops":["C"],"from":"OUTSIDER","to":"MEMBER","alias":"door","gate":{"operator":["owner"]}},
{"event":"Move","operator":["owner"],"ops":["C"],"from":"MEMBER","to":"JAIL"},
{"event":"Move","operator":"Public","ops":["_C"],"from":"JAIL","to":"OUTSIDER"}],
"grants":[{"event":"Grant","operator":["owner"],"scope":["OUTSIDER","MEMBER"],"trait":["bot_2"]},
{"event":"Revoke","operator":["owner","Self"],"scope":"MEMBER","trait":"bot_2","ops":["C"]}],
"transfers":[{"event":"Transfer","operator":["owner"],"scope":["MEMBER"],"trait":["owner"]}],
"slots":[{"event":"Own","operator":"MEMBER","ops":["C","U","D"],"key":"Name é"}],
"lifecycle":[{"event":"Pause","operator":"owner","ops":["C"]}],
"customs":[{"event":"note","operator":"MEMBER","ops":["C"],"alias":"writing","gate":{"operator":"owner"}},
{"event":"note","operator":"bot_2","ops":["P","_R"]},
{"event":"Move","operator":"bot_2","ops":["N"]}],
"init":[{"identity":"@owner","state":"MEMBER","traits":["owner"]},{"identity":"@bot","traits":"bot_2"}]},
"bundle":{"size":8,"timeout":500},"rate":{"limit":10,"window":1000},"encrypted":true}"#;

/// What is changed into what, and the problem and its place; `""` for none. The first text occurs once.
const CHANGES: &[(&str, &str, &str, &str)] = &[
    ("", "", "", ""),
    (r#""enc_v":2"#, r#""enc_v":1"#, "bad_version", "enc_v"),
    (r#""enc_v":2"#, r#""enc_v":"2""#, "bad_version", "enc_v"),
    (r#""enc_v":2"#, r#""encv":2"#, "unknown_field", ""),
    (r#""encrypted":true"#, r#""encrypted":1"#, "bad_value", "encrypted"),
    (r#""encrypted":true"#, r#""encrypted":null"#, "", ""),
    (r#""encrypted":true"#, r#""__proto__":null"#, "unknown_field", ""),
    (r#""size":8"#, r#""size":0"#, "bad_value", "bundle.size"),
    (r#""size":8"#, r#""size":1024"#, "", ""),
    (r#""size":8"#, r#""size":1025"#, "bad_value", "bundle.size"),
    (r#","timeout":500"#, "", "", ""),
    (r#""timeout":500"#, r#""timeout":86400001"#, "bad_value", "bundle.timeout"),
    (r#"{"size":8,"timeout":500}"#, "8", "bad_value", "bundle"),
    (r#"{"size":8,"timeout":500}"#, "null", "", ""),
    (r#","window":1000"#, "", "bad_value", "rate.window"),
    (r#""limit":10"#, r#""limit":0"#, "bad_value", "rate.limit"),
    (r#""limit":10"#, r#""limits":10"#, "unknown_field", "rate"),
    (r#"["MEMBER","JAIL"]"#, r#""MEMBER""#, "bad_value", "RBAC.states"),
    (r#"["MEMBER","JAIL"]"#, r#"["MEMBER","JAIL","MEMBER"]"#, "repeated_name", "RBAC.states[2]"),
    (r#"["MEMBER","JAIL"]"#, r#"["MEMBER","JAIL","OUTSIDER"]"#, "bad_name", "RBAC.states[2]"),
    (r#"["MEMBER","JAIL"]"#, r#"["MEMBER","JAIL","Free"]"#, "bad_name", "RBAC.states[2]"),
    (r#"["MEMBER","JAIL"]"#, r#"["MEMBER","JAIL","A\nB"]"#, "bad_name", "RBAC.states[2]"),
    (r#"["MEMBER","JAIL"]"#, r#"["MEMBER","JAIL","ÉTAT"]"#, "bad_name", "RBAC.states[2]"),
    (r#"["MEMBER","JAIL"]"#, r#"["MEMBER","JAIL","1ST"]"#, "bad_name", "RBAC.states[2]"),
    (r#"["MEMBER","JAIL"]"#, r#"["MEMBER","JAIL",""]"#, "bad_name", "RBAC.states[2]"),
    (r#"["MEMBER","JAIL"]"#, r#"["MEMBER","JAIL",7]"#, "bad_name", "RBAC.states[2]"),
    (r#"["MEMBER","JAIL"]"#, r#"["MEMBER","JAIL","LOST"]"#, "unreachable", "RBAC.states[2]"),
    (r#""bot_2(13)""#, r#""bot_2""#, "bad_name", "RBAC.traits[1]"),
    (r#""bot_2(13)""#, r#""bot_2(013)""#, "bad_name", "RBAC.traits[1]"),
    (r#""bot_2(13)""#, r#""bot_2(1000)""#, "bad_name", "RBAC.traits[1]"),
    (r#""bot_2(13)""#, r#""bot_2(999)""#, "", ""),
    (r#""bot_2(13)""#, r#""bot_2()""#, "bad_name", "RBAC.traits[1]"),
    (r#""bot_2(13)""#, r#""bot_2(-1)""#, "bad_name", "RBAC.traits[1]"),
    (r#""bot_2(13)""#, r#""bot_2(1) ""#, "bad_name", "RBAC.traits[1]"),
    (r#""bot_2(13)""#, r#""Bot(13)""#, "bad_name", "RBAC.traits[1]"),
    (r#""bot_2(13)""#, r#""bot_2(13)","owner(3)""#, "repeated_name", "RBAC.traits[2]"),
    (r#""bot_2(13)""#, r#""bot_2(13)\nspy(1)""#, "bad_name", "RBAC.traits[1]"),
    (r#""bot_2(13)""#, r#""bot_2(13)","spy(0)""#, "", ""),
    (r#""type":"MEMBER""#, r#""type":"Member""#, "unknown_name", "RBAC.readers[0].type"),
    (r#""type":"MEMBER""#, r#""type":[]"#, "bad_value", "RBAC.readers[0].type"),
    (r#""reads":"*""#, r#""reads":["*"]"#, "unknown_name", "RBAC.readers[0].reads"),
    (r#""reads":"*""#, r#""reads":"note""#, "", ""),
    (r#""reads":"*""#, r#""reads":"*","retention":"current""#, "unknown_field", "RBAC.readers[0]"),
    (r#"["note","Shared"]"#, r#"["note","note"]"#, "repeated_name", "RBAC.readers[1].reads"),
    (r#"["note","Shared"]"#, r#"["notes"]"#, "unknown_name", "RBAC.readers[1].reads"),
    (r#""operator":"Self""#, r#""operator":"self""#, "unknown_name", "RBAC.moves[0].operator"),
    (r#""operator":"Self""#, r#""operator":null"#, "bad_value", "RBAC.moves[0].operator"),
    (r#""operator":"Self""#, r#""operator":["Self",null]"#, "unknown_name", "RBAC.moves[0].operator"),
    (r#""operator":"Self""#, r#""operator":"bot_2(13)""#, "unknown_name", "RBAC.moves[0].operator"),
    (r#""from":"OUTSIDER""#, r#""from":"NOWHERE""#, "unknown_name", "RBAC.moves[0].from"),
    (r#""from":"OUTSIDER""#, r#""from":"MEMBER""#, "bad_value", "RBAC.moves[0].to"),
    (r#""from":"OUTSIDER","to":"MEMBER""#, r#""from":"OUTSIDER""#, "unknown_name", "RBAC.moves[0].to"),
    (r#","gate":{"operator":["owner"]}"#, "", "bad_value", "RBAC.moves[0].gate"),
    (r#""alias":"door","#, "", "bad_name", "RBAC.moves[0].alias"),
    (r#""alias":"door""#, r#""alias":"writing""#, "repeated_name", "RBAC.customs[0].alias"),
    (
        r#""gate":{"operator":["owner"]}"#,
        r#""gate":{"operator":["boss"]}"#,
        "unknown_name",
        "RBAC.moves[0].gate.operator",
    ),
    (r#""gate":{"operator":["owner"]}"#, r#""gate":["owner"]"#, "bad_value", "RBAC.moves[0].gate"),
    (
        r#""gate":{"operator":["owner"]}"#,
        r#""gate":{"operator":"owner","open":true}"#,
        "unknown_field",
        "RBAC.moves[0].gate",
    ),
    (r#""ops":["_C"],"from":"JAIL""#, r#""ops":["_C","C"],"from":"JAIL""#, "bad_value", "RBAC.moves[2].ops"),
    (r#""ops":["_C"],"from":"JAIL""#, r#""ops":["_C","U"],"from":"JAIL""#, "unknown_name", "RBAC.moves[2].ops"),
    (r#""ops":["_C"],"from":"JAIL""#, r#""ops":[],"from":"JAIL""#, "bad_value", "RBAC.moves[2].ops"),
    (
        r#""ops":["_C"],"from":"JAIL","to":"OUTSIDER""#,
        r#""ops":["_C"],"from":"MEMBER","to":"OUTSIDER""#,
        "no_exit",
        "RBAC.states[1]",
    ),
    (r#""from":"OUTSIDER","to":"MEMBER""#, r#""from":"JAIL","to":"MEMBER""#, "", ""),
    (
        r#""operator":["owner"],"scope":["OUTSIDER","MEMBER"]"#,
        r#""operator":["Self"],"scope":["OUTSIDER"]"#,
        "bad_value",
        "RBAC.grants[0].operator",
    ),
    (r#""scope":["OUTSIDER","MEMBER"]"#, r#""scope":[]"#, "bad_value", "RBAC.grants[0].scope"),
    (r#""scope":["OUTSIDER","MEMBER"]"#, r#""scope":["owner"]"#, "unknown_name", "RBAC.grants[0].scope"),
    (r#""trait":["bot_2"]"#, r#""trait":["MEMBER"]"#, "unknown_name", "RBAC.grants[0].trait"),
    (r#""trait":["bot_2"]"#, r#""trait":["bot_2","bot_2"]"#, "repeated_name", "RBAC.grants[0].trait"),
    (r#""event":"Grant""#, r#""event":"Transfer""#, "bad_value", "RBAC.grants[0].event"),
    (
        r#""event":"Transfer","operator":["owner"]"#,
        r#""event":"Transfer","operator":["Self"]"#,
        "bad_value",
        "RBAC.transfers[0].operator",
    ),
    (r#""event":"Transfer""#, r#""event":"Grant""#, "bad_value", "RBAC.transfers[0].event"),
    (r#""event":"Own""#, r#""event":"own""#, "bad_value", "RBAC.slots[0].event"),
    (r#""key":"Name é""#, r#""key":"""#, "bad_name", "RBAC.slots[0].key"),
    (r#""key":"Name é""#, r#""key":"Name é","from":"x""#, "unknown_field", "RBAC.slots[0]"),
    (r#""event":"Pause""#, r#""event":"Stop""#, "bad_value", "RBAC.lifecycle[0].event"),
    (
        r#""event":"Pause","operator":"owner","ops":["C"]"#,
        r#""event":"Pause","operator":"owner","ops":["R"]"#,
        "unknown_name",
        "RBAC.lifecycle[0].ops",
    ),
    (
        r#""event":"note","operator":"MEMBER""#,
        r#""event":"Note","operator":"MEMBER""#,
        "bad_name",
        "RBAC.customs[0].event",
    ),
    (
        r#""event":"note","operator":"MEMBER""#,
        r#""event":"my note","operator":"MEMBER""#,
        "bad_name",
        "RBAC.customs[0].event",
    ),
    (r#""event":"note","operator":"MEMBER""#, r#""event":"a.b-C_1","operator":"MEMBER""#, "", ""),
    (
        r#""event":"note","operator":"MEMBER""#,
        r#""event":"Shared","operator":"MEMBER""#,
        "bad_name",
        "RBAC.customs[0].event",
    ),
    (
        r#""event":"note","operator":"MEMBER","ops":["C"]"#,
        r#""event":"note","operator":"MEMBER","ops":["C","R"]"#,
        "unknown_name",
        "RBAC.customs[0].ops",
    ),
    (
        r#""event":"Move","operator":"bot_2","ops":["N"]"#,
        r#""event":"Move","operator":"bot_2","ops":["C"]"#,
        "unknown_name",
        "RBAC.customs[2].ops",
    ),
    (
        r#""event":"Move","operator":"bot_2","ops":["N"]"#,
        r#""event":"Move","operator":"bot_2","ops":["N"],"alias":"x","gate":{"operator":"owner"}"#,
        "bad_value",
        "RBAC.customs[2].gate",
    ),
    (r#""ops":["P","_R"]"#, r#""ops":["P","P"]"#, "repeated_name", "RBAC.customs[1].ops"),
    (r#""ops":["P","_R"]"#, r#""ops":["X"]"#, "unknown_name", "RBAC.customs[1].ops"),
    (r#""identity":"@bot""#, r#""identity":"@bot","id":1"#, "unknown_field", "RBAC.init[1]"),
    (r#""size":8"#, r#""size":8,"wait":1"#, "unknown_field", "bundle"),
    (r#"{"limit":10,"window":1000}"#, "10", "bad_value", "rate"),
    (r#""limit":10"#, r#""limit":1000001"#, "bad_value", "rate.limit"),
    (r#""JAIL"],"#, r#""JAIL","A1_B"],"#, "unreachable", "RBAC.states[2]"),
    (r#""from":"OUTSIDER""#, r#""from":"OUTSIDER","scope":1"#, "unknown_field", "RBAC.moves[0]"),
    (r#""trait":["bot_2"]"#, r#""trait":["bot_2"],"rank":1"#, "unknown_field", "RBAC.grants[0]"),
    (r#""event":"Pause""#, r#""event":"Pause","gate":{"operator":"owner"}"#, "unknown_field", "RBAC.lifecycle[0]"),
    (r#""ops":["P","_R"]"#, r#""ops":["P","_R"],"key":"x""#, "unknown_field", "RBAC.customs[1]"),
    (
        r#""operator":"bot_2","ops":["N"]"#,
        r#""operator":"bot_2","ops":["N"],"alias":"x""#,
        "bad_value",
        "RBAC.customs[2].gate",
    ),
    (
        r#""operator":"bot_2","ops":["N"]"#,
        r#""operator":"bot_2","ops":["N"],"gate":{"operator":"owner"}"#,
        "bad_value",
        "RBAC.customs[2].gate",
    ),
    (
        r#"["note","Shared"]"#,
        r#"["Manifest","Update","Delete","Move","Grant","Revoke","Transfer","Gate","AC_Bundle","Pause","Resume","Terminate","Migrate","Shared","Own","note"]"#,
        "",
        "",
    ),
    (r#""identity":"@bot""#, r#""identity":"@owner""#, "repeated_name", "RBAC.init[1].identity"),
    (r#""identity":"@bot""#, r#""identity":"00""#, "bad_value", "RBAC.init[1].identity"),
    (
        r#""state":"MEMBER","traits":["owner"]"#,
        r#""state":"BOSS","traits":["owner"]"#,
        "unknown_name",
        "RBAC.init[0].state",
    ),
    (
        r#""state":"MEMBER","traits":["owner"]"#,
        r#""state":"MEMBER","traits":["owner(0)"]"#,
        "unknown_name",
        "RBAC.init[0].traits",
    ),
    (r#","traits":"bot_2""#, "", "bad_value", "RBAC.init[1].traits"),
    (r#","traits":"bot_2""#, r#","state":"JAIL""#, "", ""),
];

/// Manifests that are wrong as a whole.
const WRONG: &[(&str, &str, &str)] = &[
    ("null", "bad_value", ""),
    ("[]", "bad_value", ""),
    (r#""manifest""#, "bad_value", ""),
    ("{}", "bad_version", "enc_v"),
    (r#"{"enc_v":2}"#, "bad_value", "RBAC"),
    (r#"{"enc_v":2,"RBAC":[]}"#, "bad_value", "RBAC"),
    (r#"{"states":["OWNER"],"traits":[]}"#, "unknown_field", ""),
    (r#"{"enc_v":2,"RBAC":{"roles":[]}}"#, "unknown_field", "RBAC"),
    (r#"{"enc_v":2,"RBAC":{"init":"me"}}"#, "bad_value", "RBAC.init[0]"),
    (r#"{"enc_v":2,"RBAC":{"moves":{}}}"#, "bad_value", "RBAC.moves"),
    (r#"{"enc_v":2,"RBAC":{"moves":[1]}}"#, "bad_value", "RBAC.moves[0]"),
    (r#"{"enc_v":2,"RBAC":{"readers":{}}}"#, "bad_value", "RBAC.readers"),
    (r#"{"enc_v":2,"RBAC":{"readers":[1]}}"#, "bad_value", "RBAC.readers[0]"),
    (r#"{"enc_v":2,"RBAC":{"grants":{}}}"#, "bad_value", "RBAC.grants"),
    (r#"{"enc_v":2,"RBAC":{"grants":[1]}}"#, "bad_value", "RBAC.grants[0]"),
    (r#"{"enc_v":2,"RBAC":{"transfers":{}}}"#, "bad_value", "RBAC.transfers"),
    (r#"{"enc_v":2,"RBAC":{"transfers":[1]}}"#, "bad_value", "RBAC.transfers[0]"),
    (r#"{"enc_v":2,"RBAC":{"slots":{}}}"#, "bad_value", "RBAC.slots"),
    (r#"{"enc_v":2,"RBAC":{"slots":[1]}}"#, "bad_value", "RBAC.slots[0]"),
    (r#"{"enc_v":2,"RBAC":{"lifecycle":{}}}"#, "bad_value", "RBAC.lifecycle"),
    (r#"{"enc_v":2,"RBAC":{"lifecycle":[1]}}"#, "bad_value", "RBAC.lifecycle[0]"),
    (r#"{"enc_v":2,"RBAC":{"customs":{}}}"#, "bad_value", "RBAC.customs"),
    (r#"{"enc_v":2,"RBAC":{"traits":"owner(0)"}}"#, "bad_value", "RBAC.traits"),
    (r#"{"enc_v":2,"RBAC":{"customs":[1]}}"#, "bad_name", "RBAC.customs[0].event"),
    (
        r#"{"enc_v":2,"RBAC":{"states":["ROOM"],"moves":[{"event":"Move","operator":"Self","ops":["C"],"from":"OUTSIDER","to":"ROOM"}]}}"#,
        "no_exit",
        "RBAC.states[0]",
    ),
    (
        r#"{"enc_v":2,"RBAC":{"states":["A","B"],"moves":[{"event":"Move","operator":"Public","ops":["C"],"from":"A","to":"B"},{"event":"Move","operator":"Public","ops":["C"],"from":"B","to":"A"}]}}"#,
        "unreachable",
        "RBAC.states[0]",
    ),
    (
        r#"{"enc_v":2,"RBAC":{"states":["A"],"moves":[{"event":"Move","operator":"Public","ops":["_C"],"from":"OUTSIDER","to":"A"}]}}"#,
        "unreachable",
        "RBAC.states[0]",
    ),
];

/// Every manifest with a label, and its problem and place, if it has one.
pub(super) fn told() -> Vec<Told> {
    let expect = |problem: &'static str, at| (!problem.is_empty()).then_some((problem, at));
    let mut all: Vec<_> = CHANGES
        .iter()
        .enumerate()
        .map(|(at, (from, to, problem, place))| {
            let text = if from.is_empty() { WHOLE.to_owned() } else { WHOLE.replacen(from, to, 1) };
            (format!("manifest {}", at + 1), super::told(&text), expect(problem, *place))
        })
        .collect();
    all.extend(WRONG.iter().enumerate().map(|(at, (text, problem, place))| {
        (format!("wrong manifest {}", at + 1), super::told(text), expect(problem, *place))
    }));
    all.extend([
        many("states", 255, |at| format!("\"S{at}\""), "unreachable", "RBAC.states[0]"),
        many("states", 256, |at| format!("\"S{at}\""), "too_many", "RBAC.states"),
        many("traits", 248, |at| format!("\"t{at}({at})\""), "", ""),
        many("traits", 249, |at| format!("\"t{at}(1)\""), "too_many", "RBAC.traits"),
        many("slots", 257, |_| "1".to_owned(), "too_many", "RBAC.slots"),
        many("transfers", 256, |_| "1".to_owned(), "bad_value", "RBAC.transfers[0]"),
        many("readers", 64, |_| "1".to_owned(), "bad_value", "RBAC.readers[0]"),
        many("readers", 65, |_| "1".to_owned(), "too_many", "RBAC.readers"),
        many("init", 257, |_| "1".to_owned(), "too_many", "RBAC.init"),
        many("grants\":[1],\"moves", 256, |_| "1".to_owned(), "too_many", "RBAC"),
    ]);
    all
}

const LARGEST: &[&str] = &["manifest with 255 states", "manifest with 248 traits"];

type Told = (String, Val, Option<(&'static str, &'static str)>);

/// A manifest with one long section.
fn many(section: &str, count: usize, item: fn(usize) -> String, problem: &'static str, at: &'static str) -> Told {
    let items: Vec<String> = (0..count).map(item).collect();
    let text = format!("{{\"enc_v\":2,\"RBAC\":{{\"{section}\":[{}]}}}}", items.join(","));
    let expect = (!problem.is_empty()).then_some((problem, at));
    (format!("manifest with {count} {section}"), super::told(&text), expect)
}

/// Each of them, read and taken or refused.
pub(super) fn manifests(suite: &mut Suite, teller: &Teller<'_>) {
    for (at, (label, content, _)) in told().into_iter().enumerate() {
        // The largest that are read through take the referee long; the tests ask the evaluator.
        if LARGEST.contains(&label.as_str()) {
            continue;
        }
        let (_, found) = teller.policy(&content);
        suite.spec(&format!("policyOf {label}"), "kernel/Manifest.policyOf", vec![content.clone(), found.clone()]);
        // What is to be read depends on few of the changes.
        if at % 9 == 0 {
            let args = vec![content.clone(), l([])];
            suite.spec(&format!("manifestReads {label}"), "kernel/Manifest.manifestReads", args.clone());
            suite.spec(&format!("policyOf {label} unread"), "kernel/Manifest.policyOf", args);
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn every_change_changes_one_place() {
        for (from, ..) in CHANGES.iter().skip(1) {
            assert_eq!(WHOLE.matches(from).count(), 1, "{from}");
        }
        for (label, content, expect) in told() {
            assert!(content != Val::None || expect == Some(("bad_value", "")), "{label}");
        }
    }
}
