//! A run whose code a server derives.

use super::{conclude, tell};
use crate::args::AuthorityArgs;
use crate::commands::exchange::{failure, remote};
use crate::output::{Failure, Outcome, Output};
use etymon_attest::SigningKey;
use etymon_constraints::engine::{self, Request};
use etymon_constraints::event::{Event, Progress, Stage};
use etymon_constraints::materialization::Materialization;
use etymon_constraints::resolve::{Acceptance, Derived};
use etymon_constraints::{artifact, codes};
use etymon_diagnostics::{Code, Diagnostic, Origin, Report};
use etymon_serve::client::Remote;
use etymon_serve::record::{RecordError, compose};
use etymon_serve::{Repository, WireError, transfer};
use etymon_store::Store;
use serde_json::Value;

/// The server derived nothing that counts.
const DERIVE_REMOTE: Code = Code::new("DERIVE_REMOTE");
/// How often objects are sent that the server has collected meanwhile.
const ROUNDS: usize = 2;

/// Runs the stages that give the file its identity, has a server do the others, and keeps what it made once that is known to count.
pub fn run(
    request: Request<'_>,
    (given, known, authorities): (&str, Option<&Repository>, &AuthorityArgs),
    key: Option<SigningKey>,
    output: &Output,
) -> Outcome {
    let mut seq = 0;
    let front = Request { workshop: None, until: Stage::Canonicalize, ..request };
    let outcome = engine::run(front, &mut |event: &Event| {
        seq = event.seq + 1;
        tell(event, output);
    });
    let (None, Some(canonical), Some(document)) = (outcome.failure, &outcome.canonical, &outcome.document) else {
        return conclude(outcome, output);
    };
    output.report(&outcome.report);
    // What is sent need not stay here.
    let repository = Repository::new(Store::open("memory:").map_err(etymon_cli::tree::failure)?, None);
    let server = remote(known.unwrap_or(&repository), given, key, authorities)?;
    let bytes = derive(&request, (&server, &repository), &mut |event| {
        if let Some(event) = event_of(event, seq) {
            seq += 1;
            tell(&event, output);
        }
    })?;
    let mut imports: Vec<(String, String)> =
        outcome.imports.iter().map(|own| (own.property.clone(), own.constraint_set_hash.clone())).collect();
    imports.sort();
    let shown = request.path.display().to_string();
    let refused = |code: Code, reason: &str, help: &str| {
        let message = format!("what `{}` derived does not count: {reason}", server.url());
        Failure::Check(Diagnostic::error(code, message).at(Origin::path(&shown)).help(help).into())
    };
    let derived = Derived { path: request.path, canonical, document, imports: &imports };
    request.trust.accept(derived, &bytes).map_err(|own| refused(own.code, &own.reason, &own.help))?;
    let (own, _) = Materialization::read(&bytes, request.trust)
        .map_err(|error| refused(error.code(), &error.to_string(), error.help()))?;
    if own.provenance.target_lang != request.target.name() {
        let reason = format!("its language is `{}`", own.provenance.target_lang);
        return Err(refused(DERIVE_REMOTE, &reason, "ask another server, or derive it here"));
    }
    if request.until >= Stage::Sign {
        let failed = |error| Failure::Usage(Diagnostic::from(error).at(Origin::path(&shown)).into());
        artifact::write(request.path, &own).map_err(failed)?;
    }
    Ok(())
}

/// Has the server derive; the bytes of the materialization.
fn derive(
    request: &Request<'_>,
    (server, repository): (&Remote, &Repository),
    tell: &mut dyn FnMut(&Value),
) -> Result<Vec<u8>, Failure> {
    let own = server.capabilities().map_err(failure)?;
    let composed = compose(repository, request.library, request.path);
    let (composition, _) = composed.map_err(|error| match error {
        RecordError::Refused(report) => crate::attestation::unreadable(report),
        RecordError::Wire(error) => failure(error),
    })?;
    let digest = repository.put(&composition.to_bytes()).map_err(failure)?;
    let name = request.path.file_name().unwrap_or_default().to_string_lossy();
    let title: String = name.chars().filter(|c| !c.is_control()).take(200).collect();
    let mut round = 1;
    let run = loop {
        transfer::send(repository, server, &own.session, digest).map_err(failure)?;
        match server.derive(&own.session, digest, request.target.name(), &title) {
            Err(WireError::Refused { code, .. }) if code == "WIRE_MISSING" && round < ROUNDS => round += 1,
            other => break other.map_err(failure)?,
        }
    };
    let mut failed = Vec::new();
    let end = server.follow(&run, &mut |event| {
        let outcomes = event["detail"]["results"].as_array().into_iter().flatten();
        failed.extend(outcomes.filter(|own| own["status"] == "fail").take(Report::LIMIT).map(evidence));
        tell(&event);
    });
    let end = end.map_err(failure)?;
    let shown = request.path.display().to_string();
    let hash = end["materialization"].as_str().and_then(|hash| hash.parse().ok());
    match (end["verdict"].as_str(), hash) {
        (Some("pass"), Some(hash)) => Ok(server.object(&hash).map_err(failure)?.2),
        (Some("fail"), _) => {
            let finding = Diagnostic::error(codes::VERIFY_FAILED, "the server's candidate does not hold");
            let finding = failed.into_iter().fold(finding, Diagnostic::note);
            let help = "run again, derive it here, or mend the requirements";
            Err(Failure::Check(finding.at(Origin::path(shown)).help(help).into()))
        }
        _ => Err(Failure::Usage(told(&end, server.url()).at(Origin::path(shown)).into())),
    }
}

/// Why a requirement failed, in the server's words.
fn evidence(outcome: &Value) -> String {
    let text = |key: &str| clean(outcome[key].as_str().unwrap_or_default());
    format!("{}: {}", text("constraintId"), text("evidence"))
}

/// Words of a server in one line, which no terminal obeys.
fn clean(text: &str) -> String {
    text.chars().map(|c| if c.is_control() { ' ' } else { c }).take(1500).collect()
}

/// Why a run ended without a verdict, in the server's words.
fn told(end: &Value, url: &str) -> Diagnostic {
    let mut own = Diagnostic::error(DERIVE_REMOTE, format!("the run at `{url}` ends without a verdict"));
    let findings = end["diagnostics"].as_array().into_iter().flatten();
    for finding in findings.chain([end]).take(Report::LIMIT) {
        if let Some(message) = finding["message"].as_str() {
            let code = finding["code"].as_str().map(|code| format!("{code}: ")).unwrap_or_default();
            own = own.note(clean(&format!("{code}{message}")));
        }
    }
    own.help("ask whoever runs the server, or derive it here")
}

/// A stage event of a server, as the one of that number here. What the stages before derive told there was told here, too.
fn event_of(value: &Value, seq: u64) -> Option<Event> {
    let stage = Stage::from_name(value["stage"].as_str()?).filter(|stage| *stage >= Stage::Derive)?;
    let statuses = [Progress::Start, Progress::Complete, Progress::Error, Progress::Skip];
    let status = statuses.into_iter().find(|own| Some(own.name()) == value["status"].as_str())?;
    let at = value["at"].as_str()?.to_owned();
    Some(Event { seq, stage, status, at, detail: value["detail"].as_object().cloned().unwrap_or_default() })
}
