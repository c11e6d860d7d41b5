//! What the events of a run that happens elsewhere come to: `pass` only where verify said so and nothing else went wrong.

use etymon_constraints::event::Stage;
use etymon_serve::recording::Recording;
use etymon_serve::runs::Runs;
use serde_json::{Value, json};
use std::sync::Arc;

fn event(stage: &str, status: &str, detail: Value) -> Value {
    json!({ "stage": stage, "status": status, "at": "2026-01-01T00:00:00Z", "detail": detail })
}

/// The events of one run or of several, one after the other, with the numbers that runs give them.
fn numbered(events: &[Value]) -> Vec<Value> {
    let mut seq = 0;
    let number = |event: &Value| {
        seq = if event["stage"] == "read" && event["status"] == "start" { 0 } else { seq };
        let mut own = event.clone();
        own["seq"] = json!(seq);
        seq += 1;
        own
    };
    events.iter().map(number).collect()
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

/// Verdict and message of each run that these events are shown as once they are numbered, the first one first.
fn outcomes(events: &[Value], cut: bool) -> Vec<(String, String)> {
    told(&numbered(events), cut)
}

/// Verdict and message of each run that these events are shown as, the first one first.
fn told(events: &[Value], cut: bool) -> Vec<(String, String)> {
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
    assert_eq!(outcomes(&whole[..14], true)[0].0, "error", "signing was cut off");
    assert_eq!(outcomes(&whole, true)[0].0, "pass", "what comes after a run is none of its events");
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

#[test]
fn events_of_several_runs_in_one_stream_are_no_run() {
    let (passed, failed) = (numbered(&until(Stage::Sign, "pass")), numbered(&until(Stage::Sign, "fail")));
    let half: Vec<Value> = passed.iter().zip(&failed).flat_map(|(one, other)| [one.clone(), other.clone()]).collect();
    for first in 1..passed.len() {
        // One run is a few events ahead of the other, and ends before it or after it.
        for [ahead, behind] in [[&passed, &failed], [&failed, &passed]] {
            let mut mixed = ahead[..first].to_vec();
            mixed.extend(ahead[first..].iter().zip(behind).flat_map(|(one, other)| [other.clone(), one.clone()]));
            mixed.extend_from_slice(&behind[behind.len() - first..]);
            let own = told(&mixed, false);
            let (verdict, message) = own.last().expect("a run");
            assert_eq!(verdict, "error", "{first}: {own:?}");
            assert!(message.contains("several runs are mixed"), "{message}");
            // What has verified and begun nothing else may have ended there.
            assert_eq!(own[0].0 == "pass", first == 14 && ahead[13]["status"] == "complete", "{first}: {own:?}");
        }
    }
    assert!(told(&half, false).iter().all(|(verdict, _)| verdict == "error"));
    // In whatever order they come, nothing that failed is shown as passed, and the next run is one again.
    let all = told(&[half, passed.clone(), failed].concat(), false);
    let verdicts: Vec<&str> = all.iter().map(|(verdict, _)| verdict.as_str()).collect();
    assert_eq!(verdicts, ["error", "error", "pass", "fail"]);
}

#[test]
fn what_failed_is_not_mended_by_what_comes_after_it() {
    let mut again = until(Stage::Verify, "fail");
    again.push(event("verify", "complete", json!({ "verdict": "pass" })));
    let (verdict, message) = outcome(&again);
    assert!(
        verdict == "fail" && message.contains("several runs are mixed: `verify` ends again"),
        "{verdict}: {message}"
    );
    let mut restarted = until(Stage::Verify, "fail");
    restarted.extend(until(Stage::Sign, "pass").split_off(12));
    assert_eq!(outcome(&restarted).0, "fail");
}

#[test]
fn a_stage_begins_once_and_ends_once() {
    let whole = until(Stage::Sign, "pass");
    for at in 2..whole.len() {
        let mut twice = whole.clone();
        twice.insert(at, whole[at].clone());
        let (verdict, message) = outcome(&twice);
        assert_eq!(verdict, "error", "{at}");
        assert!(message.contains("mixed") && message.contains("again"), "{message}");
    }
    for at in (2..whole.len()).step_by(2) {
        let mut headless = whole.clone();
        headless.remove(at);
        let (verdict, message) = outcome(&headless);
        assert!(verdict == "error" && message.contains("did not begin"), "{at}: {message}");
    }
}

#[test]
fn a_recording_with_gaps_is_an_error() {
    let whole = numbered(&until(Stage::Sign, "pass"));
    for at in 0..whole.len() - 1 {
        let mut gap = whole.clone();
        gap.remove(at);
        let (verdict, message) = told(&gap, false).remove(0);
        assert_eq!(verdict, "error", "{at}");
        assert!(message.starts_with("events are missing"), "{at}: {message}");
    }
    // The last events alone, or one that has no number, tell nothing that counts.
    for from in 1..whole.len() {
        assert_eq!(told(&whole[from..], false)[0].0, "error", "{from}");
    }
    let mut unnumbered = whole.clone();
    unnumbered[13].as_object_mut().expect("an object").remove("seq");
    assert_eq!(told(&unnumbered, false)[0].0, "error");
    assert_eq!(told(&whole, false)[0].0, "pass");
}
