//! What a server shows of the enclaves of a script after it was stopped and started again: each passed the audit of its store.

use super::client::ask;
use super::drive::WireDifference;
use super::server::{Running, Server};
use super::step::{Http, Step};
use serde_json::Value;
use std::collections::BTreeSet;

/// The ids of the enclaves that a script made, or that it made the server take over to the end.
fn enclaves(steps: &[Step]) -> BTreeSet<String> {
    let mut ids = BTreeSet::new();
    for http in steps.iter().filter_map(|step| step.http.as_ref()).filter(|http| http.status == 200) {
        let Ok(answer) = serde_json::from_str::<Value>(&http.answer) else { continue };
        let told = if answer.get("restored") == Some(&Value::Bool(true)) {
            http.body.as_ref().and_then(|body| serde_json::from_slice::<Value>(&body.bytes()).ok())
        } else if answer.get("seq_sig").is_some() {
            Some(answer)
        } else {
            None
        };
        ids.extend(told.as_ref().and_then(|told| told.get("enclave")?.as_str()).map(str::to_owned));
    }
    ids
}

/// The time of the last step, in milliseconds since 1970.
fn end(steps: &[Step]) -> u64 {
    steps.last().map_or(0, |step| step.now)
}

/// Asks a server that was started again for the tree head of every enclave of a script, and once more what the script asked
/// the registry after its last commit.
pub(super) fn differences(server: Server, running: &Running, script: &str, steps: &[Step]) -> Vec<WireDifference> {
    let after = steps.iter().rposition(|step| step.http.as_ref().is_none_or(|http| http.method != "GET"));
    let registry = ["/nodes/", "/enclaves/", "/identity/", "/resolve/"];
    let entries = steps[after.map_or(0, |last| last + 1)..].iter().filter_map(|step| step.http.as_ref());
    let entries = entries.filter(|http| registry.iter().any(|path| http.target.starts_with(path))).cloned();
    let heads = enclaves(steps).into_iter().map(|id| Http {
        method: "GET".to_owned(),
        target: format!("/{id}/sth"),
        body: None,
        status: 200,
        headers: Vec::new(),
        // A bundle whose time was over is closed at the start, so the head may be another.
        answer: String::new(),
    });
    let mut found = Vec::new();
    for http in heads.chain(entries) {
        let expected = format!("{} {}", http.status, http.answer);
        let got = match ask(running.address, &http, end(steps), server.patience()) {
            Ok(answer) => {
                let body = String::from_utf8_lossy(&answer.body);
                if answer.status == http.status && (http.answer.is_empty() || http.answer == body) {
                    continue;
                }
                format!("{} {body}", answer.status)
            }
            Err(why) => why,
        };
        found.push(WireDifference {
            server: server.name(),
            script: script.to_owned(),
            step: format!("{} after a restart", http.target),
            what: "the answer".to_owned(),
            expected,
            got,
        });
    }
    found
}
