//! The signed artifact: what is written, what is read, and what is refused.

mod support;

use etymon_attest::{Signature, Trust};
use etymon_constraints::codes::SANDBOX_UNAVAILABLE;
use etymon_constraints::engine::{self, Failure, Outcome, Request, Supply, Workshop};
use etymon_constraints::event::Stage;
use etymon_constraints::materialization::{ImportRef, Materialization, MaterializationError, PROVENANCE_TYPE};
use etymon_constraints::parse::Parsed;
use etymon_constraints::report::Verdict;
use etymon_constraints::resolve::Shelf;
use etymon_constraints::{read::decode, signers};
use etymon_diagnostics::{Diagnostic, Report};
use etymon_spec::canonical;
use std::cell::Cell;
use support::workshop::{AT, Fixed, at};
use support::{Files, block, findings, key, module, run, run_until, run_with, trust};

const NAME: &str = "a.constraints.md";
const PASSED: &str = "a.constraints.md.materialization.json";
const FAILED: &str = "a.constraints.md.materialization.fail.json";
const HISTORY: &str = "a.constraints.md.materialization.history.ndjson";

fn derived() -> (Files, Materialization) {
    let files = Files::new();
    files.put(NAME, &module("a", &[]));
    let (outcome, _) = run(&files, NAME, &Fixed::passing());
    assert_eq!(outcome.failure, None, "{}", outcome.report);
    let text = files.get(PASSED).expect("written");
    let trust = trust(1);
    let (own, signer) = Materialization::read(text.as_bytes(), &trust).expect("signed");
    assert_eq!(signer.name, "test");
    (files, own)
}

fn current(own: &Materialization, outcome: &Outcome) -> Result<(), MaterializationError> {
    let document = outcome.document.as_ref().expect("a document");
    own.expect_current(document, outcome.canonical.as_ref().expect("an identity"))
}

fn refusal(own: &Materialization, trust: &Trust) -> &'static str {
    let text = own.to_text().expect("canonical");
    Materialization::read(text.as_bytes(), trust).expect_err("refused").code().as_str()
}

#[test]
fn a_run_tells_every_stage_and_leaves_a_signed_artifact() {
    let files = Files::new();
    files.put(NAME, &module("a", &[]));
    let (outcome, lines) = run(&files, NAME, &Fixed::passing());
    let hash = outcome.canonical.expect("an identity").sha256;
    let id = key(1).public().key_id();
    let expected = [
        "[read] start".to_owned(),
        "[read] complete bytes=274".to_owned(),
        "[parse] start".to_owned(),
        "[parse] complete constraintCount=2 importCount=0 pinCount=0".to_owned(),
        "[validate] start".to_owned(),
        "[validate] complete".to_owned(),
        "[resolve] skip importCount=0".to_owned(),
        "[canonicalize] start".to_owned(),
        format!("[canonicalize] complete bytes=274 constraintSetHash={hash}"),
        "[derive] start model=none substrate=fixed".to_owned(),
        "[derive] complete codeLines=1".to_owned(),
        "[verify] start constraintCount=2 pinCount=0".to_owned(),
        "[verify] complete results=2 verdict=pass".to_owned(),
        "[sign] start".to_owned(),
        format!("[sign] complete keyId={id} path={PASSED} verdict=pass"),
    ];
    assert_eq!(lines, expected);
    let text = files.get(PASSED).expect("written");
    let (own, _) = Materialization::read(text.as_bytes(), &trust(1)).expect("signed");
    assert_eq!((own.schema.as_str(), own.provenance.timestamp.as_str()), ("materialization/1", AT));
    assert_eq!((own.provenance.constraint_set_hash, own.provenance.target_lang), (hash, "ts".to_owned()));
    assert_eq!(files.get(HISTORY), Some(format!("{text}\n")));
}

#[test]
fn run_again_it_is_a_hit_and_verified_again() {
    let (files, _) = derived();
    let before = files.get(PASSED);
    let again = Fixed::passing();
    let (outcome, lines) = run(&files, NAME, &again);
    assert_eq!((outcome.failure, again.derived(), again.verified()), (None, 0, 1));
    assert!(lines.iter().any(|line| line.starts_with("[derive] skip cacheKey=")), "{lines:?}");
    assert!(lines.contains(&"[sign] skip verdict=pass".to_owned()), "{lines:?}");
    assert_eq!(files.get(PASSED), before);
    // Whoever is not trusted leaves nothing that could be used again.
    let other = Fixed::passing();
    run_until(&files, NAME, Stage::Sign, Some(&other), &trust(2));
    assert_eq!(other.derived(), 1);
}

