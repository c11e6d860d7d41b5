//! A server that derives: the whole way from a pushed spec to a materialization that others may import.

mod common;

use common::{MAKER, Running, Site, WRITER, key, open, trust};
use etymon_constraints::engine::{Candidate, Task, Workshop};
use etymon_constraints::materialization::Receipt;
use etymon_constraints::report::{Outcome, Report as Verification, Verdict};
use etymon_diagnostics::{Code, Diagnostic, Report};
use etymon_serve::pipeline::Pipeline;
use etymon_serve::server::{Config, Engine, Job};
use etymon_serve::transfer::push;
use etymon_serve::{Content, Object, RefName};
use std::sync::Arc;

/// Answers always the same, and judges as told.
struct Fixed(Result<Verdict, &'static str>);

impl Workshop for Fixed {
    fn substrate_id(&self) -> String {
        "fixed".to_owned()
    }

    fn model_id(&self) -> String {
        "none".to_owned()
    }

    fn derivation_function(&self) -> String {
        "test/1".to_owned()
    }

    fn derive(&self, _: &Task<'_>) -> Result<Candidate, Report> {
        let receipt =
            Receipt { prompt_hash: "11".repeat(32), started_at: "2026-01-01T00:00:00Z".to_owned(), duration_ms: 1 };
        Ok(Candidate { code: "export {};\n".to_owned(), receipt, calls: Vec::new() })
    }

    fn verify(&self, _: &str, task: &Task<'_>) -> Result<Verification, Report> {
        let failed = |message| Report::from(Diagnostic::error(Code::new("VERIFY_UNAVAILABLE"), message));
        let status = self.0.map_err(failed)?;
        let outcome = |id: &String| Outcome { constraint_id: id.clone(), status, evidence: String::new() };
        Ok(Verification::of(task.document.requirements.iter().map(|own| outcome(&own.id)).collect()))
    }
}

fn pipeline(site: &Site, verdict: Result<Verdict, &'static str>) -> Pipeline {
    Pipeline {
        repository: open(site.folder.path()),
        workshop: Box::new(Fixed(verdict)),
        trust: trust(),
        key: key(MAKER),
        clock: || "2026-01-01T00:00:02Z".to_owned(),
    }
}

fn job(site: &Site) -> Job {
    let digest = site.example("It is clamped.");
    let composition = site.repository.composition(&digest).expect("there");
    Job { title: "clamp".to_owned(), digest, composition, target: etymon_constraints::Target::Ts }
}

#[test]
fn what_passes_is_signed_and_what_fails_is_not() {
    let site = Site::new();
    let job = job(&site);
    let mut stages = Vec::new();
    let derived = pipeline(&site, Ok(Verdict::Pass)).derive(&job, &mut |event| {
        assert!(!event.detail.contains_key("path"), "no place of this machine is told");
        stages.push(event.stage.name());
    });
    let derived = derived.expect("derived");
    stages.dedup();
    assert_eq!(stages, ["read", "parse", "validate", "resolve", "canonicalize", "derive", "verify", "sign"]);
    let made = Object::read(&derived.materialization, Some(&trust())).expect("sound");
    let Content::Materialization(made) = made.content else { panic!("{made:?}") };
    assert_eq!(made.provenance.constraint_set_hash, job.composition.constraint_set.to_string());
    assert_eq!(made.provenance.imports.len(), 1);

    let failed = pipeline(&site, Ok(Verdict::Fail)).derive(&job, &mut |_| {}).expect("a verdict");
    assert!(!failed.passed);
    let broken = pipeline(&site, Err("no tools in /tmp")).derive(&job, &mut |_| {}).expect_err("none");
    let text = broken.to_json().to_string();
    assert!(text.contains("no tools"), "{text}");
    assert!(
        !text.contains(&std::env::temp_dir().join(".tmp").display().to_string()) && !text.contains("0/0/"),
        "{text}"
    );
}

#[test]
fn a_client_without_a_model_has_a_server_derive() {
    let (author, hub) = (Site::new(), Site::new());
    let job = job(&author);
    let mut config = Config::new(([127, 0, 0, 1], 0).into(), Some(trust()));
    config.engine = Some(Arc::new(pipeline(&hub, Ok(Verdict::Pass))));
    config.public_key = Some(key(MAKER).public());
    let server = Running::start(open(hub.folder.path()), config);
    let remote = server.remote(WRITER);
    let head = RefName::head("clamp").expect("a name");
    push(&author.repository, &remote, "origin", &head).expect("pushed");
    let own = remote.capabilities().expect("told");
    assert!(own.derive && own.public_key == Some(key(MAKER).public().to_hex()));
    let run = remote.derive(&own.session, job.digest, "ts", "clamp").expect("started");
    let events = server.get(&format!("/runs/{run}/events"));
    assert_eq!(events.matches("event: stage").count(), 16, "{events}");
    let hash = events.split("\"materialization\":\"").nth(1).and_then(|rest| rest.get(..64)).expect("a hash");
    let (kind, _, bytes) = remote.object(&hash.parse().expect("a hash")).expect("there");
    assert_eq!(kind, etymon_serve::Kind::Materialization);
    assert!(author.repository.put(&bytes).is_ok());
}
