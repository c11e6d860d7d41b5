//! What the events of a run that happens elsewhere come to: `pass` only where verify said so and nothing else went wrong.

use etymon_constraints::event::Stage;
use etymon_serve::recording::Recording;
use etymon_serve::runs::Runs;
use serde_json::{Value, json};
use std::sync::Arc;

fn event(stage: &str, status: &str, detail: Value) -> Value {
    json!({ "seq": 0, "stage": stage, "status": status, "at": "2026-01-01T00:00:00Z", "detail": detail })
}

/// The events of a run that ends with that stage, as `--until` has it.
fn until(last: Stage, verdict: &str) -> Vec<Value> {
    let mut events = Vec::new();
    for stage in Stage::ALL.into_iter().filter(|stage| *stage <= last) {
        events.push(event(stage.name(), "start", json!({})));
        let detail = if stage >= Stage::Verify { json!({ "verdict": verdict }) } else { json!({}) };
        let failed = stage == Stage::Verify && verdict == "fail";
        events.push(event(stage.name(), if failed { "error" } else { "complete" }, detail));
    }
    events
}

/// Verdict and message of each run that these events are shown as, the first one first.
fn outcomes(events: &[Value], cut: bool) -> Vec<(String, String)> {
    let runs = Arc::<Runs>::default();
    let mut recording = Recording::start(&runs, "a recording");
    events.iter().for_each(|event| recording.tell(event));
    assert_eq!((runs.list()[0].ended, &runs.list()[0].verdict), (false, &None), "it goes on");
    if cut {
        recording.break_off()
    } else {
        recording.end()
    }
    let end = |id: u64| {
        let (messages, ended) = runs.get(id).expect("there").since(0);
        let last = messages.last().expect("an end");
        assert!(ended && last.name == "end");
        let own: Value = serde_json::from_str(&last.data).expect("JSON");
        assert_eq!(own["recorded"], true);
        let text = |key: &str| own[key].as_str().unwrap_or_default().to_owned();
        (text("verdict"), text("message"))
    };
    let mut list = runs.list();
    list.reverse();
    list.into_iter()
        .map(|own| {
            let end = end(own.id);
            assert_eq!(own.verdict.as_ref(), Some(&end.0), "the listing agrees with the stream");
            end
        })
        .collect()
}

fn outcome(events: &[Value]) -> (String, String) {
    let mut all = outcomes(events, false);
    assert_eq!(all.len(), 1);
    all.remove(0)
}

#[test]
fn verify_alone_tells_that_a_run_passes_or_fails() {
    for last in [Stage::Verify, Stage::Sign] {
        for verdict in ["pass", "fail"] {
            assert_eq!(outcome(&until(last, verdict)).0, verdict, "{last:?}");
        }
    }
    // What failed stays failed, whatever comes of its record.
    let mut failed = until(Stage::Verify, "fail");
    failed.extend([event("sign", "start", json!({})), event("sign", "error", json!({ "code": "SIGN_WRITE" }))]);
    assert_eq!(outcome(&failed).0, "fail");
    // What was accepted before is only verified again.
    let mut again = until(Stage::Verify, "pass");
    again[11] = event("derive", "skip", json!({}));
    again.push(event("sign", "skip", json!({ "verdict": "pass" })));
    assert_eq!(outcome(&again).0, "pass");
}

#[test]
fn a_run_that_broke_off_is_an_error_wherever_it_did() {
    let whole = until(Stage::Sign, "pass");
    for length in (1..whole.len()).step_by(2) {
        let stage = whole[length - 1]["stage"].as_str().expect("a name");
        let end = outcome(&whole[..length]);
        assert_eq!(end, ("error".to_owned(), format!("the run broke off during `{stage}`")));
    }
    assert_eq!(outcome(&[]).0, "error");
    assert!(outcome(&[]).1.contains("never began"));
    assert_eq!(outcomes(&whole[..6], true)[0].0, "error", "the next event was cut off");
    let unheard = event("elsewhere", "complete", json!({ "verdict": "pass" }));
    assert_eq!(outcome(&[unheard]).0, "error");
}

#[test]
fn a_run_that_ended_where_it_was_told_to_was_not_verified() {
    for last in [Stage::Read, Stage::Canonicalize, Stage::Derive] {
        let (verdict, message) = outcome(&until(last, "pass"));
        assert_eq!(verdict, "none");
        assert!(message.contains(&format!("after `{}`", last.name())) && message.contains("nothing was verified"));
    }
    // Another stage's word is no verdict.
    let mut own = until(Stage::Canonicalize, "pass");
    own.push(event("sign", "skip", json!({ "verdict": "pass" })));
    assert_eq!(outcome(&own).0, "none");
}

#[test]
fn a_refusal_and_an_outage_are_errors_with_their_reason() {
    let mut refused = until(Stage::Read, "pass");
    let detail = json!({ "code": "PARSE_METADATA", "errors": 2, "message": "`id` is missing", "line": 7, "column": 1 });
    refused.extend([event("parse", "start", json!({})), event("parse", "error", detail)]);
    refused.extend([event("validate", "start", json!({})), event("validate", "complete", json!({}))]);
    let (verdict, message) = outcome(&refused);
    assert_eq!(verdict, "error");
    assert_eq!(message, "`parse` ended without success: PARSE_METADATA: `id` is missing (line 7)");
    for (stage, at) in [("derive", 11), ("verify", 13), ("sign", 15)] {
        let mut broken = until(Stage::Sign, "pass");
        broken.truncate(at);
        broken.push(event(stage, "error", json!({ "code": "OUT", "errors": 1 })));
        assert_eq!(outcome(&broken), ("error".to_owned(), format!("`{stage}` ended without success: OUT")));
    }
    let mut silent = until(Stage::Verify, "pass");
    silent[13]["detail"] = json!({});
    assert_eq!(outcome(&silent).0, "error");
}

#[test]
fn each_of_several_runs_has_a_verdict_of_its_own() {
    let events = [until(Stage::Sign, "pass"), until(Stage::Sign, "fail"), until(Stage::Derive, "pass")[..11].to_vec()];
    let all: Vec<String> = outcomes(&events.concat(), false).into_iter().map(|(verdict, _)| verdict).collect();
    assert_eq!(all, ["pass", "fail", "error"]);
}