#[test]
fn a_failure_is_recorded_apart_and_spares_what_passed() {
    let (files, _) = derived();
    let before = files.get(PASSED);
    let (outcome, lines) = run(&files, NAME, &Fixed::failing(&["T2"]));
    assert_eq!(outcome.failure, Some(Failure::Check));
    assert_eq!(findings(&outcome.report), ["15:4 VERIFY_FAILED!"]);
    assert!(lines.contains(&"[verify] error code=VERIFY_FAILED results=2 verdict=fail".to_owned()), "{lines:?}");
    assert_eq!(files.get(PASSED), before);
    let record = files.get(FAILED).expect("recorded");
    let (own, _) = Materialization::read(record.as_bytes(), &trust(1)).expect("signed");
    assert_eq!(own.provenance.verdict, Verdict::Fail);
    assert_eq!(files.get(HISTORY).expect("a log").lines().count(), 2);
    // What passes again, after a change, ends the failure.
    files.put(NAME, &(module("a", &[]) + &block("T3", "", "More.")));
    assert_eq!(run(&files, NAME, &Fixed::passing()).0.failure, None);
    assert_eq!(files.get(FAILED), None);
    assert_ne!(files.get(PASSED), before);
    assert_eq!(files.get(HISTORY).expect("a log").lines().count(), 3);
}

#[test]
fn any_change_of_a_byte_is_refused() {
    let (files, _) = derived();
    let text = files.get(PASSED).expect("written").into_bytes();
    let trust = trust(1);
    for at in 0..text.len() {
        for change in [1, 0x20, 0x80] {
            let mut other = text.clone();
            other[at] ^= change;
            assert!(Materialization::read(&other, &trust).is_err(), "byte {at} ^ {change}");
        }
    }
    for other in [[&text[..], b"\n"].concat(), [b" ", &text[..]].concat(), text[..text.len() - 1].to_vec(), Vec::new()]
    {
        assert!(Materialization::read(&other, &trust).is_err());
    }
}

#[test]
fn each_forgery_has_its_own_reason() {
    let (files, own) = derived();
    let changed = |change: &dyn Fn(&mut Materialization)| {
        let mut other = own.clone();
        change(&mut other);
        refusal(&other, &trust(1))
    };
    assert_eq!(changed(&|own| own.schema = "materialization/2".to_owned()), "MATERIALIZATION_SCHEMA");
    assert_eq!(changed(&|own| own.code.push(' ')), "MATERIALIZATION_CODE");
    assert_eq!(changed(&|own| own.verification.requirements[0].evidence.push('x')), "MATERIALIZATION_VERDICT");
    assert_eq!(changed(&|own| own.provenance.model_id.push('x')), "SIGNATURE_INVALID");
    assert_eq!(changed(&|own| own.signature.alg = "HS256".to_owned()), "SIGNATURE_ALGORITHM");
    assert_eq!(changed(&|own| own.signature.key_id = "f".repeat(16)), "SIGNATURE_KEY_ID");
    assert_eq!(refusal(&own, &trust(2)), "SIGNATURE_UNTRUSTED");
    // Signed, but by somebody else.
    let body = canonical::to_string(&own.provenance).expect("canonical");
    let forged = Signature::of(PROVENANCE_TYPE, body.as_bytes(), &key(2));
    assert_eq!(changed(&|own| own.signature = forged.clone()), "SIGNATURE_UNTRUSTED");
    // Signed by the right key, but saying two things at once.
    let lie = |change: &dyn Fn(&mut Materialization)| {
        changed(&|own| {
            change(own);
            let verification = canonical::to_string(&own.verification).expect("canonical");
            own.provenance.verdict_hash = canonical::sha256_hex(verification.as_bytes());
            let body = canonical::to_string(&own.provenance).expect("canonical");
            own.signature = Signature::of(PROVENANCE_TYPE, body.as_bytes(), &key(1));
        })
    };
    assert_eq!(lie(&|own| own.verification.requirements[0].status = Verdict::Fail), "MATERIALIZATION_VERDICT");
    assert_eq!(lie(&|own| own.provenance.verdict = Verdict::Fail), "MATERIALIZATION_VERDICT");
    assert_eq!(lie(&|own| own.provenance.timestamp = "2026-01-01".to_owned()), "MATERIALIZATION_TIME");
    assert_eq!(lie(&|own| own.provenance.timestamp = AT.replace('Z', "+00:00")), "MATERIALIZATION_TIME");
    assert_eq!(lie(&|own| own.provenance.receipt.started_at.clear()), "MATERIALIZATION_TIME");
    // The times of others may have other parts of a second.
    let mut whole = own.clone();
    whole.provenance.timestamp = "2026-01-02T03:04:05Z".to_owned();
    let body = canonical::to_string(&whole.provenance).expect("canonical");
    whole.signature = Signature::of(PROVENANCE_TYPE, body.as_bytes(), &key(1));
    let text = whole.to_text().expect("canonical");
    assert!(Materialization::read(text.as_bytes(), &trust(1)).is_ok());
    // Loose JSON of the same content.
    let loose = files.get(PASSED).expect("written").replacen(':', ": ", 1);
    let error = Materialization::read(loose.as_bytes(), &trust(1)).expect_err("refused");
    assert_eq!(error.code().as_str(), "NOT_CANONICAL");
}

