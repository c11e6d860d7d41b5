//! A server that derives: the whole way from a pushed spec to a materialization that others may import.

mod common;
#[path = "../../constraints/tests/support/workshop.rs"]
#[allow(dead_code)] // It counts for others.
mod workshop;

use common::{MAKER, Running, Site, WRITER, key, open, trust};
use etymon_constraints::codes::VERIFY_UNAVAILABLE;
use etymon_constraints::report::Verdict;
use etymon_diagnostics::{Diagnostic, Report};
use etymon_serve::client::Started;
use etymon_serve::pipeline::Pipeline;
use etymon_serve::server::{Config, Engine, Job};
use etymon_serve::transfer::push;
use etymon_serve::{Content, Object, RefName};
use std::sync::Arc;
use workshop::Fixed;

/// Judges everything alike, or nothing.
fn fixed(verdict: Result<Verdict, &'static str>) -> Fixed {
    Fixed::judging(move |_| verdict.map_err(|message| Report::from(Diagnostic::error(VERIFY_UNAVAILABLE, message))))
}

fn pipeline(site: &Site, verdict: Result<Verdict, &'static str>) -> Pipeline {
    Pipeline {
        repository: open(site.folder.path()),
        workshop: Box::new(fixed(verdict)),
        trust: trust(),
        key: key(MAKER),
        clock: workshop::at,
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
    let mut stages = 0;
    let end = remote.follow(&run, &mut |event| {
        assert!(event["stage"].is_string(), "{event}");
        stages += 1;
    });
    let end = end.expect("followed");
    assert_eq!((stages, end["verdict"].as_str()), (16, Some("pass")), "{end}");
    let hash = end["materialization"].as_str().expect("a hash");
    assert_eq!(run.session, own.session);
    let other = Started { run: run.run + 1, ..run.clone() };
    let gone = remote.follow(&other, &mut |_| {}).expect_err("no such run");
    assert!(matches!(gone, etymon_serve::WireError::Refused { status: 404, .. }), "{gone}");
    let (kind, _, bytes) = remote.object(&hash.parse().expect("a hash")).expect("there");
    assert_eq!(kind, etymon_serve::Kind::Materialization);
    assert!(author.repository.put(&bytes).is_ok());
}