#[test]
fn an_artifact_of_an_older_text_is_told() {
    let (files, own) = derived();
    files.put(NAME, &(module("a", &[]) + &block("T3", "", "More.")));
    let (outcome, _) = run_until(&files, NAME, Stage::Canonicalize, None, &trust(1));
    let error = current(&own, &outcome).expect_err("older");
    assert_eq!(error.code().as_str(), "MATERIALIZATION_STALE");
}

#[test]
fn an_artifact_that_does_not_tell_of_everything_once_is_refused() {
    let (files, own) = derived();
    let (outcome, _) = run_until(&files, NAME, Stage::Canonicalize, None, &trust(1));
    current(&own, &outcome).expect("the file has not changed");
    let refused = |change: &dyn Fn(&mut Materialization)| {
        let mut other = own.clone();
        change(&mut other);
        let error = current(&other, &outcome).expect_err("refused");
        (error.code().as_str(), error.to_string().split('`').nth(1).expect("a name").to_owned())
    };
    let last = own.verification.requirements[1].clone();
    let id = last.constraint_id.clone();
    let found = refused(&|own| drop(own.verification.requirements.pop()));
    assert_eq!(found, ("MATERIALIZATION_VERDICT", id.clone()));
    let found = refused(&|own| own.verification.requirements.push(last.clone()));
    assert_eq!(found, ("MATERIALIZATION_VERDICT", id));
    let found = refused(&|own| own.verification.requirements[0].constraint_id = "A0".to_owned());
    assert_eq!(found, ("MATERIALIZATION_VERDICT", "A0".to_owned()));
    let import = || ImportRef { property: "p".to_owned(), constraint_set_hash: "0".repeat(64) };
    assert_eq!(refused(&|own| own.provenance.imports.push(import())), ("MATERIALIZATION_IMPORTS", "p".to_owned()));
}

#[test]
fn signers_are_named_in_a_file_and_retracted_in_it() {
    let read = |text: &str| signers::read_signers(&decode("signers.constraints.md", text.into()).expect("text"));
    let (old, new) = (key(1).public(), key(2).public());
    let pem =
        signers::block("NEW", "New", &new).replace(&format!("`{}`", new.to_hex()), &format!("\n{}", new.to_pem()));
    let text = signers::block("OLD", "Old team", &old) + "\n" + &pem;
    let (trust, warnings) = read(&text).expect("two signers");
    assert!(warnings.is_empty(), "{warnings}");
    let names: Vec<&str> = trust.signers().iter().map(|own| own.name.as_str()).collect();
    assert_eq!(names, ["Old team", "New"]);
    assert!(trust.by_key(&old).is_ok() && trust.by_key(&new).is_ok());

    let retracted = text.replacen("status: active", "status: retracted", 1);
    let (trust, _) = read(&retracted).expect("two signers");
    assert_eq!(trust.by_key(&old).expect_err("retracted").code().as_str(), "SIGNATURE_RETRACTED");
    let again = retracted + "\n" + &signers::block("AGAIN", "Old team", &old);
    assert_eq!(
        read(&again).expect("three").0.by_key(&old).expect_err("retracted").code().as_str(),
        "SIGNATURE_RETRACTED"
    );

    let pending = signers::block("P", "P", &new).replace("human-authored", "AI-suggested-pending");
    let (trust, warnings) = read(&pending).expect("nobody");
    assert_eq!((trust.signers().len(), findings(&warnings)), (0, vec!["1:4 SIGNERS_PENDING".to_owned()]));

    let weak = signers::block("W", "W", &new).replace(&new.to_hex(), &format!("01{}", "0".repeat(62)));
    let none = signers::block("N", "N", &new).replace(&new.to_hex(), "none");
    let two = signers::block("T", "T", &new) + &old.to_hex();
    // Without endpoints one may write to all of them, so a list of none must not pass for that.
    let nowhere = ["endpoints:", "endpoints: ,"].map(|line| signers::block("E", "E", &new) + line + "\n");
    for text in [weak, none, two].into_iter().chain(nowhere) {
        assert_eq!(findings(&read(&text).expect_err("refused")), ["1:4 SIGNERS_KEY!"], "{text}");
    }
}

#[test]
fn what_cannot_be_signed_or_written_is_told() {
    let files = Files::new();
    files.put(NAME, &module("a", &[]));
    let workshop = Fixed::passing();
    let (outcome, lines) = run_with(&files, NAME, (Stage::Sign, Some(&workshop), &trust(1)), None);
    assert_eq!((outcome.failure, findings(&outcome.report)), (Some(Failure::Io), vec!["- SIGN_NO_KEY!".to_owned()]));
    // Nobody was asked, and paid, for what could not be kept.
    assert!(lines.contains(&"[derive] error code=SIGN_NO_KEY errors=1".to_owned()), "{lines:?}");
    assert_eq!((workshop.derived(), workshop.verified()), (0, 0));
    assert_eq!((files.get(PASSED), files.get(HISTORY)), (None, None));

    // Where nothing is signed no key is wanted.
    let (outcome, _) = run_with(&files, NAME, (Stage::Verify, Some(&workshop), &trust(1)), None);
    assert_eq!((outcome.failure, workshop.derived()), (None, 1), "{}", outcome.report);

    // Folders where the files would be; nobody can write into those.
    for name in [HISTORY, PASSED] {
        let files = Files::new();
        files.put(NAME, &module("a", &[]));
        std::fs::create_dir(files.path(name)).expect("a folder");
        let (outcome, _) = run(&files, NAME, &Fixed::passing());
        assert_eq!((outcome.failure, findings(&outcome.report)), (Some(Failure::Io), vec!["- SIGN_WRITE!".to_owned()]));
        assert_eq!(outcome.artifact, None);
    }
}

#[test]
fn the_log_holds_whole_records_of_what_is_there() {
    let (files, _) = derived();
    let one = files.get(HISTORY).expect("a log");
    // What cannot be written beside the file is taken out of the log again.
    std::fs::remove_file(files.path(PASSED)).expect("removed");
    std::fs::create_dir(files.path(PASSED)).expect("a folder");
    assert_eq!(findings(&run(&files, NAME, &Fixed::passing()).0.report), ["- SIGN_WRITE!"]);
    assert_eq!(files.get(HISTORY), Some(one.clone()));
    std::fs::remove_dir(files.path(PASSED)).expect("removed");
    // What was written stays in the log, whatever comes after.
    files.put(HISTORY, "");
    std::fs::create_dir(files.path(FAILED)).expect("a folder");
    assert_eq!(findings(&run(&files, NAME, &Fixed::passing()).0.report), ["- SIGN_WRITE!"]);
    assert_eq!((files.get(HISTORY), files.get(PASSED).map(|own| own + "\n")), (Some(one.clone()), Some(one.clone())));
    std::fs::remove_dir(files.path(FAILED)).expect("removed");
    std::fs::remove_file(files.path(PASSED)).expect("removed");
    // A line that was cut off keeps to itself.
    files.put(HISTORY, &format!("{one}{{\"half"));
    assert_eq!(run(&files, NAME, &Fixed::passing()).0.failure, None);
    assert_eq!(files.get(HISTORY), Some(format!("{one}{{\"half\n{one}")));
}

#[test]
fn a_log_that_somebody_keeps_locked_is_not_waited_for_for_ever() {
    let files = Files::new();
    files.put(NAME, &module("a", &[]));
    files.put(HISTORY, "");
    let held = std::fs::File::open(files.path(HISTORY)).expect("opened");
    let held = nix::fcntl::Flock::lock(held, nix::fcntl::FlockArg::LockShared).expect("locked");
    let (outcome, _) = run(&files, NAME, &Fixed::passing());
    assert_eq!((outcome.failure, findings(&outcome.report)), (Some(Failure::Io), vec!["- SIGN_WRITE!".to_owned()]));
    assert!(outcome.report.to_string().contains("another process has locked it"), "{}", outcome.report);
    assert_eq!((files.get(HISTORY), files.get(PASSED)), (Some(String::new()), None));
    drop(held);
    assert_eq!(run(&files, NAME, &Fixed::passing()).0.failure, None);
}

#[test]
fn what_lies_elsewhere_is_verified_and_put_beside_the_file() {
    let (files, own) = derived();
    let text = files.get(PASSED).expect("written");
    std::fs::remove_file(files.path(PASSED)).expect("removed");
    let mut changed = own.clone();
    changed.provenance.model_id = "changed".to_owned();
    let kept = vec![b"{}".to_vec(), changed.to_text().expect("a text").into_bytes(), text.clone().into_bytes()];
    let shelf = Shelf(|_: &str| kept.clone());
    let path = files.path(NAME);
    let until = Stage::Sign;
    let run = |workshop: &Fixed, trust: &Trust| {
        let (library, target) = (&shelf, etymon_constraints::Target::Ts);
        // Without a key: nothing is signed again.
        let request =
            Request { path: &path, until, clock: at, library, trust, workshop: Some(workshop), target, key: None };
        engine::run(request, &mut |_| {})
    };
    let workshop = Fixed::passing();
    let outcome = run(&workshop, &trust(1));
    assert_eq!((outcome.failure, workshop.derived(), workshop.verified()), (None, 0, 1), "{}", outcome.report);
    assert_eq!((files.get(PASSED), outcome.artifact), (Some(text), Some(files.path(PASSED))));
    // Another verdict now, or a signer whom nobody trusts: it is derived and signed anew, which needs a key.
    std::fs::remove_file(files.path(PASSED)).expect("removed");
    let skips = Fixed::judging(|id| Ok(if id == "T2" { Verdict::Skip } else { Verdict::Pass }));
    for (workshop, trust) in [(&skips, trust(1)), (&Fixed::passing(), trust(2))] {
        let outcome = run(workshop, &trust);
        assert_eq!((findings(&outcome.report), workshop.derived()), (vec!["- SIGN_NO_KEY!".to_owned()], 0));
        assert_eq!(files.get(PASSED), None);
    }
}

/// No workshop, and how often one was asked for.
struct Closed(Cell<usize>);

impl Supply for Closed {
    fn workshop<'s>(&'s self, _: &Parsed) -> Result<Box<dyn Workshop + 's>, Report> {
        self.0.set(self.0.get() + 1);
        Err(Diagnostic::error(SANDBOX_UNAVAILABLE, "no sandbox").into())
    }
}

#[test]
fn a_workshop_is_wanted_only_when_there_is_something_to_derive() {
    let files = Files::new();
    let closed = Closed(Cell::new(0));
    files.put(NAME, "## A\ntype: no\n");
    let (outcome, _) = run(&files, NAME, &closed);
    assert_eq!((outcome.failure, closed.0.get()), (Some(Failure::Refused), 0));
    files.put(NAME, &module("a", &[]));
    let (outcome, _) = run_until(&files, NAME, Stage::Canonicalize, Some(&closed), &trust(1));
    assert_eq!((outcome.failure, closed.0.get()), (None, 0));
    let (outcome, lines) = run(&files, NAME, &closed);
    assert_eq!((outcome.failure, closed.0.get()), (Some(Failure::Io), 1));
    assert_eq!(lines[lines.len() - 2..], ["[derive] start", "[derive] error code=SANDBOX_UNAVAILABLE errors=1"]);
    assert!(outcome.canonical.is_some());
}

#[test]
fn a_hit_needs_the_same_target_and_imports() {
    let (files, own) = derived();
    let origins = own.origins();
    let key = origins.cache_key();
    let mut other = origins.clone();
    other.target_lang = "js".to_owned();
    assert_ne!(other.cache_key(), key);
    let mut other = origins.clone();
    other.imports.push(etymon_constraints::materialization::ImportRef {
        property: "p".to_owned(),
        constraint_set_hash: "0".repeat(64),
    });
    assert_ne!(other.cache_key(), key);
    assert_eq!(origins.cache_key(), key);
    // Another model, another derivation.
    let mut other = Fixed::passing();
    other.model = "another";
    run(&files, NAME, &other);
    assert_eq!(other.derived(), 1);
}
